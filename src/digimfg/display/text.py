"""Write tables as plain text for a terminal: columns in line, Chinese characters two places wide."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from digimfg.display.table import Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["render_text"]

_WIDTH = 96
_GAP = "  "
_DECIMAL = re.compile(r"[\[(]?[<−]?[\d,]+\.\d+[)\]]?\**")
# A word, or one character of a script without blanks, with the closing marks and blanks that belong to it.
_TOKENS = re.compile(r"(?:[^\s\u2e80-\uffef]+|\S)[，。；：、）”’？！》]*\s*")


def render_text(table: Table, language: Language) -> str:
    """Return the table in fixed-width characters, its title above and its notes below, each wrapped.

    Examples
    --------
    >>> from digimfg.display.table import Row, Span
    >>> from digimfg.text import Text
    >>> print(render_text(Table(title=Text("One", "一"), header=((Span(text=""), Span(text="b")),),
    ...     rows=(Row(cells=("robots", "0.1")),)), "en"))
    One
    ===========
              b
    -----------
    robots  0.1
    ===========
    """
    header = [[(cell_text(span.text, language), span.width) for span in spans] for spans in table.header]
    body = _decimals_in_line([[cell_text(cell, language) for cell in row.cells] for row in table.rows])
    widths = _widths(table, header, body)
    total = sum(widths) + len(_GAP) * (len(widths) - 1)
    lines = [cell_text(table.title, language), "=" * total]
    lines += [_line(cells, widths) for cells in header]
    lines.append("-" * total)
    for number, (row, cells) in enumerate(zip(table.rows, body, strict=True)):
        if row.rule_above and number:
            lines.append("-" * total)
        lines.append(cells[0] if row.heading else _line([(cell, 1) for cell in cells], widths))
    lines.append("=" * total)
    for note in table.notes:
        lines += _wrapped(cell_text(note, language), max(total, _WIDTH))
    return "\n".join(lines)


def _widths(table: Table, header: list[list[tuple[str, int]]], body: list[list[str]]) -> list[int]:
    """Return how many places each column takes; the last column under a long head makes room for it."""
    single = [
        [(text if width == 1 else "") for text, width in cells for _ in range(width)] for cells in header
    ]
    single += [cells for row, cells in zip(table.rows, body, strict=True) if not row.heading]
    widths = [
        max((_places(cells[column]) for cells in single), default=0) for column in range(table.n_columns)
    ]
    for cells in header:
        start = 0
        for text, width in cells:
            held = sum(widths[start : start + width]) + len(_GAP) * (width - 1)
            widths[start + width - 1] += max(0, _places(text) - held)
            start += width
    return widths


def _line(cells: list[tuple[str, int]], widths: list[int]) -> str:
    """Return one line: the first column flush left, numbers flush right, a head over several columns
    centred.
    """
    parts, start = [], 0
    for text, width in cells:
        held = sum(widths[start : start + width]) + len(_GAP) * (width - 1)
        space = held - _places(text)
        left = 0 if start == 0 else space if width == 1 else space // 2
        parts.append(" " * left + text + " " * (space - left))
        start += width
    return _GAP.join(parts).rstrip()


def _decimals_in_line(body: list[list[str]]) -> list[list[str]]:
    """Return the cells, numbers with decimals followed by blanks so that their points stand in line when
    flush right.
    """
    after: dict[int, int] = {}
    for cells in body:
        for column, cell in enumerate(cells):
            if column and _DECIMAL.fullmatch(cell):
                after[column] = max(after.get(column, 0), len(cell.partition(".")[2]))
    return [
        [
            cell + " " * (after[column] - len(cell.partition(".")[2]))
            if column and _DECIMAL.fullmatch(cell)
            else cell
            for column, cell in enumerate(cells)
        ]
        for cells in body
    ]


def _places(text: str) -> int:
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def _wrapped(text: str, width: int) -> list[str]:
    """Break at blanks and between Chinese characters, not before a closing mark."""
    lines, line = [], ""
    for token in _TOKENS.findall(text):
        if line and _places(line + token.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    return [*lines, line.rstrip()]
