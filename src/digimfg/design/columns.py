"""Columns side by side, each contiguous in memory, and their lengths."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["lengths", "side_by_side", "spreads", "taken", "taking"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)


def side_by_side(parts: Sequence[Floats]) -> Floats:
    """Return columns (n,) and blocks of columns (n, c) as one array (n, k), each column contiguous.

    Examples
    --------
    >>> both = side_by_side([np.ones(2), np.array([[3.0], [4.0]])])
    >>> both.tolist(), both.flags.f_contiguous
    ([[1.0, 3.0], [1.0, 4.0]], True)
    """
    blocks = [part[:, None] if part.ndim == 1 else part for part in parts]
    if len(blocks) == 1 and blocks[0].flags.f_contiguous:
        return blocks[0]
    out = np.empty((len(blocks[0]), sum(block.shape[1] for block in blocks)), order="F")
    place = 0
    for block in blocks:
        out[:, place : place + block.shape[1]] = block
        place += block.shape[1]
    return out


def taken(values: NDArray[Number], rows: Codes) -> NDArray[Number]:
    """Return rows of a column (n,) or of columns (n, k), each contiguous; the values themselves for all rows
    in their order.

    Examples
    --------
    >>> taken(np.array([[1.0, 3.0], [2.0, 4.0]]), np.array([1])).tolist()
    [[2.0, 4.0]]
    """
    return taking(rows, len(values))(values)


def taking(rows: Codes, n: int) -> Callable[[NDArray[Number]], NDArray[Number]]:
    """Return `taken` for arrays of n rows; whether all rows stay in their order is looked at once.

    Examples
    --------
    >>> taking(np.array([2, 0]), 3)(np.array([1.0, 2.0, 3.0])).tolist()
    [3.0, 1.0]
    """
    if _all_in_order(rows, n):
        return lambda values: values if values.ndim == 1 else np.asfortranarray(values)

    def chosen(values: NDArray[Number]) -> NDArray[Number]:
        if values.ndim == 1:
            return values[rows]
        out = np.empty((len(rows), values.shape[1]), values.dtype, order="F")
        for place in range(values.shape[1]):
            out[:, place] = values[:, place][rows]
        return out

    return chosen


def lengths(columns: Floats, weights: Floats | None = None) -> Floats:
    """Return the root of the (weighted) sum of squares of each column, shape (k,).

    Examples
    --------
    >>> lengths(np.array([[3.0], [4.0]])).tolist()
    [5.0]
    """
    return np.sqrt([_square(column, weights) for column in columns.T])


def spreads(columns: Floats, weights: Floats | None = None) -> Floats:
    """Return the root of the (weighted) sum of squares of each column around its (weighted) mean, shape (k,).

    Examples
    --------
    >>> spreads(np.array([[1.0], [3.0]])).round(12).tolist()
    [1.414213562373]
    """
    if not len(columns):
        return np.zeros(columns.shape[1])
    total = float(len(columns)) if weights is None else float(weights.sum())
    sums = [float(np.add.reduce(column) if weights is None else weights @ column) for column in columns.T]
    return np.sqrt(
        [_about(column, each / total, weights, total) for column, each in zip(columns.T, sums, strict=True)]
    )


def _about(column: Floats, mean: float, weights: Floats | None, total: float) -> float:
    """Return the sum of squares around a mean; of a mean that is not large, by difference."""
    square = _square(column, weights)
    of_mean = total * mean * mean
    if 2 * of_mean <= square < math.inf:
        return square - of_mean
    return _square(column - mean, weights)


def _square(column: Floats, weights: Floats | None) -> float:
    column = np.ascontiguousarray(column)
    return float(column @ column if weights is None else (column * weights) @ column)


def _all_in_order(rows: Codes, n: int) -> bool:
    return len(rows) == n and (n == 0 or (int(rows[0]) == 0 and bool(np.all(rows[1:] > rows[:-1]))))
