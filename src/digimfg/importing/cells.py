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

_NUMBERS = frozenset({float, int, type(None)})
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
        return text if text.isalnum() else _SPACES.sub(" ", text).strip()
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
        values, others = array.astype("float64"), np.zeros(0, dtype="int64")
    else:
        values, others = _plain_numbers(array)
    if not len(others):
        return Numbers(values=values, units=None, unreadable=np.flatnonzero(np.isinf(values)), marked=0)
    codes, distinct = pd.factorize(pd.Series(array[others], dtype=object), use_na_sentinel=True)
    parsed = [_parse(value, marks) for value in distinct]
    values[others] = np.array([value for value, _, _, _ in parsed] + [np.nan])[codes]
    bad = np.isinf(values)
    bad[others] |= np.array([wrong for _, _, wrong, _ in parsed] + [False])[codes]
    marked = np.array([mark for _, _, _, mark in parsed] + [False])[codes]
    units = None
    if any(unit for _, unit, _, _ in parsed):
        units = np.full(len(values), "", dtype=object)
        units[others] = np.array([unit for _, unit, _, _ in parsed] + [""], dtype=object)[codes]
    return Numbers(values=values, units=units, unreadable=np.flatnonzero(bad), marked=int(marked.sum()))


def _plain_numbers(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of cells that hold a number and nothing else, and the positions of those that need a closer look."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        strings = pa.array(array, pa.string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return _stored_numbers(array)
    plain = pc.match_substring_regex(strings, r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$")
    values: np.ndarray = pc.cast(pc.if_else(plain, strings, None), pa.float64()).to_numpy(
        zero_copy_only=False
    )
    others = pc.invert(pc.or_(pc.fill_null(plain, True), pc.equal(strings, "")))
    return np.array(values), np.flatnonzero(pc.fill_null(others, False).to_numpy(zero_copy_only=False))


def _stored_numbers(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split a column of numbers and texts as a workbook stores them."""
    kinds = list(map(type, array))
    plain = np.fromiter(map(_NUMBERS.__contains__, kinds), dtype=bool, count=len(kinds))
    if plain.all():
        return array.astype("float64"), np.zeros(0, dtype="int64")
    values = np.full(len(array), np.nan)
    values[plain] = array[plain].astype("float64")
    return values, np.flatnonzero(~plain)


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
