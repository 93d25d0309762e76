"""Exact maximum likelihood of spatial panels through cross products: every evaluation is k by k."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from digimfg.errors import EstimationError
from digimfg.estimators.spatial.determinant import Determinant
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.estimators.spatial.data import SpatialData

__all__ = ["Likelihood", "SpatialFit", "maximise", "numeric_jacobian"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Likelihood:
    r"""Hold the concentrated log-likelihood of a spatial panel.

    .. math:: \ln L(\rho,\lambda) = -\tfrac n2(\ln 2\pi\hat\sigma^2 + 1) + T\ln|I-\rho W| + T\ln|I-\lambda W|

    with :math:`\hat\sigma^2` of the regression of the filtered outcome on the filtered regressors, effects
    removed from the outcome *and from its spatial lag*. The parameters are the lags' :math:`\rho_j`, then
    :math:`\lambda`, then :math:`\phi` of random effects (:math:`\phi^2=\sigma^2/(T\sigma_\mu^2+\sigma^2)`).
    """

    data: SpatialData
    lag: Determinant | None
    error: Determinant | None

    @property
    def n_lags(self) -> int:
        """Return the number of spatial lags of the outcome."""
        return len(self.data.lag_matrices)

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Return an open interval per parameter."""
        found = [] if self.lag is None else list(self.lag.bounds)
        if self.error is not None:
            found.extend(self.error.bounds)
        if self.data.effects == "random":
            found.append((0.0, 1.0))
        return found

    def split(self, parameters: Floats) -> tuple[Floats, float, float]:
        """Return the lags' coefficients, the error's and the shrinkage of unit means."""
        rho = np.asarray(parameters[: self.n_lags], dtype=np.float64)
        error = float(parameters[self.n_lags]) if self.error is not None else 0.0
        shrink = float(parameters[-1]) if self.data.effects == "random" else 1.0
        return rho, error, shrink

    def solve(self, parameters: Floats) -> tuple[Floats, float, Floats]:
        """Return coefficients, the residual sum of squares, and its gradient by the parameters."""
        rho, error, shrink = self.split(parameters)
        root, by_error, by_shrink = self.data.root(error, shrink)
        n_first = 1 + self.n_lags
        head = np.concatenate([[1.0], -rho])
        beta = _least_squares(root[:, n_first:], root[:, :n_first] @ head)
        combination = np.concatenate([head, -beta])
        left = root @ combination
        slopes = list(-2.0 * (left @ root[:, 1:n_first]))
        if self.error is not None:
            slopes.append(2.0 * float(left @ (by_error @ combination)))
        if self.data.effects == "random":
            slopes.append(2.0 * float(left @ (by_shrink @ combination)))
        return beta, float(left @ left), np.array(slopes)

    def value(self, parameters: Floats) -> float:
        """Return the concentrated log-likelihood."""
        _, total, _ = self.solve(parameters)
        if total <= 0:
            return -np.inf
        rho, error, shrink = self.split(parameters)
        n = self.data.n_effective
        jacobian = 0.0
        if self.lag is not None:
            jacobian += self.lag.value(rho) - self._lost(self.lag, rho)
        if self.error is not None:
            one = np.array([error])
            jacobian += self.error.value(one) - self._lost(self.error, one)
        extra = self.data.n_units * np.log(shrink) if self.data.effects == "random" else 0.0
        return float(
            -0.5 * n * (np.log(2 * np.pi * total / n) + 1.0) + self.data.effective_periods * jacobian + extra
        )

    def gradient(self, parameters: Floats) -> Floats:
        """Return its gradient."""
        _, total, slopes = self.solve(parameters)
        rho, error, shrink = self.split(parameters)
        gradient = -0.5 * self.data.n_effective * slopes / total
        periods = self.data.effective_periods
        if self.lag is not None:
            gradient[: self.n_lags] -= periods * (self.lag.traces(rho) - self._lost_slope(self.lag, rho))
        if self.error is not None:
            one = np.array([error])
            slope = self.error.traces(one) - self._lost_slope(self.error, one)
            gradient[self.n_lags] -= periods * slope[0]
        if self.data.effects == "random":
            gradient[-1] += self.data.n_units / shrink
        return np.asarray(gradient)

    def _lost(self, determinant: Determinant, rho: Floats) -> float:
        """Return the part of the log-determinant that belongs to the removed period intercepts."""
        if not (self.data.fewer_units and self.data.time_effects):
            return 0.0
        return float(np.log(1.0 - float(rho @ _row_sums(determinant))))

    def _lost_slope(self, determinant: Determinant, rho: Floats) -> Floats:
        if not (self.data.fewer_units and self.data.time_effects):
            return np.zeros(len(rho))
        sums = _row_sums(determinant)
        return np.asarray(sums / (1.0 - float(rho @ sums)))


@dataclass(frozen=True, kw_only=True, eq=False)
class SpatialFit:
    """Hold the maximum.

    Parameters
    ----------
    parameters
        The nonlinear parameters in the order of `Likelihood`.
    coefficients
        Of the regressors, shape (k,).
    sigma2
        Error variance (sum of squares over `SpatialData.n_effective`).
    log_likelihood
        At the maximum.
    likelihood
        What was maximised.
    """

    parameters: Floats
    coefficients: Floats
    sigma2: float
    log_likelihood: float
    likelihood: Likelihood

    @property
    def rho(self) -> Floats:
        """Return the coefficients of the lagged outcome."""
        return self.likelihood.split(self.parameters)[0]

    @property
    def error(self) -> float:
        """Return the coefficient of the spatial error, zero where there is none."""
        return self.likelihood.split(self.parameters)[1]

    @property
    def shrink(self) -> float:
        """Return phi of random effects, one where there are none."""
        return self.likelihood.split(self.parameters)[2]


def maximise(data: SpatialData) -> SpatialFit:
    """Maximise the likelihood of a spatial panel.

    One parameter is bracketed and then solved from its first-order condition; several start from a grid of
    signs, because mixed models can have more than one maximum, and end with Newton steps.

    Raises
    ------
    EstimationError
        If the maximum lies at the bound of a parameter, or the regressors are collinear.
    """
    lag = Determinant(data.lag_matrices) if data.lag_matrices else None
    error = Determinant((data.error_matrix,)) if data.error_matrix is not None else None
    likelihood = Likelihood(data=data, lag=lag, error=error)
    bounds = likelihood.bounds
    if not bounds:
        parameters = np.zeros(0)
    elif len(bounds) == 1:
        parameters = _one_parameter(likelihood, bounds[0])
    else:
        parameters = _several_parameters(likelihood, bounds)
    beta, total, _ = likelihood.solve(parameters)
    return SpatialFit(
        parameters=parameters,
        coefficients=beta,
        sigma2=total / data.n_effective,
        log_likelihood=likelihood.value(parameters),
        likelihood=likelihood,
    )


def _one_parameter(likelihood: Likelihood, bound: tuple[float, float]) -> Floats:
    low, high = bound
    margin = 1e-6 * (high - low)
    found = optimize.minimize_scalar(
        lambda value: -likelihood.value(np.array([value])),
        bounds=(low + margin, high - margin),
        method="bounded",
        options={"xatol": 1e-7 * (high - low)},
    )
    point = float(found.x)
    if likelihood.data.effects == "random" and likelihood.lag is None and likelihood.error is None:
        if high - point < 1e-5:
            return np.array([1.0])
    elif min(point - low, high - point) < 1e-4 * (high - low):
        raise _at_bound(point, bound)
    return _newton(likelihood, np.array([point]), [bound])


def _several_parameters(likelihood: Likelihood, bounds: list[tuple[float, float]]) -> Floats:
    random = likelihood.data.effects == "random"
    spatial = bounds[:-1] if random else bounds
    starts = product(*[(0.0,) if len(spatial) > 3 else (-0.4, 0.1, 0.5) for _ in spatial])

    def objective(values: Floats) -> float:
        inside = all(low < value < high for value, (low, high) in zip(values, bounds, strict=True))
        return -likelihood.value(values) if inside else np.inf

    ranked: list[tuple[float, Floats]] = []
    for start in starts:
        scaled = [
            value * (high if value > 0 else -low) for value, (low, high) in zip(start, spatial, strict=True)
        ]
        point = np.array([*scaled, 0.5] if random else scaled)
        level = objective(point)
        if np.isfinite(level):
            ranked.append((level, point))
    ranked.sort(key=lambda pair: pair[0])
    best: tuple[float, Floats] | None = None
    for _, point in ranked[:3]:
        found = optimize.minimize(
            objective, point, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000}
        )
        if best is None or found.fun < best[0] - 1e-9:
            best = (float(found.fun), np.asarray(found.x))
    if best is None:
        raise _at_bound(float("nan"), bounds[0])
    for value, bound in zip(best[1][: len(spatial)], spatial, strict=True):
        if min(value - bound[0], bound[1] - value) < 1e-4 * (bound[1] - bound[0]):
            raise _at_bound(float(value), bound)
    if random and bounds[-1][1] - best[1][-1] < 1e-5:
        return np.append(best[1][:-1], 1.0)
    return _newton(likelihood, best[1], bounds)


def _newton(likelihood: Likelihood, start: Floats, bounds: list[tuple[float, float]]) -> Floats:
    """Solve the first-order conditions from a point next to the maximum."""
    point = start.copy()
    for _ in range(8):
        gradient = likelihood.gradient(point)
        step = np.linalg.solve(numeric_jacobian(likelihood.gradient, point), gradient)
        moved = point - step
        inside = all(low < value < high for value, (low, high) in zip(moved, bounds, strict=True))
        if not inside or not likelihood.value(moved) >= likelihood.value(point) - 1e-9:
            break
        point = moved
        if float(np.max(np.abs(step))) < 1e-12:
            break
    return point


def numeric_jacobian(function: Callable[[Floats], Floats], point: Floats, step: float = 1e-5) -> Floats:
    """Return central differences of a vector function, shape (outputs, inputs)."""
    columns = []
    for position in range(len(point)):
        shift = np.zeros(len(point))
        shift[position] = step
        columns.append((function(point + shift) - function(point - shift)) / (2 * step))
    return np.column_stack(columns)


def _row_sums(determinant: Determinant) -> Floats:
    return np.array([float(np.asarray(matrix.sum(axis=1)).ravel()[0]) for matrix in determinant.matrices])


def _least_squares(columns: Floats, outcome: Floats) -> Floats:
    if columns.shape[1] == 0:
        return np.zeros(0)
    scale = np.linalg.norm(columns, axis=0)
    if np.all(scale > 0):
        left, singular, right = np.linalg.svd(columns / scale, full_matrices=False)
        if singular[-1] > 1e-7 * singular[0]:
            return np.asarray((right.T @ ((left.T @ outcome) / singular)) / scale)
    raise EstimationError(
        where=Text("spatial panel, regressors and their spatial lags", "空间面板, 解释变量及其空间滞后"),
        expected=Text("columns that are independent once effects are removed", "去除效应后各列线性无关"),
        got=Text(f"{columns.shape[1]} columns that depend on each other", f"{columns.shape[1]} 列线性相关"),
        remedy=Text(
            "drop regressors that do not vary within units, or whose spatial lag repeats another column",
            "去掉个体内不变的变量, 或空间滞后与其他列重复的变量",
        ),
    )


def _at_bound(value: float, bound: tuple[float, float]) -> EstimationError:
    return EstimationError(
        where=Text("spatial panel, spatial coefficient", "空间面板, 空间系数"),
        expected=Text(
            f"a maximum inside ({bound[0]:.4g}, {bound[1]:.4g})",
            f"极大值在区间 ({bound[0]:.4g}, {bound[1]:.4g}) 内部",
        ),
        got=Text(f"{value:.6g}, at the bound", f"{value:.6g}, 位于边界"),
        remedy=Text(
            "check the weights (row sums, isolated units), add time effects, or difference a trending outcome",
            "检查权重矩阵(行和、孤立单元), 加入时间效应, 或对有趋势的被解释变量取差分",
        ),
    )
