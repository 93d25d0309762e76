"""Who is treated first when: cohorts from a column of first periods or from a treatment that stays on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design.centre import far_means
from digimfg.errors import SpecificationError
from digimfg.estimators.did.panel import StaggeredPanel, leave_out, within_sample
from digimfg.estimators.panel_rows import unit_and_period, varying_regressors
from digimfg.labels import term_label
from digimfg.say import say
from digimfg.terms.evaluate import whole_periods
from digimfg.terms.sample import sample_rows
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["cohort_panel", "dose_panel", "first_treated", "staggered_panel"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def staggered_panel(design: Design, *, cohort: str | None, anticipation: int, label: Text) -> StaggeredPanel:
    """Return the panel of a design; units without a period before treatment are left out and counted.

    Raises
    ------
    EstimationError
        If nobody is treated within the sample. See `cohort_panel` for the others.
    """
    return within_sample(cohort_panel(design, cohort=cohort, anticipation=anticipation, label=label), label)


def dose_panel(
    design: Design, *, cohort: str | None, anticipation: int, label: Text
) -> tuple[StaggeredPanel, Floats]:
    """Return the panel of a design whose regressor is a dose, and the dose by unit, zero for controls.

    Raises
    ------
    SpecificationError
        If doses are negative or not finite, or change within a unit once they are on.
    """
    whole = cohort_panel(design, cohort=cohort, anticipation=anticipation, label=label, dose=True)
    panel = within_sample(whole, label)
    name = panel.name
    values = _values(panel.design, name)
    on = np.isfinite(panel.first) & (panel.time >= panel.first)
    low, high = np.full(panel.n_units, np.inf), np.zeros(panel.n_units)
    np.minimum.at(low, panel.unit[on], values[on])
    np.maximum.at(high, panel.unit[on], values[on])
    moving = np.flatnonzero((low < high) & np.isfinite(low))
    if len(moving):
        entity = panel.design.evaluator.column(str(panel.design.specification.entity), "`entity`")
        units = np.asarray(entity)[panel.design.rows][panel.first_rows]
        raise SpecificationError(
            where=say("dose '{name}'", "处理强度“{name}”", name=name),
            expected=Text("one dose per unit once it is treated", "处理开始后每个个体剂量不变"),
            got=say(
                "it changes within {n:,|unit}: {names}",
                "{n}个个体内剂量变动：{names}",
                n=len(moving),
                names=", ".join(str(units[code]) for code in moving[:5]),
            ),
            remedy=Text(
                "give the dose of the first treated period in all later rows, or use dm.LeastSquares for a "
                "regressor that moves",
                "以首次处理期的剂量填充此后各行；若剂量逐期变动，请用 dm.LeastSquares",
            ),
        )
    return panel, high


def cohort_panel(
    design: Design, *, cohort: str | None, anticipation: int, label: Text, dose: bool = False
) -> StaggeredPanel:
    """Return the whole panel of a design with each unit's first treated period.

    Parameters
    ----------
    cohort
        Column of first treated periods: missing, or 0 where the time column starts later, for never treated.
        ``None`` derives it from the 0/1 regressor, which must stay on once it is on, in all rows inside
        ``sample``: also in those that lack the outcome or a control. Units in which it is not known in the
        period before its first 1 are left out and counted.
    dose
        Whether the regressor is a dose, of which any positive value is treatment.

    Raises
    ------
    SpecificationError
        If the treatment or the cohort column is not of this kind.
    EstimationError
        If keys repeat.
    """
    unit, period, units, periods = unit_and_period(design)
    times = whole_periods(pd.Series(periods), str(design.specification.time))
    regressors = design.specification.regressors
    if len(regressors) > 1 or (cohort is None and not regressors):
        raise SpecificationError(
            where=say("{label}, `regressors`", "{label}，`regressors`", label=label),
            expected=Text(
                "one treatment column of 0 and 1 (or none, with `cohort`)",
                "一个0/1处理变量（给出 `cohort` 时可空）",
            ),
            got=", ".join(regressors) or "()",
            remedy=Text("list other regressors as `controls`", "其他变量列入 `controls`"),
        )
    if dose and not regressors:
        raise _no_dose(label)
    treatment = _values(design, regressors[0]) if regressors else None
    if dose and treatment is not None:
        treatment = _taken(treatment, regressors[0])
    notes: list[Text] = []
    unclear = np.zeros(len(units), dtype=bool)
    if cohort is None:
        assert treatment is not None  # noqa: S101 - refused above
        start, unclear = _starts(design, regressors[0], units, dose=dose)
        first = first_treated(treatment, unit, times[period], start, name=regressors[0], units=units)
    else:
        first = _cohort_column(design, cohort, unit, times, units, notes)
        if treatment is not None:
            _check_agrees(treatment, first, times[period], regressors[0], cohort)
    first_by_unit = np.empty(len(units))
    first_by_unit[unit] = first
    names, controls = varying_regressors(design)
    kept = [place for place, name in enumerate(names) if name not in regressors]
    panel = StaggeredPanel(
        design=replace(design, notes=(*design.notes, *notes)),
        unit=unit,
        period=period,
        times=times,
        first=first,
        cohorts=np.unique(first_by_unit[np.isfinite(first_by_unit)]),
        controls=controls[:, kept] - far_means(controls[:, kept]),
        control_names=tuple(names[place] for place in kept),
        anticipation=anticipation,
        name=regressors[0] if regressors else "ATT",
    )
    if not unclear.any():
        return panel
    left = leave_out(panel, unclear[unit], _undated(units[unclear]))
    if not len(left.cohorts):
        raise _nobody_dated(regressors[0], units[unclear])
    return left


def first_treated(
    treatment: Floats,
    unit: Codes,
    time: Floats,
    start: Floats,
    *,
    name: str,
    units: NDArray[np.generic],
) -> Floats:
    """Return the first time with treatment 1 of each row's unit, infinity for none.

    Parameters
    ----------
    treatment, unit, time
        By row, shape (n,).
    start
        First time with treatment 1 by unit.
    name, units
        Of the treatment and the units, for the errors.

    Raises
    ------
    SpecificationError
        If values other than 0 and 1 occur, or a unit's treatment switches off.
    """
    odd = ~np.isin(treatment, (0.0, 1.0))
    if odd.any():
        found = ", ".join(f"{value:g}" for value in np.unique(treatment[odd])[:4])
        raise SpecificationError(
            where=say("treatment '{name}'", "处理变量“{name}”", name=name),
            expected=Text("0 and 1", "0与1"),
            got=say("{n:,|other value} ({found})", "{n}个其他值（{found}）", n=odd.sum(), found=found),
            remedy=Text(
                "code it as 1 from the first treated period on; a dose is for "
                "dm.ContinuousDifferenceInDifferences or dm.LeastSquares",
                "首次处理起取1；连续处理强度请用 dm.ContinuousDifferenceInDifferences 或 dm.LeastSquares",
            ),
        )
    on = treatment == 1
    first = start[unit]
    off = (time >= first) & ~on
    if off.any():
        who = np.unique(unit[off])
        names = ", ".join(str(units[code]) for code in who[:5])
        raise SpecificationError(
            where=say("treatment '{name}'", "处理变量“{name}”", name=name),
            expected=Text("a treatment that stays on", "处理一旦开始便持续"),
            got=Text(
                f"it switches off in {len(who)} units ({off.sum()} rows): {names}",
                f"{len(who)}个个体（{off.sum()}行）的处理中途关闭：{names}",
            ),
            remedy=Text(
                "leave these units out by `sample`, or define treatment as ever treated since",
                "用 `sample` 剔除这些个体，或将处理定义为“自首次处理起”",
            ),
        )
    return first


def _no_dose(label: Text) -> SpecificationError:
    return SpecificationError(
        where=say("{label}, `regressors`", "{label}，`regressors`", label=label),
        expected=Text("the column of the dose", "处理强度所在的列"),
        got="()",
        remedy=Text("name it as the regressor, beside `cohort`", "列为解释变量，并可给出 `cohort`"),
    )


def _taken(dose: Floats, name: str) -> Floats:
    """Return 1 where the dose is positive, 0 where it is zero."""
    odd = ~(np.isfinite(dose) & (dose >= 0))
    if odd.any():
        raise SpecificationError(
            where=say("dose '{name}'", "处理强度“{name}”", name=name),
            expected=Text("zero or positive numbers", "零或正数"),
            got=say(
                "{n:,|other value}, lowest {low:g}", "{n}个其他值，最小{low:g}", n=odd.sum(), low=dose.min()
            ),
            remedy=Text(
                "measure it from no treatment (0) upwards; take changes of a level that all have as the dose",
                "以无处理为0计量；若各个体均有水平值，请以其变化量为剂量",
            ),
        )
    return (dose > 0).astype(np.float64)


def _values(design: Design, term: str) -> Floats:
    where = say("treatment '{term}'", "处理变量“{term}”", term=term)
    remedy = Text("name the treatment column itself", "请直接给出处理列")
    chosen: Floats = design.evaluator(term).single(where, remedy)[design.rows]
    return chosen


def _starts(
    design: Design, treatment: str, units: NDArray[np.generic], *, dose: bool
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the first time with treatment 1 by unit in the whole sample, and for which units it is not
    known.

    Rows without an outcome count. Not known: a period of the sample lies between the unit's last 0 and its
    first 1 (or a row without a value before a first 1 without a 0), so that treatment may have begun in it.
    """
    specification, evaluator = design.specification, design.evaluator
    entity, time = str(specification.entity), str(specification.time)
    when = whole_periods(evaluator.column(time, "`time`"), time)
    unit = pd.Index(units).get_indexer(pd.Index(evaluator.column(entity, "`entity`")))
    inside = (unit >= 0) & np.isfinite(when)
    if specification.sample is not None:
        inside &= sample_rows(specification.sample, evaluator.frame)
    unit, when = unit[inside], when[inside]
    value = evaluator(treatment).values[inside, 0]
    if dose:
        value = np.where(np.isnan(value), np.nan, value > 0)
    start, last = np.full(len(units), np.inf), np.full(len(units), -np.inf)
    np.minimum.at(start, unit[value == 1], when[value == 1])
    before = (value == 0) & (when < start[unit])
    np.maximum.at(last, unit[before], when[before])
    periods = np.unique(when)
    between = np.searchsorted(periods, start) - np.searchsorted(periods, last, side="right")
    blank = np.zeros(len(units), dtype=bool)
    blank[unit[np.isnan(value) & (when < start[unit])]] = True
    switches = np.isfinite(start)
    unclear: NDArray[np.bool_] = switches & np.where(np.isfinite(last), between > 0, blank)
    return start, unclear


def _undated(units: NDArray[np.generic]) -> Text:
    names = ", ".join(str(unit) for unit in units[:5]) + (" …" if len(units) > 5 else "")
    return say(
        "{n_units:,|unit} whose treatment is not known in the period before its first 1 "
        "({names}): name the first treated period by cohort=",
        "{n_units}个个体在处理变量首次为1之前一期的取值未知（{names}）：请用 cohort= 给出首次处理期",
        kind="unknown_cohort",
        n_units=len(units),
        names=names,
    )


def _nobody_dated(treatment: str, units: NDArray[np.generic]) -> SpecificationError:
    return SpecificationError(
        where=say("treatment '{treatment}'", "处理变量“{treatment}”", treatment=treatment),
        expected=Text("units with a 0 in the period before their first 1", "个体在首次为1的前一期取0"),
        got=say(
            "none: {n:,|unit} treated, each without a value there",
            "没有：{n}个处理个体在该期均无取值",
            n=len(units),
        ),
        remedy=Text("name a column of first treated periods: cohort=…", "用 cohort=… 给出首次处理期所在的列"),
    )


def _cohort_column(
    design: Design, cohort: str, unit: Codes, times: Floats, units: NDArray[np.generic], notes: list[Text]
) -> Floats:
    first = _values(design, cohort)
    missing = np.isnan(first)
    never = missing | ((first == 0) & (times[0] > 0))
    first = np.where(never, np.inf, first)
    one = np.empty(int(unit.max()) + 1)
    one[unit] = first
    moving = np.unique(unit[first != one[unit]])
    if len(moving):
        names = ", ".join(str(units[code]) for code in moving[:5])
        raise SpecificationError(
            where=say("cohort '{cohort}'", "处理批次“{cohort}”", cohort=cohort),
            expected=Text("one first treated period per unit", "每个个体一个首次处理期"),
            got=say(
                "it changes within {n:,|unit}: {names}",
                "{n}个个体内取值不一：{names}",
                n=len(moving),
                names=names,
            ),
            remedy=Text(
                "give the first period on every row of the unit, or leave `cohort` out and name the 0/1 "
                "treatment",
                "在该个体每行填同一首次处理期，或不用 `cohort` 而给出0/1处理变量",
            ),
        )
    odd = np.isfinite(first) & (np.floor(first) != first)
    if odd.any():
        raise SpecificationError(
            where=say("cohort '{cohort}'", "处理批次“{cohort}”", cohort=cohort),
            expected=Text("periods of the time column, whole numbers", "时间列的时期（整数）"),
            got=", ".join(f"{value:g}" for value in np.unique(first[odd])[:4]),
            remedy=Text("give the first treated period", "请给出首次处理期"),
        )
    blank = len(np.unique(unit[missing]))
    if blank:
        notes.append(
            say(
                "{blank:,|unit} without a value of {cohort} {count} as never treated",
                "{blank}个个体的{cohort}缺失，视为从未处理",
                kind="never_treated",
                blank=blank,
                cohort=term_label(cohort),
                count="counts" if blank == 1 else "count",
            )
        )
    return first


def _check_agrees(treatment: Floats, first: Floats, time: Floats, name: str, cohort: str) -> None:
    since, ever = (time >= first).astype(float), np.isfinite(first).astype(float)
    if np.array_equal(treatment, since) or np.array_equal(treatment, ever):
        return
    wrong = int(np.count_nonzero(treatment != since))
    raise SpecificationError(
        where=say(
            "treatment '{name}' and cohort '{cohort}'",
            "处理变量“{name}”与处理批次“{cohort}”",
            name=name,
            cohort=cohort,
        ),
        expected=say(
            "'{name}' 1 from '{cohort}' on (or for ever-treated units)",
            "“{name}”自“{cohort}”起为1（或处理组恒为1）",
            name=name,
            cohort=cohort,
        ),
        got=say("{wrong} rows that differ", "{wrong}行不一致", wrong=wrong),
        remedy=Text("mend one of the columns, or name only one", "修正其一，或只给出其一"),
    )
