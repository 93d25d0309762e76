"""Text of PDF files, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import SourceError
from digimfg.say import say
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
        raise SourceError(
            where=str(path),
            expected=Text("the package pypdf, to read PDF files", "读取 PDF 需要 pypdf"),
            got=Text("it is not installed", "未安装"),
            remedy=Text('pip install "digimfg[pdf]"', 'pip install "digimfg[pdf]"'),
        ) from None
    try:
        with path.open("rb") as file:
            found = [page.extract_text() or "" for page in PdfReader(file).pages]
    except Exception as error:  # a broken file may fail in any way
        raise SourceError(
            where=str(path),
            expected=Text("a PDF file that can be read without a password", "无需密码即可读取的 PDF"),
            got=Text.of(f"{type(error).__name__}: {error}"[:200]),
            remedy=Text("open and save it anew, or give its text as .txt", "重新保存，或改用 .txt 文本"),
        ) from error
    return PdfText(
        text="\n".join(found),
        pages=len(found),
        pages_with_text=sum(len("".join(page.split())) >= _FEW for page in found),
    )


def no_text(path: Path, pages: int) -> SourceError:
    """Return the refusal of a file without any text: pictures of pages."""
    return SourceError(
        where=str(path),
        expected=Text("a PDF file with text", "含文字的 PDF"),
        got=say("{n|page} of pictures", "{n}页均为图像", n=pages),
        remedy=Text("run character recognition first, or leave it out", "先作文字识别（OCR），或剔除该文件"),
    )
