"""Read the sheets of a workbook (.xlsx) with what their numbers' display says of them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from digimfg.errors import Fault
from digimfg.importing.excel_book import Book, Sheet, open_book
from digimfg.importing.excel_cells import LAST_ROW, ImpliedPlace, SheetCells, read_cells
from digimfg.importing.excel_grid import sheet_grid
from digimfg.importing.excel_usual import UsualCells
from digimfg.importing.faults import SAVE_ANEW, ReadingError, check_cells
from digimfg.importing.grids import Grid, absent_sheets
from digimfg.text import Text

__all__ = ["read_excel_grids"]


def read_excel_grids(path: Path, content: bytes, sheets: tuple[str, ...] = ()) -> tuple[Grid, ...]:
    """Read the sheets of a workbook.

    Cells that are shown as percentages hold fractions: they are marked, so that 45 % is never read as 0.45
    %. A format that shows numbers in another scale than they are stored (thousands, 万) is an error, because
    then the unit in the header cannot be told; so is a formula without its result, which would read as a
    missing value. Errors (#DIV/0!) stay as texts.

    One parser reads formats, formulas, errors, marks and merged cells, however the XML is spelt. Cells that
    say nothing but their value, in the spelling of every spreadsheet, are left to a faster reader of
    values.

    Parameters
    ----------
    path
        For messages.
    content
        Bytes of the file.
    sheets
        Names of the sheets wanted; all by default.

    Raises
    ------
    PanelError
        If the file is damaged or protected, a sheet is not there, a formula has no result, a number format
        hides the scale, or a table is too large.
    """
    try:
        book = open_book(content)
        if absent := absent_sheets(path, sheets, [sheet.name for sheet in book.sheets]):
            raise absent
        fast = _FastValues(book)
        return tuple(
            _read(path, book, sheet, fast) for sheet in book.sheets if not sheets or sheet.name in sheets
        )
    except ReadingError as fault:
        raise fault.at(
            path,
            Text("an Excel workbook (.xlsx) without password", "无密码的 Excel 工作簿（.xlsx）"),
            SAVE_ANEW,
        ) from fault


def _read(path: Path, book: Book, sheet: Sheet, fast: _FastValues) -> Grid:
    if not sheet.part:
        raise ReadingError(Fault.of("importing.sheet_without_part", name=sheet.name))
    cells, table = fast.read(sheet)
    return sheet_grid(path, sheet.name, cells, table, hidden=sheet.hidden, stale=book.stale)


class _FastValues:
    """Read sheets with the help of a reader that knows nothing but values, where it can be trusted."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.trusted: bool | None = None
        self.values: Any = None

    def read(self, sheet: Sheet) -> tuple[SheetCells, np.ndarray | None]:
        """Return the cells that the parser read, and a table with the others, if there are any."""
        book = self.book
        if self._reachable(sheet):
            usual = UsualCells(book.package.chunks(sheet.part), book.styles)
            try:
                cells = read_cells(
                    sheet.part, usual, book.styles, book.shared, epoch=book.epoch, implied=False
                )
            except ImpliedPlace:
                pass
            else:
                table = self._table(sheet, usual, cells)
                if table is not None or not usual.count:
                    for column, rows in usual.percent.items():
                        cells.percent.setdefault(column, set()).update(rows)
                    return cells, table
        chunks = book.package.chunks(sheet.part)
        return read_cells(sheet.part, chunks, book.styles, book.shared, epoch=book.epoch), None

    def _reachable(self, sheet: Sheet) -> bool:
        """Tell whether the fast reader looks for a sheet where it is."""
        return (
            self.book.part == "xl/workbook.xml"
            and sheet.part.startswith("xl/worksheets/")
            and self.trusted is not False
        )

    def _table(self, sheet: Sheet, usual: UsualCells, cells: SheetCells) -> np.ndarray | None:
        if not usual.count:
            return None
        held = usual.count + len(cells.rows)
        if held > min(usual.rows + cells.n_rows, LAST_ROW) * usual.extent[1] + len(cells.rows):
            raise ReadingError(Fault.of("importing.cells_twice"))
        try:
            check_cells(*usual.extent, held, sheet.name)
        except ReadingError:
            check_cells(*usual.exact_extent(self.book.package.chunks(sheet.part)), held, sheet.name)
        if self.trusted is None:
            self.values = _unless_it_fails(self._opened) if self.book.check_strings() else None
            self.trusted = self.values is not None
        if not self.trusted:
            return None
        table: np.ndarray | None = _unless_it_fails(lambda: _table(self.values.get_sheet_by_name(sheet.name)))
        return table

    def _opened(self) -> Any:
        import python_calamine as calamine

        return calamine.load_workbook(io.BytesIO(self.book.package.content))


def _unless_it_fails(read: Callable[[], Any]) -> Any:
    """Return what the fast reader reads, ``None`` where it fails: then the parser reads it, or says why
    not.
    """
    try:
        return read()
    except Exception:
        return None
    except BaseException as error:
        # Damage can make the fast reader panic, which is no Exception; anything else passes on.
        if type(error).__name__ != "PanicException":
            raise
        return None


def _table(found: Any) -> np.ndarray:
    """Return the cells of a sheet as a table, from its first row and column on."""
    if found.start is None:
        return np.empty((0, 0), dtype=object)
    (_, left), (bottom, _), width = found.start, found.end, found.width
    height = bottom + 1
    # Every row from the first one of the sheet, but columns from the first that holds something.
    rows = itertools.chain.from_iterable(found.iter_rows())
    cells = np.fromiter(rows, dtype=object, count=height * width).reshape(height, width)
    if left == 0:
        return cells
    table = np.full((height, left + width), "", dtype=object)
    table[:, left:] = cells
    return table
