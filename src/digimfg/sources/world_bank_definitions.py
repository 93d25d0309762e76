"""What columns mean once the World Bank renews them: those that otherwise come from somewhere else."""

from __future__ import annotations

from digimfg.text import Text

__all__ = ["RENEWED_DEFINITIONS"]

RENEWED_DEFINITIONS = {
    "internet_users_pct": Text(
        "Individuals who used the internet in the last three months, as a percentage of population (ITU).",
        "近三个月使用过互联网的个人占人口百分比（国际电信联盟）。",
    ),
    "fixed_broadband_per_100": Text(
        "Fixed broadband subscriptions per 100 people (ITU).", "每百人固定宽带订阅数（国际电信联盟）。"
    ),
    "mobile_subscriptions_per_100": Text(
        "Mobile cellular subscriptions per 100 people (ITU); above 100 where people hold several.",
        "每百人移动电话订阅数（国际电信联盟）；一人多卡时可超过100。",
    ),
    "fixed_telephones_per_100": Text(
        "Fixed telephone subscriptions per 100 people (ITU).", "每百人固定电话订阅数（国际电信联盟）。"
    ),
    "agriculture_gdp_pct": Text(
        "Value added of agriculture, forestry and fishing in GDP.", "农林牧渔业增加值占 GDP 百分比。"
    ),
    "industry_gdp_pct": Text(
        "Value added of industry, construction included, in GDP: not of manufacturing alone.",
        "第二产业（含建筑业）增加值占 GDP 百分比，并非仅指制造业。",
    ),
    "services_gdp_pct": Text(
        "Value added of services in GDP; taxes on products keep the three sectors from adding up to 100.",
        "服务业增加值占 GDP 百分比；因产品税，三大产业之和未必为100。",
    ),
    "fixed_investment_gdp_pct": Text(
        "Gross fixed capital formation over GDP.", "固定资本形成总额与 GDP 之比。"
    ),
    "education_spending_gdp_pct": Text(
        "Government expenditure on education over GDP.", "政府教育支出与 GDP 之比。"
    ),
}
"""Column → definition; the other columns that the World Bank renews keep theirs."""
