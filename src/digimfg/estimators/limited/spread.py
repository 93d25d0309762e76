"""The covariance of estimates by likelihood, in the units of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered, DriscollKraay, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.estimators.limited.problem import Problem

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.text import Text

__all__ = ["covariance_of", "reported", "unshifted"]

Floats = NDArray[np.float64]


def reported(problem: Problem, parameters: Floats) -> tuple[Floats, Floats]:
    """Return the parameters as results have them, and their derivatives by those searched for."""
    k = len(problem.terms)
    values, turn = parameters * problem.unit, np.full(len(parameters), problem.unit)
    for place, each in enumerate(problem.further, start=k):
        own = np.exp(parameters[place]) if each.positive else 1.0
        values[place] = (own if each.positive else parameters[place]) * each.unit
        turn[place] = own * each.unit
    return values, turn


def covariance_of(
    design: Design, problem: Problem, names: tuple[str, ...], scores: Floats, bread: Floats
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    """Return the covariance that the specification asks for, counts of groups, and notes.

    Parameters
    ----------
    names
        Of all estimates, p of them.
    scores, bread
        Of rows or units, shape (rows, p), and the inverse information (p, p), in the units of results.
    """
    from digimfg.inference.influence import Influence, slope_units
    from digimfg.inference.sandwich import sandwich
    from digimfg.inference.small_sample import small_sample_adjustment

    asked, p = design.specification.covariance, len(names)
    if isinstance(asked, Unadjusted):
        small_sample_adjustment(design, p, 0)
        return bread, {}, ()
    rows, random = scores @ bread, problem.effects == "random"
    if random:
        units = design.entity
        assert units is not None  # noqa: S101
        spread_out = np.zeros((design.n_obs, p))
        spread_out[np.unique(units, return_index=True)[1]] = rows
        rows = spread_out
    k = len(problem.terms)
    own = _freed(design, problem)
    constants = [*(place for place, name in enumerate(problem.terms) if name == INTERCEPT), *range(k, p)]
    units_of = np.r_[slope_units(problem.columns), np.ones(p - k)]
    units_of[constants] = 1.0
    influence = Influence(names=names, rows=rows, units=units_of, own=own, constants=constants)
    spread = sandwich(design, influence)
    factor = small_sample_adjustment(design, p, spread.n_groups).factor
    if asked.small_sample == "stata":
        grouped = isinstance(asked, Clustered | DriscollKraay)
        n = len(scores) if random else design.n_obs
        groups = spread.n_groups if grouped else n
        factor = groups / (groups - 1)
    return spread.covariance * factor, dict(spread.counts), spread.notes


def unshifted(
    design: Design, problem: Problem, names: tuple[str, ...], values: Floats, covariance: Floats
) -> tuple[Floats, Floats]:
    """Return estimates for terms as they are: the intercept, or the cut points, take what was taken off."""
    if not design.shift:
        return values, covariance
    shift = np.array([design.shift.get(name, 0.0) for name in names])
    back = np.eye(len(names))
    for place, name in enumerate(names):
        if name == INTERCEPT:
            back[place] -= shift
    for place, each in enumerate(problem.further, start=len(problem.terms)):
        if each.moves_with_index:
            back[place] += shift
    return back @ values, back @ covariance @ back.T


def _freed(design: Design, problem: Problem) -> Floats:
    """Return each column freed of the others, times the root of the weights: whose rows it varies in."""
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    columns = problem.columns * np.sqrt(mass)[:, None]
    if INTERCEPT not in problem.terms:  # cut points are its constant
        columns = problem.columns - np.average(problem.columns, axis=0, weights=mass)
        columns = columns * np.sqrt(mass)[:, None]
    size = np.linalg.norm(columns, axis=0)
    columns = columns / np.where(size > 0, size, 1.0)
    found: Floats = columns @ np.linalg.pinv(columns.T @ columns)
    return found
