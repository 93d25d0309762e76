"""Read Excel sheets with what their numbers' display says: percentages, scaled formats, merged cells."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import numpy as np

from digimfg.importing.excel_parts import SheetParts, sheet_parts
from digimfg.importing.grids import Grid, unreadable_file
from digimfg.text import Text, counted

__all__ = ["read_excel_grids"]

_MOST_CELLS = 200_000_000
_OLE = b"\xd0\xcf\x11\xe0"


def read_excel_grids(path: Path, content: bytes, sheets: tuple[str, ...] = ()) -> tuple[Grid, ...]:
    """Read the sheets of a workbook.

    Cells that Excel shows as percentages hold fractions: they are marked, so that 45 % is never read as 0.45 %. A format
    that shows numbers in another scale than they are stored (thousands, 万) is an error, because then the unit in the
    header cannot be told; so is a formula without its result, which would read as a missing value. Excel's errors (#DIV/0!)
    stay as texts.

    Raises
    ------
    PanelError
        If the file is damaged or protected, a sheet is not there, or a number format hides the scale.
    """
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        names = [name for name in book.sheet_names if not sheets or name in sheets]
    except Exception as error:  # calamine's errors share no base class over its versions
        raise _damaged(path, content, error) from error
    absent = [name for name in sheets if name not in book.sheet_names]
    if absent:
        raise unreadable_file(
            path,
            Text(f"sheets {', '.join(sheets)}", f"工作表 {'、'.join(sheets)}"),
            ", ".join(book.sheet_names),
            Text("correct `sheets` in the mapping", "更正映射中的 `sheets`"),
        )
    try:
        parts = sheet_parts(content)
    except ValueError as error:
        raise _damaged(path, content, error) from error
    grids = []
    for name in names:
        try:
            sheet = book.get_sheet_by_name(name)
            height, width = sheet.total_height, sheet.total_width
            if height * width > _MOST_CELLS:
                raise _too_large(path, name, height * width)
            merged = sheet.merged_cell_ranges or []
            table = _table(sheet.to_python(skip_empty_area=False))
            del sheet  # it holds every cell a second time
        except calamine.CalamineError as error:
            raise _damaged(path, content, error) from error
        except BaseException as error:
            # A damaged sheet can make the reader panic, which is no Exception; anything else passes on.
            if type(error).__name__ != "PanicException":
                raise
            raise _damaged(path, content, error) from error
        grids.append(_grid(path, name, table, merged, parts.get(name, SheetParts())))
    return tuple(grids)


def _table(rows: list[list[Any]]) -> np.ndarray:
    """Return rows of one length as a table."""
    height, width = len(rows), len(rows[0]) if rows else 0
    cells = np.fromiter(itertools.chain.from_iterable(rows), dtype=object, count=height * width)
    return cells.reshape(height, width)


def _grid(
    path: Path,
    name: str,
    table: np.ndarray,
    merged: list[Any],
    parts: SheetParts,
) -> Grid:
    height, width = table.shape
    for (line, place), error in parts.errors.items():
        if line < height and place < width:
            table[line, place] = error
    if parts.uncomputed:
        raise _uncomputed(path, name, parts.uncomputed)
    if parts.scaled:
        cell, shown = next(iter(parts.scaled.items()))
        raise unreadable_file(
            path,
            Text("numbers shown as they are stored", "显示值与存储值一致的数字"),
            Text(
                f"sheet {name}, cell {cell}: number format {shown}",
                f"工作表 {name}，单元格 {cell}：数字格式 {shown}",
            ),
            Text(
                "give these cells a plain number format, then check the unit in the header",
                "请改为常规数字格式，并核对表头单位",
            ),
        )
    ranges = tuple((int(first[0]), int(last[0]), int(first[1]), int(last[1])) for first, last in merged)
    for top, bottom, left, right in ranges:
        filling = table[top, left] if top < height and left < width else ""
        if isinstance(filling, str) or (isinstance(filling, int | float) and 1900 <= filling <= 2100):
            table[top : bottom + 1, left : right + 1] = filling
    return Grid(
        sheet=name,
        columns=tuple(table[:, place] for place in range(width)),
        percent=parts.percent,
        hidden=parts.hidden,
        merged=ranges,
    )


def _uncomputed(path: Path, name: str, cells: tuple[str, ...]) -> Exception:
    shown = ", ".join(cells[:5]) + (" …" if len(cells) > 5 else "")
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


def _damaged(path: Path, content: bytes, error: BaseException) -> Exception:
    got: Text | str = f"{type(error).__name__}: {error}"
    if content.startswith(_OLE):
        got = Text(
            "a workbook with a password, or an old .xls file under another name",
            "带密码的工作簿，或改了扩展名的旧 .xls 文件",
        )
    elif not content.startswith(b"PK"):
        got = Text(
            "no workbook: text or a web page (HTML) under the name of one, as many databases export",
            "并非工作簿，而是改名的文本或网页（HTML），许多数据库如此导出",
        )
    return unreadable_file(
        path,
        Text("an Excel workbook (.xlsx) without password", "无密码的 Excel 工作簿（.xlsx）"),
        got,
        Text(
            "open it in Excel or WPS, take off the password, and save it as .xlsx (a text file: rename it to .csv)",
            "用 Excel 或 WPS 打开，取消密码，另存为 .xlsx（若为文本，请改名为 .csv）",
        ),
    )


def _too_large(path: Path, name: str, cells: int) -> Exception:
    return unreadable_file(
        path,
        Text(f"at most {_MOST_CELLS:,} cells a sheet", f"每张工作表至多 {_MOST_CELLS:,} 个单元格"),
        Text(f"{cells:,} in {name}", f"{name} 有 {cells:,} 个"),
        Text(
            "delete the empty rows and columns beyond the table, or use CSV", "删除表外的空行空列，或改用 CSV"
        ),
    )
