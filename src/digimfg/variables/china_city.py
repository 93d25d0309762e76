"""What city files bring besides: ratios and policy pilots."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "fdi_gdp_ratio", "Foreign direct investment over GDP", "外资依存度", "比率",
        "Foreign capital actually used over gross regional product.",
        "实际使用外资与地区生产总值之比。",
        "实际使用外资/GDP",
    ),
    imported_variable(
        "financial_development_ratio", "Loans and deposits over GDP", "金融发展水平", "比率",
        "Deposits and loans of financial institutions over gross regional product.",
        "金融机构存贷款余额与地区生产总值之比。",
        "存贷款余额/GDP",
    ),
    imported_variable(
        "pilot_first_year", "Year of the pilot", "试点年份", "年",
        "Year in which the city became a pilot of the policy studied; missing where it never did.",
        "成为所研究政策试点的年份；从未试点者为缺失。",
        "试点年份", layer="institution", lower=1978, upper=2100,
    ),
    imported_variable(
        "treated", "Pilot", "试点", "0/1",
        "1 for cities that ever became a pilot.",
        "曾为试点的城市取1。",
        "treat", layer="institution", upper=1,
    ),
    imported_variable(
        "treated_after", "Pilot after its start", "试点后", "0/1",
        "1 for pilots from the year of the pilot on.",
        "试点城市自试点当年起取1。",
        "did", layer="institution", upper=1,
    ),
)  # fmt: skip
