"""Synthetic control for a single pilot: weights of donors, placebos in their place, ratios of prediction
errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.inference.simplex import simplex_least_squares
from digimfg.kinds import ColumnOf, Entries, Finite, Jobs, Key, Label, NonNegative, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import run_parallel
from digimfg.policy.donor_pool import (
    LABEL,
    fit_window,
    given_importance,
    outcome_grid,
    predictor_table,
)
from digimfg.policy.predictor_weights import fitted_importance
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SyntheticControl", "synthetic_control"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Synthetic control", "合成控制法"))
@dataclass(frozen=True, kw_only=True, eq=False)
class SyntheticControl:
    """Hold a synthetic control and its placebos.

    Parameters
    ----------
    path
        Index period; columns ``treated synthetic gap``.
    weights
        Donor → weight, largest first; non-negative, they add up to one.
    predictors
        Predictor → ``treated synthetic donors_mean importance``; empty where only outcomes before treatment
        are matched.
    effect
        Mean gap after treatment.
    rmspe_before, rmspe_after
        Root mean squared gap in the window of the fit, and after treatment.
    p_value
        Rank of the treated unit's ratio of them among all units, the treated one counted.
    placebo_gaps
        Period × unit: the gap of each donor as if it were treated.
    placebo_ratios
        Unit → ``rmspe_before rmspe_after ratio``, the treated unit included.
    treated, treated_from
        The unit and its first treated period.
    notes
        What a reader must know.
    """

    path: pd.DataFrame
    weights: pd.Series[float]
    predictors: pd.DataFrame
    effect: float
    rmspe_before: float
    rmspe_after: float
    p_value: float
    placebo_gaps: pd.DataFrame
    placebo_ratios: pd.DataFrame
    treated: Any
    treated_from: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def synthetic_control(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    *,
    entity: Key,
    time: NumberColumn,
    treated: Label,
    treated_from: Finite,
    predictors: Annotated[Mapping[str, Sequence[Finite]] | None, ColumnOf("numbers")] = None,
    outcome_periods: Annotated[Sequence[Finite], Entries(1)] | None = None,
    fit_periods: Annotated[Sequence[Finite], Entries(1)] | None = None,
    importance: Mapping[str, NonNegative] | None = None,
    donors: Annotated[Sequence[Label], Entries(1)] | None = None,
    n_jobs: Jobs | None = None,
) -> SyntheticControl:
    r"""Build a unit out of donors that goes with a single treated unit before its treatment (Abadie, Diamond
    & Hainmueller 2010).

    .. math:: \min_w \sum_m v_m (x_{1m}-\sum_j w_jx_{jm})^2,\quad w_j\ge0,\ \sum_j w_j=1

    The weights solve this quadratic programme exactly. Every donor is then treated in its place; the p value
    is the rank of the treated unit's ratio of prediction errors after to before treatment.

    Parameters
    ----------
    frame
        One row per unit and period, balanced in `outcome` over units that are used.
    outcome, entity, time
        Columns.
    treated, treated_from
        The unit, by the value of `entity` or, where that is a code, by its name; and its first treated
        period.
    predictors
        Column → periods before treatment over which it is averaged (missing values are left out of the
        average).
    outcome_periods
        Single periods whose outcome is matched; by default all of `fit_periods` where there are no
        predictors, none otherwise.
    fit_periods
        The window of the fit: periods before treatment over which the prediction error is minimised and
        ``rmspe_before`` is taken; by default all before treatment.
    importance
        Predictor → v (of ``"outcome[1975]"`` for outcomes), of standardised values. By default equal, on the
        outcomes as they are, where there are no predictors; else v minimises the prediction error in the
        window of the fit, the best of searches from several starts, which need not be the lowest there is.
    donors
        Units to choose from; by default all others.
    n_jobs
        See `digimfg.parallel.run_parallel`.

    Raises
    ------
    SpecificationError
        If a column, unit or period is unknown, or the frame repeats a key.
    EstimationError
        If there are fewer than two donors or two periods before treatment.

    Notes
    -----
    doi:10.1198/jasa.2009.ap08746. Units with a missing outcome, or without a predictor, are left out with a
    note.

    Examples
    --------
    >>> frame = pd.DataFrame({"city": np.repeat(list("abcd"), 4), "year": [1, 2, 3, 4] * 4,
    ...     "y": [2.0, 3, 4, 9, 1, 2, 3, 4, 3, 4, 5, 6, 9, 7, 8, 9]})
    >>> found = synthetic_control(frame, "y", entity="city", time="year", treated="a", treated_from=4)
    >>> found.weights.round(6).to_dict(), round(found.effect, 6)
    ({'b': 0.5, 'c': 0.5, 'd': 0.0}, 4.0)
    """
    notes: list[Text] = []
    if entity in frame.columns:
        own = held_values([treated, *(donors or ())], frame[entity].dropna().unique().tolist())
        treated = own.get(treated, treated)
        donors = None if donors is None else [own.get(unit, unit) for unit in donors]
    wide = outcome_grid(frame, outcome, entity, time, treated, donors, notes)
    times = wide.index.to_numpy(dtype=np.float64)
    before = times < treated_from
    if before.sum() < 2 or before.all():
        raise EstimationError.of(
            "policy.too_few_periods",
            where=LABEL,
            n_before=int(before.sum()),
            treated_from=treated_from,
            n_after=int((~before).sum()),
        )
    window = fit_window(times, before, fit_periods, notes)
    features, wide = predictor_table(
        frame, wide, before, window, times, entity, time, outcome, predictors or {}, outcome_periods, notes
    )
    if wide.shape[1] < 3:
        raise EstimationError.of("policy.too_few_donors", where=LABEL, got=str(wide.shape[1] - 1))
    given = None if importance is None else given_importance(features, importance)
    outcomes_only = not predictors
    units = [treated, *[unit for unit in wide.columns if unit != treated]]
    values = wide[units].to_numpy(dtype=np.float64)
    table = features[units].to_numpy(dtype=np.float64)
    tasks = [_Task(table=table, values=values, window=window, place=place, given=given,
                   equal=outcomes_only) for place in range(len(units))]  # fmt: skip
    # The treated unit is no donor of its placebos.
    fits = run_parallel(_fit, tasks, label=Text("Placebo units", "安慰剂个体"), n_jobs=n_jobs)
    gaps = pd.DataFrame(
        np.column_stack([values[:, place] - fit[0] for place, fit in enumerate(fits)]),
        index=wide.index,
        columns=pd.Index(units, name=entity),
    )
    ratios = pd.DataFrame(
        {
            "rmspe_before": np.sqrt((gaps[window] ** 2).mean()),
            "rmspe_after": np.sqrt((gaps[~before] ** 2).mean()),
        }
    )
    with np.errstate(divide="ignore"):
        ratios["ratio"] = ratios["rmspe_after"] / ratios["rmspe_before"]
    weights = pd.Series(fits[0][1], index=pd.Index(units[1:], name=entity), name="weight")
    rank = int(np.count_nonzero(ratios["ratio"] >= ratios["ratio"].iloc[0] * (1 - 1e-9)))
    notes.append(note_of("policy.rank_of_ratio", n_units=len(units), value=1 / len(units)))
    if ratios["rmspe_before"].iloc[0] > 0.25 * wide.loc[window, treated].std():
        notes.append(note_of("policy.poor_fit"))
    return SyntheticControl(
        path=pd.DataFrame(
            {"treated": values[:, 0], "synthetic": fits[0][0], "gap": gaps.iloc[:, 0]}, index=wide.index
        ),
        weights=weights.sort_values(ascending=False, kind="stable", key=lambda each: each.round(12)),
        predictors=_balance(features, units, fits[0]) if not outcomes_only else pd.DataFrame(),
        effect=float(gaps.iloc[:, 0][~before].mean()),
        rmspe_before=float(ratios["rmspe_before"].iloc[0]),
        rmspe_after=float(ratios["rmspe_after"].iloc[0]),
        p_value=rank / len(units),
        placebo_gaps=gaps.iloc[:, 1:],
        placebo_ratios=ratios,
        treated=treated,
        treated_from=float(treated_from),
        notes=tuple(notes),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    table: Floats
    values: Floats
    window: NDArray[np.bool_]
    place: int
    given: Floats | None
    equal: bool


def _fit(task: _Task) -> tuple[Floats, Floats, Floats]:
    """Return the synthetic path, the donors' weights and the importance of the features."""
    others = np.array([j for j in range(task.table.shape[1]) if j not in (0, task.place)], dtype=np.int64)
    spread = task.table[:, [task.place, *others]].std(axis=1, ddof=1)
    scaled = task.table / np.where(spread > 0, spread, 1.0)[:, None]
    own, pool = scaled[:, task.place], scaled[:, others]
    goal, paths = task.values[task.window, task.place], task.values[task.window][:, others]
    if task.equal and task.given is None:
        importance = np.full(len(own), 1 / len(own))
        weights = simplex_least_squares(task.table[:, task.place], task.table[:, others])
    else:
        importance = task.given if task.given is not None else fitted_importance(own, pool, goal, paths)
        root = np.sqrt(importance)
        weights = simplex_least_squares(own * root, pool * root[:, None])
    return task.values[:, others] @ weights, weights, importance


def _balance(features: pd.DataFrame, units: list[Any], fit: tuple[Floats, Floats, Floats]) -> pd.DataFrame:
    donors = features[units[1:]]
    return pd.DataFrame(
        {
            "treated": features[units[0]],
            "synthetic": donors.to_numpy() @ fit[1],
            "donors_mean": donors.mean(axis=1),
            "importance": fit[2],
        },
        index=features.index,
    )
