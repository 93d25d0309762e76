"""Sums that do not depend on the order of their terms, so that shuffled rows give the same bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["cross_products", "order_free_mean", "order_free_sum", "standardized", "weighted_sum"]

_BLOCK = 16_384  # values that stay in the processor's cache


def order_free_sum(values: Floats) -> float:
    """Return the sum of `values`, the same bits in whatever order they come.

    Each value is split on two fixed grids, coarse and fine, chosen from the largest value and the count; on a grid
    floating-point addition is exact, hence associative (Rump, Ogita and Oishi 2008, SIAM Journal on Scientific
    Computing 31(1):189-224, give the splitting). What falls below the fine grid is less than 4 n³ 2⁻¹⁰⁶ of the
    largest value.

    Parameters
    ----------
    values
        Shape (n,), finite.

    Examples
    --------
    >>> order_free_sum(np.array([1e16, 1.0, -1e16])) == order_free_sum(np.array([1e16, -1e16, 1.0])) == 1.0
    True
    """
    n = len(values)
    largest = float(np.max(np.abs(values))) if n else 0.0
    if largest == 0.0 or not math.isfinite(largest):
        return 0.0 if n == 0 or largest == 0.0 else math.nan
    exponent = math.frexp(largest)[1]
    room = math.ceil(math.log2(n)) + 1
    coarse_grid = math.ldexp(1.5, room)
    fine_grid = math.ldexp(1.5, 2 * room - 53)
    coarse_sum = fine_sum = 0.0
    for start in range(0, n, _BLOCK):
        rest = np.ldexp(values[start : start + _BLOCK], -exponent)
        coarse = rest + coarse_grid
        coarse -= coarse_grid
        rest -= coarse
        rest += fine_grid
        rest -= fine_grid
        coarse_sum += float(coarse.sum())
        fine_sum += float(rest.sum())
    return math.ldexp(coarse_sum + fine_sum, exponent)


def order_free_mean(values: Floats) -> float:
    """Return the mean of `values`, the same bits in whatever order they come."""
    return order_free_sum(values) / len(values)


def standardized(values: Floats) -> tuple[Floats, float, float]:
    """Return the values as deviations from their mean in standard deviations, the mean, and the deviation (n - 1)."""
    mean = order_free_mean(values)
    deviations = values - mean
    deviation = math.sqrt(order_free_sum(deviations * deviations) / (len(values) - 1))
    return deviations / deviation, mean, deviation


def cross_products(columns: Sequence[Floats]) -> Floats:
    """Return the matrix of sums of products of every pair of columns, the same bits for shuffled rows."""
    size = len(columns)
    products = np.empty((size, size))
    for i in range(size):
        for j in range(i, size):
            products[i, j] = products[j, i] = order_free_sum(columns[i] * columns[j])
    return products


def weighted_sum(columns: Sequence[Floats], weights: Sequence[float] | Floats) -> Floats:
    """Return Σ w_j x_j row by row, added in the order of the columns."""
    total = np.zeros_like(columns[0])
    for column, weight in zip(columns, weights, strict=True):
        total += weight * column
    return total
