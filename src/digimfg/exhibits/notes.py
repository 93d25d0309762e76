"""Say once, below a table, what several columns share, and name the columns of the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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

# A number that stands by itself, in Chinese text too, where no blank separates it from words.
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.\-])\d[\d,]*(?:\.\d+)?(?![A-Za-z0-9_])")
_PLURAL = re.compile(r"(\0 [a-z]+)s\b")


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
    phrases = []
    for value in dict.fromkeys(values):
        if value is None:
            continue
        positions = [position for position, other in enumerate(values) if other == value]
        numbers = column_list(positions)
        columns = (
            Text("", "")
            if len(positions) == len(values)
            else Text(f" {numbers}", numbers.replace(", ", "、"))
        )
        first = start(columns)
        phrases.append(Text(first.en + value.en, first.zh + value.zh))
    return phrases


def merged_notes(notes: Sequence[Sequence[Text]]) -> list[Text]:
    """Return the notes of all columns, each once.

    A note that all columns share stands bare; one of some columns is preceded by their numbers; notes that differ
    only in their numbers become one, with the numbers in the order of the columns.

    Parameters
    ----------
    notes
        The notes of each column.

    Examples
    --------
    >>> first, second = (Text(f"{n} rows dropped: no outcome", f"删除{n}行") for n in (12, 7))
    >>> merged_notes([[first], [second]])[0].en
    '(1)/(2): 12/7 rows dropped: no outcome'
    >>> merged_notes([[Text("1 row dropped", "删除1行")], [Text("7 rows dropped", "删除7行")]])[0].en
    '(1)/(2): 1/7 rows dropped'
    """
    groups: dict[tuple[str, str], list[tuple[int, Text]]] = {}
    for column, said in enumerate(notes):
        for note in dict.fromkeys(said):
            template = _PLURAL.sub(r"\1", _NUMBER.sub("\0", note.en)), _NUMBER.sub("\0", note.zh)
            groups.setdefault(template, []).append((column, note))
    merged: list[Text] = []
    for members in groups.values():
        columns = [column for column, _ in members]
        distinct = dict.fromkeys(note for _, note in members)
        if len(distinct) > 1 and len(set(columns)) == len(columns):
            prefix = "/".join(f"({column + 1})" for column in columns)
            english, chinese = (
                _slashed([getattr(note, language) for _, note in members]) for language in ("en", "zh")
            )
            merged.append(Text(f"{prefix}: {english}", f"{prefix}：{chinese}"))
            continue
        for note in distinct:
            positions = [column for column, other in members if other == note]
            if len(positions) == len(notes):
                merged.append(note)
            else:
                numbers = column_list(positions)
                merged.append(Text(f"{numbers}: {note.en}", f"{numbers.replace(', ', '、')}：{note.zh}"))
    return merged


def note_paragraph(sentences: Sequence[Text]) -> Text:
    """Return sentences as the paragraph that opens a table's notes."""
    whole = joined(sentences)
    return Text(f"Notes: {whole.en}", f"注：{whole.zh}")


def joined(sentences: Sequence[Text]) -> Text:
    """Return sentences as one paragraph, each closed by a full stop."""
    english = " ".join(_closed(sentence.en, ".", ".!?)") for sentence in sentences)
    chinese = "".join(_closed(sentence.zh, "。", "。！？") for sentence in sentences)
    return Text(english, chinese)


def _closed(sentence: str, stop: str, closings: str) -> str:
    stripped = sentence.rstrip()
    if stop == "." and stripped.endswith(")"):
        return stripped + "."
    return stripped if stripped.endswith(tuple(closings)) else stripped.rstrip(".") + stop


def _slashed(texts: Sequence[str]) -> str:
    """Join texts of one template: where their numbers differ, write all of them with slashes."""
    found = [_NUMBER.findall(text) for text in texts]
    columns = iter(list(zip(*found, strict=True)))

    def number(_: re.Match[str]) -> str:
        values = next(columns)
        return values[0] if len(set(values)) == 1 else "/".join(values)

    return _NUMBER.sub(
        number, max(texts, key=lambda text: len(_NUMBER.sub("", text)))
    )  # plural before singular
