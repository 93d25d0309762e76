"""The world panel: countries × years, with digital access in the year of its estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from digimfg.panels import Panel
from digimfg.panels.early_internet_use import early_internet_use
from digimfg.panels.world_columns import EXPOSURES, FORMULAS, PENN_WORLD_TABLE, SIGNED, WORLD_BANK
from digimfg.sources.world_factbook import EDITIONS
from digimfg.sources.world_factbook_early import INTERNET_USERS_YEAR
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.panels import Frames

__all__ = ["PANEL", "build"]

_KEYS = ("country", "year")


def build(sources: Mapping[str, Frames]) -> pd.DataFrame:
    """Join the sources on country and year, and add logs, ratios, exposures and groups.

    A row is there when any source has a value for that country and year. Penn World Table shares of trade
    that are negative are missing; nothing else is changed, and nothing is interpolated or carried to another
    year.
    """
    names = sources["country_codes"]["countries"]
    raw_penn, raw_bank = sources["penn_world_table"]["annual"], sources["world_bank_core"]["annual"]
    penn = _named(raw_penn, PENN_WORLD_TABLE).assign(
        **{name: signed.values(raw_penn[signed.raw]) for name, signed in SIGNED.items()}
    )
    early = early_internet_use(sources["world_factbook_early"]["internet_users"], names, raw_bank, raw_penn)
    access = _observations(sources["world_factbook"]["observations"], names, early)

    frame = (
        penn.merge(_named(raw_bank, WORLD_BANK), on=list(_KEYS), how="outer")
        .merge(access, on=list(_KEYS), how="outer")
        .merge(early, on="country", how="left")
        .merge(_names(names), on="country", how="left")
    )
    frame = frame.assign(**{name: formula.values(frame) for name, formula in FORMULAS.items()})
    frame = frame.assign(**{name: exposure.values(frame, "country") for name, exposure in EXPOSURES.items()})
    return frame[list(PANEL.variables)]


def _observations(observations: pd.DataFrame, names: pd.DataFrame, early: pd.DataFrame) -> pd.DataFrame:
    code = dict(zip(names["alpha2"].str.lower(), names["country"], strict=True))
    first = pd.DataFrame(
        {
            "country": early["country"],
            "quantity": "internet_users_pct",
            "year": INTERNET_USERS_YEAR,
            "value": 100.0 * early["internet_users_share_2009"],
            "edition": "early",
        }
    )
    frame = observations.assign(country=observations["alpha2"].map(code)).drop(columns="alpha2")
    stacked = pd.concat([first, frame], ignore_index=True)
    stacked["order"] = stacked["edition"].map({"early": 0} | {name: 1 + i for i, name in enumerate(EDITIONS)})
    latest = stacked.sort_values("order", kind="stable").drop_duplicates([*_KEYS, "quantity"], keep="last")
    wide = latest.set_index([*_KEYS, "quantity"])["value"].unstack("quantity")  # noqa: PD010
    edition = latest[latest["quantity"] == "internet_users_pct"].set_index(list(_KEYS))["edition"]
    return wide.assign(internet_users_edition=edition).reset_index().rename_axis(columns=None)


def _names(names: pd.DataFrame) -> pd.DataFrame:
    return names.rename(columns={"name_en": "country_name_en", "name_zh": "country_name_zh"}).drop(
        columns="alpha2"
    )


def _named(raw: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    names = {code: name for name, code in columns.items()}
    return raw[[*_KEYS, *names]].rename(columns=names)


PANEL = Panel(
    name="world",
    title=Text(
        "World: countries × years, 1950-2024, with digital access in the year of its estimate",
        "世界：国家 × 年份（1950–2024），数字接入指标置于其估计年份",
    ),
    keys=_KEYS,
    variables=(
        "country", "year", "country_name_en", "country_name_zh",
        "internet_users_pct", "internet_users_edition", "mobile_subscriptions_per_100",
        "fixed_telephones_per_100",
        "fixed_broadband_per_100",
        "log_tfp", "log_tfp_relative_to_usa", "log_labor_productivity", "log_capital_per_worker",
        "labor_share",
        "human_capital", "tfp_index", "tfp_relative_to_usa", "gdp_musd2011", "employment_millions",
        "hours_per_worker",
        "capital_stock_musd2011",
        "merchandise_exports_gdp_ratio", "merchandise_imports_gdp_ratio", "trade_openness_ratio",
        "goods_exports_gdp_ratio", "goods_exports_usd", "goods_imports_usd", "investment_gdp_ratio",
        "government_consumption_gdp_ratio", "pwt_outlier",
        "log_gdp_per_capita", "log_population", "population", "gdp_usd", "gdp_usd2015",
        "gdp_per_capita_usd2015",
        "gdp_per_capita_ppp2021",
        "agriculture_gdp_pct", "industry_gdp_pct", "services_gdp_pct", "fixed_investment_gdp_pct",
        "industrial_production_growth_pct", "education_spending_gdp_pct",
        "after_1995", "internet_users_share_2009", "log_labor_productivity_1995", "human_capital_1995",
        "productivity_tercile_1995", "high_productivity_1995", "high_human_capital_1995",
    ),
    sources=("country_codes", "penn_world_table", "world_bank_core", "world_factbook",
    "world_factbook_early"),
    build=build,
)  # fmt: skip
