"""Compare the values of a column with written ones, exactly and in the column's own type."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.notes import note_of
from digimfg.terms.filters import Value
from digimfg.terms.written_values import (
    UnreadableError,
    is_number,
    read_number,
)
from digimfg.text import Text

__all__ = [
    "Floats",
    "Integers",
    "Nothing",
    "Numbers",
    "Ranks",
    "Repeated",
    "Scale",
    "Words",
    "near_words",
]

Booleans = NDArray[np.bool_]
Sides = NDArray[np.int8]
Exact = Decimal | Fraction
_FAR = 10**40
_COMPARED = 2_000


class Scale(Protocol):
    """How the values of a column stand to a written one, row by row; what it says of missing rows means
    nothing.

    `equal` and `side` raise `UnreadableError` where a value is not of the column's type, `side` where it has
    no order.
    """

    @property
    def numeric(self) -> bool:
        """Whether values are numbers or truth values, so that they can be asked for zero."""

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""

    def side(self, value: Value) -> Sides:
        """Return -1 where the column is below a value, 0 where it is that value, 1 where it is above."""

    def nearest(self, value: Value) -> list[str]:
        """Return up to three values of the column that are near to one, as they are written."""


@dataclass(frozen=True, eq=False)
class Integers:
    """Whole numbers, or what is counted in them: days, nanoseconds, periods, truth."""

    values: NDArray[Any]
    present: Booleans
    read: Callable[[Value], Exact]
    show: Callable[[Any], str]
    numeric: bool = False

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""
        return np.asarray(self.side(value) == 0)

    def side(self, value: Value) -> Sides:
        """Return on which side of a value the column is."""
        low, high = _around(self.read(value))
        if not (self._holds(low) and self._holds(high)):
            return np.full(len(self.values), -1 if high > 0 else 1, dtype=np.int8)
        above = self.values > low if low == high else self.values >= high
        return _sides(above, self.values < high)

    def nearest(self, value: Value) -> list[str]:
        """Return values of the column that are near to one."""
        low, _ = _around(self.read(value))
        return [self.show(each) for each in _closest(self.values[self.present], low)]

    def _holds(self, number: int) -> bool:
        if self.values.dtype == object:
            return True
        bounds = np.iinfo(self.values.dtype)
        return int(bounds.min) <= number <= int(bounds.max)


@dataclass(frozen=True, eq=False)
class Floats:
    """Numbers that a computer rounds; a written one is rounded as they are."""

    values: NDArray[np.floating[Any]]
    numeric: bool = True

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""
        if self._runs_together(read_number(value)):
            most = 2 ** (np.finfo(self.values.dtype).nmant + 1)
            raise UnreadableError(note_of("terms.whole_number_up_to", most=most))
        return np.asarray(self.side(value) == 0)

    def side(self, value: Value) -> Sides:
        """Return on which side of a value the column is."""
        written = read_number(value)
        with np.errstate(over="ignore"):
            rounded = self.values.dtype.type(float(written))
        below, above = self.values < rounded, self.values > rounded
        if self._runs_together(written):
            error = Decimal(float(rounded)) - written
            below, above = (below | (error < 0) & ~above), (above | (error > 0) & ~below)
        return _sides(above, below)

    def _runs_together(self, written: Decimal) -> bool:
        """Return whether a number is so large that floats beside it are more than one apart."""
        return written.is_finite() and abs(written) > 2 ** (np.finfo(self.values.dtype).nmant + 1)

    def nearest(self, value: Value) -> list[str]:
        """Return values of the column that are near to one."""
        number = float(read_number(value))
        return [f"{each:.15g}" for each in _closest(self.values[~np.isnan(self.values)], number)]


@dataclass(frozen=True, eq=False)
class Words:
    """Text, compared letter by letter."""

    values: Any
    numeric: bool = False

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""
        return np.asarray(self._held(self.values == value.text), dtype=bool)

    def side(self, value: Value) -> Sides:
        """Return on which side of a value the column is."""
        if not value.quoted and is_number(value.text):
            raise UnreadableError(note_of("terms.text_has_no_order", text=value.text))
        above, below = self._held(self.values > value.text), self._held(self.values < value.text)
        return _sides(above, below)

    def nearest(self, value: Value) -> list[str]:
        """Return values of the column that are near to one."""
        return near_words(value.text, pd.Series(self.values).dropna().unique().tolist())

    def _held(self, found: Any) -> Booleans:
        return np.asarray(pd.Series(found).fillna(False), dtype=bool)


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers of several types in one column of objects, each compared in its own."""

    values: tuple[int | float | Decimal | np.floating[Any], ...]
    numeric: bool = True

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""
        return np.asarray(self.side(value) == 0)

    def side(self, value: Value) -> Sides:
        """Return on which side of a value the column is."""
        written = read_number(value)
        return np.array([_side(each, written) for each in self.values], dtype=np.int8)

    def nearest(self, value: Value) -> list[str]:
        """Return values of the column that are near to one."""
        number = float(read_number(value))
        return [str(each) for each in sorted(self.values, key=lambda each: abs(float(each) - number))[:3]]


class Nothing:
    """No value at all: any value may be asked for."""

    numeric = True

    def equal(self, value: Value) -> Booleans:  # noqa: ARG002
        """Return where the column is a value."""
        return np.zeros(0, dtype=bool)

    def side(self, value: Value) -> Sides:  # noqa: ARG002
        """Return on which side of a value the column is."""
        return np.zeros(0, dtype=np.int8)

    def nearest(self, value: Value) -> list[str]:  # noqa: ARG002
        """Return values of the column that are near to one."""
        return []


@dataclass(frozen=True, eq=False)
class Repeated:
    """The scale of the distinct values, spread over the rows that hold them (code -1: none)."""

    inner: Scale
    codes: NDArray[np.int64]

    @property
    def numeric(self) -> bool:
        """Return whether values are numbers or truth values."""
        return self.inner.numeric

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""
        return np.append(self.inner.equal(value), False)[self.codes]

    def side(self, value: Value) -> Sides:
        """Return on which side of a value the column is."""
        return np.append(self.inner.side(value), np.int8(0))[self.codes]

    def nearest(self, value: Value) -> list[str]:
        """Return values of the column that are near to one."""
        return self.inner.nearest(value)


@dataclass(frozen=True, eq=False)
class Ranks:
    """Categories whose order is declared, or that have none."""

    inner: Scale
    ordered: bool
    codes: NDArray[np.int64]

    @property
    def numeric(self) -> bool:
        """Return whether values are numbers or truth values."""
        return self.inner.numeric

    def equal(self, value: Value) -> Booleans:
        """Return where the column is a value."""
        place = self._place(value)
        return np.zeros(len(self.codes), dtype=bool) if place is None else self.codes == place

    def side(self, value: Value) -> Sides:
        """Return on which side of a value the column is."""
        if not self.ordered:
            raise UnreadableError(
                Text(
                    "== or in: these categories have no order; declare one with cat.set_categories(…, "
                    "ordered=True)",
                    "== 或 in：该类别列无次序；可用 cat.set_categories(…, ordered=True) 声明",
                )
            )
        place = self._place(value)
        if place is None:
            raise UnreadableError(Text("one of the ordered categories", "有序类别之一"))
        return _sides(self.codes > place, self.codes < place)

    def nearest(self, value: Value) -> list[str]:
        """Return values of the column that are near to one."""
        return self.inner.nearest(value)

    def _place(self, value: Value) -> int | None:
        found = np.flatnonzero(self.inner.equal(value))
        return int(found[0]) if len(found) else None


def _sides(above: NDArray[Any], below: NDArray[Any]) -> Sides:
    return np.asarray(above, dtype=np.int8) - np.asarray(below, dtype=np.int8)


def _closest(values: NDArray[Any], number: float) -> list[Any]:
    """Return up to three distinct values, those closest to a number first."""
    found = np.unique(values)
    if not len(found):
        return []
    lowest, highest = found[[0, -1]].tolist()
    place = int(np.searchsorted(found, min(max(number, lowest), highest)))
    window = found[max(place - 3, 0) : place + 3].tolist()
    return sorted(window, key=lambda each: (abs(each - number), each))[:3]


def near_words(word: str, candidates: Sequence[str]) -> list[str]:
    """Return up to three words that resemble one, or the first three where none does, in quotes."""
    distinct = list(dict.fromkeys(candidates))
    if len(distinct) > _COMPARED:
        distinct = [each for each in distinct if each[:1] == word[:1]][:_COMPARED] or distinct[:_COMPARED]
    near = difflib.get_close_matches(word, distinct, n=3, cutoff=0.4)
    return [repr(each) for each in near or distinct[:3]]


def _side(number: Any, written: Decimal) -> int:
    """Return -1, 0 or 1: below, at or above a written number, which is rounded as the number is up to
    2**53.
    """
    other: Any = written
    if isinstance(number, float | np.floating):
        if not written.is_finite() or abs(written) <= 2**53:
            other = type(number)(float(written))
        else:
            number = float(number)
    return int(number > other) - int(number < other)


def _around(written: Exact) -> tuple[int, int]:
    """Return the whole numbers below and above a number, far ones cut."""
    if isinstance(written, Decimal) and (written.is_infinite() or written.adjusted() > 39):
        return (_FAR, _FAR) if written > 0 else (-_FAR, -_FAR)
    return floor(written), ceil(written)
