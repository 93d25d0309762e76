"""Find the maximum of a spatial panel's likelihood."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from digimfg.errors import EstimationError
from digimfg.estimators.spatial.curvature import concentrated_hessian
from digimfg.estimators.spatial.determinant import DENSE_UNITS, Determinant
from digimfg.estimators.spatial.likelihood import Likelihood, SpatialFit
from digimfg.estimators.spatial.line import Line, line_of
from digimfg.estimators.spatial.line_search import POINTS, highest

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.estimators.spatial.data import SpatialData

__all__ = ["maximise", "numeric_jacobian"]

Floats = NDArray[np.float64]
_STEPS, _HALVES = 30, 20


def maximise(data: SpatialData, near: Floats | None = None) -> SpatialFit:
    """Maximise the likelihood of a spatial panel.

    One parameter is bracketed and then solved from its first-order condition; several start from a grid of
    signs, because mixed models can have more than one maximum, and end with Newton steps.

    Parameters
    ----------
    near
        Spatial coefficients of a model close to this one, to start from in place of the grid where they lie
        within the bounds of this one.

    Raises
    ------
    EstimationError
        If the maximum lies at the bound of a parameter, or the regressors are collinear.
    """
    lag = Determinant(data.lag_matrices) if data.lag_matrices else None
    error = None if data.error_matrix is None else _error_determinant(data, data.error_matrix)
    likelihood = Likelihood(data=data, lag=lag, error=error)
    bounds, line = likelihood.bounds, line_of(likelihood)
    parameters: Floats | None = None
    if not bounds:
        parameters = np.zeros(0)
    elif len(bounds) == 1:
        parameters = _one_parameter(likelihood, line, bounds[0])
    elif line is not None:
        parameters = _beside_shrinkage(line, bounds[0])
    if parameters is None:
        parameters = _several_parameters(likelihood, bounds, near)
    beta, total, _ = likelihood.solve(parameters)
    return SpatialFit(
        parameters=parameters,
        coefficients=beta,
        sigma2=total / data.n_effective,
        log_likelihood=likelihood.value(parameters),
        likelihood=likelihood,
    )


def _error_determinant(data: SpatialData, matrix: sparse.csr_array) -> Determinant:
    """Return the determinant of the error filter on the units left when period effects are transformed out.

    The transformation takes the intercept and with it the root of the common row sum, so that λ may go on to
    one over the largest modulus of the other roots on the positive side (Lee and Yu 2010). Many units would
    fill the memory with a dense matrix; there the whole determinant stands.
    """
    whole = Determinant((matrix,))
    if not (data.fewer_units and data.time_effects) or data.n_units > DENSE_UNITS:
        return whole
    basis = linalg.helmert(data.n_units)
    left = basis @ matrix.toarray() @ basis.T
    roots = np.asarray(linalg.eigvals(left), dtype=np.complex128)
    largest = float(np.abs(roots[roots.real > 0]).max(initial=0.0))
    low, high = whole.bounds[0]
    limits = ((low, max(high, 1.0 / largest) if largest > 0 else high),)
    return Determinant((sparse.csr_array(left),), limits=limits)


def _beside_shrinkage(line: Line, bound: tuple[float, float]) -> Floats | None:
    """Return the spatial coefficient and the phi of random effects that follows from it, ``None`` where the
    line has no maximum inside.
    """
    found, _ = highest(line, bound)
    if found is None:
        return None
    shrink = line.shrink(found)
    return np.array([found, shrink if 1.0 - shrink >= 1e-5 else 1.0])


def _one_parameter(likelihood: Likelihood, line: Line | None, bound: tuple[float, float]) -> Floats:
    low, high = bound
    margin = 1e-6 * (high - low)
    found, point = (None, None) if line is None else highest(line, bound)
    if found is not None:
        return np.array([found])
    if point is None:
        from scipy import optimize

        # weights with complex eigenvalues can have a second, lower maximum far from the first
        points = np.linspace(low + margin, high - margin, POINTS)
        best = int(np.argmax([likelihood.value(np.array([each])) for each in points]))
        start, stop = points[max(best - 1, 0)], points[min(best + 1, POINTS - 1)]
        point = float(
            optimize.minimize_scalar(
                lambda value: -likelihood.value(np.array([value])),
                bounds=(start, stop),
                method="bounded",
                options={"xatol": 1e-7 * (high - low)},
            ).x
        )
    if likelihood.data.effects == "random" and likelihood.lag is None and likelihood.error is None:
        if high - point < 1e-5:
            return np.array([1.0])
    elif min(point - low, high - point) < 1e-4 * (high - low):
        raise _at_bound(point, bound)
    return _newton(likelihood, np.array([point]), [bound])


def _several_parameters(
    likelihood: Likelihood, bounds: list[tuple[float, float]], near: Floats | None
) -> Floats:
    random = likelihood.data.effects == "random"
    spatial = bounds[:-1] if random else bounds
    grid = product(*[(0.0,) if len(spatial) > 3 else (-0.4, 0.1, 0.5) for _ in spatial])
    if near is not None and all(low < value < high for value, (low, high) in zip(near, spatial, strict=True)):
        starts = [near]
    else:
        starts = [_scaled(shares, spatial) for shares in grid]

    def objective(values: Floats) -> float:
        inside = all(low < value < high for value, (low, high) in zip(values, bounds, strict=True))
        return -likelihood.value(values) if inside else np.inf

    ranked: list[tuple[float, Floats]] = []
    for start in starts:
        point = _with_shrinkage(likelihood, start) if random else start
        level = objective(point)
        if np.isfinite(level):
            ranked.append((level, point))
    ranked.sort(key=lambda pair: pair[0])
    best: tuple[float, Floats] | None = None
    exact = None
    for _, point in ranked[: 1 if len(spatial) == 1 else 3]:
        exact = _ascended(likelihood, point, bounds) if len(spatial) == 1 else None
        found = exact or _climb(likelihood, objective, point, bounds)
        if best is None or found[0] < best[0] - 1e-9:
            best = found
    if best is None:
        raise _at_bound(float("nan"), bounds[0])
    for value, bound in zip(best[1][: len(spatial)], spatial, strict=True):
        if min(value - bound[0], bound[1] - value) < 1e-4 * (bound[1] - bound[0]):
            raise _at_bound(float(value), bound)
    if random and bounds[-1][1] - best[1][-1] < 1e-5:
        return np.append(best[1][:-1], 1.0)
    return best[1] if exact is not None else _newton(likelihood, best[1], bounds)


def _scaled(shares: tuple[float, ...], bounds: list[tuple[float, float]]) -> Floats:
    """Return values at shares of the way to their bounds."""
    return np.array(
        [share * (high if share > 0 else -low) for share, (low, high) in zip(shares, bounds, strict=True)]
    )


def _with_shrinkage(likelihood: Likelihood, spatial: Floats) -> Floats:
    """Return spatial coefficients with the phi of random effects that the residuals within and between units
    at them ask for.
    """
    within, between = likelihood.squares_by_part(spatial)
    n, n_units = likelihood.data.n_effective, likelihood.data.n_units
    odds = n_units * within, (n - n_units) * between
    phi = float(np.sqrt(odds[0] / odds[1])) if odds[1] > 0 else 1.0
    return np.append(spatial, min(max(phi, 0.02), 0.98))


def _climb(
    likelihood: Likelihood,
    objective: Callable[[Floats], float],
    start: Floats,
    bounds: list[tuple[float, float]],
) -> tuple[float, Floats]:
    """Minimise from one start: by gradients where they are cheap and the region is a box, else by a
    simplex.
    """
    from scipy import optimize

    determinants = [item for item in (likelihood.lag, likelihood.error) if item is not None]
    if all(item.eigenvalues is not None for item in determinants):
        low, high = np.array(bounds).T
        margin = 1e-6 * (high - low)
        point, level, _ = optimize.fmin_l_bfgs_b(
            objective,
            start,
            fprime=lambda values: -likelihood.gradient(values),
            bounds=list(zip(low + margin, high - margin, strict=True)),
            factr=10.0,
            pgtol=1e-6,
        )
        return float(level), np.asarray(point)
    found = optimize.minimize(
        objective, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000}
    )
    return float(found.fun), np.asarray(found.x)


def _ascended(
    likelihood: Likelihood, start: Floats, bounds: list[tuple[float, float]]
) -> tuple[float, Floats] | None:
    """Return minus the likelihood and the point of the maximum that exact Newton steps, halved until they go
    up, reach from one start; ``None`` where the surface is not concave or they leave the region.
    """
    if not likelihood.data.common_row_sum:
        return None
    low, high = np.array(bounds).T
    margin = 1e-6 * (high - low)
    point, level = start, likelihood.value(start)
    for _ in range(_STEPS):
        bend = concentrated_hessian(likelihood, point)
        if not np.all(np.isfinite(bend)):
            return None
        if (bend[0, 0] if len(bend) == 1 else np.linalg.eigvalsh(bend)[-1]) >= 0:
            return None
        step = np.linalg.solve(-bend, likelihood.gradient(point))
        for _ in range(_HALVES):
            moved = point + step
            if np.all((moved > low + margin) & (moved < high - margin)):
                reached = likelihood.value(moved)
                if reached >= level - 1e-9:
                    break
            step = step / 2
        else:
            return None
        point, level = moved, reached
        if float(np.max(np.abs(step))) < 1e-8:  # what is left is the square of it
            return -level, point
    return None


def _newton(likelihood: Likelihood, start: Floats, bounds: list[tuple[float, float]]) -> Floats:
    """Solve the first-order conditions from a point next to the maximum."""
    point = start.copy()
    for _ in range(8):
        gradient = likelihood.gradient(point)
        exact = likelihood.data.common_row_sum
        bend = (
            concentrated_hessian(likelihood, point) if exact else numeric_jacobian(likelihood.gradient, point)
        )
        step = np.linalg.solve(bend, gradient)
        moved = point - step
        inside = all(low < value < high for value, (low, high) in zip(moved, bounds, strict=True))
        if not inside or not likelihood.value(moved) >= likelihood.value(point) - 1e-9:
            break
        point = moved
        if float(np.max(np.abs(step))) < 1e-8:  # what is left is the square of it
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


def _at_bound(value: float, bound: tuple[float, float]) -> EstimationError:
    return EstimationError.of("spatial.maximum_at_bound", low=bound[0], high=bound[1], value=value)
