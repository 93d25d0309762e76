"""When treatment begins: first periods read from a 0/1 column, a dose or a column of cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.terms.lags import whole_periods
from digimfg.terms.sample import sample_rows
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = [
    "check_agreement",
    "cohort_column",
    "first_treated",
    "known_starts",
    "positive_doses",
    "treatment_values",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


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
        raise SpecificationError.of("did.treatment_not_binary", name=name, n=odd.sum(), found=found)
    on = treatment == 1
    first = start[unit]
    off = (time >= first) & ~on
    if off.any():
        who = np.unique(unit[off])
        names = ", ".join(str(units[code]) for code in who[:5])
        raise SpecificationError.of(
            "did.treatment_switches_off", name=name, n_units=len(who), n_off=off.sum(), names=names
        )
    return first


def positive_doses(dose: Floats, name: str) -> Floats:
    """Return 1 where the dose is positive, 0 where it is zero.

    Raises
    ------
    SpecificationError
        If doses are negative or not finite.
    """
    odd = ~(np.isfinite(dose) & (dose >= 0))
    if odd.any():
        raise SpecificationError.of("did.dose_negative", name=name, n=odd.sum(), low=dose.min())
    return (dose > 0).astype(np.float64)


def treatment_values(design: Design, term: str) -> Floats:
    """Return the values of a treatment, a dose or a cohort on the rows of a design.

    Raises
    ------
    SpecificationError
        If the term has several columns.
    """
    where = note_of("did.place_of_treatment", term=term)
    remedy = Text("name the treatment column itself", "请直接给出处理列")
    chosen: Floats = design.evaluator(term).single(where, remedy)[design.rows]
    return chosen


def known_starts(
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


def cohort_column(
    design: Design, cohort: str, unit: Codes, times: Floats, units: NDArray[np.generic], notes: list[Text]
) -> Floats:
    """Return the first treated period of each row's unit from a column, infinity for never; adds to `notes`.

    Raises
    ------
    SpecificationError
        If it changes within a unit, or holds fractions.
    """
    first = treatment_values(design, cohort)
    missing = np.isnan(first)
    never = missing | ((first == 0) & (times[0] > 0))
    first = np.where(never, np.inf, first)
    one = np.empty(int(unit.max()) + 1)
    one[unit] = first
    moving = np.unique(unit[first != one[unit]])
    if len(moving):
        names = ", ".join(str(units[code]) for code in moving[:5])
        raise SpecificationError.of(
            "did.cohort_changes_within_units", cohort=cohort, n=len(moving), names=names
        )
    odd = np.isfinite(first) & (np.floor(first) != first)
    if odd.any():
        raise SpecificationError.of(
            "did.cohort_not_a_period",
            got=", ".join(f"{value:g}" for value in np.unique(first[odd])[:4]),
            cohort=cohort,
        )
    blank = len(np.unique(unit[missing]))
    if blank:
        notes.append(note_of("did.units_without_cohort", blank=blank, cohort=term_label(cohort)))
    return first


def check_agreement(treatment: Floats, first: Floats, time: Floats, name: str, cohort: str) -> None:
    """Refuse a treatment that is not 1 from the cohort's period on (or for all rows of treated units).

    Raises
    ------
    SpecificationError
        Saying in how many rows they differ.
    """
    since, ever = (time >= first).astype(float), np.isfinite(first).astype(float)
    if np.array_equal(treatment, since) or np.array_equal(treatment, ever):
        return
    wrong = int(np.count_nonzero(treatment != since))
    raise SpecificationError.of("did.cohort_disagrees_with_treatment", name=name, cohort=cohort, wrong=wrong)
