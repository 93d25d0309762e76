"""Sizes of numbers whose powers a computer can hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "SMALLEST", "near_one", "size_outside"]

Floats = NDArray[np.float64]

SMALLEST, LARGEST = 1e-60, 1e60
"""Between them fourth powers, of which moments are made, neither overflow nor vanish: they end at 1e308."""


def size_outside(values: Floats, *, low: float = SMALLEST, high: float = LARGEST) -> float | None:
    """Return the largest size among numbers if it is beyond `high`, or below `low` without being zero.

    Parameters
    ----------
    values
        Of any shape; missing ones are passed over.

    Returns
    -------
    float or None
        ``None`` where the powers of the numbers can be held.

    Examples
    --------
    >>> size_outside(np.array([1.0, 2e200])), size_outside(np.array([0.0, 1e-200, 1.0]))
    (2e+200, None)
    """
    size = np.abs(values[~np.isnan(values)]).max(initial=0.0)
    return None if size == 0 or low <= size <= high else float(size)


def near_one(values: Floats) -> tuple[Floats, float]:
    """Return numbers in another unit, a power of two, where their powers could not be held; and the unit.

    Finite numbers in range stay as they are, to the bit, in the unit 1.

    Examples
    --------
    >>> near_one(np.array([1.0, 3.0]))[1], near_one(np.array([2.0**500, 0.0]))[0].tolist()
    (1.0, [0.5, 0.0])
    """
    size = size_outside(values)
    if size is None or np.isinf(size):
        return values, 1.0
    exponent = int(np.frexp(size)[1])
    return np.ldexp(values, -exponent), float(np.ldexp(1.0, exponent))
