"""Elements of a document for Word that Word itself computes or sets: fields, bookmarks, formulas."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

__all__ = ["add_field", "begin_contents", "bookmark_name", "bookmarked", "end_contents", "formula_of"]

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def add_field(paragraph: Any, instruction: str, run: Any) -> None:
    """Add a field to a paragraph around the run that shows its value until Word computes it anew."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)
    field.append(run._r)


def bookmark_name(kind: str, name: str) -> str:
    """Return the name of a bookmark: letters, digits and low lines, forty at most."""
    letters = "".join(each if each.isascii() and each.isalnum() else f"_{ord(each):x}" for each in name)
    return f"{kind}_{letters}"[:40]


def bookmarked(number: int, name: str) -> tuple[Any, Any]:
    """Return the elements that begin and end a bookmark of a document."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    return start, end


def begin_contents(paragraph: Any) -> None:
    """Begin a table of contents: a field that Word fills with pages when the file is opened."""
    _add_mark(paragraph, "begin").set(qn("w:dirty"), "true")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = ' TOC \\o "1-3" \\h \\z \\u '
    paragraph.add_run()._r.append(instruction)
    _add_mark(paragraph, "separate")


def end_contents(paragraph: Any) -> None:
    """End the table of contents that was begun."""
    _add_mark(paragraph, "end")


def formula_of(omml: str) -> Any:
    """Return a formula as an element."""
    return parse_xml(f'<m:oMath xmlns:m="{_MATH}" xmlns:w="{_WORD}">{omml}</m:oMath>')


def _add_mark(paragraph: Any, kind: str) -> Any:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)
    return mark
