"""Sums that do not depend on the order of their terms, so that shuffled rows give the same bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "block_slices",
    "cross_products",
    "order_free_block_sum",
    "order_free_mean",
    "order_free_sum",
    "standardized",
    "weighted_sum",
]

_BLOCK = 16_384


def order_free_sum(values: Floats) -> float:
    """Return the sum of `values`, the same bits in whatever order they come.

    Each value is split on two fixed grids, coarse and fine, chosen from the largest value and the count; on
    a grid floating-point addition is exact, hence associative (Rump, Ogita and Oishi 2008, SIAM Journal on
    Scientific Computing 31(1):189-224, give the splitting). What falls below the fine grid is less than 4 n³
    2⁻¹⁰⁶ of the largest value.

    Parameters
    ----------
    values
        Shape (n,), finite.

    Examples
    --------
    >>> order_free_sum(np.array([1e16, 1.0, -1e16])) == order_free_sum(np.array([1e16, -1e16, 1.0])) == 1.0
    True
    """
    if not len(values):
        return 0.0
    return order_free_block_sum(_blocks(values), len(values), max(float(values.max()), -float(values.min())))


def order_free_block_sum(blocks: Iterable[Floats], n: int, bound: float) -> float:
    """Return the sum of `n` values that come in blocks, the same bits in whatever order they come.

    Parameters
    ----------
    blocks
        Arrays; they are left as they are.
    n
        Count of all values, at least one.
    bound
        No absolute value is larger; it may depend on the values, but not on their order.
    """
    if bound == 0.0 or not math.isfinite(bound):
        return 0.0 if bound == 0.0 else math.nan
    exponent = math.frexp(bound)[1]
    room = math.ceil(math.log2(n)) + 1
    coarse_grid = math.ldexp(1.5, room)
    fine_grid = math.ldexp(1.5, 2 * room - 53)
    coarse_sum = fine_sum = 0.0
    for block in blocks:
        rest = _scaled(block, -exponent)
        coarse = rest + coarse_grid
        coarse -= coarse_grid
        rest -= coarse
        rest += fine_grid
        rest -= fine_grid
        coarse_sum += float(coarse.sum())
        fine_sum += float(rest.sum())
    return math.ldexp(coarse_sum + fine_sum, exponent)


def block_slices(n: int) -> Iterator[slice]:
    """Yield slices that cover 0 … n in pieces that stay in the processor's cache."""
    return (slice(start, start + _BLOCK) for start in range(0, n, _BLOCK))


def _blocks(values: Floats) -> Iterator[Floats]:
    return (values[piece] for piece in block_slices(len(values)))


def _scaled(values: Floats, exponent: int) -> Floats:
    """Return values · 2^exponent; a product is faster than ldexp where the factor itself is a normal
    number.
    """
    return values * math.ldexp(1.0, exponent) if abs(exponent) < 1000 else np.ldexp(values, exponent)


def order_free_mean(values: Floats) -> float:
    """Return the mean of `values`, the same bits in whatever order they come."""
    return order_free_sum(values) / len(values)


def standardized(values: Floats) -> tuple[Floats, float, float]:
    """Return the values as deviations from their mean in standard deviations, the mean, and the deviation (n
    - 1).
    """
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
    for piece in block_slices(len(total)):
        for column, weight in zip(columns, weights, strict=True):
            total[piece] += weight * column[piece]
    return total
