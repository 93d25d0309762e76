"""Make the grid of a sheet from its cells, or say why its numbers cannot be taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from digimfg.importing.excel_cells import SheetCells
from digimfg.importing.faults import check_cells
from digimfg.importing.grids import Grid, fill_merged, unreadable_file
from digimfg.text import Text, column_letter, counted

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
        told = Text(f"cell {cell}: number format {code}", f"单元格 {cell}：数字格式 {code}")
        raise _scaled(path, name, told)
    if cells.conditional:
        where, code = cells.conditional[0]
        told = Text(
            f"{where}: conditional formatting with number format {code}",
            f"{where}：条件格式中的数字格式 {code}",
        )
        raise _scaled(path, name, told)
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


def _scaled(path: Path, name: str, what: Text) -> Exception:
    return unreadable_file(
        path,
        Text("numbers shown as they are stored", "显示值与存储值一致的数字"),
        Text(f"sheet {name}, {what.en}", f"工作表 {name}，{what.zh}"),
        Text(
            "give these cells a plain number format, then check the unit in the header",
            "请改为常规数字格式，并核对表头单位",
        ),
    )


def _uncomputed(path: Path, name: str, cells: list[str]) -> Exception:
    shown = ", ".join(cells[:_SHOWN]) + (" …" if len(cells) > _SHOWN else "")
    return unreadable_file(
        path,
        Text("cells that hold values", "存有取值的单元格"),
        Text(
            f"sheet {name}: {counted(len(cells), 'formula')} without a computed result: {shown}",
            f"工作表 {name}：{len(cells):,} 个公式没有计算结果：{shown}",
        ),
        Text(
            "open the file in Excel or WPS, let it compute, and save it; or paste the cells as values",
            "用 Excel 或 WPS 打开，待其计算后保存；或将单元格粘贴为数值",
        ),
    )
