"""The checks behind `check_panel`, one function each: frame sorted by unit and year in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.panels.findings import Finding, finding
from digimfg.panels.magnitudes import magnitudes
from digimfg.panels.slips import TELECOM_BASES, numeric_columns, slips, zeros
from digimfg.text import Text

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
    for rule, total, parts, what in (
        ("sector_sum", "gdp_100m_yuan", sectors,
        Text("differs from the sum of the three sectors by more than 1 %", "与三次产业之和相差超过1%")),
        ("trade_sum", "trade_10k_usd", ["exports_10k_usd", "imports_10k_usd"],
        Text("differs from exports plus imports by more than 1 %", "与出口加进口相差超过1%")),
    ):  # fmt: skip
        if not {total, *parts} <= set(frame.columns):
            continue
        whole = frame[total].to_numpy()
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.abs(frame[parts].sum(axis=1, skipna=False).to_numpy() / whole - 1)
        found += finding(rule, "error", total, what, frame, panel, np.flatnonzero(off > _TOLERANCE))
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
            what = Text(
                "never exceeds 1: probably a share 0-1 declared as a percentage",
                "从不超过1：可能是0–1的份额被声明为百分比",
            )
            found += finding("percent_scale", "error", name, what, frame, panel, held)
    return found


def per_person(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Compare GDP per person with GDP over resident population."""
    needed = {"gdp_100m_yuan", "resident_population_10k", "gdp_per_capita_yuan"}
    if not needed <= set(frame.columns):
        return []
    with np.errstate(invalid="ignore", divide="ignore"):
        implied = frame["gdp_100m_yuan"].to_numpy() * 1e4 / frame["resident_population_10k"].to_numpy()
        off = np.abs(np.log10(frame["gdp_per_capita_yuan"].to_numpy() / implied))
    what = Text("a power of ten off GDP over resident population", "与 GDP 除以常住人口相差10的整数次幂")
    rows = np.flatnonzero(off > panel.usual.per_person)
    return finding("per_person_scale", "error", "gdp_per_capita_yuan", what, frame, panel, rows)


def series_limits(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find values of years in which a series does not exist."""
    found: list[Finding] = []
    year = frame["year"].to_numpy()
    for name, first in SERIES_START.items():
        if name in frame:
            rows = np.flatnonzero(frame[name].notna().to_numpy() & (year < first))
            what = Text(
                f"values before {first}, when the series starts: extrapolated?",
                f"早于该序列起始年{first}：是否为外推？",
            )
            found += finding("series_start", "warning", name, what, frame, panel, rows)
    for name, last in SERIES_END.items():
        if name in frame:
            rows = np.flatnonzero(frame[name].notna().to_numpy() & (year > last))
            what = Text(
                f"values after {last}, when the series was discontinued", f"晚于该序列停止发布的{last}年"
            )
            found += finding("series_end", "warning", name, what, frame, panel, rows)
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
                what = Text(
                    f"the price base changes in {first}: years before and after do not compare; chain "
                    f"the segments or use telecom_revenue_100m_yuan",
                    f"{first}年更换不变价基期，前后不可比：请分段衔接或改用 telecom_revenue_100m_yuan",
                )
                found += finding("telecom_base", "warning", name, what, frame, panel, rows)
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
            what = Text(
                "changes by more than 2 % in the census year 2020: 2011 to 2019 look unrevised",
                "普查年2020变动超过2%：2011–2019年似未按普查修订",
            )
            found += finding(
                "population_census", "warning", "resident_population_10k", what, frame, panel, rows
            )
    if "gdp_100m_yuan" in frame:
        change = _growth(frame, panel, "gdp_100m_yuan")
        rows = np.flatnonzero(np.isin(frame["year"].to_numpy(), (2018, 2019)) & (change < -0.05))
        if len(rows) >= 2:
            what = Text(
                "falls by more than 5 % around the economic census of 2018: revised and unrevised years "
                "are mixed",
                "2018年经济普查前后下降超过5%：修订前后数据混用",
            )
            found += finding("output_census", "warning", "gdp_100m_yuan", what, frame, panel, rows)
    return found


def incomplete(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find provinces and cities without a row in a year that others have."""
    unit = panel.keys[0]
    if not panel.usual.even:
        return []
    years = frame["year"].nunique()
    counts = frame.groupby(unit)["year"].transform("size").to_numpy()
    first = ~frame[unit].duplicated().to_numpy()
    what = Text(f"units with fewer than the {years} years of the file", f"年份少于文件所含{years}年的单位")
    return finding(
        "incomplete", "warning", unit, what, frame, panel, np.flatnonzero(first & (counts < years))
    )


def firm_accounts(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find firms whose liabilities exceed their assets."""
    needed = ("total_assets_yuan", "total_liabilities_yuan")
    if not set(needed) <= set(frame.columns):
        return []
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(frame[needed[1]].to_numpy() > frame[needed[0]].to_numpy())
    what = Text(
        "liabilities exceed assets: the custom is to leave such firms out", "负债大于资产：通行做法是剔除"
    )
    return finding("debt_above_assets", "warning", "total_liabilities_yuan", what, frame, panel, rows)


def places(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find cities beside a province that they do not lie in."""
    if not {"city", "province"} <= set(frame.columns):
        return []
    city, province = frame["city"], frame["province"]
    other = (city.str[:2] != province.str[:2]) & city.notna() & province.notna()
    what = Text(
        "the city does not lie in the province of the same row: a city of that name elsewhere, or a "
        "shifted row?",
        "城市不属于同一行的省份：是否为异地同名城市或行错位？",
    )
    return finding(
        "place", panel.usual.slips, "province", what, frame, panel, np.flatnonzero(other.to_numpy())
    )


def boundaries(frame: pd.DataFrame, panel: Panel) -> list[Finding]:
    """Find cities after they were dissolved, and years from which a neighbour holds a part of them."""
    found: list[Finding] = []
    if not panel.usual.dissolved:
        return found
    city, year = frame["city"].to_numpy(), frame["year"].to_numpy()
    for code, (last, heirs) in panel.usual.dissolved.items():
        rows = np.flatnonzero((city == code) & (year > last))
        what = Text(f"dissolved: the last full year is {last}", f"已撤销，最后完整年份为{last}年")
        found += finding("dissolved", "warning", "city", what, frame, panel, rows)
        for heir in heirs:
            if ((city == heir) & (year <= last)).any():
                rows = np.flatnonzero((city == heir) & (year == last + 1))
                what = Text(
                    f"holds a part of {code} from {last + 1} on: years before and after do not compare",
                    f"自{last + 1}年起并入{code}的部分区域：前后年份不可比",
                )
                found += finding("boundary", "warning", "city", what, frame, panel, rows)
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
