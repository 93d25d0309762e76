"""Codes of categories: the distinct values of a column in order."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.text import Text

__all__ = ["category_codes"]

Codes = NDArray[np.int64]

_TABLE = 4


def category_codes(column: pd.Series[Any], where: Text) -> tuple[Codes, pd.Index[Any] | NDArray[Any]]:
    """Return a code per row (-1: missing) and the distinct values in ascending order.

    Parameters
    ----------
    column
        Of any type whose values can be told apart and ordered.
    where
        What asks for them, for the error.

    Raises
    ------
    SpecificationError
        If values are lists or the like, or of kinds without a common order.

    Examples
    --------
    >>> codes, found = category_codes(pd.Series(["b", None, "a"]), Text("keys", "主键"))
    >>> codes.tolist(), found.tolist()
    ([1, -1, 0], ['a', 'b'])
    """
    if column.dtype != object:
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and len(column):
            return _of_whole_numbers(column.to_numpy())
        plain, distinct = pd.factorize(column, sort=True)
        return plain.astype(np.int64), distinct
    try:
        codes, found = pd.factorize(column.to_numpy(dtype=object))
        order = _ascending(list(found))
    except TypeError:
        raise _of_several_kinds(column, where) from None
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(order)), -1
    return rank[codes], found[order]


def _of_whole_numbers(values: NDArray[Any]) -> tuple[Codes, NDArray[Any]]:
    """Return codes and distinct values of whole numbers: by a table of the numbers between the smallest and
    the largest where it is short, by runs where they ascend.
    """
    low, high = int(values.min()), int(values.max())
    if high - low <= _TABLE * len(values) + 1_000 and high < 2**63:
        places = values.astype(np.int64, copy=False)
        places = places - low if low else places
        present = np.zeros(high - low + 1, dtype=bool)
        present[places] = True
        found = np.flatnonzero(present)
        if len(found) < len(present):
            places = (np.cumsum(present) - 1)[places]
        return places, (found + low).astype(values.dtype)
    step = values[1:] != values[:-1]
    if np.all(values[1:] >= values[:-1]):
        starts = np.concatenate([[True], step])
        return np.cumsum(starts) - 1, values[starts]
    codes, distinct = pd.factorize(values, sort=True)
    return codes.astype(np.int64), np.asarray(distinct)


def _ascending(values: list[Any]) -> list[int]:
    """Return the places of values in ascending order, numbers before text."""
    places = range(len(values))
    try:
        return sorted(places, key=lambda place: values[place])
    except TypeError:
        if not all(isinstance(value, str | Real) for value in values):
            raise
        return sorted(places, key=lambda place: (isinstance(values[place], str), values[place]))


def _of_several_kinds(column: pd.Series[Any], where: Text) -> SpecificationError:
    kinds = ", ".join(dict.fromkeys(type(value).__name__ for value in column.dropna().head(1_000)))
    return SpecificationError.of("terms.values_of_several_kinds", where=where, name=column.name, kinds=kinds)
