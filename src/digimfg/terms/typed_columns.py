"""The scale of a column, by its type: how its values are compared with written ones."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.terms.filters import Value
from digimfg.terms.scales import Floats, Integers, Nothing, Numbers, Ranks, Repeated, Scale, Words
from digimfg.terms.written_values import (
    UnreadableError,
    date_reader,
    moment_reader,
    nanoseconds,
    period_reader,
    read_duration,
    read_number,
    read_truth,
)
from digimfg.text import Text

__all__ = ["scale_of"]

Booleans = NDArray[np.bool_]
Exact = Decimal | Fraction
_UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}


def scale_of(column: pd.Series[Any]) -> tuple[Scale, Booleans]:
    """Return how the values of a column are compared, and which rows are missing.

    Parameters
    ----------
    column
        Of any type: numbers (of numpy, nullable, of arrow, `Decimal`), truth values, text, categories, dates
        with and without a zone, durations, periods, objects of one of these kinds.

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
        return Integers(ordinals, ~missing, period_reader(freq), show), missing
    if pd.api.types.is_datetime64_any_dtype(dtype):
        zone = getattr(dtype, "tz", None)
        unit = held.dt.unit
        show = _shower(lambda count: pd.Timestamp(count, unit=unit, tz=zone))
        read = _in_units(moment_reader(zone), _UNITS[unit])
        return Integers(held.array.asi8, ~missing, read, show), missing
    if pd.api.types.is_timedelta64_dtype(dtype):
        unit = held.dt.unit
        show = _shower(lambda count: pd.Timedelta(count, unit=unit))
        read = _in_units(read_duration, _UNITS[unit])
        return Integers(held.array.asi8, ~missing, read, show), missing
    if pd.api.types.is_bool_dtype(dtype):
        values = held.to_numpy(dtype=bool, na_value=False).astype(np.int8)
        show = _shower(bool)
        return Integers(values, ~missing, read_truth, show, numeric=True), missing
    if pd.api.types.is_integer_dtype(dtype):
        kind = "uint64" if pd.api.types.is_unsigned_integer_dtype(dtype) else "int64"
        numbers = held.to_numpy(dtype=kind, na_value=0)
        return Integers(numbers, ~missing, read_number, _shower(int), numeric=True), missing
    if pd.api.types.is_float_dtype(dtype):
        floats = held.to_numpy(dtype=getattr(dtype, "numpy_dtype", dtype), na_value=np.nan)
        return Floats(floats), np.isnan(floats)
    if isinstance(dtype, pd.StringDtype):
        return Words(held.array), missing
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


def _categories(column: Any) -> Scale:
    categories, codes = column.cat.categories, column.cat.codes.to_numpy(dtype=np.int64)
    scale, _ = scale_of(pd.Series(categories, name=column.name))
    words = isinstance(scale.inner if isinstance(scale, Repeated) else scale, Words)
    if words or (column.cat.ordered and not categories.is_monotonic_increasing):
        return Ranks(scale, column.cat.ordered, codes)
    return Repeated(scale, codes)


def _distinct(column: Any) -> Scale:
    """Return the scale of a column of text or objects of one kind."""
    try:
        codes, found = pd.factorize(column)
    except TypeError:
        raise _unsupported("values that cannot be compared", "无法比较的值") from None
    values = list(found)
    return Repeated(_kind(values), codes.astype(np.int64))


def _kind(values: list[Any]) -> Scale:
    if not values:
        return Nothing()
    held = np.ones(len(values), dtype=bool)
    if all(isinstance(value, str) for value in values):
        return Words(np.array(values, dtype=object))
    if all(isinstance(value, bool | np.bool_) for value in values):
        truth = np.array(values, dtype=np.int8)
        return Integers(truth, held, read_truth, _shower(bool), numeric=True)
    if all(_is_a_number(value) for value in values):
        return Numbers(tuple(int(value) if isinstance(value, np.integer) else value for value in values))
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
    raise _unsupported(f"values of {kinds}", f"{kinds}类型的值")


def _moments(values: list[Any]) -> Scale:
    zones = {value.tzinfo for value in values}
    if None in zones and len(zones) > 1:
        raise _unsupported("moments with and without a time zone", "带时区与不带时区的时刻混杂")
    zone = next(iter(zones)) if len(zones) == 1 else datetime.UTC
    return _counted([nanoseconds(value) for value in values], moment_reader(zone), pd.Timestamp)


def _counted(counts: list[int], read: Callable[[Value], Exact], show: Callable[[Any], object]) -> Scale:
    return Integers(np.array(counts, dtype=object), np.ones(len(counts), dtype=bool), read, _shower(show))


def _is_a_number(value: object) -> bool:
    kinds = (int, float, Decimal, np.integer, np.floating)
    return isinstance(value, kinds) and not isinstance(value, bool)


def _in_units(read: Callable[[Value], Exact], size: int) -> Callable[[Value], Exact]:
    return lambda value: Fraction(read(value)) / size


def _shower(made: Callable[[Any], object]) -> Callable[[Any], str]:
    return lambda value: str(made(value))


def _unsupported(english: str, chinese: str) -> UnreadableError:
    convert = "frame['{column}'] = frame['{column}'].astype(str)"
    return UnreadableError(
        Text(
            f"values of one kind: '{{column}}' holds {english}; convert it first, e.g. {convert}",
            f"同一类型的值：“{{column}}”含{chinese}；请先转换，如{convert}",
        )
    )
