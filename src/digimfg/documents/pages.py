"""Part a long table into pieces that pages hold: the later ones are called 续表."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.display.layout import page_layout, text_width
from digimfg.display.table import Row, Table, cell_text
from digimfg.text import Language

if TYPE_CHECKING:
    from digimfg.documents.book import PlacedTable

__all__ = ["caption", "continued", "pieces"]

_MOST_LINES = 40
_LEAST_ROWS = 8
_WIDTH = 16 / 2.54 * 72


def pieces(table: Table, language: Language, most: int = _MOST_LINES) -> list[Table]:
    """Return a table as pieces of at most `most` lines, header rows not counted; notes follow the last.

    A row is never parted from those attached to it, nor a heading from what follows it.

    Examples
    --------
    >>> from digimfg.display.table import Span
    >>> from digimfg.text import Text
    >>> long = Table(title=Text("T", "表"), header=((Span(text=""), Span(text="(1)")),),
    ...     rows=tuple(Row(cells=(str(n), "1")) for n in range(50)))
    >>> [len(piece.rows) for piece in pieces(long, "en")]
    [40, 10]
    >>> short = Table(title=Text("T", "表"), header=long.header, rows=long.rows[:42])
    >>> [len(piece.rows) for piece in pieces(short, "en")]
    [34, 8]
    """
    layout = page_layout(table, language, _WIDTH)
    blocks: list[list[Row]] = []
    for number, row in enumerate(table.rows):
        follows = number and (row.attached or table.rows[number - 1].heading or table.stub_hangs(number - 1))
        if follows:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    found: list[list[Row]] = [[]]
    filled = 0
    for block in blocks:
        lines = sum(_lines(row, layout.widths, layout.font_size, language) for row in block)
        if found[-1] and filled + lines > most:
            found.append([])
            filled = 0
        found[-1] += block
        filled += lines
    found = _without_tail(found)
    last = len(found) - 1
    return [
        replace(
            table,
            rows=tuple(rows),
            notes=table.notes if place == last else (),
            name="" if place else table.name,
        )
        for place, rows in enumerate(found)
    ]


def _without_tail(found: list[list[Row]]) -> list[list[Row]]:
    """Let the last piece have some rows at least: a table's tail does not stand alone."""
    if len(found) < 2 or len(found[-1]) >= _LEAST_ROWS:
        return found
    *before, above, last = found
    at = len(above) - (_LEAST_ROWS - len(last))
    while at > len(above) // 2 and (above[at].attached or above[at - 1].heading):
        at -= 1
    if at <= len(above) // 2:
        return found
    return [*before, above[:at], [*above[at:], *last]]


def caption(label: str, title: str, language: Language) -> str:
    r"""Return the line of a caption: its number, then its title.

    Examples
    --------
    >>> caption("表 4-1", "回归结果", "zh"), caption("Table 4-1", "Results", "en")
    ('表 4-1\u3000回归结果', 'Table 4-1. Results')
    """
    if not label:
        return title
    return f"{label}\u3000{title}" if language == "zh" else f"{label}. {title}"


def continued(placed: PlacedTable, language: Language) -> str:
    """Return the caption of a later piece of a table."""
    title = cell_text(placed.table.title, language)
    if language == "zh":
        return caption(f"续{placed.label}", title, language)
    return caption(f"{placed.label} (continued)", title, language)


def _lines(row: Row, widths: tuple[float, ...], size: float, language: Language) -> int:
    if row.heading:
        return 1
    return max(
        1,
        *(
            math.ceil(text_width(cell_text(cell, language)) * size / max(width, 1) - 0.25)
            for cell, width in zip(row.cells, widths, strict=False)
        ),
    )
