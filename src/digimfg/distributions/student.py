"""Tests by t and F: one combination of estimates, several, and the quadratic form behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = [
    "Contrast",
    "Joint",
    "RowDegrees",
    "quadratic_form",
    "student_contrast",
    "student_joint",
    "t_quantile",
    "t_tail",
]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """Hold the test of one combination of rows; `df` is infinite for the normal and NaN for a bootstrap."""

    p_value: float
    conf_low: float
    conf_high: float
    df: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """Hold a joint test; `df_denominator` is ``None`` where the statistic is no F."""

    statistic: float
    df_numerator: float
    df_denominator: float | None
    p_value: float


@dataclass(frozen=True, eq=False)
class RowDegrees:
    """Hold degrees of freedom of t for each row, shape (k,); combinations have the fewest of their rows."""

    df: Floats

    def speaks_for(self, used: Booleans) -> bool:
        """Return true: it knows every row."""
        del used
        return True

    def contrast(
        self, weights: Floats, estimate: float, std_error: float, *, null: float, level: float
    ) -> Contrast:
        """Return the t test of a combination."""
        df = float(self.df[weights != 0].min())
        return student_contrast(estimate, std_error, df, null=null, level=level)

    def joint(self, restrictions: Floats, quadratic: float) -> Joint:
        """Return the F test of combinations, chi-squared where all rows are normal."""
        used = (restrictions != 0).any(axis=0)
        return student_joint(quadratic, len(restrictions), float(self.df[used].min()))


def t_tail(statistic: float | Floats, df: float | Floats) -> Floats:
    """Return the probability above a statistic under Student's t, the normal where `df` is infinite.

    Examples
    --------
    >>> t_tail(2.0, np.array([10.0, np.inf])).round(4).tolist()
    [0.0367, 0.0228]
    """
    below = np.negative(statistic)
    return _by_degrees(df, lambda: special.stdtr(df, below), lambda: special.ndtr(below))


def t_quantile(probability: float, df: float | Floats) -> Floats:
    """Return the quantile of Student's t, the normal's where `df` is infinite.

    Examples
    --------
    >>> t_quantile(0.975, np.array([10.0, np.inf])).round(4).tolist()
    [2.2281, 1.96]
    """
    return _by_degrees(df, lambda: special.stdtrit(df, probability), lambda: special.ndtri(probability))


def _by_degrees(df: float | Floats, student: Callable[[], Any], normal: Callable[[], Any]) -> Floats:
    """Return what is Student's where `df` is finite, the normal's where it is infinite, else NaN."""
    finite = np.isfinite(df)
    if np.all(finite):
        return np.asarray(student(), dtype=np.float64)
    infinite = np.equal(df, np.inf)
    if np.all(infinite):
        return np.asarray(normal(), dtype=np.float64)
    return np.asarray(np.where(finite, student(), np.where(infinite, normal(), np.nan)), dtype=np.float64)


def student_contrast(
    estimate: float, std_error: float, df: float, *, null: float = 0.0, level: float = 0.95
) -> Contrast:
    """Return the two-sided t test (normal with infinite `df`) and the interval of an estimate.

    Examples
    --------
    >>> found = student_contrast(2.0, 1.0, 10.0)
    >>> round(found.p_value, 4), round(found.conf_low, 4)
    (0.0734, -0.2281)
    """
    statistic = (estimate - null) / std_error
    half = float(t_quantile((1 + level) / 2, df)) * std_error
    p_value = 2 * float(t_tail(abs(statistic), df))
    return Contrast(p_value=p_value, conf_low=estimate - half, conf_high=estimate + half, df=df)


def student_joint(quadratic: float, count: int, df: float) -> Joint:
    """Return the F test of `count` restrictions with `df` degrees of freedom; chi-squared where these are
    infinite.

    Examples
    --------
    >>> round(student_joint(4.0, 1, 10.0).p_value, 4), round(student_joint(5.99, 2, np.inf).p_value, 3)
    (0.0734, 0.05)
    """
    if np.isinf(df):
        p_value = float(special.chdtrc(count, quadratic))
        return Joint(statistic=quadratic, df_numerator=float(count), df_denominator=None, p_value=p_value)
    value = quadratic / count
    return Joint(
        statistic=value,
        df_numerator=float(count),
        df_denominator=df,
        p_value=float(special.fdtrc(count, df, value)),
    )


def quadratic_form(matrix: Floats, vector: Floats, *, tolerance: float = 1e-10) -> float:
    """Return v'M⁻¹v, computed from correlations so that units do not matter; NaN where M lacks the rank.

    Parameters
    ----------
    matrix, vector
        Shapes (q, q) and (q,).
    tolerance
        Eigenvalue of the correlations below which the matrix is singular, as with fewer clusters than
        restrictions.

    Examples
    --------
    >>> quadratic_form(np.diag([1.0, 1e16]), np.array([1.0, 2e8]))
    5.0
    """
    size = np.sqrt(np.maximum(np.diag(matrix), 0))
    if len(vector) == 0 or not bool(np.all(size > 0)):
        return float("nan")
    scaled = matrix / size / size[:, None]
    if np.any(np.abs(np.linalg.eigvalsh(scaled)) <= tolerance):
        return float("nan")
    ratio = vector / size
    return float(ratio @ np.linalg.solve(scaled, ratio))
