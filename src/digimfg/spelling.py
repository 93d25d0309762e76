"""Spell text in one way: one width of letters, digits and dashes, single spaces."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["DASHES", "ZERO_WIDTH", "clean_text", "tidy"]

DASHES = str.maketrans(dict.fromkeys("—–―−‐‑‒─━", "-") | {"…": "...", "⋯": "...", "·": "."})
"""Dashes of every width, and dots that stand for several."""

ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\ufeff\u2060]")
"""Characters that show nothing."""

_SPACES = re.compile(r"\s+")
_CJK = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”"


def clean_text(value: object) -> str:
    """Return a cell's text with full-width letters and digits made narrow, spaces joined and outer ones
    removed.

    Examples
    --------
    >>> clean_text("　ＧＤＰ（亿元） ")
    'GDP(亿元)'
    """
    if value is None or (isinstance(value, float) and value != value):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if text.isascii():
        return text if text.isalnum() else _SPACES.sub(" ", text).strip()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", ZERO_WIDTH.sub("", text)).translate(DASHES)).strip()


def tidy(text: str) -> str:
    """Return words without the blanks that the transcription put into them.

    Blanks go after a decimal point and wherever one of the two neighbours is a Chinese character; between
    Latin words one blank stays.

    Examples
    --------
    >>> tidy("1. 04 亿美元"), tidy("变 革 型 机 器 人制造"), tidy("83 / 10. 6")
    ('1.04亿美元', '变革型机器人制造', '83 / 10.6')
    """
    text = re.sub(r"(?<=\d)\.\s+(?=\d)", ".", text)
    text = re.sub(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])", "", text)
    return re.sub(r"\s+", " ", text).strip()
