"""Compare the values of a column with written ones, exactly and in the column's own type."""

from __future__ import annotations

import datetime
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

from digimfg.terms.filters import Value
from digimfg.terms.written_values import (
    UnreadableError,
    date_reader,
    is_number,
    moment_reader,
    nanoseconds,
    period_reader,
    read_duration,
    read_number,
    read_truth,
)
from digimfg.text import Text

__all__ = ["Scale", "near_words", "scale_of"]

Booleans = NDArray[np.bool_]
Sides = NDArray[np.int8]
Exact = Decimal | Fraction
_FAR = 10**40
_COMPARED = 2_000
_UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}


class Scale(Protocol):
    """How the values of a column stand to a written one, row by row; what it says of missing rows means nothing.

    `equal` and `side` raise `UnreadableError` where a value is not of the column's type, `side` where it has no order.
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


def scale_of(column: pd.Series[Any]) -> tuple[Scale, Booleans]:
    """Return how the values of a column are compared, and which rows are missing.

    Parameters
    ----------
    column
        Of any type: numbers (of numpy, nullable, of arrow, `Decimal`), truth values, text, categories, dates with and
        without a zone, durations, periods, objects of one of these kinds.

    Raises
    ------
    UnreadableError
        If values of a type without an order or spelling, or of several kinds, are in the column.
    """
    held: Any = _of_pandas(column)
    dtype: Any = held.dtype
    missing = held.isna().to_numpy(dtype=bool)
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(held), missing
    if isinstance(dtype, pd.PeriodDtype):
        ordinals = held.array.asi8
        freq: Any = dtype.freq
        show = _shower(lambda ordinal: pd.Period(ordinal=ordinal, freq=freq))
        return _Integers(ordinals, ~missing, period_reader(freq), show), missing
    if pd.api.types.is_datetime64_any_dtype(dtype):
        zone = getattr(dtype, "tz", None)
        unit = held.dt.unit
        show = _shower(lambda count: pd.Timestamp(count, unit=unit, tz=zone))
        read = _in_units(moment_reader(zone), _UNITS[unit])
        return _Integers(held.array.asi8, ~missing, read, show), missing
    if pd.api.types.is_timedelta64_dtype(dtype):
        unit = held.dt.unit
        show = _shower(lambda count: pd.Timedelta(count, unit=unit))
        read = _in_units(read_duration, _UNITS[unit])
        return _Integers(held.array.asi8, ~missing, read, show), missing
    if pd.api.types.is_bool_dtype(dtype):
        values = held.to_numpy(dtype=bool, na_value=False).astype(np.int8)
        show = _shower(bool)
        return _Integers(values, ~missing, read_truth, show, numeric=True), missing
    if pd.api.types.is_integer_dtype(dtype):
        kind = "uint64" if pd.api.types.is_unsigned_integer_dtype(dtype) else "int64"
        numbers = held.to_numpy(dtype=kind, na_value=0)
        return _Integers(numbers, ~missing, read_number, _shower(int), numeric=True), missing
    if pd.api.types.is_float_dtype(dtype):
        floats = held.to_numpy(dtype=getattr(dtype, "numpy_dtype", dtype), na_value=np.nan)
        return _Floats(floats), np.isnan(floats)
    if isinstance(dtype, pd.StringDtype):
        return _Words(held.array), missing
    return _distinct(held), missing


def _of_pandas(column: Any) -> Any:
    """Return sparse columns and those of arrow's times, decimals and categories in the types of pandas."""
    dtype = column.dtype
    if isinstance(dtype, pd.SparseDtype):
        return pd.Series(column.sparse.to_dense())
    if not isinstance(dtype, pd.ArrowDtype):
        return column
    import pyarrow as pa

    kind = dtype.pyarrow_dtype
    if pa.types.is_timestamp(kind):
        zoned = pd.DatetimeTZDtype(kind.unit, kind.tz) if kind.tz else f"datetime64[{kind.unit}]"
        return column.astype(zoned)
    if pa.types.is_duration(kind):
        return column.astype(f"timedelta64[{kind.unit}]")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.astype(pd.StringDtype("pyarrow"))
    return column.astype(object)


@dataclass(frozen=True, eq=False)
class _Integers:
    """Whole numbers, or what is counted in them: days, nanoseconds, periods, truth."""

    values: NDArray[Any]
    present: Booleans
    read: Callable[[Value], Exact]
    show: Callable[[Any], str]
    numeric: bool = False

    def equal(self, value: Value) -> Booleans:
        return np.asarray(self.side(value) == 0)

    def side(self, value: Value) -> Sides:
        low, high = _around(self.read(value))
        if not (self._holds(low) and self._holds(high)):
            return np.full(len(self.values), -1 if high > 0 else 1, dtype=np.int8)
        above = self.values > low if low == high else self.values >= high
        return _sides(above, self.values < high)

    def nearest(self, value: Value) -> list[str]:
        low, _ = _around(self.read(value))
        return [self.show(each) for each in _closest(self.values[self.present], low)]

    def _holds(self, number: int) -> bool:
        if self.values.dtype == object:
            return True
        bounds = np.iinfo(self.values.dtype)
        return int(bounds.min) <= number <= int(bounds.max)


@dataclass(frozen=True, eq=False)
class _Floats:
    """Numbers that a computer rounds; a written one is rounded as they are."""

    values: NDArray[np.floating[Any]]
    numeric: bool = True

    def equal(self, value: Value) -> Booleans:
        if self._runs_together(read_number(value)):
            most = 2 ** (np.finfo(self.values.dtype).nmant + 1)
            raise UnreadableError(
                Text(
                    f"a whole number up to {most:,}: beyond it, a column of floats runs neighbours together; "
                    "keep such identifiers as text or integers from the file on",
                    f"不超过 {most:,} 的整数：超出后浮点列会把相邻整数混为一个；此类编号自读入起即应保存为文本或整数",
                )
            )
        return np.asarray(self.side(value) == 0)

    def side(self, value: Value) -> Sides:
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
        number = float(read_number(value))
        return [f"{each:.15g}" for each in _closest(self.values[~np.isnan(self.values)], number)]


@dataclass(frozen=True, eq=False)
class _Words:
    """Text, compared letter by letter."""

    values: Any
    numeric: bool = False

    def equal(self, value: Value) -> Booleans:
        return np.asarray(self._held(self.values == value.text), dtype=bool)

    def side(self, value: Value) -> Sides:
        if not value.quoted and is_number(value.text):
            raise UnreadableError(
                Text(
                    f"text: the column holds text, which has no order among numbers; convert it with pd.to_numeric, "
                    f"or write '{value.text}' in quotes to compare letter by letter",
                    f"文本：该列为文本，不能与数值比大小；请用 pd.to_numeric 转换，或加引号写作 '{value.text}' 以逐字比较",
                )
            )
        above, below = self._held(self.values > value.text), self._held(self.values < value.text)
        return _sides(above, below)

    def nearest(self, value: Value) -> list[str]:
        return near_words(value.text, pd.Series(self.values).dropna().unique().tolist())

    def _held(self, found: Any) -> Booleans:
        return np.asarray(pd.Series(found).fillna(False), dtype=bool)


@dataclass(frozen=True, eq=False)
class _Numbers:
    """Numbers of several types in one column of objects, each compared in its own."""

    values: tuple[int | float | Decimal | np.floating[Any], ...]
    numeric: bool = True

    def equal(self, value: Value) -> Booleans:
        return np.asarray(self.side(value) == 0)

    def side(self, value: Value) -> Sides:
        written = read_number(value)
        return np.array([_side(each, written) for each in self.values], dtype=np.int8)

    def nearest(self, value: Value) -> list[str]:
        number = float(read_number(value))
        return [str(each) for each in sorted(self.values, key=lambda each: abs(float(each) - number))[:3]]


class _Nothing:
    """No value at all: any value may be asked for."""

    numeric = True

    def equal(self, value: Value) -> Booleans:  # noqa: ARG002
        return np.zeros(0, dtype=bool)

    def side(self, value: Value) -> Sides:  # noqa: ARG002
        return np.zeros(0, dtype=np.int8)

    def nearest(self, value: Value) -> list[str]:  # noqa: ARG002
        return []


@dataclass(frozen=True, eq=False)
class _Repeated:
    """The scale of the distinct values, spread over the rows that hold them (code -1: none)."""

    inner: Scale
    codes: NDArray[np.int64]

    @property
    def numeric(self) -> bool:
        return self.inner.numeric

    def equal(self, value: Value) -> Booleans:
        return np.append(self.inner.equal(value), False)[self.codes]

    def side(self, value: Value) -> Sides:
        return np.append(self.inner.side(value), np.int8(0))[self.codes]

    def nearest(self, value: Value) -> list[str]:
        return self.inner.nearest(value)


@dataclass(frozen=True, eq=False)
class _Ranks:
    """Categories whose order is declared, or that have none."""

    inner: Scale
    ordered: bool
    codes: NDArray[np.int64]

    @property
    def numeric(self) -> bool:
        return self.inner.numeric

    def equal(self, value: Value) -> Booleans:
        place = self._place(value)
        return np.zeros(len(self.codes), dtype=bool) if place is None else self.codes == place

    def side(self, value: Value) -> Sides:
        if not self.ordered:
            raise UnreadableError(
                Text(
                    "== or in: these categories have no order; declare one with cat.set_categories(…, ordered=True)",
                    "== 或 in：该类别列无次序；可用 cat.set_categories(…, ordered=True) 声明",
                )
            )
        place = self._place(value)
        if place is None:
            raise UnreadableError(Text("one of the ordered categories", "有序类别之一"))
        return _sides(self.codes > place, self.codes < place)

    def nearest(self, value: Value) -> list[str]:
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


def _categories(column: Any) -> Scale:
    categories, codes = column.cat.categories, column.cat.codes.to_numpy(dtype=np.int64)
    scale, _ = scale_of(pd.Series(categories, name=column.name))
    words = isinstance(scale.inner if isinstance(scale, _Repeated) else scale, _Words)
    if words or (column.cat.ordered and not categories.is_monotonic_increasing):
        return _Ranks(scale, column.cat.ordered, codes)
    return _Repeated(scale, codes)


def _distinct(column: Any) -> Scale:
    """Return the scale of a column of text or objects of one kind."""
    try:
        codes, found = pd.factorize(column)
    except TypeError:
        raise _unsupported("values that cannot be compared", "无法比较的值") from None
    values = list(found)
    return _Repeated(_kind(values), codes.astype(np.int64))


def _kind(values: list[Any]) -> Scale:
    if not values:
        return _Nothing()
    held = np.ones(len(values), dtype=bool)
    if all(isinstance(value, str) for value in values):
        return _Words(np.array(values, dtype=object))
    if all(isinstance(value, bool | np.bool_) for value in values):
        truth = np.array(values, dtype=np.int8)
        return _Integers(truth, held, read_truth, _shower(bool), numeric=True)
    if all(_is_a_number(value) for value in values):
        return _Numbers(tuple(int(value) if isinstance(value, np.integer) else value for value in values))
    if all(isinstance(value, datetime.timedelta) for value in values):
        return _counted([nanoseconds(value) for value in values], read_duration, pd.Timedelta)
    if all(isinstance(value, datetime.datetime) for value in values):
        return _moments(values)
    if all(isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) for value in values):
        first = datetime.date(1970, 1, 1).toordinal()
        days = [value.toordinal() - first for value in values]
        return _counted(days, date_reader(), lambda day: datetime.date.fromordinal(day + first))
    if all(isinstance(value, pd.Period) for value in values) and len({value.freq for value in values}) == 1:
        freq = values[0].freq
        show = lambda ordinal: pd.Period(ordinal=ordinal, freq=freq)  # noqa: E731
        return _counted([value.ordinal for value in values], period_reader(freq), show)
    kinds = ", ".join(sorted({type(value).__name__ for value in values})[:4])
    raise _unsupported(f"values of {kinds}", f"{kinds} 类型的值")


def _moments(values: list[Any]) -> Scale:
    zones = {value.tzinfo for value in values}
    if None in zones and len(zones) > 1:
        raise _unsupported("moments with and without a time zone", "带时区与不带时区的时刻混杂")
    zone = next(iter(zones)) if len(zones) == 1 else datetime.UTC
    return _counted([nanoseconds(value) for value in values], moment_reader(zone), pd.Timestamp)


def _counted(counts: list[int], read: Callable[[Value], Exact], show: Callable[[Any], object]) -> Scale:
    return _Integers(np.array(counts, dtype=object), np.ones(len(counts), dtype=bool), read, _shower(show))


def _is_a_number(value: object) -> bool:
    kinds = (int, float, Decimal, np.integer, np.floating)
    return isinstance(value, kinds) and not isinstance(value, bool)


def _side(number: Any, written: Decimal) -> int:
    """Return -1, 0 or 1: below, at or above a written number, which is rounded as the number is up to 2**53."""
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


def _in_units(read: Callable[[Value], Exact], size: int) -> Callable[[Value], Exact]:
    return lambda value: Fraction(read(value)) / size


def _shower(made: Callable[[Any], object]) -> Callable[[Any], str]:
    return lambda value: str(made(value))


def _unsupported(english: str, chinese: str) -> UnreadableError:
    convert = "frame['{column}'] = frame['{column}'].astype(str)"
    return UnreadableError(
        Text(
            f"values of one kind: '{{column}}' holds {english}; convert it first, e.g. {convert}",
            f"同一类型的值：“{{column}}”含{chinese}；请先转换，如 {convert}",
        )
    )
