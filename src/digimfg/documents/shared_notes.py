"""Say once what several tables share, with the tables that share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digimfg.display.notes import note_paragraph
from digimfg.frames.said import NOTE
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["shared_notes"]

_SEE = Text("See also the notes on tables", "其余见各表共同说明")


def shared_notes(
    paragraphs: Mapping[str, Sequence[Sequence[Text]]], labels: Mapping[str, Text]
) -> tuple[Text | None, dict[str, tuple[Text, ...]]]:
    """Return what two tables or more say alike, and for each table the notes that are left to it.

    That data are simulated stays below each table.

    Parameters
    ----------
    paragraphs
        Table → the sentences of each paragraph of its notes.
    labels
        Table → what it is called in a sentence ("Table 4-1").

    Examples
    --------
    >>> errors = Text("In parentheses: robust errors", "括号内为稳健标准误")
    >>> own = Text("One row dropped", "剔除1行")
    >>> shared, left = shared_notes(
    ...     {"a": [[errors, own]], "b": [[errors]]},
    ...     {"a": Text("Table 1", "表1"), "b": Text("Table 2", "表2")},
    ... )
    >>> shared.en
    'Notes on tables. Table 1 and Table 2: In parentheses: robust errors.'
    >>> [note.en for note in left["a"]]
    ['Notes: One row dropped. See also the notes on tables.']
    """
    holders: dict[Text, list[str]] = {}
    for name, several in paragraphs.items():
        for sentence in dict.fromkeys(each for sentences in several for each in sentences):
            holders.setdefault(sentence, []).append(name)
    common = {sentence: names for sentence, names in holders.items() if len(names) > 1 and sentence != NOTE}
    groups: dict[tuple[str, ...], list[Text]] = {}
    for sentence, names in common.items():
        groups.setdefault(tuple(names), []).append(sentence)
    said = [
        note_of("documents.notes_of_tables", tables=[labels[name] for name in names], sentences=sentences)
        for names, sentences in groups.items()
    ]
    shared = note_of("documents.notes_on_tables", said=said) if said else None
    return shared, {name: _left(several, common) for name, several in paragraphs.items()}


def _left(paragraphs: Sequence[Sequence[Text]], common: Mapping[Text, Sequence[str]]) -> tuple[Text, ...]:
    moved = any(each in common for sentences in paragraphs for each in sentences)
    own = [each for sentences in paragraphs for each in sentences if each not in common]
    if moved:
        own.append(_SEE)
    return (note_paragraph(own),) if own else ()
