"""Find single values, runs and whole years that are a power of ten off their neighbours in time, jumps, and
lone zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.panels.findings import Finding, finding
from digimfg.variables import BINARY, YEAR, dictionary

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.panels import Panel

__all__ = ["TELECOM_BASES", "numeric_columns", "slips", "zeros"]

TELECOM_BASES = (2011, 2016, 2021)
"""First years of a new price base of the volume of telecommunication services: 2010, 2015 and 2020 prices."""

_POWERS = (1, 2, 3, 4, 8)
_NEAR = 0.12
_NEAR_HUNDRED = 0.3
_CALM = 0.3
_LEAST_UNITS = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """Hold a column's positive values in the order of unit and year, with the step from each unit's value
    before.
    """

    rows: np.ndarray
    years: np.ndarray
    step: np.ndarray
    gap: np.ndarray


def slips(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find values that are a power of ten off, years in which the unit changes, and jumps."""
    import pandas as pd

    found: list[Finding] = []
    unit = pd.factorize(frame[panel.keys[0]])[0]
    year = frame["year"].to_numpy()
    for name in numeric_columns(frame, panel):
        series = _series(frame[name].to_numpy(dtype="float64"), unit, year, panel)
        lone = _isolated(series)
        taken = lone | np.append(False, lone[:-1])
        broken, stepped = _shifts(series, taken, name, panel)
        if _signed(name):
            stepped = np.zeros_like(stepped)  # a profit comes near zero and back without any slip
        for rule, said, off in (
            ("unit_slip", "unit_slip", lone),
            ("unit_slip", "unit_step", stepped),
            ("unit_break", "unit_break", broken),
        ):
            found += finding(rule, panel.usual.slips, name, frame, panel, series.rows[off], said=said)
        with np.errstate(invalid="ignore"):
            jump = (np.abs(series.step) > np.log10(np.e)) & (series.gap == 1)
        found += finding(
            "jump",
            "warning",
            name,
            frame,
            panel,
            series.rows[jump & ~taken & ~broken & ~stepped],
        )
    return found


def zeros(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find zeros of provinces and cities that stand for missing values: where none can be, or in an even
    series.
    """
    import pandas as pd

    found: list[Finding] = []
    if not panel.usual.even:
        return found
    totals = panel.usual.totals
    for name in numeric_columns(frame, panel):
        values = frame[name]
        nothing = (values == 0).to_numpy()
        if not nothing.any() or _signed(name):
            continue
        never = name in totals and totals[name].spread <= panel.usual.nowhere_zero
        positive = values.where(values > 0).groupby(frame[panel.keys[0]])
        even = (positive.transform("count") >= 3) & (
            positive.transform("min") >= 0.1 * positive.transform("median")
        )
        rows = np.flatnonzero(nothing & (even.to_numpy() | never))
        found += finding("zero", "error", name, frame, panel, pd.unique(rows))
    return found


def numeric_columns(frame: pd.DataFrame, panel: Panel) -> list[str]:
    """Return the columns of amounts and ratios: no keys, years, or yes-or-no."""
    entries = dictionary()
    return [
        name for name in panel.variables
        if name in frame and name not in panel.keys and entries[name].dtype == "float" and entries[name].unit not in (BINARY, YEAR)  # noqa: E501
    ]  # fmt: skip


def _signed(name: str) -> bool:
    return dictionary()[name].lower is None


def _series(values: np.ndarray, unit: np.ndarray, year: np.ndarray, panel: Panel) -> _Series:
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(values > 0)
    if len(rows) < len(values):
        values, unit, year = values[rows], unit[rows], year[rows]
    logs = np.log10(values)
    gap = np.zeros(len(rows), dtype=np.result_type(year, np.int64))
    gap[1:] = year[1:] - year[:-1]
    step = np.full(len(rows), np.nan)
    near = (unit[1:] == unit[:-1]) & (gap[1:] >= 1) & (gap[1:] <= panel.usual.longest_gap)
    np.subtract(logs[1:], logs[:-1], out=step[1:], where=near)
    return _Series(rows, year, step, gap)


def _isolated(series: _Series) -> np.ndarray:
    """Tell which values are a power of ten away from both neighbours, which agree within a factor of two."""
    n = len(series.step)
    slip = np.zeros(n, dtype=bool)
    if n < 3:
        return slip
    before, after = series.step[1:-1], -series.step[2:]
    with np.errstate(invalid="ignore"):
        size = np.abs((before + after) / 2)
        rows = np.flatnonzero((size > _POWERS[0] - _NEAR) & (np.abs(before - after) < np.log10(2.0)))
    slip[1 + rows] = _near_power(size[rows], _POWERS, _NEAR)
    return slip


def _shifts(series: _Series, taken: np.ndarray, name: str, panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Return at which values a unit of measure changes: for most units of a year, and for single ones.

    Single units are judged only where series are even: a step of 100 times and more
    counts anywhere there, one of ten times where the series is calm otherwise.
    """
    nothing = np.zeros(len(series.step), dtype=bool)
    step = np.where(taken, np.nan, series.step)
    size = np.abs(step)
    with np.errstate(invalid="ignore"):
        far = np.flatnonzero(size > _POWERS[1] - _NEAR_HUNDRED)
    hundred = nothing.copy()
    hundred[far] = _near_power(size[far], _POWERS[1:], _NEAR_HUNDRED)
    held = ~np.isnan(step)
    ten, all_ten = nothing.copy(), nothing.copy()
    if panel.usual.even and held.any():
        usual = _usual_step(series.years, step)
        own = np.abs(step - usual)
        if np.quantile(own[held], 0.9) < _CALM:
            with np.errstate(invalid="ignore"):
                ten = np.abs(own - 1.0) < _NEAR
                all_ten = (np.abs(np.abs(usual) - 1.0) < _NEAR) & (np.abs(size - 1.0) < 3 * _NEAR)
    if name.startswith("telecom_services"):
        all_ten &= ~np.isin(series.years, TELECOM_BASES)
    near = hundred | ten | all_ten
    broken = nothing.copy()
    for when in np.unique(series.years[near]):
        at = held & (series.years == when)
        if near[at].sum() >= max(1, 0.5 * at.sum()):
            broken |= near & (series.years == when)
    stepped = near & ~broken if panel.usual.even else nothing
    return broken, stepped


def _near_power(size: np.ndarray, powers: tuple[int, ...], apart: float) -> np.ndarray:
    """Tell which sizes are near one of some powers of ten."""
    near = np.zeros(len(size), dtype=bool)
    for power in powers:
        near |= np.abs(size - power) < apart
    return near


def _usual_step(years: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return the median step of each year over the units, 0 where too few units have one."""
    import pandas as pd

    held = pd.Series(step).groupby(years)
    usual = held.transform("median").where(held.transform("count") >= _LEAST_UNITS, 0.0)
    result: np.ndarray = usual.to_numpy(dtype="float64")
    return result
