"""Bias of quasi maximum likelihood in spatial panels with a lagged outcome and unit effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.spatial.likelihood import SpatialFit

__all__ = ["dynamic_correction"]

Floats = NDArray[np.float64]


def dynamic_correction(
    fit: SpatialFit, information: Floats, own_lag: int, spatial_lags: tuple[int, ...]
) -> Floats:
    r"""Return what to add to (coefficients, ρ's, σ²) to remove the bias of order 1/T.

    With :math:`S=I-\sum\rho_jW_j`, :math:`A=S^{-1}(\tau I+\sum\eta_jW_j)`, :math:`G_j=W_jS^{-1}` and
    :math:`K=\sum_h A^hS^{-1}=(S-\tau I-\sum\eta_jW_j)^{-1}`, the score of the likelihood with unit effects has mean
    :math:`-\varphi` with

    .. math:: \varphi = \bigl(\operatorname{tr}K,\ \operatorname{tr}W_jK,\ 0,\
       \operatorname{tr}[G_j(\tau I+\sum_l\eta_lW_l)K] + \operatorname{tr}G_j,\ \tfrac{N}{2\sigma^2}\bigr)

    so that :math:`\hat\theta + I(\theta)^{-1}\varphi` is free of it (Yu, de Jong and Lee 2008; with period effects
    removed by the transformation of Lee and Yu 2010).

    Parameters
    ----------
    information
        Expected information of (coefficients, ρ's, σ²).
    own_lag
        Position of the outcome's lag among the regressors.
    spatial_lags
        Positions of the spatial lags of the outcome's lag, one per matrix, -1 where absent; empty for none.

    Returns
    -------
    ndarray
        Shape as `information`.
    """
    data = fit.likelihood.data
    identity = np.eye(data.n_units)
    matrices = [matrix.toarray() for matrix in data.lag_matrices]
    past = fit.coefficients[own_lag] * identity
    for matrix, place in zip(matrices, spatial_lags, strict=False):
        if place >= 0:
            past = past + fit.coefficients[place] * matrix
    system = identity - sum(
        (rho * matrix for rho, matrix in zip(fit.rho, matrices, strict=True)), 0 * identity
    )
    inverse = np.linalg.inv(system)
    whole = np.linalg.inv(system - past)
    keep = identity
    if data.fewer_units and data.time_effects:
        keep = identity - 1.0 / data.n_units
    n_coefficients = len(fit.coefficients)
    bias = np.zeros(len(information))
    bias[own_lag] = np.trace(keep @ whole)
    for matrix, place in zip(matrices, spatial_lags, strict=False):
        if place >= 0:
            bias[place] = np.trace(keep @ matrix @ whole)
    for j, matrix in enumerate(matrices):
        response = matrix @ inverse
        bias[n_coefficients + j] = np.trace(keep @ response @ past @ whole) + np.trace(keep @ response)
    bias[-1] = 0.5 * data.effective_units / fit.sigma2
    return np.asarray(np.linalg.solve(information, bias))
