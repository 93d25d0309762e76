"""Tables of a document for Word: written in pieces of a page, or from the elements that they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table

from digimfg.display.layout import turned_layout
from digimfg.display.table import cell_text
from digimfg.documents.pages import pieces
from digimfg.documents.word_styles import NOTE_SIZE
from digimfg.exhibits.writers.word import LANDSCAPE, PORTRAIT, fill_table, write_paragraph

if TYPE_CHECKING:
    from collections.abc import Callable

    from docx.document import Document

    from digimfg.documents.book import PlacedTable
    from digimfg.text import Language

__all__ = ["Written", "write_again", "write_table"]

Written: TypeAlias = tuple[bool, tuple[tuple[bytes, ...], ...]]
"""A table as it stands in a document: whether its page lies on its side, and the elements of each piece."""


def write_again(
    document: Document, written: Written, turn: Callable[[bool], None], head: Callable[[int], None]
) -> None:
    """Write a table from the elements that it had before.

    Parameters
    ----------
    document
        Where it is written, at the end.
    written
        As `write_table` returned it.
    turn
        Lays the page on its side, or upright.
    head
        Writes what stands above a piece, by its place.
    """
    turned, parts = written
    turn(turned)
    for place, elements in enumerate(parts):
        head(place)
        for element in elements:
            document.element.body.insert_element_before(parse_xml(element), "w:sectPr")


def write_table(
    document: Document,
    block: PlacedTable,
    language: Language,
    turn: Callable[[bool], None],
    head: Callable[[int], None],
) -> Written:
    """Write a table and return its elements; see `write_again`."""
    layout, turned = turned_layout(block.table, language, PORTRAIT, LANDSCAPE)
    turn(turned)
    body, parts = document.element.body, []
    for place, piece in enumerate(pieces(block.table, language, 26 if turned else 40)):
        head(place)
        start = len(body) - 1  # before the properties of the section
        fill_table(document, piece, language, layout)
        _keep_whole(document, with_notes=bool(piece.notes))
        for note in piece.notes:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.keep_together = True
            write_paragraph(paragraph, cell_text(note, language), NOTE_SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY)
        parts.append(tuple(serialize_part_xml(each) for each in body[start:-1]))
    return turned, tuple(parts)


def _keep_whole(document: Document, *, with_notes: bool) -> None:
    """Keep the rows of the last table on one page, notes with them: pieces are no longer than that."""
    last = next(document.element.body.iterchildren(qn("w:tbl"), reversed=True))
    rows = Table(last, document).rows
    for row in rows if with_notes else rows[:-1]:
        for paragraph in row._tr.iter(qn("w:p")):
            properties = paragraph.get_or_add_pPr()
            properties.get_or_add_keepNext().val = True
