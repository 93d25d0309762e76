"""Estimate again without each unit, period or group in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.estimate import estimate
from digimfg.kinds import Jobs, Share, StoredFrame
from digimfg.labels import value_labels
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import run_parallel
from digimfg.robustness.partialled import chosen_term
from digimfg.robustness.rerun import (
    COLUMNS,
    Attempt,
    attempt,
    coefficient_row,
    data_notes,
    on_rows,
    reasons_note,
    without_wild_bootstrap,
)
from digimfg.shown import shown
from digimfg.terms import unknown_column
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["LeaveOneOut", "leave_one_out"]

_WHERE = "dm.leave_one_out"
_CHUNK = 8


@checked
@shown(Text("Estimates with one left out", "逐一剔除的估计"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class LeaveOneOut:
    """Hold the estimates of one term without each value of a column in turn.

    Parameters
    ----------
    term, by
        The regressor, and the column whose values are left out.
    full
        The row of the whole sample: ``estimate std_error statistic p_value conf_low conf_high n_obs``.
    coefficients
        The same by value left out, sorted by value.
    statistics
        ``n_left_out estimate_full estimate_min estimate_max share_same_sign share_significant
        largest_change``.
    notes
        What a reader must know: which values change the sign or the significance.
    """

    term: str
    by: str
    full: pd.Series[float]
    coefficients: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def leave_one_out(
    specification: Specification,
    frame: StoredFrame,
    *,
    by: str,
    term: str | None = None,
    alpha: Share = 0.05,
    n_jobs: Jobs | None = None,
) -> LeaveOneOut:
    """Estimate without each value of a column in turn, by estimating anew (exact for every estimator).

    Parameters
    ----------
    specification
        Of any estimator. Clustered errors come without bootstrap p values.
    frame
        As for `estimate`. Lags of the rows kept still see those left out.
    by
        Column: the entity, the time, a region.
    term
        The regressor; by default the first endogenous one, else the first.
    alpha
        Level of significance.
    n_jobs
        Processes, as in `run_parallel`; the numbers are the same whatever it is.

    Raises
    ------
    SpecificationError
        If the column is unknown, or has fewer than two values in the sample.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.leave_one_out(spec, grunfeld.load_pandas().data, by="firm")
    >>> found.coefficients["estimate"].idxmin(), round(found.statistics["estimate_min"], 4)
    ('General Motors', 0.0769)
    """
    if by not in frame.columns:
        raise unknown_column(by, [str(column) for column in frame.columns], f"{_WHERE}(by=…)")
    plain = without_wild_bootstrap(specification)
    result = estimate(plain, frame)
    name = chosen_term(term, plain, [str(each) for each in result.coefficients.index], _WHERE)
    used = build_design(plain, frame).rows
    values = np.asarray(pd.factorize(frame[by].iloc[np.sort(used)], sort=True)[1])
    if len(values) < 2:
        raise SpecificationError.of(
            "robustness.too_few_values_to_leave_out", where=f"{_WHERE}(by={by!r})", got=str(len(values))
        )
    tasks = [
        _Task(
            specification=plain, frame=frame, by=by, term=name, values=tuple(values[start : start + _CHUNK])
        )
        for start in range(0, len(values), _CHUNK)
    ]
    label = note_of("robustness.leave_one_out_by", by=by)
    found = [
        each for answers in run_parallel(_without_each, tasks, label=label, n_jobs=n_jobs) for each in answers
    ]
    rows = {value: each.row for value, each in zip(values, found, strict=True) if each.row is not None}
    missing = [
        (str(v), each.reason) for v, each in zip(values, found, strict=True) if each.reason is not None
    ]
    full = pd.Series(coefficient_row(result, name))
    table = pd.DataFrame(
        [*rows.values()], columns=[*COLUMNS, "n_obs"], index=pd.Index([*rows], name=by, tupleize_cols=False)
    )
    statistics = _statistics(table, full, alpha, len(values))
    return LeaveOneOut(
        term=name,
        by=by,
        full=full,
        coefficients=table,
        statistics=statistics,
        notes=(*data_notes(frame, plain, used), *_notes(table, full, alpha), *reasons_note(missing)),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    specification: Specification
    frame: pd.DataFrame
    by: str
    term: str
    values: tuple[Any, ...]


def _without_each(task: _Task) -> list[Attempt]:
    column = task.frame[task.by]
    answers = []
    for value in task.values:
        rows = (column != value).fillna(True).to_numpy(dtype=bool)
        answers.append(attempt(*on_rows(task.specification, task.frame, rows), task.term))
    return answers


def _statistics(table: pd.DataFrame, full: pd.Series[float], alpha: float, count: int) -> dict[str, float]:
    estimates = table["estimate"].to_numpy(dtype=np.float64)
    whole = float(full["estimate"])
    return {
        "n_left_out": float(count),
        "estimate_full": whole,
        "estimate_min": float(estimates.min()),
        "estimate_max": float(estimates.max()),
        "share_same_sign": float(np.mean(np.sign(estimates) == np.sign(whole))),
        "share_significant": float((table["p_value"] < alpha).mean()),
        "largest_change": float(np.abs(estimates - whole).max()),
    }


def _notes(table: pd.DataFrame, full: pd.Series[float], alpha: float) -> list[Text]:
    flipped = table.index[np.sign(table["estimate"]) != np.sign(float(full["estimate"]))]
    firm = float(full["p_value"]) < alpha
    lost = table.index[(table["p_value"] < alpha) != firm]
    notes: list[Text] = []
    if len(flipped):
        listed = value_labels(flipped, str(table.index.name))
        notes.append(note_of("robustness.sign_changes", listed=listed))
    if len(lost):
        listed = value_labels(lost, str(table.index.name))
        notes.append(
            note_of(
                "robustness.significance_changes",
                detail=(Text("No longer", "不再显著") if firm else Text("Only then", "变为显著")),
                alpha=alpha,
                listed=listed,
            )
        )
    return notes
