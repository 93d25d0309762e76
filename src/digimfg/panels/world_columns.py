"""What the columns of the world panel are: raw columns under their names, and formulas of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from digimfg.panels.formulas import AmongUnits, AtYear, Formula, Signed, log_of, positive_log
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BASE_YEAR", "EXPOSURES", "FORMULAS", "PENN_WORLD_TABLE", "SIGNED", "WORLD_BANK"]

BASE_YEAR = 1995

PENN_WORLD_TABLE: Mapping[str, str] = {
    "gdp_musd2011": "rgdpna",
    "employment_millions": "emp",
    "hours_per_worker": "avh",
    "human_capital": "hc",
    "capital_stock_musd2011": "rnna",
    "tfp_index": "rtfpna",
    "tfp_relative_to_usa": "ctfp",
    "labor_share": "labsh",
    "investment_gdp_ratio": "csh_i",
    "government_consumption_gdp_ratio": "csh_g",
    "pwt_outlier": "i_outlier",
}
"""Column → raw column of the Penn World Table, as published."""

SIGNED: Mapping[str, Signed] = {
    "merchandise_exports_gdp_ratio": Signed(raw="csh_x", sign=1),
    "merchandise_imports_gdp_ratio": Signed(raw="csh_m", sign=-1),
}
"""Shares of trade, of the Penn World Table too: negative ones are missing."""

WORLD_BANK: Mapping[str, str] = {
    "population": "SP.POP.TOTL",
    "gdp_usd": "NY.GDP.MKTP.CD",
    "gdp_usd2015": "NY.GDP.MKTP.KD",
    "gdp_per_capita_usd2015": "NY.GDP.PCAP.KD",
    "gdp_per_capita_ppp2021": "NY.GDP.PCAP.PP.KD",
    "goods_exports_usd": "BX.GSR.MRCH.CD",
    "goods_imports_usd": "BM.GSR.MRCH.CD",
}
"""Column → the World Bank's code, as published."""


def _per_worker(column: str) -> Formula:
    return Formula(
        how=Text(
            f"natural log of {column} / employment_millions", f"{column} / employment_millions 的自然对数"
        ),
        function=lambda amount, workers: positive_log(amount / workers),
        columns=(column, "employment_millions"),
    )


FORMULAS: Mapping[str, Formula] = {
    "log_tfp": log_of("tfp_index"),
    "log_tfp_relative_to_usa": log_of("tfp_relative_to_usa"),
    "log_labor_productivity": _per_worker("gdp_musd2011"),
    "log_capital_per_worker": _per_worker("capital_stock_musd2011"),
    "log_gdp_per_capita": log_of("gdp_per_capita_usd2015"),
    "log_population": log_of("population"),
    "goods_exports_gdp_ratio": Formula(
        how=Text("goods_exports_usd / gdp_usd", "goods_exports_usd / gdp_usd"),
        function=lambda exports, gdp: exports / gdp,
        columns=("goods_exports_usd", "gdp_usd"),
    ),
    "trade_openness_ratio": Formula(
        how=Text(
            "merchandise_exports_gdp_ratio + merchandise_imports_gdp_ratio",
            "merchandise_exports_gdp_ratio + merchandise_imports_gdp_ratio",
        ),
        function=lambda exports, imports: exports + imports,
        columns=("merchandise_exports_gdp_ratio", "merchandise_imports_gdp_ratio"),
    ),
    "after_1995": Formula(
        how=Text(f"1 if year > {BASE_YEAR}, else 0", f"year > {BASE_YEAR}取1，否则取0"),
        function=lambda year: year > BASE_YEAR,
        columns=("year",),
        dtype="int64",
    ),
}
"""Columns computed from others of their row."""


def _tercile(values: pd.Series[Any]) -> pd.Series[Any]:
    return pd.qcut(values, 3, labels=["low", "middle", "high"]).astype(str)


def _above_median(values: pd.Series[Any]) -> pd.Series[Any]:
    return (values > values.median()).astype("float64")


_TERCILE = Text(
    f"tercile among all economies of the Penn World Table in {BASE_YEAR}",
    f"在宾大世界表全部经济体{BASE_YEAR}年取值中的三分位组",
)
_ABOVE = Text(
    f"1 above the median of all economies of the Penn World Table in {BASE_YEAR}, else 0",
    f"高于宾大世界表全部经济体{BASE_YEAR}年中位数取1，否则取0",
)


def _among_all(column: str, how: Text, function: Any) -> AmongUnits:
    return AmongUnits(how=how, column=column, year=BASE_YEAR, function=function)


EXPOSURES: Mapping[str, AtYear | AmongUnits] = {
    "log_labor_productivity_1995": AtYear(column="log_labor_productivity", year=BASE_YEAR),
    "human_capital_1995": AtYear(column="human_capital", year=BASE_YEAR),
    "productivity_tercile_1995": _among_all("log_labor_productivity", _TERCILE, _tercile),
    "high_productivity_1995": _among_all("log_labor_productivity", _ABOVE, _above_median),
    "high_human_capital_1995": _among_all("human_capital", _ABOVE, _above_median),
}
"""Columns of a country's place in the base year, the same in all its years."""
