"""Make the grid of a sheet from its cells, or say why its numbers cannot be taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from digimfg.errors import PanelError
from digimfg.importing.excel_cells import SheetCells
from digimfg.importing.faults import check_cells
from digimfg.importing.grids import Grid, fill_merged
from digimfg.text import column_letter

__all__ = ["sheet_grid"]

_SHOWN = 5


def sheet_grid(
    path: Path,
    name: str,
    cells: SheetCells,
    table: np.ndarray | None = None,
    *,
    hidden: bool = False,
    stale: bool = False,
) -> Grid:
    """Return a sheet as a grid.

    Parameters
    ----------
    path, name
        File and sheet.
    cells
        What was read of it.
    table
        Further cells, shape (rows, columns), which `cells` overwrites.
    hidden
        Whether the workbook hides the sheet.
    stale
        Whether a result of 0 may stand for none: no program has computed the formulas since they were
        written.

    Raises
    ------
    PanelError
        If a formula has no result, or a format shows numbers in another scale than they are stored.
    ReadingError
        If the table is too large, or merged cells overlap.
    """
    uncomputed = cells.uncomputed + (cells.zeros if stale and len(cells.zeros) == cells.results else [])
    if uncomputed:
        raise _uncomputed(path, name, uncomputed)
    if cells.scaled:
        (row, column), code = next(iter(cells.scaled.items()))
        cell = f"{column_letter(column)}{row + 1}"
        raise PanelError.of(
            "importing.number_format_of_another_scale", path=path, sheet=name, cell=cell, code=code
        )
    if cells.conditional:
        area, code = cells.conditional[0]
        raise PanelError.of(
            "importing.condition_of_another_scale", path=path, sheet=name, area=area, code=code
        )
    table = _filled(name, cells, np.empty((0, 0), dtype=object) if table is None else table)
    height, width = table.shape
    merged = tuple(
        (top, min(bottom, height - 1), left, min(right, width - 1))
        for top, bottom, left, right in cells.merged
        if top < height and left < width and (top, left) != (bottom, right)
    )
    fill_merged(table, merged)
    groups = sum(first < width for first, _ in set(cells.hidden_columns))
    return Grid(
        sheet=name,
        columns=tuple(table[:, place] for place in range(width)),
        percent={column: frozenset(rows) for column, rows in cells.percent.items()},
        hidden=(sum(row < height for row in set(cells.hidden_rows)), groups),
        hidden_sheet=hidden,
        merged=merged,
    )


def _filled(name: str, cells: SheetCells, table: np.ndarray) -> np.ndarray:
    height, width = table.shape
    bottom = max(cells.rows, default=-1) + 1
    right = max(cells.columns, default=-1) + 1
    if bottom > height or right > width:
        larger = (max(height, bottom), max(width, right))
        check_cells(*larger, len(cells.rows) + height * width, name)
        grown = np.full(larger, "", dtype=object)
        grown[:height, :width] = table
        table = grown
    if cells.rows:
        values = np.empty(len(cells.values), dtype=object)
        values[:] = cells.values
        table[np.array(cells.rows), np.array(cells.columns)] = values
    return table


def _uncomputed(path: Path, name: str, cells: list[str]) -> PanelError:
    shown = ", ".join(cells[:_SHOWN]) + (" …" if len(cells) > _SHOWN else "")
    return PanelError.of(
        "importing.formulas_without_result", path=path, sheet=name, n=len(cells), shown=shown
    )
