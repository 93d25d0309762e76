"""Group-time effects of Callaway and Sant'Anna, cell by cell, and those of de Chaisemartin and
D'Haultfœuille.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Cells
from digimfg.estimators.did.two_periods import CovariateMethod, difference_of_means, two_period_effect
from digimfg.notes import note_of
from digimfg.periods import calendar
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = [
    "BasePeriod",
    "ControlGroup",
    "Wide",
    "group_time_effects",
    "long_differences",
    "no_never_treated",
    "wide_panel",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
ControlGroup = Literal["never_treated", "not_yet_treated"]
BasePeriod = Literal["varying", "universal"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Wide:
    """Hold the panel as unit × period grids; missing cells are NaN."""

    outcome: Floats
    controls: Floats
    first: Floats
    times: Floats


def group_time_effects(
    panel: StaggeredPanel,
    *,
    control_group: ControlGroup,
    base_period: BasePeriod,
    covariate_method: CovariateMethod,
    notes: list[Text],
) -> Cells:
    """Return ATT(g, t) of Callaway and Sant'Anna (2021, doi:10.1016/j.jeconom.2020.12.001).

    Each cell compares the change of the outcome from its base period to t between cohort g and the control
    group. The base is the last period before treatment and anticipation; under ``"varying"`` periods before
    it take the period just before each.

    Raises
    ------
    EstimationError
        If no unit of the control group is left.
    """
    wide = wide_panel(panel)
    ahead = panel.anticipation
    if control_group == "never_treated" and not np.isinf(wide.first).any():
        raise no_never_treated(panel)
    estimates: list[float] = []
    influence = np.zeros((len(panel.cohorts) * len(wide.times), len(wide.first)))
    keys: list[tuple[float, float]] = []
    sizes: list[int] = []
    skipped = 0
    never = np.flatnonzero(np.isinf(wide.first))
    for g in panel.cohorts:
        before = np.flatnonzero(wide.times < g - ahead)
        treated = np.flatnonzero(wide.first == g)
        for now, time in enumerate(wide.times):
            anchor = before[-1] if len(before) else -1
            if base_period == "varying" and time < g - ahead:
                anchor = now - 1
            if anchor < 0 or anchor == now:
                continue
            clean = never
            if control_group == "not_yet_treated":
                later = wide.first > max(time, wide.times[anchor]) + ahead
                clean = np.flatnonzero(later & (wide.first != g))
            found = _cell(wide, (anchor, now), treated, clean, covariate_method, influence[len(keys)])
            if found is None:
                skipped += 1
                continue
            estimates.append(found[0])
            sizes.append(found[1])
            keys.append((float(g), float(time)))
    if not any(time >= g for g, time in keys):
        raise _no_controls(control_group)
    if skipped:
        notes.append(note_of("did.cells_without_comparison", skipped=skipped))
    _note_gaps(wide, notes)
    if base_period == "varying" and calendar(wide.times, "time").n_missing:
        notes.append(note_of("did.spacing"))
    cohort = np.array([g for g, _ in keys])
    return Cells(
        cohort=cohort,
        time=np.array([time for _, time in keys]),
        estimate=np.array(estimates),
        influence=influence[: len(keys)].T,
        weight=np.array([np.mean(wide.first == g) for g in panel.cohorts])[
            np.searchsorted(panel.cohorts, cohort)
        ],
        member=wide.first,
        size=np.array(sizes, dtype=np.float64),
    )


def long_differences(panel: StaggeredPanel, notes: list[Text]) -> Cells:
    r"""Return the effects DID_{g,l} of de Chaisemartin and D'Haultfœuille (2024), doi:10.1162/rest_a_01414.

    .. math:: DID_{g,t} = \bar{\Delta}_{g}(t, g-1) - \bar{\Delta}_{c}(t, g-1)

    with controls c not treated by t; a placebo l periods before takes the change from g-1 back to g-1-l
    among controls that are still untreated l periods into treatment. Errors centre each unit's part on its
    cohort.
    """
    wide = wide_panel(panel)
    ahead = panel.anticipation
    keys: list[tuple[float, float]] = []
    estimates: list[float] = []
    parts: list[Floats] = []
    sizes: list[int] = []
    for g in panel.cohorts:
        before = np.flatnonzero(wide.times < g - ahead)
        if not len(before):
            continue
        anchor = int(before[-1])
        treated = wide.first == g
        for now, time in enumerate(wide.times):
            if now == anchor:
                continue
            horizon = wide.times[anchor] + abs(time - wide.times[anchor])
            if horizon > wide.times[-1]:
                continue
            clean = wide.first > horizon + ahead
            change = wide.outcome[:, now] - wide.outcome[:, anchor]
            seen = np.isfinite(change)
            here, there = seen & treated, seen & clean & ~treated
            if not here.any() or not there.any():
                continue
            part = np.zeros(len(wide.first))
            part[here] = change[here] / here.sum()
            part[there] = -change[there] / there.sum()
            estimates.append(float(part.sum()))
            parts.append(part)
            keys.append((float(g), float(time)))
            sizes.append(int(here.sum()))
    if not any(time >= g for g, time in keys):
        raise _no_controls("not_yet_treated")
    _note_gaps(wide, notes)
    influence = np.column_stack(parts)
    for value in np.unique(wide.first):
        inside = wide.first == value
        influence[inside] -= influence[inside].mean(axis=0)
    size = np.array(sizes, dtype=np.float64)
    notes.append(note_of("did.placebo"))
    return Cells(
        cohort=np.array([g for g, _ in keys]),
        time=np.array([time for _, time in keys]),
        estimate=np.array(estimates),
        influence=influence,
        weight=size,
        member=None,
        size=size,
    )


def no_never_treated(panel: StaggeredPanel) -> EstimationError:
    """Return the error that says nobody is never treated."""
    return EstimationError.of("did.no_never_treated", n_units=panel.n_units, times=panel.times[-1])


def _no_controls(control_group: str) -> EstimationError:
    return EstimationError.of("did.no_controls", control_group=control_group)


def wide_panel(panel: StaggeredPanel) -> Wide:
    """Return the grids of a panel."""
    shape = (panel.n_units, len(panel.times))
    outcome = np.full(shape, np.nan, order="F")
    outcome[panel.unit, panel.period] = panel.outcome
    controls = np.full((*shape, panel.controls.shape[1]), np.nan)
    controls[panel.unit, panel.period] = panel.controls
    return Wide(
        outcome=outcome,
        controls=controls,
        first=panel.unit_first,
        times=panel.times,
    )


def _note_gaps(wide: Wide, notes: list[Text]) -> None:
    lacking = int(np.count_nonzero(np.isnan(wide.outcome)))
    if lacking:
        notes.append(note_of("did.unbalanced", lacking=lacking))


def _cell(
    wide: Wide,
    periods: tuple[int, int],
    treated: Codes,
    clean: Codes,
    method: CovariateMethod,
    influence: Floats,
) -> tuple[float, int] | None:
    """Return the effect between a base period and another and the treated units in it, and fill in their
    influence.
    """
    anchor, now = periods
    change = wide.outcome[:, now] - wide.outcome[:, anchor]
    here, there = _seen(change, treated), _seen(change, clean)
    if not wide.controls.shape[2]:
        if not len(here) or not len(there):
            return None
        estimate, influence[here], influence[there] = difference_of_means(change[here], change[there])
        return estimate, len(here)
    inside = np.union1d(here, there)
    found = two_period_effect(change[inside], np.isin(inside, here), wide.controls[inside, anchor], method)
    if found is None:
        return None
    influence[inside] = found.influence
    return found.estimate, len(here)


def _seen(change: Floats, units: Codes) -> Codes:
    """Return the units whose change is known."""
    known = np.isfinite(change[units])
    return units if known.all() else units[known]
