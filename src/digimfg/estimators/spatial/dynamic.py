"""Bias of quasi maximum likelihood in spatial panels with a lagged outcome and unit effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

if TYPE_CHECKING:
    from digimfg.estimators.spatial.likelihood import SpatialFit

__all__ = ["dynamic_correction", "largest_root"]

Floats = NDArray[np.float64]


def dynamic_correction(
    fit: SpatialFit, information: Floats, own_lag: int, spatial_lags: tuple[int, ...]
) -> Floats:
    r"""Return what to add to (coefficients, ρ's, σ²) to remove the bias of order 1/T.

    With :math:`S=I-\sum\rho_jW_j`, :math:`A=S^{-1}(\tau I+\sum\eta_jW_j)`, :math:`G_j=W_jS^{-1}` and
    :math:`K=\sum_h A^hS^{-1}=(S-\tau I-\sum\eta_jW_j)^{-1}`, the score of the likelihood with unit effects
    has mean :math:`-\varphi` with

    .. math:: \varphi = \bigl(\operatorname{tr}K,\ \operatorname{tr}W_jK,\ 0,\
       \operatorname{tr}[G_j(\tau I+\sum_l\eta_lW_l)K] + \operatorname{tr}G_j,\ \tfrac{N}{2\sigma^2}\bigr)

    so that :math:`\hat\theta + I(\theta)^{-1}\varphi` is free of it (Yu, de Jong and Lee 2008; with period
    effects removed by the transformation of Lee and Yu 2010).

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
    system, past = _system(fit, own_lag, spatial_lags)
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


def largest_root(fit: SpatialFit, own_lag: int, spatial_lags: tuple[int, ...]) -> float:
    r"""Return the largest modulus of an eigenvalue of :math:`A=S^{-1}(\tau I+\sum_j\eta_jW_j)`; below one
    the process is stable.

    Where period effects are transformed out, of A on the units left: the level that all units share goes
    with the effects, and may have a root of one or more (Lee and Yu 2010, doi:10.1017/S0266466609100099).
    Infinite where a :math:`\rho` lies outside its bounds.
    """
    data, lag = fit.likelihood.data, fit.likelihood.lag
    if lag is not None and not all(
        low < rho < high for rho, (low, high) in zip(fit.rho, lag.bounds, strict=True)
    ):
        return float("inf")
    system, past = _system(fit, own_lag, spatial_lags)
    process = np.linalg.solve(system, past)
    if data.fewer_units and data.time_effects:
        basis = linalg.helmert(data.n_units)
        process = basis @ process @ basis.T
    return float(np.abs(np.linalg.eigvals(process)).max())


def _system(fit: SpatialFit, own_lag: int, spatial_lags: tuple[int, ...]) -> tuple[Floats, Floats]:
    r"""Return :math:`S` and :math:`\tau I+\sum_j\eta_jW_j`."""
    identity = np.eye(fit.likelihood.data.n_units)
    system, past = identity, fit.coefficients[own_lag] * identity
    for rho, sparse_matrix in zip(fit.rho, fit.likelihood.data.lag_matrices, strict=True):
        system = system - rho * sparse_matrix.toarray()
    for place, sparse_matrix in zip(spatial_lags, fit.likelihood.data.lag_matrices, strict=False):
        if place >= 0:
            past = past + fit.coefficients[place] * sparse_matrix.toarray()
    return system, past
