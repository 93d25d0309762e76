"""Make cells of the columns of a table whose file types them: Stata, Parquet."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

__all__ = ["column_cells"]

_AS_THEY_ARE = {str, int, float, bool, type(None)}


def column_cells(column: Any) -> np.ndarray:
    """Return the cells of a typed column: numbers as numbers, everything else as a spreadsheet holds it.

    Whole numbers stay whole, whatever their size; one among missing values does not become a fraction.

    Parameters
    ----------
    column
        A pandas Series of any dtype.

    Returns
    -------
    numpy.ndarray
        int64 or float64, or objects: texts, dates, whole numbers, ``None`` where missing.
    """
    import pandas as pd

    kind = column.dtype
    missing = column.isna().to_numpy()
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_float_dtype(kind):
        numbers: np.ndarray = column.to_numpy(dtype="float64", na_value=np.nan)
        return numbers
    if pd.api.types.is_integer_dtype(kind) and not missing.any() and kind != "uint64":
        whole: np.ndarray = column.to_numpy(dtype="int64")
        return whole
    if isinstance(kind, pd.CategoricalDtype) and pd.api.types.is_string_dtype(kind.categories.dtype):
        named: np.ndarray = np.append(column_cells(kind.categories.to_series()), [None])
        return np.asarray(named[column.cat.codes.to_numpy()])
    text = isinstance(kind, pd.StringDtype)
    values: list[Any] = column.to_numpy(dtype=object).tolist() if text else list(column)
    made = np.empty(len(column), dtype=object)
    if set(map(type, values)) <= {*_AS_THEY_ARE, type(pd.NA), type(pd.NaT)}:
        made[:] = values
        made[missing] = None
        return made
    for place, (value, absent) in enumerate(zip(values, missing.tolist(), strict=True)):
        made[place] = None if absent else _cell(value)
    return made


def _cell(value: Any) -> Any:
    """Return what a cell of a spreadsheet could hold: decimals as their digits, lists as their text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, str | int | float | np.number | datetime.date):
        return value
    return str(value)
