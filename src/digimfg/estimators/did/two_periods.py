"""The effect of one cohort between two periods: doubly robust, by regression, or by weighting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse, scaled_rank
from digimfg.estimators.did.logit import fit_logit

__all__ = ["CovariateMethod", "TwoPeriodEffect", "difference_of_means", "two_period_effect"]

Floats = NDArray[np.float64]
CovariateMethod = Literal["doubly_robust", "regression", "weighting"]

_TRIM = 0.995


@dataclass(frozen=True, slots=True)
class TwoPeriodEffect:
    """Hold an estimate and the influence of each unit, which add up to zero."""

    estimate: float
    influence: Floats


def two_period_effect(
    change: Floats, treated: NDArray[np.bool_], covariates: Floats, method: CovariateMethod
) -> TwoPeriodEffect | None:
    r"""Return the effect on the treated, ``None`` where one side is empty or its covariates are collinear.

    With X the covariates and a constant, p a logit propensity score and m(X) the regression of the change
    among controls: ``"doubly_robust"`` :math:`E[(w_1-w_0)(\Delta Y-m(X))]`, ``"regression"``
    :math:`E[w_1(\Delta Y-m(X))]`, ``"weighting"`` :math:`E[(w_1-w_0)\Delta Y]`; :math:`w_1=D/E[D]`,
    :math:`w_0\propto p(1-D)/(1-p)` (Sant'Anna and Zhao 2020, doi:10.1016/j.jeconom.2020.06.003). Controls
    with p above 0.995 are trimmed, as R's DRDID does.
    """
    n = len(change)
    d = treated.astype(np.float64)
    if not treated.any() or treated.all():
        return None
    x = np.column_stack([np.ones(n), covariates])
    complete = np.all(np.isfinite(x), axis=1)
    if not complete.all():
        inner = two_period_effect(change[complete], treated[complete], covariates[complete], method)
        if inner is None:
            return None
        influence = np.zeros(n)
        influence[complete] = inner.influence
        return TwoPeriodEffect(inner.estimate, influence)
    if x.shape[1] == 1:
        influence = np.empty(n)
        estimate, influence[treated], influence[~treated] = difference_of_means(
            change[treated], change[~treated]
        )
        return TwoPeriodEffect(estimate, influence)
    if scaled_rank(x[~treated]) < x.shape[1]:
        return None
    by_regression = method in ("doubly_robust", "regression")
    by_weighting = method in ("doubly_robust", "weighting")
    residual, slope_influence = change, np.zeros_like(x)
    if by_regression:
        control = (1 - d)[:, None] * x
        bread = scaled_inverse(control.T @ x / n)
        residual = change - x @ (bread @ (control.T @ change) / n)
        slope_influence = (control * residual[:, None]) @ bread
    if not by_weighting:
        share = d.mean()
        estimate = float((d * residual).mean() / share)
        influence = (d * (residual - estimate) - slope_influence @ (d[:, None] * x).mean(axis=0)) / share
        return TwoPeriodEffect(estimate, influence / n)
    fitted = fit_logit(x, d)
    if fitted is None:
        return None
    score = np.minimum(fitted.probability, 1 - 1e-6)
    w1 = d.copy()
    w0 = np.where(score < _TRIM, score * (1 - d) / (1 - score), 0.0)
    if w0.sum() <= 0:
        return None
    mean1, mean0 = (w1 * residual).mean() / w1.mean(), (w0 * residual).mean() / w0.mean()
    score_influence = ((d - score)[:, None] * x) @ fitted.covariance * n
    one = w1 * (residual - mean1)
    zero = w0 * (residual - mean0)
    correction = score_influence @ (zero[:, None] * x).mean(axis=0)
    one = one - slope_influence @ (w1[:, None] * x).mean(axis=0)
    zero = zero + correction - slope_influence @ (w0[:, None] * x).mean(axis=0)
    influence = one / w1.mean() - zero / w0.mean()
    return TwoPeriodEffect(float(mean1 - mean0), influence / n)


def difference_of_means(here: Floats, there: Floats) -> tuple[float, Floats, Floats]:
    """Return the difference of two means, and the influence of the values behind each."""
    one, zero = here.mean(), there.mean()
    return float(one - zero), (here - one) / len(here), (zero - there) / len(there)
