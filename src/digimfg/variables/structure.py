"""Economic structure: sectors, investment, industrial growth and education, each in the year of its estimate."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_GDP = Text("% of GDP", "占 GDP %")

VARIABLES = (
    Variable(
        name="agriculture_gdp_pct",
        label=Text("Agriculture", "第一产业占比"),
        unit=_GDP,
        definition=Text(
            "Agriculture, forestry and fishing in GDP by sector of origin.",
            "按来源部门分，农林牧渔业占 GDP 百分比。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_factbook",
        source_code="GDP - composition, by sector of origin, agriculture",
    ),
    Variable(
        name="industry_gdp_pct",
        label=Text("Industry", "第二产业占比"),
        unit=_GDP,
        definition=Text(
            "Industry in GDP by sector of origin: mining, manufacturing, energy and construction, not manufacturing alone.",
            "按来源部门分，第二产业（采矿、制造、能源与建筑）占 GDP 百分比，并非仅指制造业。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_factbook",
        source_code="GDP - composition, by sector of origin, industry",
    ),
    Variable(
        name="services_gdp_pct",
        label=Text("Services", "第三产业占比"),
        unit=_GDP,
        definition=Text(
            "Services in GDP by sector of origin. The three sectors need not add up to 100: the 2025 edition leaves taxes out.",
            "按来源部门分，服务业占 GDP 百分比。三大产业之和未必为100：2025年版未分摊税收。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_factbook",
        source_code="GDP - composition, by sector of origin, services",
    ),
    Variable(
        name="fixed_investment_gdp_pct",
        label=Text("Fixed investment", "固定资本形成占比"),
        unit=_GDP,
        definition=Text(
            "Investment in fixed capital in GDP by end use.", "按最终用途分，固定资本投资占 GDP 百分比。"
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_factbook",
        source_code="GDP - composition, by end use, investment in fixed capital",
    ),
    Variable(
        name="industrial_production_growth_pct",
        label=Text("Industrial production growth", "工业生产增长率"),
        unit=Text("% per year", "%/年"),
        definition=Text(
            "Annual growth of industrial production (mining, manufacturing and construction); industrial value added in the 2025 edition.",
            "工业生产（采矿、制造与建筑）年增长率；2025年版为工业增加值增长率。",
        ),
        lower=-100,
        direction=1,
        layer="structure",
        source="world_factbook",
        source_code="Industrial production growth rate",
    ),
    Variable(
        name="education_spending_gdp_pct",
        label=Text("Public education spending", "公共教育支出占比"),
        unit=_GDP,
        definition=Text(
            "Public expenditure on education as a percentage of GDP.", "公共教育支出占 GDP 百分比。"
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="institution",
        source="world_factbook",
        source_code="Education expenditure (% GDP)",
    ),
)
