"""Run a battery of robustness checks; what cannot be run says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.kinds import Jobs, Share, StoredFrame
from digimfg.labels import term_label, value_labels
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.robustness.changes import changed
from digimfg.robustness.checks import RobustnessCheck, standard_checks
from digimfg.robustness.partialled import chosen_term
from digimfg.robustness.rerun import COLUMNS, coefficient_row, reason_of, without_wild_bootstrap
from digimfg.sentences import labelled
from digimfg.shown import shown
from digimfg.text import Text, written

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["BatteryRow", "RobustnessBattery", "robustness_battery"]

_WHERE = "dm.robustness_battery"
_NAN = float("nan")


@dataclass(frozen=True, kw_only=True, eq=False)
class BatteryRow:
    """One line of a battery: what changed, its numbers (``None`` where it could not be run), and what to say
    of it.
    """

    label: Text
    group: Text
    numbers: Mapping[str, float] | None
    other_units: bool
    said: Text | None


@checked
@shown(Text("Robustness checks", "稳健性检验"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class RobustnessBattery:
    """Hold the baseline and its checks.

    Parameters
    ----------
    term
        The regressor.
    baseline
        ``estimate std_error statistic p_value conf_low conf_high n_obs``.
    rows
        One or two per check, in their order.
    statistics
        ``n_checks n_run n_skipped share_same_sign share_significant`` (of estimates that were run and have a
        p value).
    alpha
        Level of significance.
    notes
        What a reader must know of the baseline.
    """

    term: str
    baseline: Mapping[str, float]
    rows: tuple[BatteryRow, ...]
    statistics: Mapping[str, float]
    alpha: float
    notes: tuple[Text, ...]

    @property
    def coefficients(self) -> pd.DataFrame:
        """Return the numbers of every row by its English label; rows that were skipped are missing values."""
        columns = [*COLUMNS, "n_obs"]
        names = ["Baseline", *(row.label.en for row in self.rows)]
        lines = [self.baseline, *(row.numbers or {} for row in self.rows)]
        values = [[line.get(name, _NAN) for name in columns] for line in lines]
        return pd.DataFrame(values, columns=columns, index=pd.Index(names, name="check"))


@checked
@keeps_marks
def robustness_battery(
    specification: Specification,
    frame: StoredFrame,
    checks: Sequence[RobustnessCheck] | None = None,
    *,
    term: str | None = None,
    alpha: Share = 0.05,
    n_jobs: Jobs | None = None,
) -> RobustnessBattery:
    """Estimate a specification and every check of it.

    Parameters
    ----------
    specification
        The baseline.
    frame
        As for `estimate`.
    checks
        By default `standard_checks`.
    term
        The regressor followed; by default the first endogenous one, else the first.
    alpha
        Level of significance.
    n_jobs
        Processes, as in `run_parallel`; the numbers are the same whatever it is.

    Returns
    -------
    RobustnessBattery
        A check that the data or the estimator cannot answer is kept, with the reason, and counted as skipped.

    Raises
    ------
    SpecificationError, EstimationError
        If the baseline itself cannot be estimated, or a check's option is wrong.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "value", controls="capital", entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> checks = (dm.RobustnessCheck.lagged(1), dm.RobustnessCheck.other_regressor("capital"))
    >>> battery = dm.robustness_battery(spec, grunfeld.load_pandas().data, checks)
    >>> battery.coefficients["estimate"].round(3).tolist()
    [0.11, 0.064, 0.371]
    """
    plain = without_wild_bootstrap(specification)
    result = estimate(plain, frame)
    name = chosen_term(term, plain, [str(each) for each in result.coefficients.index], _WHERE)
    baseline = coefficient_row(result, name)
    asked = standard_checks(plain, frame) if checks is None else tuple(checks)
    tasks = [
        _Task(specification=plain, frame=frame, term=name, check=check, data_hash=result.provenance.data_hash)
        for check in asked
    ]
    label = Text("Robustness checks", "稳健性检验")
    rows = tuple(
        replace(row, label=labelled(row.label, term_label))
        for answer in run_parallel(_run, tasks, label=label, n_jobs=n_jobs)
        for row in answer
    )
    return RobustnessBattery(
        term=name,
        baseline=baseline,
        rows=rows,
        statistics=_statistics(baseline, rows, len(asked), alpha),
        alpha=alpha,
        notes=result.notes,
    )


_NO_CHANGE = Text("the same rows and values as the baseline", "样本与取值和基准回归相同")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    specification: Specification
    frame: pd.DataFrame
    term: str
    check: RobustnessCheck
    data_hash: str


def _run(task: _Task) -> list[BatteryRow]:
    try:
        if task.check.kind == "placebo":
            return [_placebo(task)]
        if task.check.kind == "leave_one_out":
            return _leave_one_out(task)
        if task.check.kind == "oster":
            return [_oster(task)]
        specification, frame, term = changed(task.specification, task.frame, task.term, task.check)
        found = estimate(specification, frame)
        same = all(
            getattr(specification, part) == getattr(task.specification, part)
            for part in ("covariance", "estimator")
        )
        if same and found.provenance.data_hash == task.data_hash:
            return [_row(task.check, None, said=_NO_CHANGE)]
        return [_row(task.check, coefficient_row(found, term))]
    except (SpecificationError, EstimationError) as error:
        return [_row(task.check, None, said=reason_of(error))]


def _row(
    check: RobustnessCheck,
    numbers: Mapping[str, float] | None,
    *,
    label: Text | None = None,
    said: Text | None = None,
) -> BatteryRow:
    return BatteryRow(
        label=label or check.label,
        group=check.group,
        numbers=numbers,
        other_units=check.other_units,
        said=said,
    )


def _placebo(task: _Task) -> BatteryRow:
    from digimfg.inference.reassignment import Reassignment
    from digimfg.robustness.randomization import randomization_test

    # t keeps its size where the regressor goes with the controls; errors of other kinds compare coefficients.
    studentized = isinstance(task.specification.covariance, Unadjusted | Robust | Clustered)
    options = {
        "replications": task.check.permutations,
        "seed": task.check.seed,
        "statistic": "t" if studentized else "coefficient",
    }
    how = Text("whole paths between entities", "个体间整体置换时间路径")
    try:
        test = randomization_test(task.specification, task.frame, task.term, **options)  # type: ignore[arg-type]
    except EstimationError:
        # Paths cannot change places in a panel with gaps; cross-sections can be shuffled.
        within = (task.specification.time,) if task.specification.time is not None else ()
        rule = Reassignment(across="rows", within=within)
        test = randomization_test(task.specification, task.frame, task.term, reassign=rule, **options)  # type: ignore[arg-type]
        how = (
            Text("values within each period, for the panel has gaps", "因面板有缺口，在各期内置换取值")
            if within
            else Text("values between rows", "在各行之间置换取值")
        )
    drawn = test.placebo["estimate"].to_numpy(dtype=np.float64)
    numbers = {
        "estimate": float(np.mean(drawn)),
        "std_error": float(np.std(drawn, ddof=1)),
        "statistic": _NAN,
        "p_value": test.p_value,
        "conf_low": float(np.quantile(drawn, 0.025)),
        "conf_high": float(np.quantile(drawn, 0.975)),
        "placebo": 1.0,
    }
    said = note_of(
        "robustness.placebo_estimates",
        how=how,
        detail=(Text("t statistics", "t统计量") if studentized else Text("estimates", "估计")),
    )
    return _row(task.check, numbers, said=said)


def _leave_one_out(task: _Task) -> list[BatteryRow]:
    from digimfg.robustness.leave_one_out import leave_one_out

    by = str(task.check.by)
    found = leave_one_out(task.specification, task.frame, by=by, term=task.term)
    rows = []
    for word, place in (
        (Text("smallest", "最小"), found.coefficients["estimate"].idxmin()),
        (Text("largest", "最大"), found.coefficients["estimate"].idxmax()),
    ):
        line = found.coefficients.loc[[place]].astype(float).iloc[0].to_dict()
        label = note_of(
            "robustness.sign_without_place",
            label=task.check.label,
            word=word,
            place=value_labels([place], by)[0],
        )
        rows.append(_row(task.check, {str(name): float(value) for name, value in line.items()}, label=label))
    return rows


def _oster(task: _Task) -> BatteryRow:
    from digimfg.robustness.oster import oster_bounds

    found = oster_bounds(task.specification, task.frame, term=task.term)
    numbers = {"estimate": found.beta_star, "n_obs": found.statistics["n_obs"]}
    delta = written(found.delta, ".2f")
    said = note_of("robustness.oster_delta", delta=delta, r2_max=found.statistics["r2_max"])
    return _row(task.check, numbers, said=said)


def _statistics(
    baseline: Mapping[str, float], rows: Sequence[BatteryRow], count: int, alpha: float
) -> dict[str, float]:
    skipped = [row for row in rows if row.numbers is None]
    tested = [
        row.numbers
        for row in rows
        if row.numbers is not None and "p_value" in row.numbers and "placebo" not in row.numbers
    ]
    sign = np.sign(baseline["estimate"])
    same = [np.sign(numbers["estimate"]) == sign for numbers in tested]
    firm = [np.sign(numbers["estimate"]) == sign and numbers["p_value"] < alpha for numbers in tested]
    return {
        "n_checks": float(count),
        "n_run": float(count - len(skipped)),
        "n_skipped": float(len(skipped)),
        "share_same_sign": float(np.mean(same)) if same else _NAN,
        "share_significant": float(np.mean(firm)) if firm else _NAN,
    }
