"""Say once, below a table, what several columns share, and name the columns of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.merging import merged, shape
from digimfg.notes import note_of
from digimfg.say import Said
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "by_column",
    "column_list",
    "joined",
    "merged_notes",
    "note_paragraph",
    "stars_phrase",
]


_EACH = 3
"""Columns whose numbers a reader can tell apart in a row of slashes."""


def stars_phrase(levels: Sequence[float]) -> Text:
    """Return what the stars mean.

    Examples
    --------
    >>> stars_phrase((0.01, 0.05, 0.1)).en
    '*** p < 0.01, ** p < 0.05, * p < 0.1'
    >>> stars_phrase((0.01, 0.05, 0.1)).zh
    '***、**、*分别表示在1%、5%、10%的水平上显著'
    """
    ordered = sorted(levels)
    marks = ["*" * (len(ordered) - position) for position in range(len(ordered))]
    english = ", ".join(f"{mark} p < {level:g}" for mark, level in zip(marks, ordered, strict=True))
    each = "分别" if len(ordered) > 1 else ""
    percents = "、".join(f"{100 * level:g}%" for level in ordered)
    return Text(english, f"{'、'.join(marks)}{each}表示在{percents}的水平上显著")


def column_list(positions: Sequence[int]) -> str:
    """Return column numbers, runs of three or more shortened.

    Examples
    --------
    >>> column_list([0, 1, 2, 4])
    '(1)–(3), (5)'
    """
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    parts = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"({run[0] + 1})–({run[-1] + 1})")
        else:
            parts += [f"({position + 1})" for position in run]
    return ", ".join(parts)


def by_column(values: Sequence[Text | None], start: Callable[[Text], Text]) -> list[Text]:
    """Return one phrase per distinct value; `start` gives its first words for the columns that share it.

    `start` receives an empty text when the value holds for all columns.
    """
    phrases: list[Text] = []
    for value in dict.fromkeys(values):
        if value is None:
            continue
        positions = [position for position, other in enumerate(values) if other == value]
        numbers = _numbers(positions)
        columns = (
            Text("", "")
            if len(positions) == len(values)
            else note_of("display.numbers_of_columns", numbers=numbers)
        )
        phrases.append(note_of("display.start_with_value", start=start(columns), value=value))
    return phrases


def merged_notes(notes: Sequence[Sequence[Text]]) -> list[Text]:
    """Return the notes of all columns, each once.

    A note that all columns share stands bare; one of some columns is preceded by their numbers; notes that
    differ only in their numbers become one, with the numbers in the order of the columns, or, of more than
    three columns, with their range.

    Parameters
    ----------
    notes
        The notes of each column.

    Examples
    --------
    >>> from digimfg.say import say
    >>> first, second = (say("{n:,|row} dropped: no outcome", "删除{n:,}行", n=n) for n in (12, 7))
    >>> merged_notes([[first], [second]])[0].en
    '(1)/(2): 12/7 rows dropped: no outcome'
    """
    groups: dict[object, list[tuple[int, Text]]] = {}
    for column, said in enumerate(notes):
        for note in dict.fromkeys(said):
            groups.setdefault(shape(note), []).append((column, note))
    found: list[Text] = []
    for members in groups.values():
        columns = [column for column, _ in members]
        distinct = list(dict.fromkeys(note for _, note in members))
        if len(distinct) > 1 and len(set(columns)) == len(columns):
            several = len(columns) > _EACH
            together = merged([note for _, note in members], ranges=several)
            prefix = "/".join(f"({column + 1})" for column in columns)
            if together is not None and several and len(columns) == len(notes):
                found.append(together)
                continue
            if together is not None:
                found.append(_of_columns(_numbers(columns) if several else Text(prefix, prefix), together))
                continue
        for note in distinct:
            positions = [column for column, other in members if other == note]
            if len(positions) == len(notes):
                found.append(note)
            else:
                found.append(_of_columns(_numbers(positions), note))
    return found


def note_paragraph(sentences: Sequence[Text]) -> Text:
    """Return sentences as the paragraph that opens a table's notes."""
    return note_of("display.notes_paragraph", sentences=sentences)


def joined(sentences: Sequence[Text]) -> Text:
    """Return sentences as one paragraph, each closed by a full stop."""
    return note_of("display.sentences_together", sentences=sentences)


def _of_columns(columns: Text, note: Text) -> Text:
    return note_of("display.note_of_columns", columns=columns, note=note).marked(
        weight=note.weight if isinstance(note, Said) else "must"
    )


def _numbers(positions: Sequence[int]) -> Text:
    numbers = column_list(positions)
    return Text(numbers, numbers.replace(", ", "、"))
