"""Compare levels with what provinces, cities and firms usually have: a whole file, or one unit, in the wrong
unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.panels.findings import Finding, finding
from digimfg.panels.usual_levels import POPULATION_2020_10K, NationalLevel
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.panels import Panel

__all__ = ["magnitudes"]

_LEAST_VALUES = 5
_CHINA_10K = sum(POPULATION_2020_10K.values())
_KNOWN_YEARS = (2008, 2023)


def magnitudes(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find columns and units whose level is powers of ten from what is usual.

    A total is compared with the unit's share by population of the national total of that year; a ratio with
    the range of ratios. Files of fewer than five values are only warned of.
    """
    usual_here, found = panel.usual, _of_files(frame, panel)
    if any(str(name).startswith("synthetic") for name in frame.columns):
        return found  # a simulated province has the code of a real one, not its size
    for name in panel.variables:
        if name not in frame.columns or not (name in usual_here.totals or name in usual_here.ranges):
            continue
        values = frame[name].to_numpy(dtype="float64")
        held = np.flatnonzero(values > 0)
        if not len(held):
            continue
        if name in usual_here.totals:
            level = usual_here.totals[name]
            usual = _share(frame, panel, level)
            off = _from_share(frame, panel, values, usual, held, level)
            example = usual[off[0]] if len(off) else 0.0
            shown = f"{float(f'{example:.2g}'):,.10g}"
            said = Text(f"about {shown}", f"约{shown}")
        else:
            low, high = usual_here.ranges[name]
            off = _from_range(frame, panel, values, held, (low, high))
            said = Text(f"{low:g} to {high:g}", f"{low:g}至{high:g}")
        found += finding(
            "magnitude", _severity(held), name, frame, panel, off, usual=said, unit=dictionary()[name].unit
        )
    return found


def _of_files(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    found: list[Finding] = []
    for name, (low, high) in panel.usual.file_ranges.items():
        if name not in frame.columns:
            continue
        values = frame[name].to_numpy(dtype="float64")
        held = np.flatnonzero(~np.isnan(values))
        if len(held) and not low <= float(np.median(values[held])) <= high:
            said = Text(f"a median of {low:g} to {high:g}", f"中位数{low:g}至{high:g}")
            found += finding(
                "magnitude",
                _severity(held),
                name,
                frame,
                panel,
                held,
                usual=said,
                unit=dictionary()[name].unit,
            )
    return found


def _severity(held: np.ndarray) -> Literal["error", "warning"]:
    return "error" if len(held) >= _LEAST_VALUES else "warning"


def _share(frame: pd.DataFrame, panel: Panel, level: NationalLevel) -> np.ndarray:
    year = frame["year"].to_numpy(dtype="float64")
    growth = np.log10(level.in_2020 / level.in_2011) / 9.0
    total = 10.0 ** (np.log10(level.in_2011) + growth * (np.clip(year, 1985, 2035) - 2011.0))
    known = panel.usual.people
    people = (
        frame[panel.keys[0]].map(known).to_numpy(dtype="float64") if isinstance(known, Mapping) else known
    )
    result: np.ndarray = total * people / _CHINA_10K
    return result


def _from_share(
    frame: pd.DataFrame, panel: Panel, values: np.ndarray, usual: np.ndarray, held: np.ndarray,
    level: NationalLevel
) -> np.ndarray:  # fmt: skip
    """Return the rows that are off: all where the column is, else those of the units that are."""
    import pandas as pd

    year = frame["year"].to_numpy()
    slack = panel.usual.drift_a_year * np.maximum(
        0, np.maximum(_KNOWN_YEARS[0] - year[held], year[held] - _KNOWN_YEARS[1])
    )
    away = np.log10(values[held] / usual[held])
    spread, known = level.spread + panel.usual.spread, panel.usual.people
    units = pd.DataFrame({"away": away, "slack": slack, "unit": frame[panel.keys[0]].to_numpy()[held]})
    middle = units.groupby("unit")[["away", "slack"]].transform("median")
    alone = (middle["away"].abs() > spread + middle["slack"]).to_numpy()
    column = held[~alone] if 2 * alone.sum() < len(held) else held
    near = np.isin(held, column)
    if isinstance(known, Mapping):
        sums = pd.DataFrame({"value": values[column], "usual": usual[column]}).groupby(year[column]).sum()
        people = frame[panel.keys[0]].map(known).iloc[column].groupby(year[column]).sum()
        whole = float(people.median()) >= panel.usual.covered * _CHINA_10K
        distance = float(np.median(np.log10(sums["value"] / sums["usual"])))
        allowed = level.drift if whole else level.spread
    else:
        distance, allowed = float(np.median(away[near])), max(0.9, level.spread)
    if abs(distance) > allowed + float(np.median(slack[near])):
        return held
    return held[alone]


def _from_range(
    frame: pd.DataFrame, panel: Panel, values: np.ndarray, held: np.ndarray, bounds: tuple[float, float]
) -> np.ndarray:
    import pandas as pd

    units = pd.Series(values[held]).groupby(frame[panel.keys[0]].to_numpy()[held])
    middle = units.transform("median")
    return held[~middle.between(*bounds).to_numpy()]
