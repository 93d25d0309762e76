"""Spell text in one way: one width of letters, digits and dashes, single spaces."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["DASHES", "ZERO_WIDTH", "clean_text"]

DASHES = str.maketrans(dict.fromkeys("—–―−‐‑‒─━", "-") | {"…": "...", "⋯": "...", "·": "."})
"""Dashes of every width, and dots that stand for several."""

ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\ufeff\u2060]")
"""Characters that show nothing."""

_SPACES = re.compile(r"\s+")


def clean_text(value: object) -> str:
    """Return a cell's text with full-width letters and digits made narrow, spaces joined and outer ones removed.

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
