"""Series that a unit's own regression explains to the last digit leave no noise to test against."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.text import Text

__all__ = ["ROUNDING", "only_rounding", "refuse_exact"]

Floats = NDArray[np.float64]
ROUNDING = 1e-12
"""Of the largest size of a series: what sums leave of numbers that cancel."""


def only_rounding(left: Floats, series: Floats) -> bool:
    """Return whether what is left of a series is 1e-12 of its largest size or less, by root mean square.

    Examples
    --------
    >>> years = np.arange(5.0)
    >>> only_rounding(0.1 * years - years / 10, 0.1 * years)
    True
    """
    size = float(np.abs(series).max(initial=0.0))
    return len(left) > 0 and float(left @ left) <= len(left) * (ROUNDING * size) ** 2


def refuse_exact(units: Iterable[object], exact: Iterable[bool], where: Text) -> None:
    """Raise where units leave nothing but rounding.

    Raises
    ------
    EstimationError
        With their number and the first names.
    """
    named = [str(unit) for unit, flag in zip(units, exact, strict=True) if flag]
    if named:
        raise EstimationError.of("inference.units_without_noise", where=where, n=len(named), units=named[:3])
