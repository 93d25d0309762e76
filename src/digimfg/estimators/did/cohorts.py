"""Who is treated first when: cohorts from a column of first periods or from a treatment that stays on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design.centre import far_means
from digimfg.errors import SpecificationError
from digimfg.estimators.did.first_periods import (
    check_agreement,
    cohort_column,
    first_treated,
    known_starts,
    positive_doses,
    treatment_values,
)
from digimfg.estimators.did.panel import StaggeredPanel, leave_out, within_sample
from digimfg.estimators.panel_rows import unit_and_period, varying_regressors
from digimfg.labels import value_labels
from digimfg.notes import note_of
from digimfg.terms.lags import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["cohort_panel", "dose_panel", "staggered_panel"]

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
    values = treatment_values(panel.design, name)
    on = np.isfinite(panel.first) & (panel.time >= panel.first)
    low, high = np.full(panel.n_units, np.inf), np.zeros(panel.n_units)
    np.minimum.at(low, panel.unit[on], values[on])
    np.maximum.at(high, panel.unit[on], values[on])
    moving = np.flatnonzero((low < high) & np.isfinite(low))
    if len(moving):
        entity = panel.design.evaluator.column(str(panel.design.specification.entity), "`entity`")
        units = np.asarray(entity)[panel.design.rows][panel.first_rows]
        raise SpecificationError.of(
            "did.dose_changes_within_units",
            name=name,
            n=len(moving),
            names=", ".join(str(units[code]) for code in moving[:5]),
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
        raise SpecificationError.of(
            "did.number_of_treatments", got=", ".join(regressors) or "()", label=label
        )
    if dose and not regressors:
        raise _no_dose(label)
    treatment = treatment_values(design, regressors[0]) if regressors else None
    if dose and treatment is not None:
        treatment = positive_doses(treatment, regressors[0])
    notes: list[Text] = []
    unclear = np.zeros(len(units), dtype=bool)
    if cohort is None:
        assert treatment is not None  # noqa: S101 - refused above
        start, unclear = known_starts(design, regressors[0], units, dose=dose)
        first = first_treated(treatment, unit, times[period], start, name=regressors[0], units=units)
    else:
        first = cohort_column(design, cohort, unit, times, units, notes)
        if treatment is not None:
            check_agreement(treatment, first, times[period], regressors[0], cohort)
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
    left = leave_out(panel, unclear[unit], _undated(units[unclear], str(design.specification.entity)))
    if not len(left.cohorts):
        raise _nobody_dated(regressors[0], units[unclear])
    return left


def _no_dose(label: Text) -> SpecificationError:
    return SpecificationError.of("did.no_dose_column", label=label)


def _undated(units: NDArray[np.generic], entity: str) -> Text:
    return note_of(
        "did.unknown_cohort", n_units=len(units), names=value_labels(units.tolist(), entity, most=5)
    )


def _nobody_dated(treatment: str, units: NDArray[np.generic]) -> SpecificationError:
    return SpecificationError.of("did.nobody_dated", treatment=treatment, n=len(units))
