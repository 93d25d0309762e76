"""Effects of a synthetic difference-in-differences, of the sample or of a redrawn one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.did.effects import Cells
from digimfg.estimators.synthetic_did.grid import adjusted
from digimfg.estimators.synthetic_did.weights import exact_weights, frank_wolfe_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digimfg.estimators.synthetic_did.grid import Cohort, Grid

__all__ = ["CohortWeights", "Weigh", "Weighting", "cohort_cells", "found_weights", "kept_weights"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Weighting = Literal["synthetic_did", "synthetic_control", "did"]

_GAIN = 1e-5


@dataclass(frozen=True, kw_only=True, eq=False)
class CohortWeights:
    """Hold the weights of one cohort's comparison; each set adds up to one (periods: or to zero).

    Parameters
    ----------
    units
        Of all units, zero but for donors, shape (N,).
    periods
        Of the periods before treatment, in their order.
    slopes
        Of the controls, where each cohort has its own.
    """

    units: Floats
    periods: Floats
    slopes: Floats = field(default_factory=lambda: np.empty(0))


Weigh: TypeAlias = "Callable[[Floats, Cohort, Codes, Floats], CohortWeights]"
"""Returns the weights of outcomes, a cohort, its members, and how often each donor is in the sample."""


def cohort_cells(
    grid: Grid,
    cohorts: Sequence[Cohort],
    members: Sequence[Codes],
    counts: Floats,
    weigh: Weigh,
    *,
    projects: bool = True,
) -> tuple[Cells, list[CohortWeights]]:
    r"""Return the effect of each cohort in each period, and the weights behind it.

    .. math:: \hat\tau_{g,t} = \bar Y_{g,t}-\sum_j\hat\omega_jY_{jt}
        - \sum_{s<g}\hat\lambda_s\Bigl(\bar Y_{g,s}-\sum_j\hat\omega_jY_{js}\Bigr)

    The mean over the cohort's treated periods is its synthetic difference-in-differences; weighted by its
    units, cells average to that of Clarke et al. (2024) for staggered adoption.

    Parameters
    ----------
    members
        Units treated with each cohort, repeated where they were drawn more than once; a cohort without one is
        left out.
    counts
        How often each donor is in the sample, shape (N,), zero for others.
    weigh
        As its name says.
    projects
        Whether controls are projected out beforehand; otherwise `weigh` gives slopes of each cohort.
    """
    whole = adjusted(grid, counts) if projects else grid.outcome
    cohort: list[float] = []
    estimates: list[Floats] = []
    sizes: list[int] = []
    weights: list[CohortWeights] = []
    for each, units in zip(cohorts, members, strict=True):
        if not len(units):
            continue
        found = weigh(whole, each, units, counts)
        outcome = whole
        if len(found.slopes):
            outcome = whole - np.tensordot(found.slopes, grid.controls, axes=1)
        gap = outcome[units].mean(axis=0) - found.units @ outcome
        estimates.append(gap - float(found.periods @ gap[each.before]))
        cohort.append(each.first)
        sizes.append(len(units))
        weights.append(found)
    count = len(grid.times)
    size = np.repeat(np.array(sizes, dtype=np.float64), count)
    cells = Cells(
        cohort=np.repeat(cohort, count),
        time=np.tile(grid.times, len(cohort)),
        estimate=np.concatenate(estimates),
        influence=np.empty((0, len(size))),
        weight=size,
        member=None,
        size=size,
    )
    return cells, weights


def found_weights(weighting: Weighting, *, exact: bool) -> Weigh:
    """Return the rule that finds weights: the published steps (each donor once), or the optimum."""

    def weigh(outcome: Floats, cohort: Cohort, units: Codes, counts: Floats) -> CohortWeights:
        donors = np.flatnonzero(counts > 0)
        often = counts[donors]
        before, after = outcome[donors][:, cohort.before], outcome[donors][:, cohort.after]
        of_units = np.zeros(len(outcome))
        if weighting == "did":
            of_units[donors] = often / often.sum()
            return CohortWeights(units=of_units, periods=np.full(before.shape[1], 1 / before.shape[1]))
        least = (_GAIN * cohort.noise) ** 2

        def solve(columns: Floats, target: Floats, penalty: Floats) -> Floats:
            if exact:
                return exact_weights(columns, target, penalty)
            return frank_wolfe_weights(columns, target, float(penalty[0]), least)

        periods = np.zeros(before.shape[1])
        columns, target = before.T, outcome[units][:, cohort.before].mean(axis=0)
        if weighting == "synthetic_did":
            root = np.sqrt(often)[:, None]
            later = after.mean(axis=1, keepdims=True)
            here = root * (before - often @ before / often.sum())
            there = root * (later - often @ later / often.sum())
            ridge = np.full(before.shape[1], often.sum() * cohort.time_ridge**2)
            periods = solve(here, there[:, 0], ridge)
            columns, target = columns - columns.mean(axis=0), target - target.mean()
        # A donor that was drawn twice may carry twice the weight at the same price.
        of_units[donors] = solve(columns, target, len(target) * cohort.unit_ridge**2 / often)
        return CohortWeights(units=of_units, periods=periods)

    return weigh


def kept_weights(cohorts: Sequence[Cohort], weights: Sequence[CohortWeights]) -> Weigh:
    """Return the rule that keeps weights as they are, those of donors still there adding up to one."""
    by_cohort = {cohort.first: each for cohort, each in zip(cohorts, weights, strict=True)}

    def weigh(outcome: Floats, cohort: Cohort, units: Codes, counts: Floats) -> CohortWeights:
        del outcome, units
        known = by_cohort[cohort.first]
        left = np.where(counts > 0, known.units, 0.0)
        if left.sum() <= 0:
            left = (counts > 0).astype(np.float64)
        return CohortWeights(units=left / left.sum(), periods=known.periods)

    return weigh
