"""Read the tables of a web page, which many databases export under the name of a workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from digimfg.errors import Fault, PanelError
from digimfg.importing.faults import ReadingError, check_cells
from digimfg.importing.grids import Grid, absent_sheets, fill_merged
from digimfg.importing.rich_text import raised_text
from digimfg.text import Text

__all__ = ["declared_encoding", "is_web_page", "read_web_page"]

_BEGINNING = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"<meta\b[^>]*\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LOOKED_AT = 10_000
_MOST_ACROSS, _MOST_DOWN = 16_384, 1_048_576
_SILENT = {"script", "style"}
_RAISED = {"sup", "sub"}


def is_web_page(text: str) -> bool:
    """Tell whether a text is a web page.

    Examples
    --------
    >>> is_web_page("<HTML><table>"), is_web_page("地区,年份")
    (True, False)
    """
    return _BEGINNING.match(text[:_LOOKED_AT]) is not None


def declared_encoding(content: bytes) -> str:
    """Return the encoding that a web page names, ``""`` where none; GB 2312 and GBK are read as GB 18030."""
    found = _CHARSET.search(content[:_LOOKED_AT])
    name = found.group(1).decode("ascii").lower() if found else ""
    return "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936") else name


def read_web_page(path: Path, text: str, sheets: tuple[str, ...] = ()) -> tuple[Grid, ...]:
    """Read the tables of a web page: cells as they are shown, spans as merged cells.

    A single table has no name; several are named by their number on the page. Of tables within tables the
    inner ones count.

    Raises
    ------
    PanelError
        If the page holds no table, or one that is too large.
    """
    reader = _Tables()
    try:
        reader.feed(text)
        reader.close()
    except Exception as error:  # markup that is none raises whatever it leads to
        raise PanelError.of(
            "importing.page_damaged", path=path, name=type(error).__name__, error=error
        ) from error
    tables = [table.rows for table in reader.finished if any(cell.text for row in table.rows for cell in row)]
    if not tables:
        raise PanelError.of("importing.page_without_table", path=path)
    names = [""] if len(tables) == 1 else [str(number) for number in range(1, len(tables) + 1)]
    if absent := absent_sheets(path, sheets, names):
        raise absent
    try:
        return tuple(
            _grid(name, table)
            for name, table in zip(names, tables, strict=True)
            if not sheets or name in sheets
        )
    except ReadingError as fault:
        raise fault.at(path, Text("a table", "表格"), Text("export it again", "请重新导出")) from fault


@dataclass(kw_only=True, eq=False)
class _Cell:
    across: int
    down: int
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.pieces)).strip()


@dataclass(kw_only=True, eq=False)
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    holds_tables: bool = False


class _Tables(HTMLParser):
    """Gather the innermost tables of a page; end tags may be missing, as browsers allow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.finished: list[_Table] = []
        self.open: list[_Table] = []
        self.cell: _Cell | None = None
        self.silent = self.raised = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "table":
            if self.open:
                self.open[-1].holds_tables = True
            self.open.append(_Table())
            self.cell = None
        elif tag in _SILENT:
            self.silent += 1
        elif not self.open:
            return
        elif tag == "tr":
            self.open[-1].rows.append([])
            self.cell = None
        elif tag in ("td", "th"):
            if not self.open[-1].rows:
                self.open[-1].rows.append([])
            self.raised = 0
            self.cell = _Cell(
                across=_span(told.get("colspan"), _MOST_ACROSS), down=_span(told.get("rowspan"), _MOST_DOWN)
            )
            self.open[-1].rows[-1].append(self.cell)
        elif tag in _RAISED:
            self.raised += 1
        elif tag in ("br", "p", "div") and self.cell is not None:
            self.cell.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _RAISED:
            self.raised = max(0, self.raised - 1)
        elif tag == "table" and self.open:
            self._finish()
        elif tag in ("td", "th", "tr"):
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.silent:
            self.cell.pieces.append(raised_text(data) if self.raised else data)

    def close(self) -> None:
        super().close()
        while self.open:
            self._finish()

    def _finish(self) -> None:
        table = self.open.pop()
        self.cell = None
        if not table.holds_tables:
            self.finished.append(table)


def _span(told: str | None, most: int) -> int:
    return min(max(int(told), 1), most) if told and told.strip().isdecimal() and len(told) < 10 else 1


def _grid(name: str, table: list[list[_Cell]]) -> Grid:
    placed: list[tuple[int, int, _Cell]] = []
    across = 0
    free: list[int] = []  # column → first row that no cell above reaches into
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while column < len(free) and free[column] > row:
                column += 1
            if column + cell.across > _MOST_ACROSS:
                raise ReadingError(Fault.of("importing.page_too_wide", most=_MOST_ACROSS))
            free.extend([0] * (column + cell.across - len(free)))
            down = min(cell.down, len(table) - row)
            for place in range(column, column + cell.across):
                free[place] = row + down
            placed.append((row, column, cell))
            column += cell.across
            across += cell.across
        check_cells(1, across, len(placed), name)
    height, width = len(table), len(free)
    check_cells(height, width, len(placed), name)
    filled = np.full((height, width), "", dtype=object)
    merged = []
    for row, column, cell in placed:
        bottom, right = min(row + cell.down, height), column + cell.across
        filled[row, column] = cell.text
        if (bottom - row, right - column) != (1, 1):
            merged.append((row, bottom - 1, column, right - 1))
    fill_merged(filled, tuple(merged))
    return Grid(sheet=name, columns=tuple(filled[:, place] for place in range(width)), merged=tuple(merged))
