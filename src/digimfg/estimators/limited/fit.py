"""Fit the likelihood of a design's rows or units, and put its numbers into a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError
from digimfg.estimators.limited.maximum import Maximum, maximise
from digimfg.estimators.limited.problem import SPREAD, Problem, check_units, no_maximum
from digimfg.estimators.limited.rows import of_rows, of_units
from digimfg.estimators.limited.spread import covariance_of, reported, unshifted

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["NODES", "fitted_result"]

Floats = NDArray[np.float64]

NODES = 16
"""Of the quadrature over the effects of units."""

_NONE = 1e-4


def fitted_result(design: Design, problem: Problem) -> Result:
    """Maximise and return the result.

    Raises
    ------
    SpecificationError
        If the effects of units lack what they need, or the covariance is none that the likelihood has.
    EstimationError
        If there are not more rows than parameters, or no maximum.
    """
    from digimfg.estimators.linear_result import linear_result
    from digimfg.inference.small_sample import require_rows

    random = problem.effects == "random"
    k, m = problem.columns.shape[1], len(problem.further)
    require_rows(design, k + m + random)
    if random:
        check_units(design, problem)
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    pooled = _maximum(design, problem, mass, problem.columns, problem.start)
    if not pooled.converged:
        raise no_maximum(problem)
    found = _with_effects(design, problem, pooled) if random else pooled
    names = (*problem.terms, *(each.name for each in problem.further), *((SPREAD,) if random else ()))
    values, turn = reported(problem, found.parameters)
    bread = turn[:, None] * found.bread * turn
    covariance, counts, notes = covariance_of(design, problem, names, found.scores / turn, bread)
    values, covariance = unshifted(design, problem, names, values, covariance)
    return linear_result(
        design,
        names=names,
        estimates=values,
        covariance=covariance,
        df=np.inf,
        statistics={
            **_statistics(design, problem, mass, pooled, found),
            **counts,
            "df_resid": float(design.n_obs - len(names)),
        },
        notes=(*problem.notes, *notes),
    )


def _maximum(design: Design, problem: Problem, mass: Floats, columns: Floats, start: Floats) -> Maximum:
    size = np.sqrt(np.mean(columns**2, axis=0)) if len(columns) else np.ones(columns.shape[1])
    size = np.where(size > 0, size, 1.0)
    offset = np.zeros(design.n_obs) if problem.offset is None else problem.offset
    found = maximise(
        lambda point: of_rows(problem.model, columns / size, mass, offset, point),
        np.r_[start * size, [each.start for each in problem.further]],
        float(mass.sum()),
    )
    return _in_units(found, size, len(problem.further))


def _in_units(found: Maximum, size: Floats, rest: int) -> Maximum:
    """Return a maximum over columns of unit size as one over the columns as they are."""
    unit = np.r_[size, np.ones(rest)]
    return Maximum(
        parameters=found.parameters / unit,
        bread=found.bread / np.outer(unit, unit),
        scores=found.scores * unit,
        total=found.total,
        converged=found.converged,
        iterations=found.iterations,
    )


def _with_effects(design: Design, problem: Problem, pooled: Maximum) -> Maximum:
    units = design.entity
    assert units is not None  # noqa: S101
    size = np.sqrt(np.mean(problem.columns**2, axis=0))
    size = np.where(size > 0, size, 1.0)
    offset = np.zeros(design.n_obs) if problem.offset is None else problem.offset
    rest = len(problem.further) + 1
    found = None
    for start in (0.7, 0.2, 1.5):
        here = maximise(
            lambda point: of_units(problem.model, problem.columns / size, units, offset, NODES, point),
            np.r_[pooled.parameters * np.r_[size, np.ones(rest - 1)], start],
            float(design.n_obs),
        )
        if here.converged and (found is None or here.total > found.total):
            found = here
        if found is not None and abs(found.parameters[-1]) > _NONE:
            break
    if found is None or abs(found.parameters[-1]) <= _NONE:
        raise EstimationError.of("limited.effects_without_variance", where=problem.where)
    if found.parameters[-1] < 0:
        turn = np.r_[np.ones(len(found.parameters) - 1), -1.0]
        found = Maximum(
            parameters=found.parameters * turn,
            bread=found.bread * np.outer(turn, turn),
            scores=found.scores * turn,
            total=found.total,
            converged=True,
            iterations=found.iterations,
        )
    return _in_units(found, size, rest)


def _statistics(
    design: Design, problem: Problem, mass: Floats, pooled: Maximum, found: Maximum
) -> dict[str, float]:
    unit = -float(np.log(problem.unit)) * problem.densities
    k = len(problem.terms)
    constant = [place for place, name in enumerate(problem.terms) if name == INTERCEPT]
    statistics = {
        "n_obs": float(design.n_obs),
        "log_likelihood": found.total + unit,
        "iterations": float(found.iterations),
        **problem.statistics,
    }
    if problem.effects == "none":
        null = _maximum(design, problem, mass, problem.columns[:, constant], problem.start[constant])
        if null.converged and k > len(constant):
            ratio = 2 * (found.total - null.total)
            statistics |= {
                "r2_pseudo": 1 - (found.total + unit) / (null.total + unit),
                "lr_statistic": ratio,
                "lr_p": float(scipy.stats.chi2.sf(ratio, k - len(constant))),
            }
    else:
        ratio = max(0.0, 2 * (found.total - pooled.total))
        spread = float(found.parameters[-1]) * problem.unit
        statistics |= {
            "lr_units": ratio,
            "lr_units_p": 0.5 * float(scipy.stats.chi2.sf(ratio, 1)),
            "sigma_unit": spread,
        }
    if design.entity_values is not None:
        statistics["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        statistics["n_periods"] = float(len(design.time_values))
    return statistics
