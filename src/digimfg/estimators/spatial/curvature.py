"""Second derivatives of a spatial panel's log-likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.spatial.likelihood import Likelihood

__all__ = ["concentrated_hessian", "hessian"]

Floats = NDArray[np.float64]


def hessian(likelihood: Likelihood, parameters: Floats, coefficients: Floats, sigma2: float) -> Floats:
    r"""Return the second derivatives in (coefficients, nonlinear parameters, σ²).

    With :math:`r=Rc` the filtered residuals, R a root of the cross products that is linear in :math:`\lambda`
    and :math:`\phi`, and :math:`c=(1,-\rho,-\beta)`, the sum of squares :math:`r'r` has the second
    derivatives :math:`2r_i'r_j+2r'r_{ij}`.

    Parameters
    ----------
    likelihood
        Whose error filter keeps intercepts intercepts (`SpatialData.common_row_sum`).

    Returns
    -------
    ndarray
        Shape (k + parameters + 1, same).
    """
    data, n_lags, k = likelihood.data, likelihood.n_lags, len(coefficients)
    rho, error, shrink = likelihood.split(parameters)
    root, by_error, by_shrink = data.root(error, shrink)
    combination = np.concatenate([[1.0], -rho, -coefficients])
    # Coefficients first, then the lags: minus their columns are the derivatives of the residuals.
    order = np.concatenate([np.arange(1 + n_lags, 1 + n_lags + k), np.arange(1, 1 + n_lags)])
    turns = [by_error] if likelihood.error is not None else []
    if data.effects == "random":
        turns.append(by_shrink)
    left = root @ combination
    slopes = np.column_stack([-root[:, order], *(turn @ combination for turn in turns)])
    size = slopes.shape[1]
    found = np.empty((size + 1, size + 1))
    squares = slopes.T @ slopes
    for place, turn in enumerate(turns):
        own = len(order) + place
        mixed = -(left @ turn[:, order])
        squares[own, : len(order)] += mixed
        squares[: len(order), own] += mixed
    if len(turns) == 2:
        mixed = float((by_shrink @ combination) @ (by_error @ combination))  # of unit means alone
        squares[-1, -2] += mixed
        squares[-2, -1] += mixed
    found[:-1, :-1] = -squares / sigma2
    found[k:-1, k:-1] += _of_determinants(likelihood, rho, error, shrink)
    found[:-1, -1] = found[-1, :-1] = slopes.T @ left / sigma2**2
    found[-1, -1] = 0.5 * data.n_effective / sigma2**2 - float(left @ left) / sigma2**3
    return found


def concentrated_hessian(likelihood: Likelihood, parameters: Floats) -> Floats:
    """Return the second derivatives in the nonlinear parameters, the others at their best."""
    coefficients, total, slopes = likelihood.solve(parameters)
    squares = likelihood.slopes_of_squares(parameters)
    if squares is not None:
        half = 0.5 * likelihood.data.n_effective / total
        turned = half * (np.outer(slopes, slopes) / total - 2.0 * squares)
        rho, error, shrink = likelihood.split(parameters)
        return np.asarray(turned + _of_determinants(likelihood, rho, error, shrink))
    whole = hessian(likelihood, parameters, coefficients, total / likelihood.data.n_effective)
    k = len(coefficients)
    inner = slice(k, len(whole) - 1)
    outer = np.array([*range(k), len(whole) - 1])
    scale = 1 / np.sqrt(np.abs(whole[outer, outer]))
    rows = whole[outer]
    cross = rows[:, inner] * scale[:, None]
    solved = np.linalg.solve(rows[:, outer] * scale * scale[:, None], cross)
    return np.asarray(whole[inner, inner] - cross.T @ solved)


def _of_determinants(likelihood: Likelihood, rho: Floats, error: float, shrink: float) -> Floats:
    """Return the second derivatives of what does not depend on residuals, in the nonlinear parameters."""
    data, n_lags = likelihood.data, likelihood.n_lags
    size = n_lags + int(likelihood.error is not None) + int(data.effects == "random")
    found = np.zeros((size, size))
    if likelihood.lag is not None:
        found[:n_lags, :n_lags] = data.effective_periods * likelihood.bend(likelihood.lag, rho)
    if likelihood.error is not None:
        bend = likelihood.bend(likelihood.error, np.array([error]))
        found[n_lags, n_lags] = data.effective_periods * bend[0, 0]
    if data.effects == "random":
        found[-1, -1] = -data.n_units / shrink**2
    return found
