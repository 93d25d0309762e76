"""The permutation test of a difference between groups (费舍尔组合检验)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.design.absorb import absorb
from digimfg.design.rows import compress_codes
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.mechanisms.model import solve, usable
from digimfg.inference.cluster_moments import ClusterMoments, cluster_moments
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.estimators.mechanisms.group_options import GroupOptions

__all__ = ["Permutations", "permuted_differences"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_CHUNK = 250
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Permutations:
    """Hold the p values of a permutation test, one per term, and how many assignments there were."""

    p_values: Floats
    n_used: int
    notes: tuple[Text, ...]


def permuted_differences(
    options: GroupOptions, design: Design, member: Floats, terms: Sequence[str]
) -> Permutations:
    """Return the share of assignments of labels with a difference as large as the one observed.

    Parameters
    ----------
    design
        Of both groups together, effects not interacted.
    member
        0 and 1 on its rows.
    terms
        Slopes compared.

    Raises
    ------
    SpecificationError
        If a unit has rows in both groups.
    """
    units, name = _units(options, design, member)
    count = int(units.max()) + 1
    labels = np.zeros(count)
    labels[units] = member
    effects = list(design.effects.values()) or [np.zeros(design.n_obs, dtype=np.int64)]
    kept = [place for place, term in enumerate(design.terms) if term != INTERCEPT]
    columns = absorb(np.column_stack([design.regressors[:, kept], design.outcome]), effects, design.weights)
    moments = cluster_moments(columns, effects, units, design.weights)
    places = tuple(kept.index(design.terms.index(term)) for term in terms)
    assignments, exact = _assignments(labels, options)
    whole = moments.at(np.ones((1, count)))[0]
    chunks = [assignments[start : start + _CHUNK] for start in range(0, len(assignments), _CHUNK)]
    task = partial(_gaps, moments, whole, places)
    drawn = np.abs(
        np.vstack(run_parallel(task, chunks, label=Text("Permutations of groups", "分组标签置换")))
    )
    good = np.isfinite(drawn[:, 0])
    observed = np.abs(_gaps(moments, whole, places, labels[None, :]))[0]
    if not good.any() or not np.isfinite(observed).all():
        raise EstimationError.of("mechanisms.no_assignment_estimated", n=len(drawn))
    above = np.sum(drawn[good] >= observed * (1 - _ROUNDING), axis=0)
    used = int(good.sum())
    p_values = above / used if exact else (1 + above) / (1 + used)
    return Permutations(
        p_values=np.asarray(p_values, dtype=np.float64),
        n_used=used,
        notes=_notes(options, name, count, used, len(drawn) - used, exact=exact),
    )


def _units(options: GroupOptions, design: Design, member: Floats) -> tuple[Codes, str]:
    name = options.permuted or design.specification.entity
    if name is None:
        return np.arange(design.n_obs, dtype=np.int64), ""
    values = design.evaluator.column(name, Text("`permuted`", "`permuted`")).iloc[design.rows]
    codes = compress_codes(pd.factorize(values, sort=True)[0].astype(np.int64))
    low, high = np.full(int(codes.max()) + 1, 2.0), np.full(int(codes.max()) + 1, -1.0)
    np.minimum.at(low, codes, member)
    np.maximum.at(high, codes, member)
    mixed = np.flatnonzero(low != high)
    if len(mixed):
        first = ", ".join(str(each) for each in values[np.isin(codes, mixed[:3])].unique()[:3])
        raise SpecificationError.of(
            "mechanisms.groups_cut_units", group=options.group, name=name, n=len(mixed), first=first
        )
    return codes, name


def _assignments(labels: Floats, options: GroupOptions) -> tuple[Floats, bool]:
    count, ones = len(labels), int(labels.sum())
    if comb(count, ones) <= options.replications:
        every = np.zeros((comb(count, ones), count))
        for row, chosen in enumerate(combinations(range(count), ones)):
            every[row, list(chosen)] = 1.0
        return every, True
    generator = np.random.default_rng(options.seed)
    return generator.permuted(np.tile(labels, (options.replications, 1)), axis=1), False


def _gaps(moments: ClusterMoments, whole: Floats, places: tuple[int, ...], labels: Floats) -> Floats:
    """Return the second group's slopes minus the first's, for every assignment, shape (R, terms)."""
    regressors = range(moments.n_columns - 1)
    slopes, good = [], np.ones(len(labels), dtype=bool)
    for member in (1.0 - labels, labels):
        inside = moments.at(member)
        fine = usable(inside, whole)
        good &= fine
        safe = np.where(fine[:, None, None], inside, whole)
        slopes.append(solve(safe, regressors, moments.n_columns - 1)[:, list(places)])
    return np.where(good[:, None], slopes[1] - slopes[0], np.nan)


def _notes(
    options: GroupOptions, name: str, units: int, used: int, failed: int, *, exact: bool
) -> tuple[Text, ...]:
    what = term_label(name) if name else Text("rows", "观测")
    how = (
        note_of("mechanisms.all_assignments", used=used)
        if exact
        else note_of("mechanisms.random_assignments", used=used, seed=options.seed)
    )
    notes = [note_of("mechanisms.permutation", what=what, how=how, units=units)]
    if failed:
        notes.append(note_of("mechanisms.failed_assignments", failed=failed))
    return tuple(notes)
