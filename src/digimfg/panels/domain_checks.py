"""The checks behind `check_panel`, one function each: frame sorted by unit and year in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.panels.findings import Finding, finding
from digimfg.panels.magnitudes import magnitudes
from digimfg.panels.slips import TELECOM_BASES, numeric_columns, slips, zeros

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.panels import Panel

__all__ = ["CHECKS", "SERIES_END", "SERIES_START"]

SERIES_START = {
    "ecommerce_sales_100m_yuan": 2013, "ecommerce_purchases_100m_yuan": 2013, "ecommerce_firms_pct": 2013,
    "websites_per_100_firms": 2013, "computers_per_100_employees": 2013, "online_retail_100m_yuan": 2014,
    "digital_finance_index": 2011, "digital_finance_breadth_index": 2011, "digital_finance_depth_index": 2011,
    "digital_finance_digitization_index": 2011,
}  # fmt: skip
"""First year in which a series exists."""

SERIES_END = {"investment_price_index_previous_year": 2019}
"""Last year of a discontinued series."""

_TOLERANCE = 0.01
_LEAST_VALUES = 5
_TELECOM = ("telecom_services_100m_yuan", "telecom_services_per_capita_yuan")


def sums(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Compare totals with their parts."""
    found: list[Finding] = []
    sectors = [f"{sector}_value_added_100m_yuan" for sector in ("primary", "secondary", "tertiary")]
    for rule, total, parts in (
        ("sector_sum", "gdp_100m_yuan", sectors),
        ("trade_sum", "trade_10k_usd", ["exports_10k_usd", "imports_10k_usd"]),
    ):
        if not {total, *parts} <= set(frame.columns):
            continue
        whole = frame[total].to_numpy()
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.abs(frame[parts].sum(axis=1, skipna=False).to_numpy() / whole - 1)
        found += finding(rule, "error", total, frame, panel, np.flatnonzero(off > _TOLERANCE))
    return found


def percent_scale(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find percentages that look like shares."""
    found: list[Finding] = []
    for name in numeric_columns(frame, panel):
        values = frame[name].to_numpy()
        held = np.flatnonzero(~np.isnan(values))
        if not name.endswith("_pct") or len(held) < _LEAST_VALUES or name == "ipv4_share_pct":
            continue
        if values[held].max() <= 1.0 and values[held].max() > 0:
            found += finding("percent_scale", "error", name, frame, panel, held)
    return found


def per_person(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Compare GDP per person with GDP over resident population."""
    needed = {"gdp_100m_yuan", "resident_population_10k", "gdp_per_capita_yuan"}
    if not needed <= set(frame.columns):
        return []
    with np.errstate(invalid="ignore", divide="ignore"):
        implied = frame["gdp_100m_yuan"].to_numpy() * 1e4 / frame["resident_population_10k"].to_numpy()
        off = np.abs(np.log10(frame["gdp_per_capita_yuan"].to_numpy() / implied))
    rows = np.flatnonzero(off > panel.usual.per_person)
    return finding("per_person_scale", "error", "gdp_per_capita_yuan", frame, panel, rows)


def series_limits(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find values of years in which a series does not exist."""
    found: list[Finding] = []
    year = frame["year"].to_numpy()
    for name, first in SERIES_START.items():
        if name in frame:
            rows = np.flatnonzero(frame[name].notna().to_numpy() & (year < first))
            found += finding("series_start", "warning", name, frame, panel, rows, first=first)
    for name, last in SERIES_END.items():
        if name in frame:
            rows = np.flatnonzero(frame[name].notna().to_numpy() & (year > last))
            found += finding("series_end", "warning", name, frame, panel, rows, last=last)
    return found


def telecom_base(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find years on both sides of a change of the price base of telecommunication services."""
    found: list[Finding] = []
    year = frame["year"].to_numpy()
    for name in _TELECOM:
        if name not in frame:
            continue
        held = frame[name].notna().to_numpy()
        for first in TELECOM_BASES:
            rows = np.flatnonzero(held & (year == first))
            if len(rows) and (held & (year < first)).any():
                found += finding("telecom_base", "warning", name, frame, panel, rows, first=first)
    return found


def census(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find years before a census that were not revised while later ones are."""
    found: list[Finding] = []
    if "resident_population_10k" in frame:
        change = _growth(frame, panel, "resident_population_10k")
        at = frame["year"].to_numpy() == 2020
        before = (
            np.nanmedian(np.abs(change[frame["year"].to_numpy() == 2019]))
            if (frame["year"] == 2019).any() and not np.isnan(change[frame["year"].to_numpy() == 2019]).all()
            else np.nan
        )
        rows = np.flatnonzero(at & (np.abs(change) > 0.02))
        if before == before and len(rows) >= max(3, 0.2 * at.sum()):
            found += finding("population_census", "warning", "resident_population_10k", frame, panel, rows)
    if "gdp_100m_yuan" in frame:
        change = _growth(frame, panel, "gdp_100m_yuan")
        rows = np.flatnonzero(np.isin(frame["year"].to_numpy(), (2018, 2019)) & (change < -0.05))
        if len(rows) >= 2:
            found += finding("output_census", "warning", "gdp_100m_yuan", frame, panel, rows)
    return found


def incomplete(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find provinces and cities without a row in a year that others have."""
    unit = panel.keys[0]
    if not panel.usual.even:
        return []
    years = frame["year"].nunique()
    counts = frame.groupby(unit)["year"].transform("size").to_numpy()
    first = ~frame[unit].duplicated().to_numpy()
    return finding(
        "incomplete", "warning", unit, frame, panel, np.flatnonzero(first & (counts < years)), years=years
    )


def firm_accounts(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find firms whose liabilities exceed their assets."""
    needed = ("total_assets_yuan", "total_liabilities_yuan")
    if not set(needed) <= set(frame.columns):
        return []
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(frame[needed[1]].to_numpy() > frame[needed[0]].to_numpy())
    return finding("debt_above_assets", "warning", "total_liabilities_yuan", frame, panel, rows)


def places(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find cities beside a province that they do not lie in."""
    if not {"city", "province"} <= set(frame.columns):
        return []
    city, province = frame["city"], frame["province"]
    other = (city.str[:2] != province.str[:2]) & city.notna() & province.notna()
    return finding("place", panel.usual.slips, "province", frame, panel, np.flatnonzero(other.to_numpy()))


def boundaries(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find cities after they were dissolved, and years from which a neighbour holds a part of them."""
    found: list[Finding] = []
    if not panel.usual.dissolved:
        return found
    city, year = frame["city"].to_numpy(), frame["year"].to_numpy()
    for code, (last, heirs) in panel.usual.dissolved.items():
        rows = np.flatnonzero((city == code) & (year > last))
        found += finding("dissolved", "warning", "city", frame, panel, rows, last=last)
        for heir in heirs:
            if ((city == heir) & (year <= last)).any():
                rows = np.flatnonzero((city == heir) & (year == last + 1))
                found += finding("boundary", "warning", "city", frame, panel, rows, code=code, first=last + 1)
    return found


CHECKS = (
    sums,
    percent_scale,
    slips,
    zeros,
    magnitudes,
    per_person,
    places,
    boundaries,
    series_limits,
    telecom_base,
    census,
    incomplete,
    firm_accounts,
)
"""Every check, in the order of their findings."""


def _growth(frame: pd.DataFrame, panel: Panel, name: str) -> np.ndarray:
    values = frame[name].to_numpy(dtype="float64")
    unit, year = frame[panel.keys[0]].to_numpy(), frame["year"].to_numpy()
    follows = np.append(False, (unit[1:] == unit[:-1]) & (np.diff(year) == 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.append(np.nan, values[1:] / values[:-1] - 1)
    return np.where(follows, change, np.nan)
