"""Read the cells of a sheet from its XML, with what their formats, formulas and marks say of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from digimfg.errors import Fault
from digimfg.importing.excel_formats import NumberFormat
from digimfg.importing.excel_styles import Styles
from digimfg.importing.excel_xml import read_xml
from digimfg.importing.faults import ReadingError
from digimfg.importing.rich_text import RichText, unescaped
from digimfg.text import column_letter

__all__ = ["LAST_COLUMN", "LAST_ROW", "ImpliedPlace", "SheetCells", "date_of", "read_cells"]

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?0*([1-9]\d{0,6})")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Of a sheet, from 1."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_MOST_CELLS = 20_000_000
_OF_TEXT = {"t", "r", "vertAlign", "rPh"}
_TRUE = {"1", "true", "on"}


class ImpliedPlace(Exception):  # noqa: N818
    """A cell or row does not say where it stands, so that every cell before it must be read too."""


@dataclass(kw_only=True, eq=False)
class SheetCells:
    """Gather what the XML of a sheet holds; rows and columns count from 0.

    Parameters
    ----------
    rows, columns, values
        Place and value of each cell that holds something.
    percent
        Column → rows of numbers shown as percentages.
    scaled
        (row, column) → format of numbers shown in another scale.
    uncomputed
        Addresses of formulas without a result.
    zeros, results
        How many formulas have 0 or no characters as their result, and how many have any.
    merged
        (first row, last row, first column, last column).
    n_rows
        How many rows the XML has.
    hidden_rows, hidden_columns
        Rows, and groups of columns, that are hidden.
    conditional
        Ranges whose conditional formatting shows numbers as percentages or in another scale, with its format.
    """

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    percent: dict[int, set[int]] = field(default_factory=dict)
    scaled: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: list[str] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)
    results: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    n_rows: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    conditional: list[tuple[str, str]] = field(default_factory=list)

    def put(
        self, row: int, column: int, value: Any, shown: NumberFormat | None = None, *, epoch: bool = False
    ) -> None:
        """Add a cell; a number as its format shows it."""
        if shown is not None and isinstance(value, float):
            how = shown.shown(value)
            if how == "percent":
                self.percent.setdefault(column, set()).add(row)
            elif how == "scaled":
                self.scaled[row, column] = shown.code
            elif how in ("date", "elapsed"):
                value = date_of(value, elapsed=how == "elapsed", epoch=epoch)
        if len(self.rows) >= _MOST_CELLS:
            raise ReadingError(Fault.of("importing.unusual_cells", most_cells=_MOST_CELLS))
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)


def read_cells(
    part: str,
    chunks: Iterable[bytes],
    styles: Styles,
    shared: Callable[[int], str],
    *,
    epoch: bool = False,
    implied: bool = True,
) -> SheetCells:
    """Read a sheet.

    Parameters
    ----------
    part
        Name of its part, for messages.
    chunks
        Its XML.
    styles
        Formats of the workbook.
    shared
        Number of a shared string → the string.
    epoch
        Whether dates count from 1904.
    implied
        Whether cells and rows that do not say where they stand follow those before them; else they raise
        `ImpliedPlace`.

    Raises
    ------
    ReadingError
        If the XML is damaged, or a cell stands where no sheet has one.
    """
    reader = _Reader(styles, shared, epoch, implied)
    read_xml(part, chunks, reader.start, reader.end, reader.text)
    return reader.sheet


class _Reader:
    def __init__(self, styles: Styles, shared: Callable[[int], str], epoch: bool, implied: bool) -> None:
        self.sheet = SheetCells()
        self.styles, self.shared, self.epoch, self.implied = styles, shared, epoch, implied
        self.row = self.column = -1
        self.cell: Mapping[str, str] = {}
        self.formula = self.taking = False
        self.held: list[str] = []
        self.inline = RichText()
        self.ranges = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "v":
            self.taking = True
        elif tag == "c":
            self._place(attributes.get("r"))
            self.cell = attributes
            self.formula = False
            self.held = []
        elif tag == "row":
            self._row(attributes)
        elif tag == "f":
            self.formula = True
        elif tag in _OF_TEXT:
            self.inline.start(tag, attributes)
        else:
            self._around(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "v":
            self.taking = False
        elif tag == "c":
            self._cell()
        elif tag in _OF_TEXT:
            self.inline.end(tag)

    def text(self, data: str) -> None:
        if self.taking:
            self.held.append(data)
        else:
            self.inline.text(data)

    def _row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r")
        if number is None and not self.implied:
            raise ImpliedPlace
        if number is None:
            self.row += 1
        elif number.isdecimal() and len(number) < 9 and 0 < int(number) <= LAST_ROW:
            self.row = int(number) - 1
        else:
            raise ReadingError(Fault.of("importing.row_nowhere", number=number[:20]))
        self.column = -1
        self.sheet.n_rows += 1
        if attributes.get("hidden") in _TRUE or _is_zero(attributes.get("ht")):
            self.sheet.hidden_rows.append(self.row)

    def _place(self, address: str | None) -> None:
        if address is None:
            if not self.implied:
                raise ImpliedPlace
            self.column += 1
        else:
            self.row, self.column = _position(address)
        if self.row >= LAST_ROW or self.column >= LAST_COLUMN:
            raise _nowhere(address or "")

    def _cell(self) -> None:
        sheet, kind = self.sheet, self.cell.get("t", "n")
        value = self._value(kind, "".join(self.held), self.inline.done())
        if self.formula:
            self._result(kind, value)
        if value is None or value == "":
            return
        style = self.cell.get("s", "0")
        shown = self.styles.of(int(style) if style.isdecimal() and len(style) < 9 else -1)
        sheet.put(self.row, self.column, value, shown if kind == "n" else None, epoch=self.epoch)

    def _value(self, kind: str, text: str, inline: str) -> Any:
        if kind == "n":
            bare = text.strip()
            return float(bare) if _NUMBER.fullmatch(bare) else bare
        if kind == "s":
            bare = text.strip()
            return self.shared(int(bare)) if bare.isdecimal() and len(bare) < 12 else ""
        if kind == "b":
            return text.strip() in _TRUE if text.strip() else None
        if kind == "d":
            return _date(text.strip())
        if kind == "e":
            return text.strip() or "#VALUE!"
        return inline or unescaped(text)

    def _result(self, kind: str, value: Any) -> None:
        where = f"{column_letter(self.column)}{self.row + 1}"
        if kind != "str" and (value is None or value == ""):
            self.sheet.uncomputed.append(where)
            return
        self.sheet.results += 1
        if value in (0.0, ""):
            self.sheet.zeros.append(where)

    def _around(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            (top, left), (bottom, right) = _position(first), _position(last or first)
            self.sheet.merged.append((min(top, bottom), max(top, bottom), min(left, right), max(left, right)))
        elif tag == "col" and (attributes.get("hidden") in _TRUE or _is_zero(attributes.get("width"))):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.sheet.hidden_columns.append((int(first[:9]) - 1, int(last[:9]) - 1))
        elif tag == "conditionalFormatting":
            self.ranges = attributes.get("sqref", "")
        elif tag == "cfRule" and (number := attributes.get("dxfId", "")).isdecimal():
            formats = self.styles.conditional
            shown = formats[int(number[:9])] if int(number[:9]) < len(formats) else None
            if shown is not None and shown.always not in ("plain", "date", "elapsed"):
                self.sheet.conditional.append((self.ranges, shown.code))


def date_of(value: float, *, elapsed: bool = False, epoch: bool = False) -> Any:
    """Return the date, time or length of time that a number counts in days; the number where it is none.

    Parameters
    ----------
    value
        Days since the end of 1899 (with a 29th of February 1900, as spreadsheets count), or since 1904.
    elapsed
        Whether it is a length of time.
    epoch
        Whether dates count from 1904.

    Examples
    --------
    >>> date_of(43830.0), date_of(43830.5), date_of(42368.0, epoch=True)
    (datetime.date(2019, 12, 31), datetime.datetime(2019, 12, 31, 12, 0), datetime.date(2019, 12, 31))
    """
    first = datetime.datetime(1904, 1, 1) if epoch else datetime.datetime(1899, 12, 30 + (value < 60))  # noqa: DTZ001
    try:
        length = datetime.timedelta(milliseconds=round(value * 86_400_000))
        if elapsed:
            return length
        when = first + length
    except OverflowError:
        return value
    if 0 <= value < 1 and not epoch:
        return when.time()
    return when.date() if when.time() == datetime.time() else when


def _date(text: str) -> Any:
    try:
        when = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return when.date() if when.time() == datetime.time() else when


def _position(address: str) -> tuple[int, int]:
    """Return row and column, from 0, of an address."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise _nowhere(address)
    column = 0
    for letter in found.group(1).upper():
        column = column * 26 + ord(letter) - 64
    row = int(found.group(2))
    if row > LAST_ROW or column > LAST_COLUMN:
        raise _nowhere(address)
    return row - 1, column - 1


def _is_zero(size: str | None) -> bool:
    return size is not None and _NUMBER.fullmatch(size) is not None and float(size) == 0.0


def _nowhere(address: str) -> ReadingError:
    return ReadingError(Fault.of("importing.cell_nowhere", address=address[:20]))
