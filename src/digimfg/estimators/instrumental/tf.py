"""The t of one instrument at a size that holds whatever its strength (Lee, McCrary, Moreira & Porter
2022).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["tf_critical_value"]

# Lee, McCrary, Moreira & Porter (2022), Table 3, 5 per cent: first-stage F, and the factor on the standard
# error.
_F = (
    "4 4.008 4.015 4.023 4.031 4.04 4.049 4.059 4.068 4.079 4.09 4.101 4.113 4.125 4.138 4.151 4.166 "
    "4.18 4.196 4.212 "
    "4.229 4.247 4.265 4.285 4.305 4.326 4.349 4.372 4.396 4.422 4.449 4.477 4.507 4.538 4.57 4.604 "
    "4.64 4.678 4.717 "
    "4.759 4.803 4.849 4.897 4.948 5.002 5.059 5.119 5.182 5.248 5.319 5.393 5.472 5.556 5.644 5.738 "
    "5.838 5.944 6.056 "
    "6.176 6.304 6.44 6.585 6.741 6.907 7.085 7.276 7.482 7.702 7.94 8.196 8.473 8.773 9.098 9.451 "
    "9.835 10.253 10.711 "
    "11.214 11.766 12.374 13.048 13.796 14.631 15.566 16.618 17.81 19.167 20.721 22.516 24.605 27.058 "
    "29.967 33.457 "
    "37.699 42.93 49.495 57.902 68.93 83.823 104.67"
)
_FACTOR = (
    "9.519 9.305 9.095 8.891 8.691 8.495 8.304 8.117 7.934 7.756 7.581 7.411 7.244 7.081 6.922 6.766 "
    "6.614 6.465 6.319 "
    "6.177 6.038 5.902 5.77 5.64 5.513 5.389 5.268 5.149 5.033 4.92 4.809 4.701 4.595 4.492 4.391 4.292 "
    "4.195 4.101 "
    "4.009 3.919 3.83 3.744 3.66 3.578 3.497 3.418 3.341 3.266 3.193 3.121 3.051 2.982 2.915 2.849 "
    "2.785 2.723 2.661 "
    "2.602 2.543 2.486 2.43 2.375 2.322 2.27 2.218 2.169 2.12 2.072 2.025 1.98 1.935 1.892 1.849 1.808 "
    "1.767 1.727 "
    "1.688 1.65 1.613 1.577 1.542 1.507 1.473 1.44 1.407 1.376 1.345 1.315 1.285 1.256 1.228 1.2 1.173 "
    "1.147 1.121 "
    "1.096 1.071 1.047 1.024 1"
)
_NORMAL = 1.96


def tf_critical_value(first_stage_f: float) -> float:
    """Return the value that the absolute t must exceed for a 5 per cent test, given the first-stage F.

    One endogenous regressor and one instrument. Between the published points the factor is linear in F;
    below F = 4, the lowest published point, the value is infinite (the function itself diverges at 1.96² =
    3.84, so this errs on the safe side); from F = 104.67 on it is 1.96. A missing F has no value.

    Sources: Lee, McCrary, Moreira & Porter (2022), "Valid t-ratio Inference for IV", American Economic
    Review, doi:10.1257/aer.20211063, Table 3.

    Examples
    --------
    >>> round(tf_critical_value(10), 2), tf_critical_value(200), tf_critical_value(3)
    (3.43, 1.96, inf)
    """
    if np.isnan(first_stage_f):
        return float("nan")
    points, factors = _table()
    if not first_stage_f >= points[0]:
        return float("inf")
    return _NORMAL * float(np.interp(first_stage_f, points, factors))


@cache
def _table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array(_F.split(), dtype=np.float64), np.array(_FACTOR.split(), dtype=np.float64)
