"""Write a document for Word: heading styles, captions and cross-references as fields, native formulas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.shape import CT_Inline
from docx.shared import Cm, Emu, Pt

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
from digimfg.documents.pages import continued
from digimfg.documents.word_fields import (
    add_field,
    begin_contents,
    bookmark_name,
    bookmarked,
    end_contents,
    formula_of,
)
from digimfg.documents.word_styles import BODY_FONT, HEAD_FONT, NOTE_SIZE, set_styles
from digimfg.documents.word_tables import Written, write_again, write_table
from digimfg.documents.written import WrittenTables
from digimfg.exhibits.writers.word import (
    EPOCH,
    default_fonts,
    file_of,
    set_fonts,
    set_page,
    write_paragraph,
)
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["render_document"]

_SEQUENCES = sheet_beside(__file__, "word", "sequences")


def render_document(book: Book, tables: WrittenTables | None = None) -> bytes:
    """Return a ``.docx``; the same document gives the same bytes.

    Parameters
    ----------
    book
        What is written.
    tables
        Tables that were written before.
    """
    return _Writer(book, WrittenTables() if tables is None else tables).bytes()


class _Writer:
    def __init__(self, book: Book, tables: WrittenTables) -> None:
        self._book = book
        self._tables = tables
        self._language = book.language
        self._document = Document()
        self._bookmarks = self._pictures = 0
        self._images: dict[str, str] = {}
        self._turned = False
        set_page(self._document, landscape=False)
        default_fonts(self._document)
        set_styles(self._document, self._language)
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
        self._tables.leave()
        properties = self._document.core_properties
        properties.title, properties.author = book.title[:255], book.author[:255]
        properties.last_modified_by = properties.comments = ""
        properties.created = properties.modified = EPOCH
        properties.revision = 1
        return file_of(self._document)

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
        held: Written | None = self._tables.before(block)
        head = partial(self._head, block)
        if held is None:
            written = write_table(self._document, block, self._language, self._turn, head)
            self._tables.keep(block, written)
        else:
            write_again(self._document, held, self._turn, head)
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _head(self, block: PlacedTable, place: int) -> None:
        if block.label:
            self._caption(block, continues=place > 0)

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

    def _figure(self, block: PlacedFigure) -> None:
        picture = self._document.add_paragraph()
        picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
        picture.paragraph_format.keep_with_next = True
        self._pictures += 1
        identity, image = self._image(block.image.with_suffix(".png"))
        width, height = image.scaled_dimensions(None, None)
        if width > Cm(16):
            width, height = Cm(16), Emu(height * Cm(16) // width)
        shape = CT_Inline.new_pic_inline(self._pictures, identity, image.filename, width, height)
        picture.add_run()._r.add_drawing(shape)
        shape.docPr.set("descr", block.title)
        paragraph = self._paragraph("Caption")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._label(paragraph, "fig", block.name, block)
        self._run(paragraph, _after(block.title, self._language))
        for note in block.notes:
            write_paragraph(self._document.add_paragraph(), note, NOTE_SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY)

    def _image(self, path: Path) -> tuple[str, Any]:
        """Return the name of an image within the file, and the image; equal ones are there once.

        Not by `add_picture`, which looks through all images, and through the whole document, for each.
        """
        part, image = self._document.part, Image.from_file(str(path))
        if image.sha1 not in self._images:
            added = part.package.image_parts._add_image_part(image)
            self._images[image.sha1] = part.relate_to(added, RELATIONSHIP_TYPE.IMAGE)
        return self._images[image.sha1], image

    def _equation(self, block: PlacedEquation) -> None:
        paragraph = self._document.add_paragraph()
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(8), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
        self._run(paragraph, "\t")
        paragraph._p.append(formula_of(in_omml(block.tree)))
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
        start, end = bookmarked(self._bookmarks, bookmark_name(kind, name))
        paragraph._p.append(start)
        self._run(paragraph, f"{block.chapter}-" if bare else f"{word} {block.chapter}-")
        self._field(paragraph, f" SEQ {word} \\* ARABIC \\s 1 ", str(block.number))
        paragraph._p.append(end)

    def _field(self, paragraph: Any, instruction: str, shown: str) -> None:
        add_field(paragraph, instruction, self._run(paragraph, shown))

    def _parts(self, paragraph: Any, parts: Sequence[Part]) -> None:
        for part in parts:
            if isinstance(part, Pointer):
                shown = part.label.partition(" ")[2] if part.kind == "eq" else part.label
                if part.kind == "eq":
                    self._run(paragraph, _SEQUENCES["eq"].language(self._language) + " (")
                self._field(paragraph, f" REF {bookmark_name(part.kind, part.name)} \\h ", shown)
                if part.kind == "eq":
                    self._run(paragraph, ")")
            elif isinstance(part, Formula):
                paragraph._p.append(formula_of(in_omml(part.tree)))
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
        font = HEAD_FONT if name.startswith(("Heading", "Title", "Caption")) else BODY_FONT
        set_fonts(run._element.get_or_add_rPr(), font)
        return run

    def _centred(self, text: str, style: str) -> None:
        paragraph = self._paragraph(style)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, text)

    def _contents(self) -> None:
        """Write a table of contents, which Word fills with pages."""
        heads = [block for block in self._book.blocks if isinstance(block, Heading) and block.level <= 3]
        self._centred(Text("Contents", "目录").language(self._language), "Subtitle")
        paragraph = self._document.add_paragraph()
        begin_contents(paragraph)
        for place, head in enumerate(heads):
            if place:
                paragraph = self._document.add_paragraph()
            paragraph.paragraph_format.left_indent = Pt(18 * (head.level - 1))
            words = "".join(part.text for part in head.parts if isinstance(part, Words))
            self._run(paragraph, _heading_number(head, self._language) + words)
        end_contents(paragraph)

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
