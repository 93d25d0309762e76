"""Write tables as a workbook: one sheet, numbers as numbers, no formulas, the rules of a three-line table."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from digimfg.display.layout import text_width
from digimfg.display.table import Table, cell_text
from digimfg.text import column_letter

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["render_workbook"]

_NUMBER = re.compile(r"−?\d{1,3}(?:,\d{3})*(?:\.\d+)?|−?\d+(?:\.\d+)?")
_LONGEST, _WIDEST = 32_767, 60.0  # characters of a cell; a column's width in characters
_WHOLE = 1e15  # beyond it a workbook's numbers lose digits
_CLOCK = (2000, 1, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_PLACES = ("left", "center", "right")
_WRAP = ' wrapText="1"'
_EDGES = ((0, 0), (2, 0), (1, 0), (0, 2), (0, 1), (2, 2), (2, 1), (1, 2))
"""Rules above and below a cell: none, thin, thick."""


def render_workbook(table: Table, language: Language) -> bytes:
    """Return an ``.xlsx``: the title, header, body and notes in rows of the sheet."""
    sheet = _Sheet()
    sheet.line([cell_text(table.title, language)], [(0, 0)], bold=True, join=table.n_columns)
    for number, spans in enumerate(table.header):
        edge = _EDGES.index((2 * (number == 0), 1 * (number == len(table.header) - 1)))
        start, cells, places = 0, [""] * table.n_columns, [0] * table.n_columns
        for span in spans:
            cells[start] = cell_text(span.text, language)
            for column in range(start, start + span.width):
                places[column] = 0 if table.header_alignment(start, span.width) in "lp" else 1
            if span.width > 1:
                sheet.joined.append((sheet.n_rows + 1, start, start + span.width - 1))
            start += span.width
        sheet.line(cells, [(place, edge) for place in places], wrap=True)
    columns = [0 if each in "lp" else 1 if each == "c" else 2 for each in table.alignment]
    for number, row in enumerate(table.rows):
        top = 2 if number == 0 and not table.header else int(row.rule_above and number > 0)
        edge = _EDGES.index((top, 2 if number == len(table.rows) - 1 else 0))
        cells = [cell_text(cell, language) for cell in row.cells]
        cells += [""] * (table.n_columns - len(cells))
        sheet.line(cells, [(place, edge) for place in columns], numbers=True)
    for note in table.notes:
        sheet.line([cell_text(note, language)], [(0, 0)], join=table.n_columns, wrap=True)
    return sheet.packed()


class _Sheet:
    def __init__(self) -> None:
        self.n_rows = 0
        self.joined: list[tuple[int, int, int]] = []
        self.styles: dict[tuple[int, int, bool, bool, str], int] = {(0, 0, False, False, "General"): 0}
        self._rows: list[str] = []
        self._widths: dict[int, float] = {}

    def line(
        self,
        cells: list[str],
        looks: list[tuple[int, int]],
        *,
        bold: bool = False,
        wrap: bool = False,
        numbers: bool = False,
        join: int = 1,
    ) -> None:
        """Add a row of cells with their places and rules; `join` makes one cell of that many columns."""
        self.n_rows += 1
        found, height = [], ""
        for column, (cell, (place, edge)) in enumerate(zip(cells, looks, strict=True)):
            written, form = _number(cell) if numbers and column else ("", "General")
            style = self.styles.setdefault((place, edge, bold, wrap, form), len(self.styles))
            name = f'<c r="{column_letter(column)}{self.n_rows}" s="{style}"'
            if written:
                found.append(f"{name}><v>{written}</v></c>")
            elif cell:
                found.append(f'{name} t="inlineStr"><is><t xml:space="preserve">{_said(cell)}</t></is></c>')
            else:
                found.append(f"{name}/>")
            if join == 1:
                wide = min(2 * text_width(cell) + 2, _WIDEST)
                self._widths[column] = max(self._widths.get(column, 0.0), wide)
        if join > 1:
            self.joined.append((self.n_rows, 0, join - 1))
            room = sum(self._widths.get(column, 9.0) for column in range(join))
            lines = int(2 * text_width(cells[0]) // room) + 1
            height = f' ht="{15 * lines}" customHeight="1"' if wrap else ""
        self._rows.append(f'<row r="{self.n_rows}"{height}>{"".join(found)}</row>')

    def packed(self) -> bytes:
        """Return the bytes of the workbook, the same for the same rows."""
        widths = "".join(
            f'<col min="{column + 1}" max="{column + 1}" width="{width:g}" customWidth="1"/>'
            for column, width in sorted(self._widths.items())
        )
        joined = "".join(
            f'<mergeCell ref="{column_letter(first)}{row}:{column_letter(last)}{row}"/>'
            for row, first, last in self.joined
        )
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
            ),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/styles.xml": _styles(list(self.styles)),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}">'
            '<sheetViews><sheetView workbookViewId="0" showGridLines="0"/></sheetViews>'
            f"{f'<cols>{widths}</cols>' if widths else ''}"
            f"<sheetData>{''.join(self._rows)}</sheetData>"
            + (f'<mergeCells count="{len(self.joined)}">{joined}</mergeCells>' if joined else "")
            + "</worksheet>",
        }
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name, part in parts.items():
                entry = zipfile.ZipInfo(name, _CLOCK)
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, (_HEAD + part).encode("utf-8"))
        return stream.getvalue()


def _number(cell: str) -> tuple[str, str]:
    """Return a finished number as a workbook holds it and the format that shows it so, or "" for a text."""
    if not _NUMBER.fullmatch(cell):
        return "", "General"
    plain = cell.replace("−", "-").replace(",", "")
    if abs(float(plain)) >= _WHOLE:
        return "", "General"
    decimals = len(plain.partition(".")[2])
    return plain, ("#,##0" if "," in cell else "0") + ("." + "0" * decimals if decimals else "")


def _said(cell: str) -> str:
    return escape(cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…")


def _relations(*targets: tuple[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _styles(styles: list[tuple[int, int, bool, bool, str]]) -> str:
    forms = sorted({form for *_, form in styles} - {"General"})
    codes = {form: 164 + number for number, form in enumerate(forms)} | {"General": 0}
    named = "".join(f'<numFmt numFmtId="{codes[form]}" formatCode="{form}"/>' for form in forms)
    weights = ("", ' style="thin"', ' style="medium"')
    borders = "".join(
        f"<border><left/><right/><top{weights[top]}/><bottom{weights[bottom]}/><diagonal/></border>"
        for top, bottom in _EDGES
    )
    font = '<sz val="10.5"/><name val="Times New Roman"/><family val="1"/>'
    cells = "".join(
        f'<xf numFmtId="{codes[form]}" fontId="{int(bold)}" fillId="0" borderId="{edge}" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1">'
        f'<alignment horizontal="{_PLACES[place]}" vertical="center"{_WRAP if wrap else ""}/></xf>'
        for place, edge, bold, wrap, form in styles
    )
    return (
        f'<styleSheet xmlns="{_MAIN}">'
        + (f'<numFmts count="{len(forms)}">{named}</numFmts>' if forms else "")
        + f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        f'<borders count="{len(_EDGES)}">{borders}</borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(styles)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
