"""Styles of a document for Word: fonts and sizes of headings, captions, text and quotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from digimfg.exhibits.writers.word import set_fonts

if TYPE_CHECKING:
    from docx.document import Document

    from digimfg.text import Language

__all__ = ["BODY_FONT", "HEAD_FONT", "NOTE_SIZE", "set_styles"]

_BODY, _SIZES = 12.0, {1: 16.0, 2: 14.0, 3: 12.0, 4: 12.0}  # points: 小四; 三号, 四号, 小四
_CAPTION = 10.5  # 五号
NOTE_SIZE = 9.0  # 小五
BODY_FONT, HEAD_FONT = "宋体", "黑体"


def set_styles(document: Document, language: Language) -> None:
    """Give the styles of a document their fonts, sizes and spaces."""
    styles = document.styles
    for name, size, font, bold in (
        *((f"Heading {level}", size, HEAD_FONT, True) for level, size in _SIZES.items()),
        ("Title", 22.0, HEAD_FONT, True),
        ("Subtitle", 12.0, BODY_FONT, False),
        ("Caption", _CAPTION, HEAD_FONT, False),
        ("Body Text", _BODY, BODY_FONT, False),
        ("List Paragraph", _BODY, BODY_FONT, False),
        ("Quote", _BODY, "楷体", False),
    ):
        style = styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        set_fonts(style.element.get_or_add_rPr(), font)
    body = styles["Body Text"].paragraph_format
    body.first_line_indent = Pt(2 * _BODY) if language == "zh" else None
    body.line_spacing, body.space_after = 1.5, Pt(0 if language == "zh" else 6)
    body.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    styles["List Paragraph"].paragraph_format.line_spacing = 1.5
    for name in ("Title", "Subtitle"):
        borders = styles[name].element.pPr.find(qn("w:pBdr"))
        if borders is not None:
            styles[name].element.pPr.remove(borders)
