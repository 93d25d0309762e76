"""Randomization inference: how often a reassigned variable does as well as the one observed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered
from digimfg.design import build_design
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares_only import require_least_squares
from digimfg.inference.linear_fit import linear_fit
from digimfg.inference.placebo_fits import PlaceboModel, placebo_fits, placebo_model
from digimfg.inference.reassignment import Plan, Reassignment, ReassignmentRule, exchange_plan
from digimfg.inference.terms_of_design import term_place
from digimfg.kinds import AtLeast, AtMost, Jobs, Seed, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["Alternative", "RandomizationTest", "randomization_test"]

Floats = NDArray[np.float64]
Alternative = Literal["two_sided", "greater", "less"]

_BLOCK = 250
_TIE = 1e-9


@checked
@shown(Text("Randomization test", "随机化检验"), first="")
@dataclass(frozen=True, kw_only=True, eq=False)
class RandomizationTest:
    """Hold a randomization test.

    Parameters
    ----------
    term
        What was reassigned.
    estimate, std_error, p_value_clustered
        Of the sample as it is, errors as the specification says.
    statistic
        The one compared: t, or the coefficient.
    p_value
        Share of reassignments at least as extreme, the sample among them.
    alternative, replications, exact
        How; `exact` where every distinct reassignment was used once.
    placebo
        One row per reassignment: ``estimate``, ``statistic`` (t), ``p_value`` (of that t).
    notes
        What a reader must know.
    """

    term: str
    estimate: float
    std_error: float
    p_value_clustered: float
    statistic: float
    p_value: float
    alternative: Alternative
    replications: int
    exact: bool
    placebo: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def randomization_test(
    specification: Specification,
    frame: StoredFrame,
    term: str,
    *,
    reassign: Reassignment | ReassignmentRule | None = None,
    replications: Annotated[int, AtLeast(19), AtMost(10_000_000)] = 1_000,
    statistic: Literal["t", "coefficient"] = "t",
    alternative: Alternative = "two_sided",
    seed: Seed = 0,
    n_jobs: Jobs | None = None,
) -> RandomizationTest:
    r"""Test the sharp null of no effect by reassigning a regressor and estimating again.

    .. math:: p = \frac{1 + \#\{r: |T_r| \ge |T|\}}{1 + R}

    or, where the distinct reassignments are no more than `replications`, the share of all of them that are
    at least as extreme as the sample, which is one of them. Effects are absorbed and other regressors
    partialled out for many reassignments at once.

    Parameters
    ----------
    specification
        Least squares.
    frame
        As for `dm.estimate`.
    term
        The regressor whose values are reassigned, among the rows of the sample.
    reassign
        A `dm.Reassignment` (by default paths between entities), or a function of the sample's rows and a
        random generator that returns new values of the term, one per row; it should do what could have
        happened instead.
    replications
        Reassignments.
    statistic
        ``"t"`` (errors unadjusted, robust or clustered), or ``"coefficient"``. t keeps its size where
        effects differ between units.
    alternative
        ``"two_sided"``, ``"greater"`` or ``"less"``.
    seed
        Of the reassignments.
    n_jobs
        See `digimfg.parallel.run_parallel`.

    Raises
    ------
    SpecificationError
        If the term is unknown, the estimator is not least squares, the errors are of another kind with
        ``"t"``, or a function returns values of the wrong shape.
    EstimationError
        If whole paths change places in a panel with gaps.

    Notes
    -----
    Young (2019, doi:10.1093/qje/qjy029); MacKinnon & Webb (2020, Journal of Econometrics).

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects=("firm", "year"))
    >>> dm.randomization_test(spec, frame, "value", replications=199).p_value
    0.005
    """
    require_least_squares(specification, "dm.randomization_test")
    design = build_design(specification, frame)
    place = term_place(design, term)
    rule = Reassignment() if reassign is None else reassign
    model, df = placebo_model(design, linear_fit(design), place, statistic)
    plan = exchange_plan(design, place, rule) if isinstance(rule, Reassignment) else None
    distinct = None if plan is None else plan.count
    exact = distinct is not None and distinct <= replications
    count = distinct if exact and distinct is not None else replications
    starts = range(0, count, _BLOCK)
    sample = frame.iloc[design.rows].reset_index(drop=True)
    tasks = [
        _Task(
            model=model,
            plan=plan,
            rule=None if isinstance(rule, Reassignment) else rule,
            sample=sample if plan is None else None,
            exact=exact,
            start=start,
            stop=min(start + _BLOCK, count),
            seed=child,
        )
        for start, child in zip(starts, spawn_seeds(seed, len(starts)), strict=True)
    ]
    parts = run_parallel(_fit_block, tasks, label=Text("Reassignments", "随机置换"), n_jobs=n_jobs)
    estimates, errors = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    own, own_error = (float(part[0]) for part in placebo_fits(model, design.regressors[:, [place]]))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimates / errors
    compared, observed = (t, own / own_error) if statistic == "t" else (estimates, own)
    usable = np.isfinite(compared)
    placebo = pd.DataFrame(
        {"estimate": estimates, "statistic": t, "p_value": 2 * scipy.stats.t.sf(np.abs(t), df)}
    )
    std_error, p_value, said = _as_specified(design, term)
    return RandomizationTest(
        term=term,
        estimate=own,
        std_error=std_error,
        p_value_clustered=p_value,
        statistic=float(observed),
        p_value=_share(compared[usable], float(observed), alternative, exact=exact),
        alternative=alternative,
        replications=int(usable.sum()),
        exact=exact,
        placebo=placebo[usable].reset_index(drop=True),
        notes=(
            *_notes(rule, exact=exact, count=count, distinct=distinct, lost=int((~usable).sum()), seed=seed),
            *said,
        ),
    )


def _as_specified(design: Design, term: str) -> tuple[float, float, tuple[Text, ...]]:
    """Return standard error and p value of a term as the specification has them, or a note why it has
    none.
    """
    from digimfg.estimators.least_squares import LeastSquares

    covariance = design.specification.covariance
    if isinstance(covariance, Clustered):
        plain = design.specification.replace(covariance=replace(covariance, wild_bootstrap=None))
        design = replace(design, specification=plain)
    try:
        rows = LeastSquares().fit(design).coefficients[["std_error", "p_value"]]
    except EstimationError as error:
        note = note_of("robustness.no_error", where=error.where, expected=error.expected, got=error.got)
        return float("nan"), float("nan"), (note,)
    std_error, p_value = rows.loc[[term]].to_numpy(dtype=np.float64)[0]
    return float(std_error), float(p_value), ()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    model: PlaceboModel
    plan: Plan | None
    rule: ReassignmentRule | None
    sample: pd.DataFrame | None
    exact: bool
    start: int
    stop: int
    seed: np.random.SeedSequence


def _fit_block(task: _Task) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(task.seed)
    size = task.stop - task.start
    if task.plan is not None:
        columns = task.plan.every(task.start, task.stop) if task.exact else task.plan.draw(size, rng)
        return placebo_fits(task.model, columns)
    if task.rule is None or task.sample is None:
        return np.empty(0), np.empty(0)
    columns = np.column_stack([_by_rule(task.rule, task.sample, rng) for _ in range(size)])
    return placebo_fits(task.model, columns)


def _by_rule(rule: ReassignmentRule, sample: pd.DataFrame, rng: np.random.Generator) -> Floats:
    values = np.asarray(rule(sample, rng), dtype=np.float64)
    if values.shape != (len(sample),) or not np.isfinite(values).all():
        raise SpecificationError.of(
            "robustness.reassigned_values",
            n=len(sample),
            shape=str(values.shape),
            n_bad=int(np.count_nonzero(~np.isfinite(values))),
        )
    return values


def _share(values: Floats, observed: float, alternative: Alternative, *, exact: bool) -> float:
    slack = _TIE * abs(observed)
    if alternative == "two_sided":
        extreme = np.count_nonzero(np.abs(values) >= abs(observed) - slack)
    elif alternative == "greater":
        extreme = np.count_nonzero(values >= observed - slack)
    else:
        extreme = np.count_nonzero(values <= observed + slack)
    own = 0 if exact else 1
    return (int(extreme) + own) / (len(values) + own)


def _notes(
    rule: Reassignment | ReassignmentRule,
    *,
    exact: bool,
    count: int,
    distinct: int | None,
    lost: int,
    seed: int,
) -> tuple[Text, ...]:
    notes = []
    if isinstance(rule, Reassignment):
        what = {
            "entities": Text("time paths exchanged between entities", "个体之间交换时间路径"),
            "periods": Text("cross-sections exchanged between periods", "时期之间交换截面"),
            "rows": Text("values exchanged between rows", "观测之间交换取值"),
        }[rule.across]
        inside = ", ".join(rule.within)
        what = note_of(
            "robustness.reassigned_with_detail",
            what=what,
            detail=(note_of("robustness.within_groups", inside=inside) if inside else Text("", "")),
        )
    else:
        what = Text("values reassigned by a function given", "按给定函数重新赋值")
    how = (
        note_of("robustness.all_reassignments", count=count)
        if exact
        else note_of("robustness.random_reassignments", count=count, seed=seed)
    )
    notes.append(note_of("robustness.randomization_inference", what=what, how=how))
    if distinct is not None and distinct < 20:
        notes.append(note_of("robustness.few_assignments", distinct=distinct, value=1 / distinct))
    if lost:
        notes.append(note_of("robustness.lost_reassignments", lost=lost))
    return tuple(notes)
