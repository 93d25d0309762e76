"""Estimate one specification in each window of periods in turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.kinds import AtLeast, Jobs, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import run_parallel
from digimfg.periods import Calendar, calendar
from digimfg.robustness.partialled import chosen_term
from digimfg.robustness.rerun import (
    COLUMNS,
    Attempt,
    coefficient_row,
    data_notes,
    on_rows,
    reason_of,
    reasons_note,
    without_wild_bootstrap,
)
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["CoefficientPath", "coefficient_path"]

_WHERE = "dm.coefficient_path"
_CHUNK = 4

Scheme = Literal["rolling", "expanding"]


@checked
@shown(Text("Coefficients over windows of periods", "各窗口的系数"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class CoefficientPath:
    """Hold the estimates of terms in windows of periods.

    Parameters
    ----------
    coefficients
        By ``term window_from window_to`` (its first and last period with data): ``estimate std_error
        statistic p_value conf_low conf_high n_obs``. Windows that could not be estimated are left out and
        named in the notes.
    full
        The same by ``term``, of the whole sample.
    summary
        By ``term``: ``estimate_min estimate_max share_same_sign share_significant``; shares of the windows,
        with the sign of the whole sample, and significant at `alpha`.
    time, window, scheme, window_step, alpha
        As asked for.
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    full: pd.DataFrame
    summary: pd.DataFrame
    time: str
    window: int
    scheme: Scheme
    window_step: int
    alpha: float
    notes: tuple[Text, ...]

    @property
    def overlap(self) -> bool:
        """Return whether windows share periods."""
        return self.scheme == "expanding" or self.window > self.window_step


@checked
@keeps_marks
@one_thread
def coefficient_path(
    specification: Specification,
    frame: StoredFrame,
    *,
    window: Annotated[int, AtLeast(1)] = 1,
    scheme: Scheme = "rolling",
    step: Annotated[int, AtLeast(1)] = 1,
    terms: str | Iterable[str] = (),
    alpha: Share = 0.05,
    n_jobs: Jobs | None = None,
) -> CoefficientPath:
    """Estimate a specification in each window of periods, by estimating anew (exact for every estimator).

    Parameters
    ----------
    specification
        Of any estimator, with `time`. Clustered errors come without bootstrap p values.
    frame
        As for `estimate`. Lags of the rows in a window still see those before it.
    window
        Periods of the calendar in a window, those without data among them (a note counts these); 1 for each
        period by itself. Within one period neither its own effect nor those of units can be told: leave them
        out of the specification.
    scheme
        ``"rolling"``: windows of this length; ``"expanding"``: from the first period, this long at first.
    step
        Periods from one window to the next.
    terms
        The coefficients; by default the endogenous terms and the regressors.
    alpha
        Level of significance.
    n_jobs
        Processes, as in `run_parallel`; the numbers are the same whatever it is.

    Raises
    ------
    SpecificationError
        If there is no time, a term is not among those estimated, or there are fewer periods than the window
        has.
    EstimationError
        If no window can be estimated.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.coefficient_path(spec, grunfeld.load_pandas().data, window=10, step=5, terms="value")
    >>> found.coefficients["estimate"].round(3).to_dict()
    {('value', 1935, 1944): 0.069, ('value', 1940, 1949): 0.081, ('value', 1945, 1954): 0.149}
    """
    plain = without_wild_bootstrap(specification)
    if plain.time is None:
        raise SpecificationError.of("robustness.no_time", where=_WHERE)
    result = estimate(plain, frame)
    names = _chosen(terms, plain, result)
    used = np.sort(build_design(plain, frame).rows)
    dates = calendar(frame[plain.time].iloc[used], plain.time)
    if dates.length < window:
        raise SpecificationError.of(
            "robustness.window_longer_than_sample",
            where=f"{_WHERE}(window={window})",
            got=str(window),
            n=dates.length,
        )
    places = np.full(len(frame), -1, dtype=np.int64)
    places[used] = dates.places
    windows = _windows(dates, window, scheme, step)
    tasks = [
        _Task(
            specification=plain, frame=frame, places=places, terms=names,
            windows=tuple(windows[start : start + _CHUNK]),
        )
        for start in range(0, len(windows), _CHUNK)
    ]  # fmt: skip
    label = note_of("robustness.windows_of_time", time=plain.time)
    answers = [
        each for part in run_parallel(_within_windows, tasks, label=label, n_jobs=n_jobs) for each in part
    ]
    shown_at = dict(
        zip(np.unique(dates.places).tolist(), _periods(frame[plain.time].iloc[used]), strict=True)
    )
    ends = [(shown_at[first], shown_at[last]) for first, last in windows]
    table, missing = _table(names, ends, answers)
    if table.empty:
        raise _nothing(plain, window, missing)
    full = pd.DataFrame(
        [coefficient_row(result, name) for name in names], index=pd.Index(names, name="term")
    )[[*COLUMNS, "n_obs"]]
    return CoefficientPath(
        coefficients=table,
        full=full,
        summary=_summary(table, full, alpha),
        time=plain.time,
        window=window,
        scheme=scheme,
        window_step=step,
        alpha=alpha,
        notes=(
            *data_notes(frame, plain, used),
            *dates.gap_note(),
            *_overlap(scheme == "expanding" or window > step),
            *reasons_note(missing),
        ),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    specification: Specification
    frame: pd.DataFrame
    places: np.ndarray[Any, np.dtype[np.int64]]
    terms: tuple[str, ...]
    windows: tuple[tuple[int, int], ...]


def _chosen(terms: str | Iterable[str], specification: Specification, result: Result) -> tuple[str, ...]:
    known = [str(each) for each in result.coefficients.index]
    asked = (terms,) if isinstance(terms, str) else tuple(terms)
    if not asked:
        declared = (*specification.endogenous, *specification.regressors)
        asked = tuple(each for each in declared if each in known)
    return tuple(dict.fromkeys(chosen_term(each, specification, known, _WHERE) for each in asked or (None,)))


def _periods(values: pd.Series[Any]) -> list[Any]:
    """Return the distinct periods in order, whole ones as whole numbers."""
    distinct = (
        np.sort(values.unique()) if values.dtype.kind == "f" else values.drop_duplicates().sort_values()
    )
    whole = values.dtype.kind == "f" and bool((values == values.round()).all())
    return [int(each) if whole else each for each in distinct.tolist()]


def _windows(dates: Calendar, window: int, scheme: Scheme, step: int) -> list[tuple[int, int]]:
    """Return the first and last places with data of the windows that end with a period that has data."""
    there = np.unique(dates.places)
    found = []
    for last in range(window - 1, dates.length, step):
        first = 0 if scheme == "expanding" else last - window + 1
        inside = there[(there >= first) & (there <= last)]
        if len(inside) and inside[-1] == last:
            found.append((int(inside[0]), last))
    return found


def _within_windows(task: _Task) -> list[list[Attempt]]:
    return [_within(task, first, last) for first, last in task.windows]


def _within(task: _Task, first: int, last: int) -> list[Attempt]:
    rows = (task.places >= first) & (task.places <= last)
    try:
        result = estimate(*on_rows(task.specification, task.frame, rows))
    except (EstimationError, SpecificationError) as error:
        return [Attempt(row=None, reason=reason_of(error)) for _ in task.terms]
    return [_one(result, term) for term in task.terms]


def _one(result: Result, term: str) -> Attempt:
    try:
        return Attempt(row=coefficient_row(result, term), reason=None)
    except EstimationError as error:
        return Attempt(row=None, reason=reason_of(error))


def _table(
    names: tuple[str, ...], ends: list[tuple[Any, Any]], answers: list[list[Attempt]]
) -> tuple[pd.DataFrame, list[tuple[str, Text]]]:
    keys, rows, missing = [], [], []
    for place, name in enumerate(names):
        for (first, last), found in zip(ends, answers, strict=True):
            one = found[place]
            if one.row is not None:
                keys.append((name, first, last))
                rows.append(one.row)
            elif one.reason is not None:
                missing.append((f"{name}, {_span(first, last)}", one.reason))
    index = pd.MultiIndex.from_tuples(keys, names=["term", "window_from", "window_to"]) if keys else None
    return pd.DataFrame(rows, columns=[*COLUMNS, "n_obs"], index=index), missing


def _span(first: object, last: object) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _summary(table: pd.DataFrame, full: pd.DataFrame, alpha: float) -> pd.DataFrame:
    found = {}
    for name in map(str, table.index.unique("term")):
        rows = table.xs(name, level="term")
        estimates = rows["estimate"].to_numpy(dtype=np.float64)
        whole = float(full["estimate"][name])
        found[name] = {
            "estimate_min": estimates.min(),
            "estimate_max": estimates.max(),
            "share_same_sign": np.mean(np.sign(estimates) == np.sign(whole)),
            "share_significant": (rows["p_value"] < alpha).mean(),
        }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("term")


def _overlap(overlapping: bool) -> list[Text]:
    if not overlapping:
        return []
    return [note_of("robustness.windows_overlap")]


def _nothing(
    specification: Specification, window: int, missing: list[tuple[str, Text]]
) -> EstimationError | SpecificationError:
    if not missing:
        return EstimationError.of("robustness.no_window_with_data", where=f"{_WHERE}(window={window})")
    effects = specification.fixed_effects
    return EstimationError.of(
        "robustness.no_window_estimated",
        where=f"{_WHERE}(window={window})",
        got=missing[0][1],
        effects=", ".join(effects) or "—",
    )
