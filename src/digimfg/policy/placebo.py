"""Placebos of a policy: dates before it, and units that did not have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.distributions.student import student_contrast
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.estimators.did.cohorts import staggered_panel
from digimfg.estimators.did.estimator import StaggeredDifferenceInDifferences, staggered_effects
from digimfg.estimators.did.panel import within_sample
from digimfg.estimators.did.spread import treatment_row
from digimfg.kinds import AtLeast, AtMost, Count, Entries, Jobs, Seed, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.policy.treatment import treatment_panel
from digimfg.robustness.randomization import RandomizationTest, randomization_test
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.specification import Specification

__all__ = ["PlaceboInTime", "placebo_in_space", "placebo_in_time"]

Floats = NDArray[np.float64]
_BLOCK = 25


@checked
@shown(Text("Placebo in time", "时间安慰剂检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceboInTime:
    """Hold estimates of a treatment dated earlier than it was.

    Parameters
    ----------
    estimates
        Index ``lead``; columns of ``result.coefficients``, and ``n_obs``.
    notes
        What a reader must know.
    """

    estimates: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def placebo_in_time(
    specification: Specification,
    frame: StoredFrame,
    *,
    leads: Annotated[tuple[Count, ...], Entries(1)] = (1, 2, 3),
) -> PlaceboInTime:
    """Return estimates of a treatment dated earlier than it was, among rows before the true one.

    Each lead k moves every unit's treatment k periods ahead and leaves out the rows that are truly treated,
    so that a true effect cannot enter; estimates far from zero speak of trends before the policy or of
    anticipation.

    Parameters
    ----------
    specification
        Of any estimator; its only regressor is the 0/1 treatment, or its estimator names a cohort column.
    frame
        As for `dm.estimate`.
    leads
        Whole numbers from 1.

    Raises
    ------
    SpecificationError
        If a lead is not a whole number from 1, or the treatment is of another kind.
    EstimationError
        If nobody is treated that early with a period before.

    Examples
    --------
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"city": np.repeat([1, 2, 3, 4], 5), "year": [1, 2, 3, 4, 5] * 4})
    >>> frame["pilot"] = ((frame["city"] < 3) & (frame["year"] >= 4)).astype(int)
    >>> frame["y"] = frame["city"] + 0.5 * frame["year"] + 2 * frame["pilot"] + 0.1 * (frame["city"] * frame["year"] % 3)
    >>> spec = dm.Specification("y", "pilot", entity="city", time="year", fixed_effects=("city", "year"))
    >>> dm.placebo_in_time(spec, frame, leads=(1, 2)).estimates["n_obs"].tolist()
    [16.0, 16.0]
    """  # noqa: E501
    label = Text("placebo in time", "时间安慰剂检验")
    if not leads or any(lead < 1 or lead % 1 for lead in leads):
        raise SpecificationError.of("policy.leads_not_positive", where=label, got=repr(leads))
    panel = treatment_panel(specification, frame, label)
    clean = panel.time < panel.first
    rows = panel.design.rows[clean]
    kept = frame.iloc[rows].reset_index(drop=True)
    name = specification.regressors[0] if specification.regressors else "ATT"
    estimator = specification.estimator
    if isinstance(estimator, StaggeredDifferenceInDifferences):
        estimator = replace(estimator, cohort=None)
    found = []
    for lead in leads:
        fake = (panel.time[clean] >= panel.first[clean] - lead).astype(np.float64)
        before = np.zeros(panel.n_units, dtype=bool)
        before[panel.unit[clean][fake == 0]] = True
        if not np.any(before[panel.unit[clean][fake == 1]]):
            raise _no_lead(label, lead)
        changed = specification.replace(regressors=(name,), estimator=estimator, sample=None)
        result = estimate(changed, kept.assign(**{name: fake}))
        if name not in result.coefficients.index:
            raise _no_lead(label, lead)
        found.append({**result.coefficients.loc[name].to_dict(), "n_obs": result.statistics["n_obs"]})
    gone = int(np.count_nonzero(~clean))
    note = note_of("policy.truly_treated_rows", gone=gone)
    return PlaceboInTime(estimates=pd.DataFrame(found, index=pd.Index(leads, name="lead")), notes=(note,))


@checked
@keeps_marks
@one_thread
def placebo_in_space(
    specification: Specification,
    frame: StoredFrame,
    *,
    replications: Annotated[int, AtLeast(19), AtMost(10_000_000)] = 500,
    seed: Seed = 0,
    n_jobs: Jobs | None = None,
) -> RandomizationTest:
    r"""Return the distribution of estimates when other units had had the policy.

    Each draw deals the treated units' starting periods to units at random (cohorts keep their sizes; units
    dealt one before they are seen are left out, as they would be if it were true) and estimates again;
    :math:`p=(1+\#\{|b_r|\ge|b|\})/(1+R)`. Least squares goes through `dm.randomization_test` with whole
    paths exchanged between entities.

    Parameters
    ----------
    specification
        Least squares, or staggered difference-in-differences.
    frame
        As for `dm.estimate`.
    replications, seed
        Draws.
    n_jobs
        See `digimfg.parallel.run_parallel`.

    Returns
    -------
    RandomizationTest
        ``placebo`` holds one row per draw: ``estimate statistic p_value``; `dm.PlaceboPlot` draws it.

    Raises
    ------
    SpecificationError
        If the estimator is another, or the treatment is not 0/1 and lasting.

    Examples
    --------
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(12), 4), "year": [1, 2, 3, 4] * 12})
    >>> frame["pilot"] = ((frame["city"] < 3) & (frame["year"] >= 3)).astype(int)
    >>> frame["y"] = frame["city"] + 3.0 * frame["pilot"] + (frame["city"] * frame["year"] % 5)
    >>> spec = dm.Specification("y", "pilot", entity="city", time="year",
    ...                         estimator=dm.StaggeredDifferenceInDifferences(draws=0))
    >>> dm.placebo_in_space(spec, frame, replications=99).placebo.shape
    (99, 3)
    """
    label = Text("placebo in space", "空间安慰剂检验")
    options = specification.estimator
    if not isinstance(options, StaggeredDifferenceInDifferences):
        name = specification.regressors[0] if specification.regressors else ""
        return randomization_test(
            specification,
            frame,
            name,
            replications=replications,
            statistic="coefficient",
            seed=seed,
            n_jobs=n_jobs,
        )
    options = replace(options, draws=0)
    design = build_design(specification, frame)
    panel = staggered_panel(
        design, cohort=options.cohort, anticipation=options.anticipation, label=options.label
    )
    own, own_error, df = _fit(options, panel)
    starts = range(0, replications, _BLOCK)
    tasks = [
        _Task(options=options, panel=panel, count=min(_BLOCK, replications - start), seed=child)
        for start, child in zip(starts, spawn_seeds(seed, len(starts)), strict=True)
    ]
    parts = run_parallel(_block, tasks, label=label, n_jobs=n_jobs)
    drawn = np.vstack(parts)
    usable = np.isfinite(drawn[:, 0])
    placebo = pd.DataFrame({"estimate": drawn[usable, 0], "statistic": drawn[usable, 0] / drawn[usable, 1]})
    placebo["p_value"] = 2 * scipy.stats.t.sf(np.abs(placebo["statistic"]), drawn[usable, 2])
    extreme = int(np.count_nonzero(np.abs(placebo["estimate"]) >= abs(own) * (1 - 1e-9)))
    notes = [note_of("policy.starts_dealt_to_units", total=int(usable.sum()), seed=seed)]
    if not usable.all():
        lost = int((~usable).sum())
        notes.append(note_of("policy.failed_draws", lost=lost))
    return RandomizationTest(
        term=panel.name,
        estimate=own,
        std_error=own_error,
        p_value_clustered=student_contrast(own, own_error, df).p_value,
        statistic=own,
        p_value=(1 + extreme) / (1 + int(usable.sum())),
        alternative="two_sided",
        replications=int(usable.sum()),
        exact=False,
        placebo=placebo,
        notes=tuple(notes),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    options: StaggeredDifferenceInDifferences
    panel: StaggeredPanel
    count: int
    seed: np.random.SeedSequence


def _block(task: _Task) -> Floats:
    rng = np.random.default_rng(task.seed)
    first = task.panel.unit_first
    found = np.full((task.count, 3), np.nan)
    for row in range(task.count):
        dealt = rng.permutation(first)
        try:
            panel = replace(task.panel, first=dealt[task.panel.unit])
            found[row] = _fit(task.options, within_sample(panel, task.options.label))
        except (EstimationError, SpecificationError):
            continue
    return found


def _fit(options: StaggeredDifferenceInDifferences, panel: StaggeredPanel) -> tuple[float, float, float]:
    used, effects, slopes = staggered_effects(options, panel, [])
    return treatment_row(used, effects, options.aggregate, slopes)


def _no_lead(label: Text, lead: int) -> EstimationError:
    return EstimationError.of("policy.no_rows_for_lead", where=label, lead=lead)
