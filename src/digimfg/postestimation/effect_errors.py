"""The covariance of slopes and absorbed effects together, as dummy variables would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from digimfg.covariance import WITHOUT_FACTOR, Unadjusted
from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.ppml.estimator import Poisson
from digimfg.estimators.system_equation import WHERE, SystemEquation
from digimfg.postestimation.effects import indicators_of

if TYPE_CHECKING:
    from digimfg.postestimation.effects import KnownEffects
    from digimfg.postestimation.equation import Equation

__all__ = ["whole_covariance"]

Floats = NDArray[np.float64]

_MOST_CELLS = 60_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rows:
    """Say how rows make slopes.

    Parameters
    ----------
    slopes
        What each row's residual adds to them, shape (n, k).
    residuals
        Shape (n,).
    mass, curvature
        Weights of rows, and these times the slope of the mean, shape (n,).
    spread
        Variance of each residual under unadjusted errors, over a common one, shape (n,).
    """

    slopes: Floats
    residuals: Floats
    mass: Floats
    curvature: Floats
    spread: Floats


def whole_covariance(equation: Equation, known: KnownEffects) -> Floats | None:
    r"""Return the covariance of slopes and effects, shape (k + G, k + G), or ``None`` where it is not known.

    A residual e adds S e to the slopes and :math:`(MD'w-MD'WX\,S)e` to the effects, D their indicators, M the
    pseudo-inverse of D'WD, w the weights and W these times the slope of the mean.
    """
    design = equation.design
    asked = design.specification.covariance
    n, k = equation.columns.shape
    if known.inverse is None or n * (k + len(known.inverse)) > _MOST_CELLS:
        return None
    if asked.small_sample in WITHOUT_FACTOR:
        return None
    indicators = indicators_of(design)
    if isinstance(design.specification.estimator, SystemEquation):
        whole = _of_system(equation, known.inverse, design.specification.estimator)
        return _as_reported(whole, equation, k)
    rows = _rows(equation)
    if rows is None:
        return None
    inverse = known.inverse
    if rows.curvature is not rows.mass:
        scaled = indicators.multiply(rows.curvature[:, None])
        inverse = _pseudo_inverse((indicators.T @ scaled).toarray())
    effects = np.asarray(indicators @ inverse)
    along = (equation.columns * rows.curvature[:, None]).T @ effects
    adds = np.hstack([rows.slopes, effects * rows.mass[:, None] - rows.slopes @ along])
    return _as_reported(_products(equation, adds, rows), equation, k)


def _as_reported(whole: Floats, equation: Equation, k: int) -> Floats | None:
    """Return a covariance with the factor of small samples that the slopes' own has; ``None`` where theirs is
    another.
    """
    place = int(np.argmax(np.diag(equation.covariance)))
    if not whole[place, place] > 0:
        return None
    whole = whole * (equation.covariance[place, place] / whole[place, place])
    same = np.allclose(whole[:k, :k], equation.covariance, rtol=1e-6, atol=0)
    return whole if same else None


def _of_system(equation: Equation, inverse: Floats, estimator: SystemEquation) -> Floats:
    """Return the covariance of one equation of a system: its slopes also move with the others' residuals."""
    from digimfg.estimators.system_columns import stacked_columns
    from digimfg.estimators.system_fit import fit_system
    from digimfg.inference.kernels import kernel_of

    design = equation.design
    designs = {str(place): each for place, each in enumerate(estimator.designs(design))}
    stacked, names = stacked_columns(designs, estimator.method)
    found = fit_system(stacked, iterate=estimator.iterate, where=WHERE)
    own = next(iter(names.values()))
    places = [own.index(term) for term in equation.terms]
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    effects = np.asarray(indicators_of(design) @ inverse)
    along = (equation.columns * mass[:, None]).T @ effects
    if isinstance(design.specification.covariance, Unadjusted):
        # freed of the effects, the terms have nothing in common with the residuals' means by level
        slopes = found.bread[np.ix_(places, places)]
        cross = -slopes @ along
        noise = float(found.spread[0, 0]) * inverse
        return np.block([[slopes, cross], [cross.T, noise - along.T @ cross]])
    slopes = found.influence[:, places]
    rest = found.residuals[:, 0] / np.sqrt(mass)
    adds = np.hstack([slopes, effects * (mass * rest)[:, None] - slopes @ along])
    whole = kernel_of(design).products(adds).matrix
    return np.asarray((whole + whole.T) / 2)


def _products(equation: Equation, adds: Floats, rows: _Rows) -> Floats:
    from digimfg.inference.kernels import kernel_of

    design = equation.design
    if isinstance(design.specification.covariance, Unadjusted):
        return np.asarray((adds * rows.spread[:, None]).T @ adds)
    found = kernel_of(design).products(adds * rows.residuals[:, None]).matrix
    return np.asarray((found + found.T) / 2)


def _pseudo_inverse(matrix: Floats) -> Floats:
    values, vectors = linalg.eigh(matrix)
    keep = values > values[-1] * 1e-12
    return np.asarray((vectors[:, keep] / values[keep]) @ vectors[:, keep].T)


def _rows(equation: Equation) -> _Rows | None:
    estimator = equation.design.specification.estimator
    if isinstance(estimator, LeastSquares):
        return _least_squares(equation)
    if isinstance(estimator, TwoStageLeastSquares) and not estimator.heteroskedasticity_terms:
        return _instrumental(equation, estimator)
    return _poisson(equation) if isinstance(estimator, Poisson) else None


def _least_squares(equation: Equation) -> _Rows:
    from digimfg.inference.linear_fit import linear_fit

    fit = linear_fit(equation.design)
    mass = np.ones(equation.design.n_obs) if fit.weights is None else fit.weights
    return _Rows(
        slopes=(fit.regressors * mass[:, None]) @ fit.bread,
        residuals=fit.residuals,
        mass=mass,
        curvature=mass,
        spread=1 / mass,
    )


def _instrumental(equation: Equation, estimator: TwoStageLeastSquares) -> _Rows:
    from digimfg.estimators.instrumental.data import instrumented
    from digimfg.estimators.instrumental.k_class import slopes

    design = equation.design
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    found = slopes(instrumented(design), estimator.method, estimator.fuller_alpha)
    root = np.sqrt(mass)
    return _Rows(
        slopes=found.directions * root[:, None],
        residuals=found.residuals / root,
        mass=mass,
        curvature=mass,
        spread=1 / mass,
    )


def _poisson(equation: Equation) -> _Rows:
    from digimfg.design.absorb import absorb

    design = equation.design
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    curvature = mass * equation.fitted
    freed = absorb(design.near, list(design.effects.values()), curvature)
    bread = np.linalg.inv((freed * curvature[:, None]).T @ freed)
    return _Rows(
        slopes=(freed * mass[:, None]) @ bread,
        residuals=design.outcome - equation.fitted,
        mass=mass,
        curvature=curvature,
        spread=equation.fitted / mass,
    )
