"""Covariance of spatial panel estimates: expected information where N allows, else observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from digimfg.estimators.spatial.curvature import hessian
from digimfg.estimators.spatial.data import spatial_lag
from digimfg.estimators.spatial.maximum import numeric_jacobian

if TYPE_CHECKING:
    from digimfg.estimators.spatial.likelihood import SpatialFit

__all__ = ["DENSE_UNITS", "expected_information", "observed_information"]

Floats = NDArray[np.float64]
DENSE_UNITS = 4000


def expected_information(fit: SpatialFit) -> Floats:
    r"""Return the expected information of (coefficients, ρ's, λ, σ²).

    With :math:`A=I-\sum\rho_jW_j`, :math:`B=I-\lambda E`, :math:`G_j=W_jA^{-1}`, :math:`\bar G_j=BG_jB^{-1}`,
    :math:`H=EB^{-1}`:

    .. math:: I_{\rho_i\rho_j} = T\operatorname{tr}(\bar G_i\bar G_j+\bar G_i'\bar G_j) + \tfrac1{\sigma^2}
       (BG_i\mu)'M(BG_j\mu), \quad I_{\rho_j\lambda} = T\operatorname{tr}(H\bar G_j + H'\bar G_j), \quad
       I_{\lambda\lambda} = T\operatorname{tr}(HH + H'H)

    (Anselin 1988; Elhorst 2014). Not for random effects.

    Returns
    -------
    ndarray
        Shape (k + m + 1 or 2, same).
    """
    data, sigma2 = fit.likelihood.data, fit.sigma2
    filtered = data.filtered(fit.error)
    n_lags, n_coefficients = fit.likelihood.n_lags, len(fit.coefficients)
    regressors = filtered[:, :, 1 + n_lags :].reshape(-1, n_coefficients)
    inverse = _lag_inverse(fit)
    matrices = _response_matrices(fit, inverse)
    score = _mean_of_lags(fit, filtered, inverse)
    has_error = fit.likelihood.error is not None
    size = n_coefficients + n_lags + int(has_error) + 1
    information = np.zeros((size, size))
    information[:n_coefficients, :n_coefficients] = regressors.T @ regressors
    spatial = slice(n_coefficients, n_coefficients + n_lags)
    information[:n_coefficients, spatial] = regressors.T @ score
    information[spatial, :n_coefficients] = information[:n_coefficients, spatial].T
    information[spatial, spatial] = score.T @ score
    information /= sigma2
    periods = data.effective_periods
    for i, left in enumerate(matrices):
        for j, right in enumerate(matrices[: i + 1]):
            value = periods * float(np.sum(left * right.T) + np.sum(left * right))
            row, column = n_coefficients + i, n_coefficients + j
            information[row, column] += value
            if row != column:
                information[column, row] += value
        information[n_coefficients + i, -1] = information[-1, n_coefficients + i] = (
            periods * float(np.trace(left)) / sigma2
        )
    information[-1, -1] = 0.5 * data.n_effective / sigma2**2
    return information


def observed_information(fit: SpatialFit) -> Floats:
    """Return minus the Hessian of the log-likelihood in (coefficients, nonlinear parameters, σ²)."""
    if fit.likelihood.data.common_row_sum:
        return -hessian(fit.likelihood, fit.parameters, fit.coefficients, fit.sigma2)
    n_coefficients = len(fit.coefficients)
    point = np.concatenate([fit.coefficients, fit.parameters, [fit.sigma2]])
    scale = np.ones(len(point))
    scale[:n_coefficients] = np.maximum(np.abs(fit.coefficients), 1e-3 * _units(fit))
    scale[-1] = fit.sigma2

    known: dict[bytes, Floats] = {}

    def scaled_score(values: Floats) -> Floats:
        return _full_score(fit, values * scale, known) * scale

    jacobian = numeric_jacobian(scaled_score, point / scale, step=1e-4)
    information = -jacobian / np.outer(scale, scale)
    return np.asarray(0.5 * (information + information.T))


def _units(fit: SpatialFit) -> Floats:
    """Return a residual's standard deviation per unit of each regressor: what its coefficient is measured
    in.
    """
    likelihood = fit.likelihood
    _, error, shrink = likelihood.split(fit.parameters)
    columns = likelihood.data.root(error, shrink)[0][:, 1 + likelihood.n_lags :]
    size = np.sqrt(np.mean(columns**2, axis=0))
    return np.asarray(np.sqrt(fit.sigma2) / np.where(size > 0, size, 1.0))


def _full_score(fit: SpatialFit, values: Floats, known: dict[bytes, Floats]) -> Floats:
    """Return the score; `known` keeps what depends on the nonlinear parameters alone."""
    likelihood, data = fit.likelihood, fit.likelihood.data
    n_coefficients = len(fit.coefficients)
    beta, parameters, sigma2 = values[:n_coefficients], values[n_coefficients:-1], float(values[-1])
    rho, error, shrink = likelihood.split(parameters)
    root, by_error, by_shrink = data.root(error, shrink)
    combination = np.concatenate([[1.0], -rho, -beta])
    left = root @ combination
    n_first = 1 + likelihood.n_lags
    total = float(left @ left)
    slopes = [left @ root[:, j] for j in range(1, n_first)]
    if likelihood.error is not None:
        slopes.append(-(left @ (by_error @ combination)))
    if data.effects == "random":
        slopes.append(-(left @ (by_shrink @ combination)))
    key = parameters.tobytes()
    if key not in known:
        _, concentrated_total, concentrated = likelihood.solve(parameters)
        known[key] = (
            likelihood.gradient(parameters) + 0.5 * data.n_effective * concentrated / concentrated_total
        )
    jacobian = known[key]
    return np.concatenate(
        [
            root[:, n_first:].T @ left / sigma2,
            np.array(slopes) / sigma2 + jacobian,
            [-0.5 * data.n_effective / sigma2 + 0.5 * total / sigma2**2],
        ]
    )


def _lag_inverse(fit: SpatialFit) -> Floats | None:
    r"""Return :math:`A^{-1}`, ``None`` where the outcome is not lagged."""
    data = fit.likelihood.data
    if not data.lag_matrices:
        return None
    system = np.eye(data.n_units)
    for value, matrix in zip(fit.rho, data.lag_matrices, strict=True):
        system -= float(value) * matrix.toarray()
    return np.asarray(np.linalg.inv(system))


def _response_matrices(fit: SpatialFit, inverse: Floats | None) -> list[Floats]:
    """Return the matrices of the lags, seen through the error filter, then that of the error."""
    data = fit.likelihood.data
    identity = np.eye(data.n_units)
    matrices: list[Floats] = []
    filter_matrix: Floats = identity
    inverse_filter: Floats = identity
    if data.error_matrix is not None:
        filter_matrix = identity - fit.error * data.error_matrix.toarray()
        inverse_filter = np.asarray(np.linalg.inv(filter_matrix), dtype=np.float64)
    if inverse is not None:
        for matrix in data.lag_matrices:
            response = matrix @ inverse
            if data.error_matrix is not None:
                response = filter_matrix @ response @ inverse_filter
            matrices.append(response)
    if data.error_matrix is not None:
        matrices.append(data.error_matrix @ inverse_filter)
    if data.fewer_units and data.time_effects:
        matrices = [_project(_project(matrix).T).T for matrix in matrices]
    return matrices


def _project(matrix: Floats) -> Floats:
    return np.asarray(matrix - matrix.mean(axis=0, keepdims=True))


def _mean_of_lags(fit: SpatialFit, filtered: Floats, inverse: Floats | None) -> Floats:
    """Return the spatial lags of the outcome's mean, filtered and without effects, shape (NT, m)."""
    data = fit.likelihood.data
    if inverse is None:
        return np.zeros((filtered.shape[0] * filtered.shape[1], 0))
    combination = np.concatenate([[1.0], -fit.rho, -fit.coefficients])
    noise = filtered @ combination
    if data.error_matrix is not None:
        noise = _solve_periods(_filter(data.error_matrix, fit.error), noise)
    mean = data.outcome - noise @ inverse.T
    lags = np.stack([spatial_lag(matrix, mean) for matrix in data.lag_matrices], axis=-1)
    if data.error_matrix is not None:
        lags = lags - fit.error * spatial_lag(data.error_matrix, lags)
    left = data.remove_effects(lags, data.filtered_intercept(fit.error))
    return np.asarray(left.reshape(-1, left.shape[2]))


def _filter(matrix: sparse.csr_array, value: float) -> sparse.csr_array:
    return sparse.csr_array(sparse.eye_array(matrix.shape[0], format="csr") - value * matrix)


def _solve_periods(system: sparse.csr_array, values: Floats) -> Floats:
    solved = splu(system.tocsc()).solve(np.ascontiguousarray(values.T))
    return np.asarray(solved.T)
