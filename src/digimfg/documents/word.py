"""Write a document for Word: heading styles, captions and cross-references as fields, native formulas."""

from __future__ import annotations

import io
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table

from digimfg.content_key import content_key
from digimfg.display.layout import turned_layout
from digimfg.display.table import cell_text
from digimfg.documents.blocks import Code, Formula, Heading, Item, Paragraph, Words
from digimfg.documents.book import (
    Book,
    Part,
    Placed,
    PlacedContents,
    PlacedEquation,
    PlacedFigure,
    PlacedTable,
    Pointer,
)
from digimfg.documents.notations import in_omml
from digimfg.documents.pages import continued, pieces
from digimfg.exhibits.writers.word import (
    EPOCH,
    LANDSCAPE,
    PORTRAIT,
    default_fonts,
    fill_table,
    set_fonts,
    set_page,
    without_clock,
    write_paragraph,
)
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["render_document"]

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BODY, _SIZES = 12.0, {1: 16.0, 2: 14.0, 3: 12.0, 4: 12.0}  # points: 小四; 三号, 四号, 小四
_CAPTION, _NOTE = 10.5, 9.0  # 五号, 小五
_HEADS = "黑体"
_SEQUENCES = sheet_beside(__file__, "word", "sequences")


Written: TypeAlias = tuple[bool, tuple[tuple[bytes, ...], ...]]
"""A table as it stands in a document: whether its page lies on its side, and the elements of each piece."""


def render_document(book: Book, tables: MutableMapping[str, Written] | None = None) -> bytes:
    """Return a ``.docx``; the same document gives the same bytes.

    Parameters
    ----------
    book
        What is written.
    tables
        Tables that were written before by the same code, by the content of each; those of this document are
        left there in their place.
    """
    return _Writer(book, {} if tables is None else tables).bytes()


class _Writer:
    def __init__(self, book: Book, tables: MutableMapping[str, Written]) -> None:
        self._book = book
        self._tables = tables
        self._asked: dict[str, Written] = {}
        self._language = book.language
        self._document = Document()
        self._bookmarks = 0
        self._turned = False
        set_page(self._document, landscape=False)
        default_fonts(self._document)
        self._styles()
        # The name of a paragraph's style by its id, the default style's for none: asked for at every run.
        self._style_names = {style.style_id: style.name for style in self._document.styles}
        self._style_ids = {name: key for key, name in self._style_names.items()}

    def bytes(self) -> bytes:
        book = self._book
        if book.title:
            self._centred(book.title, "Title")
        if book.author:
            self._centred(book.author, "Subtitle")
        if book.contents:
            self._contents()
        for block in book.blocks:
            self._block(block)
        self._page_numbers()
        self._tables.clear()
        self._tables.update(self._asked)
        properties = self._document.core_properties
        properties.title, properties.author = book.title[:255], book.author[:255]
        properties.last_modified_by = properties.comments = ""
        properties.created = properties.modified = EPOCH
        properties.revision = 1
        stream = io.BytesIO()
        self._document.save(stream)
        return without_clock(stream.getvalue())

    def _styles(self) -> None:
        styles = self._document.styles
        for name, size, heads, bold in (
            *((f"Heading {level}", size, _HEADS, True) for level, size in _SIZES.items()),
            ("Title", 22.0, _HEADS, True),
            ("Subtitle", 12.0, "宋体", False),
            ("Caption", _CAPTION, _HEADS, False),
            ("Body Text", _BODY, "宋体", False),
            ("List Paragraph", _BODY, "宋体", False),
            ("Quote", _BODY, "楷体", False),
        ):
            style = styles[name]
            style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            set_fonts(style.element.get_or_add_rPr(), heads)
        body = styles["Body Text"].paragraph_format
        body.first_line_indent = Pt(2 * _BODY) if self._language == "zh" else None
        body.line_spacing, body.space_after = 1.5, Pt(0 if self._language == "zh" else 6)
        body.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        styles["List Paragraph"].paragraph_format.line_spacing = 1.5
        for name in ("Title", "Subtitle"):
            borders = styles[name].element.pPr.find(qn("w:pBdr"))
            if borders is not None:
                styles[name].element.pPr.remove(borders)

    def _block(self, block: Placed) -> None:
        if isinstance(block, PlacedTable):
            self._table(block)
            return
        if isinstance(block, PlacedContents):
            self._upright()
            self._contents()
            return
        if isinstance(block, Heading):
            words = "".join(part.text for part in block.parts if isinstance(part, Words))
            paragraph = self._paragraph(f"Heading {block.level}")
            lead = _heading_number(block, self._language)
            self._run(paragraph, lead + words)
            return
        self._upright()
        if isinstance(block, Paragraph):
            style = "Quote" if block.quoted else "Body Text"
            self._parts(self._paragraph(style), block.parts)
        elif isinstance(block, Item):
            paragraph = self._paragraph("List Paragraph")
            paragraph.paragraph_format.left_indent = Pt(24 * (block.depth + 1))
            if block.mark:
                paragraph.paragraph_format.first_line_indent = Pt(-18)
                self._run(paragraph, f"{block.mark} ")
            self._parts(paragraph, block.parts)
        elif isinstance(block, Code):
            for line in block.text.split("\n"):
                self._run(self._document.add_paragraph(), line)
        elif isinstance(block, PlacedEquation):
            self._equation(block)
        else:
            self._figure(block)

    def _table(self, block: PlacedTable) -> None:
        name = content_key(block.table, self._language)
        held = None if name is None else self._tables.get(name)
        if held is None:
            held = self._written(block)
        else:
            self._again(block, held)
        if name is not None:
            self._asked[name] = held
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _again(self, block: PlacedTable, written: Written) -> None:
        """Write a table from the elements that it had before."""
        turned, parts = written
        self._turn(turned)
        for place, elements in enumerate(parts):
            if block.label:
                self._caption(block, continues=place > 0)
            for element in elements:
                self._document.element.body.insert_element_before(parse_xml(element), "w:sectPr")

    def _written(self, block: PlacedTable) -> Written:
        """Write a table and return its elements."""
        layout, turned = turned_layout(block.table, self._language, PORTRAIT, LANDSCAPE)
        self._turn(turned)
        body, parts = self._document.element.body, []
        for place, piece in enumerate(pieces(block.table, self._language, 26 if turned else 40)):
            if block.label:
                self._caption(block, continues=place > 0)
            start = len(body) - 1  # before the properties of the section
            fill_table(self._document, piece, self._language, layout)
            self._keep_whole(with_notes=bool(piece.notes))
            for note in piece.notes:
                paragraph = self._document.add_paragraph()
                paragraph.paragraph_format.keep_together = True
                text = cell_text(note, self._language)
                write_paragraph(paragraph, text, _NOTE, WD_ALIGN_PARAGRAPH.JUSTIFY)
            parts.append(tuple(serialize_part_xml(each) for each in body[start:-1]))
        return turned, tuple(parts)

    def _caption(self, block: PlacedTable, *, continues: bool) -> None:
        paragraph = self._paragraph("Caption")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        if continues:
            paragraph.paragraph_format.page_break_before = True
            self._run(paragraph, continued(block, self._language))
        else:
            self._label(paragraph, "tbl", block.table.name, block)
            self._run(paragraph, _after(cell_text(block.table.title, self._language), self._language))

    def _keep_whole(self, *, with_notes: bool) -> None:
        """Keep the rows of the last table on one page, notes with them: pieces are no longer than that."""
        last = next(self._document.element.body.iterchildren(qn("w:tbl"), reversed=True))
        rows = Table(last, self._document).rows
        for row in rows if with_notes else rows[:-1]:
            for paragraph in row._tr.iter(qn("w:p")):
                properties = paragraph.get_or_add_pPr()
                properties.get_or_add_keepNext().val = True

    def _figure(self, block: PlacedFigure) -> None:
        picture = self._document.add_paragraph()
        picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
        picture.paragraph_format.keep_with_next = True
        shape = picture.add_run().add_picture(str(block.image.with_suffix(".png")))
        if shape.width > Cm(16):
            shape.height, shape.width = Emu(shape.height * Cm(16) // shape.width), Cm(16)
        shape._inline.docPr.set("descr", block.title)
        paragraph = self._paragraph("Caption")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._label(paragraph, "fig", block.name, block)
        self._run(paragraph, _after(block.title, self._language))
        for note in block.notes:
            write_paragraph(self._document.add_paragraph(), note, _NOTE, WD_ALIGN_PARAGRAPH.JUSTIFY)

    def _equation(self, block: PlacedEquation) -> None:
        paragraph = self._document.add_paragraph()
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(8), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
        self._run(paragraph, "\t")
        paragraph._p.append(_formula(in_omml(block.tree)))
        if block.label:
            self._run(paragraph, "\t(")
            self._label(paragraph, "eq", block.name, block, bare=True)
            self._run(paragraph, ")")

    def _label(
        self,
        paragraph: Any,
        kind: str,
        name: str,
        block: PlacedTable | PlacedFigure | PlacedEquation,
        *,
        bare: bool = False,
    ) -> None:
        """Write "表 4-1" within a bookmark: its number is a field that Word counts by chapter."""
        word = _SEQUENCES[kind].language(self._language)
        self._bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), _bookmark(kind, name))
        paragraph._p.append(start)
        self._run(paragraph, f"{block.chapter}-" if bare else f"{word} {block.chapter}-")
        self._field(paragraph, f" SEQ {word} \\* ARABIC \\s 1 ", str(block.number))
        paragraph._p.append(end)

    def _field(self, paragraph: Any, instruction: str, shown: str) -> None:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        paragraph._p.append(field)
        run = self._run(paragraph, shown)
        field.append(run._r)

    def _parts(self, paragraph: Any, parts: Sequence[Part]) -> None:
        for part in parts:
            if isinstance(part, Pointer):
                shown = part.label.partition(" ")[2] if part.kind == "eq" else part.label
                if part.kind == "eq":
                    self._run(paragraph, _SEQUENCES["eq"].language(self._language) + " (")
                self._field(paragraph, f" REF {_bookmark(part.kind, part.name)} \\h ", shown)
                if part.kind == "eq":
                    self._run(paragraph, ")")
            elif isinstance(part, Formula):
                paragraph._p.append(_formula(in_omml(part.tree)))
            else:
                text = part.text if part.text != "\n" else "" if self._language == "zh" else " "
                run = self._run(paragraph, text)
                run.bold, run.italic = part.bold or None, part.italic or None
                if part.url and part.url != part.text:
                    self._run(paragraph, f" ({part.url})")

    def _paragraph(self, style: str) -> Any:
        """Add a paragraph of a style by its id: to look for the name among all styles takes longer than
        the rest.
        """
        paragraph = self._document.add_paragraph()
        paragraph._p.style = self._style_ids[style]
        return paragraph

    def _run(self, paragraph: Any, text: str) -> Any:
        run = paragraph.add_run(text)
        name = self._style_names.get(paragraph._p.style, "")
        heads = _HEADS if name.startswith(("Heading", "Title", "Caption")) else "宋体"
        set_fonts(run._element.get_or_add_rPr(), heads)
        return run

    def _centred(self, text: str, style: str) -> None:
        paragraph = self._paragraph(style)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, text)

    def _contents(self) -> None:
        """Write a table of contents: a field that Word fills with pages when the file is opened."""
        heads = [block for block in self._book.blocks if isinstance(block, Heading) and block.level <= 3]
        self._centred(Text("Contents", "目录").language(self._language), "Subtitle")
        paragraph = self._document.add_paragraph()
        for kind in ("begin", "instruction", "separate"):
            run = paragraph.add_run()._r
            if kind == "instruction":
                instruction = OxmlElement("w:instrText")
                instruction.set(qn("xml:space"), "preserve")
                instruction.text = ' TOC \\o "1-3" \\h \\z \\u '
                run.append(instruction)
            else:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                if kind == "begin":
                    mark.set(qn("w:dirty"), "true")
                run.append(mark)
        for place, head in enumerate(heads):
            if place:
                paragraph = self._document.add_paragraph()
            paragraph.paragraph_format.left_indent = Pt(18 * (head.level - 1))
            words = "".join(part.text for part in head.parts if isinstance(part, Words))
            self._run(paragraph, _heading_number(head, self._language) + words)
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), "end")
        paragraph.add_run()._r.append(mark)

    def _page_numbers(self) -> None:
        footer = self._document.sections[0].footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._field(footer, " PAGE ", "1")

    def _turn(self, turned: bool) -> None:
        if turned != self._turned:
            self._document.add_section(WD_SECTION.NEW_PAGE)
            set_page(self._document, landscape=turned)
            self._turned = turned

    def _upright(self) -> None:
        self._turn(False)


def _heading_number(head: Heading[Part], language: str) -> str:
    if not head.number:
        return ""
    if head.level > 1:
        return f"{head.number}\u3000" if language == "zh" else f"{head.number} "
    return f"第{head.number}章\u3000" if language == "zh" else f"Chapter {head.number}. "


def _after(title: str, language: str) -> str:
    return f"\u3000{title}" if language == "zh" else f". {title}"


def _bookmark(kind: str, name: str) -> str:
    letters = "".join(each if each.isascii() and each.isalnum() else f"_{ord(each):x}" for each in name)
    return f"{kind}_{letters}"[:40]


def _formula(omml: str) -> Any:
    return parse_xml(f'<m:oMath xmlns:m="{_MATH}" xmlns:w="{_WORD}">{omml}</m:oMath>')
