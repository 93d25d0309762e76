"""Write tables as plain text for a terminal: columns in line, Chinese characters two places wide."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from digimfg.exhibits.table import Span, Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["render_text"]

_WIDTH = 96
_GAP = "  "
# A word, or one character of a script without blanks, with the closing marks and blanks that belong to it.
_TOKENS = re.compile(r"(?:[^\s\u2e80-\uffef]+|\S)[，。；：、）”’？！》]*\s*")


def render_text(table: Table, language: Language) -> str:
    """Return the table in fixed-width characters, its title above and its notes below, each wrapped.

    Examples
    --------
    >>> from digimfg.exhibits.table import Row, Span
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
    header = [_header_cells(spans, language) for spans in table.header]
    body = [[cell_text(cell, language) for cell in row.cells] for row in table.rows]
    body = [cells + [""] * (table.n_columns - len(cells)) for cells in body]
    widths = [
        max((_places(cells[column]) for cells in header + body), default=0)
        for column in range(table.n_columns)
    ]
    total = sum(widths) + len(_GAP) * (len(widths) - 1)
    lines = [cell_text(table.title, language), "=" * total]
    lines += [_line(cells, widths) for cells in header]
    lines.append("-" * total)
    for row, cells in zip(table.rows, body, strict=True):
        if row.rule_above:
            lines.append("-" * total)
        lines.append(_line(cells, widths))
    lines.append("=" * total)
    for note in table.notes:
        lines += _wrapped(cell_text(note, language), max(total, _WIDTH))
    return "\n".join(lines)


def _header_cells(spans: tuple[Span, ...], language: Language) -> list[str]:
    return [cell for span in spans for cell in (cell_text(span.text, language), *[""] * (span.width - 1))]


def _line(cells: list[str], widths: list[int]) -> str:
    parts = [
        cell + " " * (width - _places(cell)) if column == 0 else " " * (width - _places(cell)) + cell
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return _GAP.join(parts).rstrip()


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
