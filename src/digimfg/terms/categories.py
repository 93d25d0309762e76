"""Codes of categories: the distinct values of a column in order."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.say import say
from digimfg.text import Text

__all__ = ["category_codes"]

Codes = NDArray[np.int64]


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
    return SpecificationError(
        where=where,
        expected=Text("values of one kind, such as text or numbers", "同一类型的取值，如文本或数值"),
        got=say(
            "'{name}' with values of {kinds}", "“{name}”，取值类型为{kinds}", name=column.name, kinds=kinds
        ),
        remedy=say(
            "convert them: frame['{name}'] = frame['{name}'].astype(str)",
            "请转换：frame['{name}'] = frame['{name}'].astype(str)",
            name=column.name,
        ),
    )
