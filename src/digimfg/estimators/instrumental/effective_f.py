"""The effective F statistic of Montiel Olea and Pflueger (2013) and its critical values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import optimize

__all__ = ["effective_f", "effective_f_values", "noncentral_critical_value"]

Floats = NDArray[np.float64]

_LEVEL = 0.05
_ANGLES = 721


def effective_f(coefficients: Floats, covariance: Floats) -> float:
    """Return π'π / tr(W₂) with coefficients on orthonormal instruments and their covariance W₂; NaN where
    that is zero.
    """
    trace = float(np.trace(covariance))
    return float(coefficients @ coefficients) / trace if trace > 0 else float("nan")


def effective_f_values(outcome: Floats, cross: Floats, endogenous: Floats) -> pd.DataFrame:
    """Return the values that the effective F must exceed for a bias of at most `bias_pct` per cent.

    The null: the Nagar bias of two-stage least squares exceeds `bias_pct` per cent of its worst case. The
    critical value is the upper 5 per cent point of a non-central χ²(K_eff, x K_eff) / K_eff (Patnaik's
    approximation), with K_eff = tr(W₂)²(1 + 2x) / (tr(W₂'W₂) + 2x tr(W₂) max eval(W₂)) and x = B / τ.

    Parameters
    ----------
    outcome, cross, endogenous
        W₁, W₁₂ and W₂: blocks of the covariance of reduced form and first stage in orthonormal instruments,
        (l, l).

    Returns
    -------
    DataFrame
        Index ``bias_pct`` (5, 10, 20, 30); ``critical_5`` with the estimated worst bias B ("generalized") and
        ``critical_5_simplified`` with its bound B = 1 (conservative). Source: Montiel Olea & Pflueger (2013),
        "A Robust Test for Weak Instruments", doi:10.1080/00401706.2013.806694.
    """
    worst = _worst_bias(outcome, cross, endogenous)
    rows = []
    for percent in (5.0, 10.0, 20.0, 30.0):
        rows.append(
            {
                "critical_5": _critical(endogenous, 100 * worst / percent),
                "critical_5_simplified": _critical(endogenous, 100 / percent),
            }
        )
    return pd.DataFrame(rows, index=pd.Index([5.0, 10.0, 20.0, 30.0], name="bias_pct"))


def noncentral_critical_value(df: float, noncentrality: float) -> float:
    """Return the upper 5 per cent point of a non-central χ² over its degrees of freedom.

    Examples
    --------
    >>> round(noncentral_critical_value(1.0, 10.0), 2)
    23.11
    """
    return float(scipy.stats.ncx2.isf(_LEVEL, df, noncentrality)) / df


def _critical(covariance: Floats, x: float) -> float:
    trace = float(np.trace(covariance))
    largest = float(np.linalg.eigvalsh(covariance)[-1])
    squares = float(np.sum(covariance**2))
    df = trace**2 * (1 + 2 * x) / (squares + 2 * x * trace * largest)
    return noncentral_critical_value(df, x * df)


def _worst_bias(outcome: Floats, cross: Floats, endogenous: Floats) -> float:
    """Return the supremum over β and directions of the Nagar bias relative to its benchmark."""
    scale = np.sqrt(np.trace(outcome) / np.trace(endogenous))
    symmetric = (cross + cross.T) / 2
    trace = float(np.trace(endogenous))

    def bias(angles: Floats) -> Floats:
        # β = scale tan(angle): numerator and benchmark are both multiplied by cos(angle), so that ±π/2 is
        # the limit.
        cosine = np.cos(angles)[:, None, None]
        sine = np.sin(angles)[:, None, None] * scale
        mixed = cosine * symmetric - sine * endogenous
        total = np.trace(mixed, axis1=1, axis2=2)
        values = np.linalg.eigvalsh(mixed)
        numerator = np.maximum(np.abs(total - 2 * values[:, 0]), np.abs(total - 2 * values[:, -1])) / trace
        square = np.trace(
            cosine**2 * outcome - 2 * cosine * sine * symmetric + sine**2 * endogenous, axis1=1, axis2=2
        )
        benchmark = np.sqrt(np.maximum(square, 0.0) / trace)
        out: Floats = np.divide(numerator, benchmark, out=np.zeros_like(benchmark), where=benchmark > 0)
        return out

    grid = np.linspace(-np.pi / 2, np.pi / 2, _ANGLES)
    values = bias(grid)
    best = int(np.argmax(values))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, _ANGLES - 1)]
    found = optimize.minimize_scalar(
        lambda angle: -float(bias(np.array([angle]))[0]), bounds=(low, high), method="bounded"
    )
    return float(max(values[best], -found.fun))
