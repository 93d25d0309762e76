"""Take large means off columns before cross products lose their digits, and put them back into the
intercept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["centred", "far_mean", "far_means", "with_intercept"]

Floats = NDArray[np.float64]

_FAR = 1e4
_CLEAR = 1 + 1e-6  # of a mean square over the squared mean: the spread is not small then
_ROUNDING = 1e-14


def far_means(columns: Floats) -> Floats:
    """Return the mean of each column where it is above 10,000 standard deviations of it, else zero.

    A column whose spread is rounding of its mean is a constant and stays as it is.

    Examples
    --------
    >>> far_means(np.array([[1e9, 1.0, 7.0], [1e9 + 2, 3.0, 7.0]])).tolist()
    [1000000001.0, 0.0, 0.0]
    """
    return np.array([far_mean(column) for column in columns.T], dtype=np.float64)


def far_mean(column: Floats) -> float:
    """Return `far_means` of one column, shape (n,)."""
    if not len(column):
        return 0.0
    column = np.ascontiguousarray(column)
    mean = float(np.add.reduce(column)) / len(column)
    if float(column @ column) > _CLEAR * len(column) * mean * mean:
        return 0.0
    spread = float(column.std())
    return mean if abs(mean) > _FAR * spread and spread > _ROUNDING * abs(mean) else 0.0


def centred(columns: Floats, weights: Floats | None) -> Floats:
    """Return columns less their (weighted) means, shape (n, k)."""
    if not columns.size:
        return columns
    return np.asarray(columns - np.average(columns, axis=0, weights=weights))


def with_intercept(
    intercept: str,
    shift: Mapping[str, float],
    names: tuple[str, ...],
    estimates: Floats,
    covariance: Floats,
) -> tuple[Floats, Floats]:
    """Return estimates and covariance for terms as they are, from those for terms less `shift`.

    Parameters
    ----------
    intercept
        Name of the intercept: it loses the sum of shift times slope.
    shift
        Term → what was taken off it.
    names
        Of the estimates, shape (k,).
    """
    if not shift or intercept not in names:
        return estimates, covariance
    back = np.eye(len(names))
    back[names.index(intercept)] -= [shift.get(name, 0.0) for name in names]
    return back @ estimates, back @ covariance @ back.T
