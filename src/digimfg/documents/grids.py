"""Make a table of the house of one that is written in a text: three rules, numbers below each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digimfg.documents.blocks import Grid, Inline

__all__ = ["grid_table"]

_NUMERIC = re.compile(r"[−+-]?[(\[]?[−+-]?\d[\d,]*(?:\.\d+)?%?[)\]]?\**")
_ALIGNED: dict[str, Alignment] = {"left": "p", "center": "c", "right": "r"}


def grid_table(grid: Grid, words: Callable[[Sequence[Inline], int], str]) -> Table:
    """Return the table; columns of numbers have their decimal points below each other.

    Parameters
    ----------
    grid
        As it is written.
    words
        What the parts of a cell say; told the line for errors.
    """
    head = [words(cell, grid.line) for cell in grid.head]
    rows = [[words(cell, grid.line + 2 + place) for cell in cells] for place, cells in enumerate(grid.rows)]
    title = words(grid.title, grid.line)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(head)
    return Table(
        title=Text(title, title),
        header=(tuple(Span(text=each) for each in head),),
        rows=tuple(Row(cells=tuple(cells)) for cells in rows),
        alignment=tuple(
            _ALIGNED.get(given) or _usual(column)
            for given, column in zip(grid.alignment, columns, strict=True)
        ),
        name=grid.name,
    )


def _usual(column: Sequence[str]) -> Alignment:
    shown = [cell.replace("-", "−") for cell in column if cell not in ("", "–", "—", "-")]
    return "d" if shown and all(_NUMERIC.fullmatch(cell) for cell in shown) else "p"
