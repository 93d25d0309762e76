"""Read the frames that users hold: one label for each column, an index that names none, and columns of
numpy's types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.column_names import names_fault
from digimfg.errors import Fault, nearest
from digimfg.kinds import Holds
from digimfg.magnitude import size_outside
from digimfg.reader import Faulty

__all__ = [
    "as_numbers",
    "bare_frame",
    "no_keys",
    "out_of_range",
    "plain_column",
    "plain_frame",
    "plain_series",
    "read_columns",
    "whole_frame",
]

Floats = NDArray[np.float64]

_ODD = (np.dtype(np.float16), np.dtype(np.longdouble))  # pandas cannot group by these
_KEPT = (np.dtype, pd.CategoricalDtype, pd.DatetimeTZDtype, pd.PeriodDtype, pd.IntervalDtype)


def whole_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with labels that differ, levels of the index named unlike any column, and declarations
    that can be read.

    Raises
    ------
    Faulty
        If two columns have one name.
    """
    if not frame.columns.is_unique and (fault := names_fault(frame)):
        raise Faulty(fault)
    result = frame
    levels = frame.index.names
    if any(name is not None and name in frame.columns for name in levels):
        result = result.set_axis(frame.index.set_names([None] * len(levels)), axis=0)
    if frame.attrs:
        kept = {
            key: value for key, value in frame.attrs.items() if key not in _DECLARED or _DECLARED[key](value)
        }
        if len(kept) < len(frame.attrs):
            result = result.copy(deep=False)
            result.attrs = kept
    return result


def bare_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a whole frame without the declarations of other packages, which pandas compares when it joins
    frames.

    Raises
    ------
    Faulty
        As for `whole_frame`.
    """
    result = whole_frame(frame)
    if any(key not in _DECLARED for key in result.attrs):
        result = result.copy(deep=False)
        result.attrs = {key: value for key, value in result.attrs.items() if key in _DECLARED}
    return result


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a bare frame whose columns hold numpy's types.

    Raises
    ------
    Faulty
        As for `whole_frame`.
    """
    return _with_plain(bare_frame(frame), range(frame.shape[1]))


def read_columns(frame: pd.DataFrame, wanted: Mapping[str, Holds]) -> pd.DataFrame:
    """Return a whole frame in which the wanted columns hold numpy's types.

    Raises
    ------
    Faulty
        If a name is no text, there are no rows, a column is not there (the nearest are named), holds no
        numbers where these are wanted, or numbers whose squares cannot be held, or values that cannot be
        keys, such as lists.
    """
    frame = whole_frame(frame)
    if fault := names_fault(frame):
        raise Faulty(fault)
    if frame.empty:
        raise Faulty(Fault.of("frames.no_rows"))
    for name in wanted:
        if name not in frame.columns:
            near = nearest(name, map(str, frame.columns))
            raise Faulty(Fault.of("frames.column_not_there", name=name, near=near), column=name)
    frame = _with_plain(frame, [frame.columns.get_loc(name) for name in wanted])
    for name, holds in wanted.items():
        column = frame[name]
        if holds == "numbers":
            values = as_numbers(column)
            odd = _no_numbers(column) if values is None else out_of_range(values)
            if odd is not None:
                raise Faulty(odd, column=str(column.name))
        if holds == "numbers" and column.dtype == bool:
            frame = frame.assign(**{name: column.astype(np.float64)})
        if holds == "keys":
            if isinstance(column.dtype, pd.CategoricalDtype):
                frame = frame.assign(**{name: np.asarray(column)})
            elif odd := no_keys(column):
                raise Faulty(odd, column=str(column.name))
    return frame


def plain_column(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column in numpy's types: nullable, arrow and sparse ones as numbers, truths, dates and text.

    Missing values are NaN. Whole numbers beyond 2⁵³ beside missing ones stay Python's, so that no two run
    together. Categories, periods, intervals and dates with a time zone are pandas' own types and stay.
    """
    values = _plain(column)
    return column if values is None else pd.Series(values, index=column.index, name=column.name, copy=False)


def plain_series(series: pd.Series[Any]) -> pd.Series[Any]:
    """Return a series in numpy's types whose labels can be compared.

    Raises
    ------
    Faulty
        If labels are lists or the like.
    """
    if fault := no_keys(series.index):
        raise Faulty(fault)
    return plain_column(series)


def as_numbers(column: pd.Series[Any]) -> Floats | None:
    """Return a column as numbers, missing ones NaN; None where it holds something else (text, dates, complex
    numbers).
    """
    plain = plain_column(column)
    if plain.dtype.kind not in "biuf" or not isinstance(plain.dtype, np.dtype):
        return None
    return plain.to_numpy(dtype=np.float64)


def out_of_range(values: Floats) -> Fault | None:
    """Return what is wrong with numbers so large or so small that their squares cannot be held; None where
    nothing is, or some are infinite.
    """
    low, high = 1e-100, 1e100  # squares of a million of them can be held
    size = None if np.isinf(values).any() else size_outside(values, low=low, high=high)
    return None if size is None else Fault.of("frames.numbers_out_of_range", size=size, low=low, high=high)


def no_keys(column: pd.Series[Any] | pd.Index[Any]) -> Fault | None:
    """Return what is wrong with a column or an index that should name units, periods or groups; None where
    nothing is.

    Values such as lists and dicts cannot be compared one with another.
    """
    if column.dtype != object or pd.api.types.infer_dtype(column, skipna=True) != "mixed":
        return None
    odd = next((value for value in column if not _is_hashable(value)), None)
    if odd is None:
        return None
    return Fault.of("frames.values_name_nothing", value=f"{type(odd).__name__} {odd!r}"[:80])


def _with_plain(frame: pd.DataFrame, places: Iterable[Any]) -> pd.DataFrame:
    result, types = frame, frame.dtypes.tolist()
    stays = {kind: _stays(kind) for kind in set(types)}
    if all(stays.values()):
        return frame
    for place in places:
        if stays[types[place]]:
            continue  # taking a column copies all that the frame declares
        values = _plain(frame.iloc[:, place])
        if values is not None:
            result = result.copy(deep=False) if result is frame else result
            result.isetitem(place, values)
    return result


def _stays(dtype: Any) -> bool:
    text = isinstance(dtype, pd.StringDtype) and dtype.na_value is np.nan
    return text or (isinstance(dtype, _KEPT) and not (isinstance(dtype, np.dtype) and dtype in _ODD))


def _plain(column: pd.Series[Any]) -> Any:
    """Return the values of a column in numpy's types, None where it may stay."""
    dtype, array = column.dtype, column.array
    if dtype in _ODD:
        return column.to_numpy(dtype=np.float64)
    if isinstance(dtype, _KEPT):
        return None
    if isinstance(dtype, pd.SparseDtype):
        return np.asarray(array)
    if isinstance(dtype, pd.StringDtype):
        return None if dtype.na_value is np.nan else _text(array)
    if isinstance(dtype, pd.ArrowDtype):
        return _of_arrow(array)
    if getattr(dtype, "kind", "O") in "biuf" and hasattr(dtype, "numpy_dtype"):
        return _of_numbers(array)
    return None


def _of_numbers(array: Any) -> Any:
    missing = np.asarray(array.isna())
    if not missing.any():
        return array.to_numpy(dtype=array.dtype.numpy_dtype)
    if array.dtype.kind in "iu" and (np.abs(array.to_numpy(dtype=np.float64, na_value=0.0)) > 2**53).any():
        return array.astype(object).to_numpy(na_value=np.nan)
    return array.to_numpy(dtype=np.float64, na_value=np.nan)


def _of_arrow(array: Any) -> Any:
    import pyarrow as pa

    kind = array.dtype.pyarrow_dtype
    if pa.types.is_dictionary(kind):
        return pd.Categorical(np.asarray(array.astype(object)))
    if pa.types.is_decimal(kind):
        return array.to_numpy(dtype=np.float64, na_value=np.nan)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _text(array)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pd.to_datetime(pd.Series(array.to_numpy(dtype=object, na_value=None))).array
    if pa.types.is_null(kind):
        return np.full(len(array), np.nan)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _of_numbers(array)
    return array.to_numpy(dtype=object, na_value=None)


def _text(array: Any) -> Any:
    return pd.Series(array.to_numpy(dtype=object, na_value=np.nan)).array


def _no_numbers(column: pd.Series[Any]) -> Fault:
    shown = ", ".join(repr(value) for value in column.dropna().head(3).tolist())
    if not shown:
        return Fault.of("frames.no_numbers_and_no_values", dtype=column.dtype, name=column.name)
    return Fault.of("frames.no_numbers", dtype=column.dtype, shown=shown, name=column.name)


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _entries(*parts: str) -> Callable[[Any], bool]:
    """Return whether a declaration is a list of dicts that hold text, and lists of columns, under these
    names.
    """

    def told(each: Any) -> bool:
        texts = [each.get(part) for part in parts] if isinstance(each, Mapping) else [None]
        columns = each.get("columns", ()) if isinstance(each, Mapping) else None
        return all(isinstance(text, str) for text in texts) and isinstance(columns, list | tuple)

    return lambda value: isinstance(value, list | tuple) and all(map(told, value))


def _by_name(told: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Mapping) and all(map(told, value.values()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_filled(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(part), int) for part in ("observed", "filled", "missing")
    )


_DECLARED: dict[str, Callable[[Any], bool]] = {
    "definitions": _by_name(lambda value: isinstance(value, Mapping)),
    "filled": _by_name(_is_filled),
    "notes": _entries("en", "zh"),
    "source_values": _by_name(_is_text),
    "sources": _entries("en", "zh"),
    "variables": _by_name(lambda value: isinstance(value, Mapping)),
    "vintages": _by_name(_is_text),
}
