"""Text of PDF files, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import SourceError
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PdfText", "no_text", "pdf_text"]

_FEW = 20
"""Characters: a page with fewer holds a picture, or nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfText:
    """Hold the text of a file, its number of pages, and how many of them hold text."""

    text: str
    pages: int
    pages_with_text: int


def pdf_text(path: Path) -> PdfText:
    """Return the text of a PDF file.

    Raises
    ------
    SourceError
        If pypdf is not installed, or the file is encrypted, broken or no PDF.
    """
    try:
        from pypdf import PdfReader
    except ImportError:
        raise SourceError.of("texts.no_pypdf", where=str(path)) from None
    try:
        with path.open("rb") as file:
            found = [page.extract_text() or "" for page in PdfReader(file).pages]
    except Exception as error:  # a broken file may fail in any way
        raise SourceError.of(
            "texts.pdf_not_readable", where=str(path), got=Text.of(f"{type(error).__name__}: {error}"[:200])
        ) from error
    return PdfText(
        text="\n".join(found),
        pages=len(found),
        pages_with_text=sum(len("".join(page.split())) >= _FEW for page in found),
    )


def no_text(path: Path, pages: int) -> SourceError:
    """Return the refusal of a file without any text: pictures of pages."""
    return SourceError.of("texts.pdf_of_pictures", where=str(path), n=pages)
