"""Read what people type into cells: text in one width, and the many ways to say "missing"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from digimfg.spelling import DASHES, ZERO_WIDTH, clean_text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["DASHES", "MISSING_MARKS", "ZERO_WIDTH", "Cells", "clean_text", "is_missing", "match_text"]

Cells: TypeAlias = "np.ndarray | pd.api.extensions.ExtensionArray"
"""Cells of a column: an array of numbers or objects, or text as Arrow holds it."""

MISSING_MARKS = frozenset(
    {"", "-", "--", "---", ".", "..", "...", "......", "na", "n/a", "nan", "#n/a", "null", "none", "缺失",
    "无数据", "/", "\\"}
)  # fmt: skip
"""What counts as missing, after `clean_text` and in lower case; dashes and dots of every width are among
them."""


def match_text(value: object) -> str:
    """Return text as names are compared: `clean_text` in lower case without spaces, underscores and
    punctuation.

    Examples
    --------
    >>> match_text("Total_Assets, Net")
    'totalassetsnet'
    """
    return re.sub(r"[\s_,.;:、，。；：'\"“”‘’\-]+", "", clean_text(value).casefold())


def is_missing(value: object, marks: frozenset[str] = MISSING_MARKS) -> bool:
    """Tell whether a cell says that there is no value."""
    if value is None or (isinstance(value, float) and value != value):
        return True
    return isinstance(value, str) and clean_text(value).replace(" ", "").casefold() in marks
