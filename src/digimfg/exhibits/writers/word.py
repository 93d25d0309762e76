"""Write tables for Word: real borders, Times New Roman with 宋体 on every run, the same bytes every time."""

from __future__ import annotations

import datetime
import io
import zipfile
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.pkgwriter import PackageWriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from digimfg.display.alignment import Padding, decimal_padding
from digimfg.display.layout import Layout, breakable, header_lines, text_width, turned_layout
from digimfg.display.table import Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = [
    "EPOCH", "LANDSCAPE", "PORTRAIT", "default_fonts", "file_of", "fill_table", "render_word", "set_fonts",
    "set_page",
    "write_paragraph",
]  # fmt: skip

_LATIN, _EAST_ASIAN = "Times New Roman", "宋体"
_TITLE_SIZE, _NOTE_SIZE = 10.5, 9.0  # points: 五号, 小五
PORTRAIT, LANDSCAPE = 16 / 2.54 * 72, 24.7 / 2.54 * 72  # points between margins of 2.5 cm on A4
_HEAVY, _LIGHT = 12, 6  # eighths of a point: 1.5 pt and 0.75 pt
_LONGEST_TITLE = 255  # of the file's properties; on the page it stands whole
EPOCH = datetime.datetime(2000, 1, 1)  # noqa: DTZ001  (Word's core properties carry no zone)
_ALIGNMENT = {
    "l": WD_ALIGN_PARAGRAPH.LEFT,
    "c": WD_ALIGN_PARAGRAPH.CENTER,
    "r": WD_ALIGN_PARAGRAPH.RIGHT,
    "d": WD_ALIGN_PARAGRAPH.CENTER,
    "p": WD_ALIGN_PARAGRAPH.LEFT,
}
# Spaces as wide as a digit: digits and asterisks of Times New Roman are half an em, a comma a quarter.
_INVISIBLE = str.maketrans({"0": "\u2007", "*": "\u2007", "−": "\u2007", ",": "\u2005"})


def render_word(table: Table, language: Language) -> bytes:
    """Return a ``.docx`` with the title, the table and its notes; wide tables lie on a landscape page."""
    document = Document()
    layout, landscape = turned_layout(table, language, PORTRAIT, LANDSCAPE)
    set_page(document, landscape=landscape)
    default_fonts(document)
    write_paragraph(
        document.add_paragraph(),
        cell_text(table.title, language),
        _TITLE_SIZE,
        WD_ALIGN_PARAGRAPH.CENTER,
        bold=True,
        keep=True,
    )
    fill_table(document, table, language, layout)
    for note in table.notes:
        write_paragraph(
            document.add_paragraph(), cell_text(note, language), _NOTE_SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY
        )
    properties = document.core_properties
    title = cell_text(table.title, language)
    properties.title = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = EPOCH
    properties.revision = 1
    return file_of(document)


def fill_table(document: Any, table: Table, language: Language, layout: Layout) -> None:
    """Add a table at the end of a document: real borders, header rows that repeat, no row cut by a page."""
    padding = decimal_padding(table, language)
    n_header = len(table.header)
    grid = document.add_table(rows=n_header + len(table.rows), cols=table.n_columns)
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for column, width in zip(grid.columns, layout.widths, strict=True):
        column.width = Pt(width + 2 * layout.gap)
    _cell_margins(grid, layout.gap)
    rows = list(grid.rows)
    size = layout.font_size
    for number, spans in enumerate(table.header):
        start = 0
        cells = rows[number].cells
        for span in spans:
            cell = cells[start]
            if span.width > 1:
                cell = cell.merge(cells[start + span.width - 1])
            alignment = _ALIGNMENT[table.header_alignment(start, span.width)]
            lines = header_lines(cell_text(span.text, language), layout, start, span.width)
            write_paragraph(cell.paragraphs[0], "\n".join(lines), size, alignment, keep=True)
            start += span.width
        _row_property(rows[number], "w:tblHeader")
    for number, row in enumerate(table.rows):
        cells = rows[n_header + number].cells
        keep = number + 1 < len(table.rows) and (row.heading or table.rows[number + 1].attached)
        if row.heading:
            merged = cells[0].merge(cells[-1])
            text = cell_text(row.cells[0], language)
            write_paragraph(merged.paragraphs[0], text, size, WD_ALIGN_PARAGRAPH.LEFT, keep=keep)
            continue
        for column, cell in enumerate(row.cells):
            text = breakable(cell_text(cell, language), column, layout)
            text = _padded(text, padding.get((number, column)))
            write_paragraph(
                cells[column].paragraphs[0], text, size, _ALIGNMENT[table.alignment[column]], keep=keep
            )
        if (
            table.stub_hangs(number)
            and text_width(cell_text(row.cells[0], language)) * size > layout.widths[0]
        ):
            cells[0].merge(rows[n_header + number + 1].cells[0])
    for number, row in enumerate(rows):
        _row_property(row, "w:cantSplit")
        body = number - n_header
        top = (
            _HEAVY
            if number == 0
            else _LIGHT
            if 0 < body < len(table.rows) and table.rows[body].rule_above
            else None
        )
        bottom = _HEAVY if number == len(rows) - 1 else _LIGHT if number == n_header - 1 else None
        upright = "bottom" if body < 0 else "top" if layout.wrapped else "center"
        _cell_edges(row, top, bottom, upright)


def set_page(document: Any, *, landscape: bool) -> None:
    """Make the last section an A4 page, upright or on its side, with margins of 2.5 cm."""
    section = document.sections[-1]
    width, height = Cm(21), Cm(29.7)
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)


def default_fonts(document: Any) -> None:
    """Set the letters of all text that says nothing else: Times New Roman with 宋体."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(_NOTE_SIZE)
    properties = style.element.get_or_add_rPr()
    set_fonts(properties)
    languages = OxmlElement("w:lang")
    languages.set(qn("w:val"), "en-US")
    languages.set(qn("w:eastAsia"), "zh-CN")
    properties.append(languages)


def write_paragraph(
    paragraph: Any, text: str, size: float, alignment: Any, *, bold: bool = False, keep: bool = False
) -> None:
    """Write one run into a paragraph, `size` in points; `keep` holds it on the page of the next."""
    of_paragraph, of_run = _form(size, alignment, bold, keep)
    if paragraph._p.pPr is None:
        paragraph._p.insert(0, deepcopy(of_paragraph))
    else:
        _set_form(paragraph.paragraph_format, alignment, keep)
    run = paragraph.add_run(text)
    run._r.insert(0, deepcopy(of_run))


@lru_cache(maxsize=256)
def _form(size: float, alignment: Any, bold: bool, keep: bool) -> tuple[Any, Any]:
    """Return the properties of paragraphs and runs of one form, made once: thousands of cells have it."""
    nowhere: Any = None
    paragraph = Paragraph(OxmlElement("w:p"), nowhere)
    _set_form(paragraph.paragraph_format, alignment, keep)
    run = paragraph.add_run()
    run.font.size = Pt(size)
    run.font.bold = bold or None
    set_fonts(run._element.get_or_add_rPr())
    return paragraph._p.pPr, run._r.rPr


def _set_form(layout: Any, alignment: Any, keep: bool) -> None:
    layout.alignment = alignment
    layout.space_before = layout.space_after = Pt(1.5)
    layout.line_spacing = 1.0
    layout.keep_with_next = keep


def set_fonts(properties: Any, east_asian: str = _EAST_ASIAN) -> None:
    """Name the letters of a run or a style: Times New Roman, and those of Chinese."""
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for attribute in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(attribute), _LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)


def _cell_edges(row: Any, top: int | None, bottom: int | None, upright: str) -> None:
    for element in row._tr.tc_lst:
        properties = element.get_or_add_tcPr()
        borders = OxmlElement("w:tcBorders")
        for side, size in (("top", top), ("bottom", bottom)):
            if size is not None:
                border = OxmlElement(f"w:{side}")
                for name, value in (
                    ("val", "single"),
                    ("sz", str(size)),
                    ("space", "0"),
                    ("color", "000000"),
                ):
                    border.set(qn(f"w:{name}"), value)
                borders.append(border)
        if len(borders):
            properties.append(borders)
        vertical = OxmlElement("w:vAlign")
        vertical.set(qn("w:val"), upright)
        properties.append(vertical)


def _cell_margins(grid: Any, gap: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(gap * 20)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = grid._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def _row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _padded(text: str, padding: Padding | None) -> str:
    if padding is None:
        return text
    return padding.left.translate(_INVISIBLE) + text + padding.right.translate(_INVISIBLE)


def file_of(document: Any) -> bytes:
    """Return a document as a file with fixed times, so that equal documents are equal files."""
    package = document.part.package
    for part in package.parts:
        part.before_marshal()
    stream = io.BytesIO()
    writer: Any = PackageWriter
    with zipfile.ZipFile(stream, "w") as archive:
        entries = _Entries(archive)
        writer._write_content_types_stream(entries, package.parts)
        writer._write_pkg_rels(entries, package.rels)
        writer._write_parts(entries, package.parts)
    return stream.getvalue()


class _Entries:
    """Write the parts of a package into an archive: python-docx writes the time of day beside each."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def write(self, name: Any, content: bytes) -> None:
        """Write one part."""
        entry = zipfile.ZipInfo(name.membername, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        self._archive.writestr(entry, content)
