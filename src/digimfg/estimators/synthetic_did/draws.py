"""Errors of synthetic difference-in-differences: placebo adoptions, bootstrap and jackknife of clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, Fault
from digimfg.estimators.did.effects import aggregate_cells
from digimfg.estimators.synthetic_did.effects import cohort_cells
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digimfg.estimators.synthetic_did.effects import CohortWeights, Weigh
    from digimfg.estimators.synthetic_did.grid import Cohort, Grid

__all__ = ["ErrorMethod", "redrawn_effects", "spread_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Sample = tuple[list[Codes], Floats]
ErrorMethod = Literal["placebo", "bootstrap", "jackknife"]


def redrawn_effects(
    grid: Grid,
    cohorts: Sequence[Cohort],
    weights: Sequence[CohortWeights],
    keys: Sequence[tuple[str, object]],
    *,
    errors: ErrorMethod,
    weigh: Weigh,
    projects: bool,
    clusters: Codes,
    draws: int,
    seed: int,
    label: Text,
) -> Floats:
    """Return each effect in each redrawn sample, NaN where the sample has none, shape (draws, effects).

    ``"placebo"`` gives the treated units' adoption dates to donors drawn at random, the treated units left
    out; ``"bootstrap"`` draws clusters with replacement and weights anew, the ridges kept; ``"jackknife"``
    leaves out each cluster in turn and keeps the weights (algorithms 4, 2 and 3 of Arkhangelsky et al. 2021).

    Parameters
    ----------
    weigh, projects
        As `cohort_cells` takes them.

    Raises
    ------
    EstimationError
        If there are too few units for the method.
    """
    _check(grid, cohorts, weights, errors, clusters, label)
    if errors == "placebo":
        samples = _placebos(grid, cohorts, draws, seed)
    elif errors == "bootstrap":
        samples = _resamples(grid, cohorts, clusters, draws, seed)
    else:
        samples = _without_one(grid, cohorts, clusters)
    place = {key: number for number, key in enumerate(keys)}
    found: list[Floats] = []
    for members, counts in samples:
        effects = aggregate_cells(cohort_cells(grid, cohorts, members, counts, weigh, projects=projects)[0])
        row = np.full(len(keys), np.nan)
        row[[place[key] for key in effects.keys]] = effects.estimate
        found.append(row)
    return np.array(found)


def spread_of(draws: Floats, errors: ErrorMethod) -> Floats:
    """Return the covariance of effects over redrawn samples, each pair over the samples that have both."""
    there = np.isfinite(draws)
    count = there.sum(axis=0)
    centred = np.where(there, draws - np.nansum(draws, axis=0) / np.maximum(count, 1), 0.0)
    both = there.T.astype(np.float64) @ there
    factor = both - 1 if errors == "jackknife" else 1.0
    spread: Floats = centred.T @ centred / np.maximum(both, 1) * factor
    return spread


def _placebos(grid: Grid, cohorts: Sequence[Cohort], draws: int, seed: int) -> Iterator[Sample]:
    rng = np.random.default_rng(seed)
    donors = np.flatnonzero(grid.never)
    ends = np.cumsum([len(cohort.units) for cohort in cohorts])
    for _ in range(draws):
        order = rng.permutation(donors)
        counts = np.zeros(len(grid.first))
        counts[order[ends[-1] :]] = 1.0
        yield np.split(order[: ends[-1]], ends[:-1]), counts


def _resamples(
    grid: Grid, cohorts: Sequence[Cohort], clusters: Codes, draws: int, seed: int
) -> Iterator[Sample]:
    rng = np.random.default_rng(seed)
    n_clusters = int(clusters.max()) + 1
    made = 0
    while made < draws:
        often = np.bincount(rng.integers(n_clusters, size=n_clusters), minlength=n_clusters)[clusters]
        counts = np.where(grid.never, often, 0).astype(np.float64)
        members = [np.repeat(cohort.units, often[cohort.units]) for cohort in cohorts]
        # As published, a sample without a treated unit or without two donors is drawn again.
        if np.count_nonzero(counts) < 2 or not any(len(each) for each in members):
            continue
        made += 1
        yield members, counts


def _without_one(grid: Grid, cohorts: Sequence[Cohort], clusters: Codes) -> Iterator[Sample]:
    for cluster in range(int(clusters.max()) + 1):
        left = clusters != cluster
        yield [each.units[left[each.units]] for each in cohorts], (grid.never & left).astype(np.float64)


def _check(
    grid: Grid,
    cohorts: Sequence[Cohort],
    weights: Sequence[CohortWeights],
    errors: ErrorMethod,
    clusters: Codes,
    label: Text,
) -> None:
    donors, treated = int(np.count_nonzero(grid.never)), int(np.count_nonzero(~grid.never))
    n_clusters = len(np.unique(clusters))
    short = [cohort.first for cohort in cohorts if len(np.unique(clusters[cohort.units])) < 2]
    if errors == "placebo" and n_clusters < len(clusters):
        fault = Fault.of("synthetic_did.placebo_of_clusters", n=n_clusters, m=len(clusters))
    elif errors == "placebo" and donors < treated + 2:
        fault = Fault.of("synthetic_did.placebo_without_donors", n=donors, m=treated)
    elif errors == "bootstrap" and len(np.unique(clusters[~grid.never])) < 2:
        fault = Fault.of("synthetic_did.bootstrap_of_one_cluster")
    elif errors == "jackknife" and short:
        fault = Fault.of("synthetic_did.jackknife_of_one_cluster", names=_listed(short))
    elif errors == "jackknife" and (thin := _thin(cohorts, weights, clusters)):
        fault = Fault.of("synthetic_did.jackknife_of_one_donor", names=_listed(thin))
    else:
        return
    where = note_of("synthetic_did.label_with_errors", label=label, errors=repr(errors))
    raise fault.error(EstimationError, where=where)


def _thin(cohorts: Sequence[Cohort], weights: Sequence[CohortWeights], clusters: Codes) -> list[float]:
    pairs = zip(cohorts, weights, strict=True)
    return [cohort.first for cohort, each in pairs if len(np.unique(clusters[each.units > 0])) < 2]


def _listed(cohorts: Sequence[float]) -> str:
    return ", ".join(f"{g:g}" for g in cohorts[:5]) + (" …" if len(cohorts) > 5 else "")
