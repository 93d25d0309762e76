"""Read what people type into cells: numbers with signs, marks and units, and the many ways to say "missing"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["MISSING_MARKS", "Numbers", "clean_text", "is_missing", "match_text", "parse_numbers"]

MISSING_MARKS = frozenset(
    {"", "-", "--", "---", ".", "..", "...", "......", "na", "n/a", "nan", "#n/a", "null", "none", "缺失", "无数据", "/", "\\"}
)  # fmt: skip
"""What counts as missing, after `clean_text` and in lower case; dashes and dots of every width are among them."""

_DASHES = str.maketrans(dict.fromkeys("—–―−‐‑‒─━", "-") | {"…": "...", "⋯": "...", "·": "."})
_NOTE_MARKS = re.compile(r"[\u2460-\u24ff\u2776-\u2793\u00b9\u00b2\u00b3\u2070-\u209f*†‡#]+$|\[\d+\]$")
_SPACES = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u2060]+")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_WITH_UNIT = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)([^\d.,+\s].*)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Hold a column of cells as numbers.

    Parameters
    ----------
    values
        Shape (n,), missing where the cell is.
    units
        Unit written inside the cell, ``""`` where there is none; ``None`` where no cell of the column has one.
    unreadable
        Positions of cells that are neither numbers nor missing.
    marked
        How many cells carried a footnote mark, which was taken off.
    """

    values: np.ndarray
    units: np.ndarray | None
    unreadable: np.ndarray
    marked: int


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
        return _SPACES.sub(" ", text).strip()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).translate(_DASHES)).strip()


def match_text(value: object) -> str:
    """Return text as names are compared: `clean_text` in lower case without spaces, underscores and punctuation.

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


def parse_numbers(cells: Any, marks: frozenset[str] = MISSING_MARKS) -> Numbers:
    """Read a column of cells as numbers.

    Commas are thousands separators where they group digits by three, and nothing else; a decimal comma is unreadable.
    Footnote marks after a number (①, *, [1]) are taken off and counted. A unit after the number (``12.5%``, ``3亿``) is
    kept apart and never applied here.

    Parameters
    ----------
    cells
        Array of numbers, strings or both.
    marks
        What counts as missing.
    """
    array = np.asarray(cells)
    if array.dtype.kind in "fiub":
        return _plain(array.astype("float64"))
    quick = _quick(array)
    if quick is not None:
        return _plain(quick)
    codes, distinct = pd.factorize(pd.Series(array, dtype=object), use_na_sentinel=True)
    parsed = [_parse(value, marks) for value in distinct]
    values = np.array([value for value, _, _, _ in parsed] + [np.nan])[codes]
    bad = np.array([wrong for _, _, wrong, _ in parsed] + [False])[codes]
    marked = np.array([mark for _, _, _, mark in parsed] + [False])[codes]
    has_units = any(unit for _, unit, _, _ in parsed)
    units = np.array([unit for _, unit, _, _ in parsed] + [""], dtype=object)[codes] if has_units else None
    return Numbers(values=values, units=units, unreadable=np.flatnonzero(bad), marked=int(marked.sum()))


def _plain(values: np.ndarray) -> Numbers:
    bad = np.flatnonzero(np.isinf(values))
    return Numbers(values=values, units=None, unreadable=bad, marked=0)


def _quick(array: np.ndarray) -> np.ndarray | None:
    """Convert a column of plain numbers at once; ``None`` where any cell needs a closer look."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        strings = pa.array(array, pa.string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return _numbers_only(array)
    simple = pc.match_substring_regex(strings, r"^([+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?)?$")
    if not pc.all(simple, skip_nulls=True).as_py():
        return None
    filled = pc.if_else(pc.equal(strings, ""), None, strings)
    result: np.ndarray = pc.cast(filled, pa.float64()).to_numpy(zero_copy_only=False)
    return result


def _numbers_only(array: np.ndarray) -> np.ndarray | None:
    if not all(
        type(value) in (float, int) or value is None or (isinstance(value, str) and not value)
        for value in array
    ):
        return None
    return np.array([np.nan if value is None or value == "" else float(value) for value in array])


def _parse(value: object, marks: frozenset[str]) -> tuple[float, str, bool, bool]:
    """Return value, unit, whether it is unreadable, and whether a footnote mark was taken off."""
    if isinstance(value, bool):
        return np.nan, "", True, False
    if isinstance(value, int | float | np.number):
        return float(value), "", bool(np.isinf(value)), False
    if not isinstance(value, str):
        return np.nan, "", True, False
    raw = value.strip()
    unmarked = raw if is_missing(raw, marks) else _NOTE_MARKS.sub("", raw).rstrip()
    text = clean_text(unmarked).replace(" ", "")
    if text.casefold() in marks:
        # A cell of nothing but a footnote mark is not a known way to say "missing".
        return np.nan, "", unmarked != raw, False
    marked = unmarked != raw
    number = _number(text)
    if number is not None:
        return number, "", not np.isfinite(number), marked
    split = _WITH_UNIT.match(text)
    amount = None if split is None else _number(split.group(1))
    if split is None or amount is None:
        return np.nan, "", True, False
    return amount, split.group(2), False, marked


def _number(text: str) -> float | None:
    if _PLAIN.match(text):
        return float(text)
    if _GROUPED.match(text):
        return float(text.replace(",", ""))
    return None
