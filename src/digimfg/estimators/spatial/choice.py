"""Tests that choose among spatial models: LM and robust LM, Wald, likelihood ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from digimfg.design.scaled import scaled_slopes
from digimfg.estimators.spatial.data import spatial_lag
from digimfg.estimators.spatial.determinant import DENSE_UNITS

__all__ = ["ChiSquared", "chi_squared", "lagrange_multiplier_tests", "wald"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChiSquared:
    """Hold a statistic, its degrees of freedom and p value."""

    statistic: float
    df: int
    p_value: float


def chi_squared(statistic: float, df: int) -> ChiSquared:
    """Return the statistic with its upper-tail p value."""
    return ChiSquared(statistic, df, float(special.chdtrc(df, max(statistic, 0.0))))


def lagrange_multiplier_tests(
    matrix: sparse.csr_array, outcome: Floats, regressors: Floats
) -> dict[str, ChiSquared]:
    r"""Return LM tests of a spatial lag and a spatial error against the model without either.

    With residuals e of the model with its effects but without spatial dependence,
    :math:`\hat\sigma^2=e'e/NT`, :math:`T_W=\operatorname{tr}(WW+W'W)` and
    :math:`J=[(WX\hat\beta)'M(WX\hat\beta)+T\,T_W\hat\sigma^2]/\hat\sigma^2`:

    .. math:: LM_{lag}=\frac{(e'WY/\hat\sigma^2)^2}{J}, \quad LM_{err}=\frac{(e'We/\hat\sigma^2)^2}{T\,T_W},

    and the versions robust to the other alternative (Anselin, Le Gallo and Jayet 2008; Elhorst 2010). The
    effects are removed first and then lagged, as there.

    Parameters
    ----------
    matrix
        Of the lags.
    outcome, regressors
        Without effects, shapes (T, N) and (T, N, k); the regressors are those of the model tested.
    """
    flat = regressors.reshape(-1, regressors.shape[2])
    beta = scaled_slopes(flat, outcome.ravel())
    fitted = regressors @ beta
    residual = outcome - fitted
    variance = float(np.mean(residual**2))
    trace = len(outcome) * _trace(matrix)
    lagged_fit = spatial_lag(matrix, fitted).ravel()
    left = lagged_fit - flat @ scaled_slopes(flat, lagged_fit)
    information = float(left @ left) / variance + trace
    lagged_outcome = spatial_lag(matrix, outcome).ravel()
    lag_score = float(residual.ravel() @ lagged_outcome) / variance
    error_score = float(residual.ravel() @ (lagged_outcome - lagged_fit)) / variance
    share = trace / information
    return {
        "lm_lag": chi_squared(lag_score**2 / information, 1),
        "lm_error": chi_squared(error_score**2 / trace, 1),
        "robust_lm_lag": chi_squared((lag_score - error_score) ** 2 / (information - trace), 1),
        "robust_lm_error": chi_squared((error_score - share * lag_score) ** 2 / (trace * (1 - share)), 1),
    }


def _trace(matrix: sparse.csr_array) -> float:
    """Return tr(WW + W'W)."""
    if matrix.shape[0] > DENSE_UNITS:
        return float((matrix @ matrix).trace() + matrix.power(2).sum())
    dense = matrix.toarray()
    return float(np.sum(dense * (dense + dense.T)))


def wald(restrictions: Floats, gradient: Floats, covariance: Floats) -> ChiSquared:
    """Return the Wald test of restrictions that should be zero, given their gradient by the parameters."""
    spread = gradient @ covariance @ gradient.T
    statistic = float(restrictions @ np.linalg.solve(spread, restrictions))
    return chi_squared(statistic, len(restrictions))
