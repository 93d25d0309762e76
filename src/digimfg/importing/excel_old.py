"""Read the sheets of an old workbook (.xls) with what their numbers' display says of them."""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digimfg.errors import Fault
from digimfg.importing.excel_cells import SheetCells
from digimfg.importing.excel_formats import BUILTIN_FORMATS, NumberFormat, number_format
from digimfg.importing.excel_grid import sheet_grid
from digimfg.importing.faults import SAVE_ANEW, ReadingError, check_cells
from digimfg.importing.grids import Grid, absent_sheets
from digimfg.importing.rich_text import raised_text
from digimfg.text import Text, column_letter

__all__ = ["is_old_workbook", "read_old_excel_grids"]

_OLE = b"\xd0\xcf\x11\xe0"
_BEGINNINGS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_LENGTHS = (b"\x04\0", b"\x06\0", b"\x08\0", b"\x10\0")
_BOUND_SHEET, _PASSWORD, _STYLE, _COMPUTED_BY = 0x85, 0x2F, 0xE0, 0x1C1
_NAMES, _NOTHING = (0x18, 0x218), 0xFF00
_FORMULAS = (0x06, 0x206, 0x406)
_NUMBER, _DATE, _TRUTH, _ERROR = 2, 3, 4, 5


def is_old_workbook(content: bytes) -> bool:
    """Tell from its first bytes whether a file is an old workbook, or a container that protected ones
    share.
    """
    return content.startswith(_OLE) or (content[:2] in _BEGINNINGS and content[2:4] in _LENGTHS)


def read_old_excel_grids(path: Path, content: bytes, sheets: tuple[str, ...] = ()) -> tuple[Grid, ...]:
    """Read the sheets of a workbook of the formats before .xlsx, as `read_excel_grids` reads those.

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
        If the file is damaged or protected, a sheet is not there, a formula has no result, or a number
        format hides the scale.
    """
    try:
        stream = _stream(content)
        told = _told(stream)
        book = _opened(stream)
        names = book.sheet_names()
        if absent := absent_sheets(path, sheets, names):
            raise absent
        formats = _formats(book, told)
        return tuple(
            _grid(path, book, number, name, formats, told)
            for number, name in enumerate(names)
            if not sheets or name in sheets
        )
    except ReadingError as fault:
        raise fault.at(
            path,
            Text("an Excel workbook (.xls, .xlsx) without password", "无密码的 Excel 工作簿（.xls、.xlsx）"),
            SAVE_ANEW,
        ) from fault


@dataclass(kw_only=True, eq=False)
class _Told:
    """Hold what the records of a workbook say that xlrd keeps to itself."""

    styles: list[int] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)
    formulas: dict[int, list[tuple[int, int, bool]]] = field(default_factory=dict)
    computed: bool = False


def _stream(content: bytes) -> bytearray:
    """Return the records of a workbook without its defined names, which nobody asks for and which can
    grow.
    """
    if content.startswith(_OLE):
        from xlrd import compdoc

        try:
            container = compdoc.CompDoc(content, logfile=io.StringIO())
            found = container.get_named_stream("Workbook") or container.get_named_stream("Book")
            protected = container.get_named_stream("EncryptedPackage")
        except Exception as error:  # a damaged container raises whatever its bytes lead to
            raise _damaged(error) from error
        if found is None:
            raise ReadingError(
                Fault.of("importing.password" if protected else "importing.old_container_without_workbook")
            )
        content = found
    stream = bytearray(content)
    for place, kind, _ in _records(stream):
        if kind in _NAMES:
            struct.pack_into("<H", stream, place, _NOTHING)
    return stream


def _records(stream: bytes | bytearray) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, bytes(stream[place + 4 : place + 4 + length])
        place += 4 + length


def _told(stream: bytearray) -> _Told:
    told = _Told()
    current: list[tuple[int, int, bool]] = []
    for place, kind, data in _records(stream):
        if kind in (0x009, 0x209, 0x409, 0x809):
            current = told.formulas.setdefault(place, [])
        elif kind == _PASSWORD:
            raise ReadingError(Fault.of("importing.password"))
        elif kind == _BOUND_SHEET and len(data) > 5 and data[5] == 0:
            told.sheets.append(struct.unpack_from("<I", data)[0])
        elif kind == _STYLE and len(data) > 3:
            told.styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _COMPUTED_BY:
            told.computed = True
        elif kind in _FORMULAS and len(data) >= 16:
            row, column, _, result = struct.unpack_from("<HHH8s", data)
            void = result == bytes(8) or (result[6:] == b"\xff\xff" and result[0] == 3)
            current.append((row, column, void))
    return told


def _opened(stream: bytearray) -> Any:
    import xlrd

    try:
        return xlrd.open_workbook(
            file_contents=bytes(stream),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
    except Exception as error:  # damage raises whatever its bytes lead to
        raise _damaged(error) from error


def _formats(book: Any, told: _Told) -> list[NumberFormat]:
    """Return the format of each style."""
    known = {key: one.format_str for key, one in book.format_map.items() if one.format_str}
    numbers = [style.format_key for style in book.xf_list]
    if len(told.styles) == len(numbers):
        numbers = told.styles  # xlrd takes a format that it does not know for General
    return [number_format(known.get(number, BUILTIN_FORMATS.get(number, ""))) for number in numbers]


def _grid(path: Path, book: Any, number: int, name: str, formats: list[NumberFormat], told: _Told) -> Grid:
    try:
        sheet = book.sheet_by_index(number)
        cells = _cells(book, sheet, formats)
        book.unload_sheet(number)
    except ReadingError:
        raise
    except Exception as error:  # as above
        raise _damaged(error) from error
    place = told.sheets[number] if number < len(told.sheets) else 0
    for row, column, void in told.formulas.get(place, []):
        cells.results += 1
        if void:
            cells.zeros.append(f"{column_letter(column)}{row + 1}")
    return sheet_grid(path, name, cells, hidden=sheet.visibility != 0, stale=not told.computed)


def _cells(book: Any, sheet: Any, formats: list[NumberFormat]) -> SheetCells:
    from xlrd.biffh import error_text_from_code

    cells = SheetCells()
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if value == "":
                continue
            if kind in (_NUMBER, _DATE):
                style = sheet.cell_xf_index(row, column)
                shown = formats[style] if style < len(formats) else None
                cells.put(row, column, float(value), shown, epoch=book.datemode == 1)
            elif kind == _ERROR:
                cells.put(row, column, error_text_from_code.get(value, "#VALUE!"))
            elif kind == _TRUTH:
                cells.put(row, column, bool(value))
            else:
                cells.put(row, column, _text(book, value, sheet.rich_text_runlist_map.get((row, column), [])))
    check_cells(sheet.nrows, sheet.ncols, len(cells.rows), sheet.name)
    cells.merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
    cells.hidden_rows = [row for row, told in sheet.rowinfo_map.items() if told.hidden]
    hidden = sorted(column for column, told in sheet.colinfo_map.items() if told.hidden)
    for _, group in itertools.groupby(enumerate(hidden), lambda pair: pair[1] - pair[0]):
        columns = [column for _, column in group]
        cells.hidden_columns.append((columns[0], columns[-1]))
    return cells


def _text(book: Any, text: str, runs: list[tuple[int, int]]) -> str:
    """Return a text with what stands raised in it in characters that say so."""
    if not runs:
        return text
    held = text.encode("utf-16-le")  # runs count its units
    places = [(0, len(book.font_list)), *((2 * place, font) for place, font in runs), (len(held), 0)]
    pieces = []
    for (place, font), (end, _) in itertools.pairwise(places):
        piece = held[place:end].decode("utf-16-le", "replace")
        raised = font < len(book.font_list) and book.font_list[font].escapement
        pieces.append(raised_text(piece) if raised else piece)
    return "".join(pieces)


def _damaged(error: Exception) -> ReadingError:
    return ReadingError(Fault.of("importing.workbook_damaged", name=type(error).__name__, error=error))
