"""Read cells as numbers: one spelling, one number; what could be read in two ways is read in none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from digimfg.importing.cells import DASHES, MISSING_MARKS, ZERO_WIDTH, Cells, clean_text, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DecimalMark", "Numbers", "decimal_mark", "misspelled_number", "parse_numbers", "two_readings"]

DecimalMark = Literal[".", ",", "?"]
"""What stands before the decimals of a file; ``"?"`` where it does not say so."""

_STORED = frozenset({float, int, type(None)})
_NOTE_MARKS = re.compile(
    "(?:[\u2460-\u24ff\u2776-\u2793*\u2020\u2021#]|(?<![A-Za-z])[\u00b9\u00b2\u00b3\u2070-\u209f])+$|\\[\\d+\\]$"
)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032`", "'"))
_EXPONENT = "(?:[eE][+-]?\\d+)?"
_GROUPS = "[1-9]\\d{{0,2}}(?P<mark>[{marks}])\\d{{3}}(?:(?P=mark)\\d{{3}})*(?:{decimal}\\d+)?"
_PLAIN = "(?:\\d+(?:{decimal}\\d*)?|{decimal}\\d+)" + _EXPONENT
_NUMBER = {
    decimal: re.compile(f"[+-]?(?:{_PLAIN}|{_GROUPS})".format(decimal=re.escape(decimal), marks=marks))
    for decimal, marks in ((".", " ,'"), (",", " .'"))
}
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_BEFORE_UNIT = re.compile(r"([+-]?[\d.,' ]*[\d.,](?:[eE][+-]?\d+)?) *([^\d.,' +].*)")
_MISSPELLED = re.compile(r"[+-]?[.,]?\d(?:[\d .,']*\d)?[.,]?")
_QUICK = {
    ".": r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$",
    ",": r"^[+-]?[0-9]+([eE][+-]?[0-9]+)?$",
    "?": r"^[+-]?([0-9]+|0[.][0-9]+|[0-9]{4,}[.][0-9]+|[0-9]+[.][0-9]{1,2}|[0-9]+[.][0-9]{4,})([eE][+-]?[0-9]+)?$",  # noqa: E501
}
_SURELY_COMMA = re.compile(
    r"[+-]?(?:0,\d+|\d+,\d{1,2}|\d+,\d{4,}|\d{4,},\d+|[1-9]\d{0,2}(?:[. "
    r"']\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}) ?%?"
)
_SURELY_POINT = re.compile(
    r"[+-]?(?:0?\.\d+|\d+\.\d{1,2}|\d+\.\d{4,}|\d{4,}\.\d+|[1-9]\d{0,2}(?:[, "
    r"']\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,}) ?%?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Hold a column of cells as numbers.

    Parameters
    ----------
    values
        Shape (n,), missing where the cell is.
    units
        Unit written inside the cell, ``""`` where there is none; ``None`` where no cell of the column has
        one.
    unreadable
        Positions of cells that are neither numbers nor missing.
    marked
        How many cells carried a footnote mark, which was taken off.
    """

    values: np.ndarray
    units: np.ndarray | None
    unreadable: np.ndarray
    marked: int


def parse_numbers(cells: Any, marks: frozenset[str] = MISSING_MARKS, decimal: DecimalMark = ".") -> Numbers:
    """Read a column of cells as numbers.

    Spaces, commas (points where decimals follow a comma) and apostrophes group the digits before the
    decimals by threes, one of them throughout a number, whose first group has one to three digits and no
    leading zero; they are nothing else, so that ``122 3``, ``0,891`` and ``1,23`` are unreadable. A sign
    stands before the first digit without a space; numbers in parentheses are unreadable. Footnote marks
    after a number (①, *, [1]) are taken off and counted. A unit after the number (``12.5%``, ``3亿``) is
    kept apart and never applied here.

    Parameters
    ----------
    cells
        Array of numbers, strings or both, or of pandas.
    marks
        What counts as missing.
    decimal
        What stands before the decimals; with ``"?"`` a spelling that two conventions read differently
        (``1.234``) is unreadable.

    Examples
    --------
    >>> texts = np.array(["1 234.5", "１,２３４", "-0.5", "12.5%", "122 3", "0,891", "(5)"], dtype=object)
    >>> parse_numbers(texts).values.tolist(), parse_numbers(texts).unreadable.tolist()
    ([1234.5, 1234.0, -0.5, 12.5, nan, nan, nan], [4, 5, 6])
    >>> parse_numbers(np.array(["1 234,5", "0,891", "1.234"], dtype=object), decimal=",").values.tolist()
    [1234.5, 0.891, 1234.0]
    """
    array = cells if isinstance(cells, pd.api.extensions.ExtensionArray) else np.asarray(cells)
    if isinstance(array, np.ndarray) and array.dtype.kind in "fiub":
        values, others = array.astype("float64"), np.zeros(0, dtype="int64")
    else:
        values, others = _plain_numbers(array, decimal)
    if not len(others):
        return Numbers(values=values, units=None, unreadable=np.flatnonzero(np.isinf(values)), marked=0)
    codes, distinct = pd.factorize(pd.Series(np.asarray(array[others], dtype=object)), use_na_sentinel=True)
    parsed = [_parse(value, marks, decimal) for value in distinct]
    values[others] = np.array([value for value, _, _, _ in parsed] + [np.nan])[codes]
    bad = np.isinf(values)
    bad[others] |= np.array([wrong for _, _, wrong, _ in parsed] + [False])[codes]
    marked = np.array([mark for _, _, _, mark in parsed] + [False])[codes]
    units = None
    if any(unit for _, unit, _, _ in parsed):
        units = np.full(len(values), "", dtype=object)
        units[others] = np.array([unit for _, unit, _, _ in parsed] + [""], dtype=object)[codes]
    return Numbers(values=values, units=units, unreadable=np.flatnonzero(bad), marked=int(marked.sum()))


def decimal_mark(columns: Iterable[Any], separator: str) -> DecimalMark:
    """Tell what stands before the decimals of a file.

    A point, unless cells show a comma there (``12,5``), or the file separates its columns by semicolons, as
    programs do where commas stand before decimals, and no cell shows a point (``12.5``): then ``"?"``.

    Parameters
    ----------
    columns
        Arrays of cells.
    separator
        Of a text file, ``""`` for others.
    """
    held = list(columns)
    comma = _shows(_SURELY_COMMA, ",", held)
    if not comma and separator != ";":
        return "."
    return "." if not comma and _shows(_SURELY_POINT, ".", held) else "?"


def two_readings(text: object) -> bool:
    """Tell whether the decimals of a number may begin at a comma: whoever knows the file must say so.

    Examples
    --------
    >>> [two_readings(text) for text in ("1,234", "0,891", "1 234,5", "12.5", "122 3")]
    [True, True, True, False, False]
    """
    plain = _plain_text(str(text))
    return bool(_AMBIGUOUS.fullmatch(plain) or _SURELY_COMMA.fullmatch(plain))


def misspelled_number(text: object) -> bool:
    """Tell whether a text holds nothing but digits, a sign and what stands between digits, and yet is no
    number.

    Examples
    --------
    >>> [misspelled_number(text) for text in ("122 3", "0,891", "1.2.3", "A1", "12")]
    [True, True, False, False, False]
    """
    plain = _plain_text(str(text))
    return (
        _MISSPELLED.fullmatch(plain) is not None
        and _NUMBER["."].fullmatch(plain) is None
        and any(mark in plain for mark in " ,'")
    )


def _plain_numbers(array: Cells, decimal: DecimalMark) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of cells that hold a number and nothing else, and the positions of those that need a
    closer look.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        strings = pa.array(array, pa.string(), from_pandas=True)
        if isinstance(strings, pa.ChunkedArray):
            strings = strings.combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return _stored_numbers(np.asarray(array, dtype=object))
    if decimal == ".":
        try:
            found = pc.cast(pc.if_else(pc.equal(strings, ""), None, strings), pa.float64())
        except pa.ArrowInvalid:
            pass
        else:
            values = np.array(found.to_numpy(zero_copy_only=False))
            if np.isfinite(values).sum() == len(found) - found.null_count:  # "nan" and "inf" are texts
                return values, np.zeros(0, dtype=np.int64)
    plain = pc.match_substring_regex(strings, _QUICK[decimal])
    values = pc.cast(pc.if_else(plain, strings, None), pa.float64()).to_numpy(zero_copy_only=False)
    others = pc.invert(pc.or_(pc.fill_null(plain, True), pc.equal(strings, "")))
    return np.array(values), np.flatnonzero(pc.fill_null(others, False).to_numpy(zero_copy_only=False))


def _stored_numbers(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split a column of numbers and texts as a workbook stores them."""
    kinds = list(map(type, array))
    plain = np.fromiter(map(_STORED.__contains__, kinds), dtype=bool, count=len(kinds))
    if plain.all():
        return array.astype("float64"), np.zeros(0, dtype="int64")
    values = np.full(len(array), np.nan)
    values[plain] = array[plain].astype("float64")
    return values, np.flatnonzero(~plain)


def _shows(spelling: re.Pattern[str], mark: str, columns: Iterable[Any]) -> bool:
    """Tell whether a cell of any column is spelled so; only those that hold the mark are looked at."""
    import pyarrow.compute as pc

    for column in columns:
        if isinstance(column, np.ndarray):
            texts = column.tolist() if column.dtype.kind in "OU" else []
            held = {cell for cell in texts if type(cell) is str and mark in cell}
        else:
            chosen = pc.filter(column, pc.fill_null(pc.match_substring(column, mark), False))
            held = set(pc.unique(chosen).to_pylist())
        if any(spelling.fullmatch(_plain_text(text)) for text in held):
            return True
    return False


def _parse(value: object, marks: frozenset[str], decimal: DecimalMark) -> tuple[float, str, bool, bool]:
    """Return value, unit, whether it is unreadable, and whether a footnote mark was taken off."""
    if isinstance(value, bool):
        return np.nan, "", True, False
    if isinstance(value, int | float | np.number):
        return float(value), "", bool(np.isinf(value)), False
    if not isinstance(value, str):
        return np.nan, "", True, False
    raw = value.strip()
    unmarked = raw if is_missing(raw, marks) else _NOTE_MARKS.sub("", raw).rstrip()
    if clean_text(unmarked).replace(" ", "").casefold() in marks:
        # A cell of nothing but a footnote mark is not a known way to say "missing".
        return np.nan, "", unmarked != raw, False
    if any(
        unicodedata.category(letter) == "No" for letter in re.sub("(?<=[A-Za-z])[\u00b2\u00b3]", "", unmarked)
    ):
        return np.nan, "", True, False  # ½, and digits of footnotes, which would join those of the number
    marked = unmarked != raw
    text = _plain_text(unmarked)
    number = _number(text, decimal)
    if number is not None:
        return number, "", not np.isfinite(number), marked
    split = _BEFORE_UNIT.fullmatch(text)
    amount = None if split is None else _number(split.group(1).rstrip(), decimal)
    if split is None or amount is None:
        return np.nan, "", True, False
    return amount, clean_text(split.group(2)).replace(" ", ""), False, marked


def _plain_text(text: str) -> str:
    """Return a cell's text with narrow digits, one kind of dash, space and apostrophe, and nothing taken out
    between digits.
    """
    plain = unicodedata.normalize("NFKC", text).translate(DASHES).translate(_APOSTROPHES)
    return ZERO_WIDTH.sub("", plain).strip().removeprefix("'")


def _number(text: str, decimal: DecimalMark) -> float | None:
    if decimal == "?" and _AMBIGUOUS.fullmatch(text):
        return None
    mark: Literal[".", ","] = "," if decimal == "," else "."
    found = _NUMBER[mark].fullmatch(text)
    if found is None:
        return None
    digits = text.replace(found["mark"], "") if found["mark"] else text
    return float(digits.replace(",", ".") if mark == "," else digits)
