"""What a test needs of a panel: roles, each a column of that name or an index of indicators."""

from __future__ import annotations

from dataclasses import dataclass

from digimfg.errors import MeasureError, nearest
from digimfg.text import Text

__all__ = [
    "ROLES",
    "Role",
    "role",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """Name what a test needs.

    Parameters
    ----------
    name
        A column of this name fills it; so does one that the project's labels file gives this ``role``.
    label
        What it is.
    like
        Another role whose column fills it where it has none of its own.
    indicators
        Columns of the dictionary; the mean of their standardised values fills it, signed by ``-`` before a
        name.
    least
        How many of them are enough: each with sixty values or more, and with half as many as the one with
        most.
    """

    name: str
    label: Text
    like: str = ""
    indicators: tuple[str, ...] = ()
    least: int = 2


def _role(name: str, en: str, zh: str, indicators: str = "", like: str = "", least: int = 2) -> Role:
    return Role(name=name, label=Text(en, zh), like=like, indicators=tuple(indicators.split()), least=least)


ROLES: dict[str, Role] = {
    each.name: each
    for each in (
        _role(
            "technology_index",
            "technology system",
            "技术体系",
            "broadband_subscribers_per_100 mobile_phones_per_100 digital_finance_index "
            "internet_users_pct fixed_broadband_per_100 mobile_subscriptions_per_100 "
            "secure_servers_per_million",
        ),
        _role(
            "structure_index",
            "economic structure",
            "经济结构",
            "tertiary_gdp_pct structure_upgrading_ratio hightech_revenue_100m_yuan urbanization_pct "
            "services_gdp_pct medium_high_tech_value_added_pct manufactures_exports_pct "
            "high_tech_exports_pct",
        ),
        _role(
            "institution_index",
            "social institutions",
            "社会制度",
            "science_expenditure_100m_yuan education_expenditure_100m_yuan marketization_index "
            "rule_of_law government_effectiveness regulatory_quality control_of_corruption",
        ),
        _role(
            "digital_index",
            "digital index",
            "数字化指数",
            "broadband_subscribers_per_100 mobile_phones_per_100 it_employment_share_pct "
            "digital_finance_index "
            "internet_users_pct fixed_broadband_per_100 mobile_subscriptions_per_100 digital_words",
        ),
        _role(
            "upgrading",
            "upgrading of manufacturing",
            "制造业升级",
            "hightech_revenue_100m_yuan new_product_revenue_100m_yuan medium_high_tech_value_added_pct "
            "manufacturing_value_added_usd2015",
            least=1,
        ),
        _role("upgrading_threshold", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_returns", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_governed", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_paths", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("upgrading_flows", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role("inertia_outcome", "upgrading of manufacturing", "制造业升级", like="upgrading"),
        _role(
            "threshold_variable",
            "variable of the threshold",
            "门槛变量",
            "rd_intensity_pct human_capital",
            least=1,
        ),
        _role(
            "governance_index",
            "governance",
            "治理水平",
            "rule_of_law government_effectiveness regulatory_quality control_of_corruption "
            "marketization_index",
        ),
        _role(
            "stage_fusion",
            "stage: fusion",
            "环节：融合",
            "ecommerce_firms_pct websites_per_100_firms computers_per_100_employees it_employment_share_pct",
        ),
        _role(
            "stage_innovation",
            "stage: innovation",
            "环节：创新",
            "patents_granted rd_intensity_pct invention_patents_granted technology_market_100m_yuan",
        ),
        _role(
            "stage_diffusion",
            "stage: diffusion",
            "环节：扩散",
            "software_revenue_100m_yuan ecommerce_sales_100m_yuan broadband_subscribers_per_100 "
            "mobile_phones_per_100",
        ),
        _role(
            "stage_optimisation",
            "stage: optimisation",
            "环节：优化",
            "structure_upgrading_ratio tertiary_gdp_pct hightech_revenue_100m_yuan",
        ),
        _role(
            "stage_quality",
            "stage: high-quality development",
            "环节：高质量发展",
            "gdp_per_capita_yuan -energy_intensity_tce_per_10k_yuan -so2_10k_t",
        ),
        _role(
            "path_policy",
            "path: top-level design and policy",
            "路径：顶层设计与政策体系",
            "science_expenditure_100m_yuan fiscal_expenditure_100m_yuan",
        ),
        _role(
            "path_innovation",
            "path: innovation and standards",
            "路径：技术创新与标准建设",
            "patents_granted technology_market_100m_yuan rd_intensity_pct",
        ),
        _role(
            "path_talent",
            "path: digital talent",
            "路径：数字化人才支撑",
            "it_employment_share_pct university_students_10k schooling_years",
        ),
        _role(
            "path_collaboration",
            "path: collaborative innovation",
            "路径：协同创新",
            "technology_imports_100m_yuan new_product_projects industrial_rd_projects",
        ),
        _role(
            "path_echelon",
            "path: echelons of firms",
            "路径：企业梯队",
            "hightech_firms hightech_certified_firms industrial_firms",
        ),
        _role(
            "path_governance",
            "path: digital governance and services",
            "路径：数字化治理与服务",
            "marketization_index digital_finance_index",
        ),
        _role(
            "digital_supply",
            "digital supply",
            "数字技术供给",
            "software_revenue_100m_yuan it_services_100m_yuan ict_service_exports_usd ict_goods_exports_pct "
            "secure_servers_per_million",
            least=1,
        ),
        _role(
            "manufacturing_output",
            "manufacturing",
            "制造业产出",
            "manufacturing_revenue_100m_yuan industrial_revenue_100m_yuan manufacturing_value_added_usd2015 "
            "manufacturing_gdp_pct",
            least=1,
        ),
        _role(
            "fitness",
            "fitness: productivity of last year against the industry",
            "适应度：上年相对行业的生产率",
        ),
        _role("market_growth", "growth of the firm's market", "企业市场增长"),
        _role("rule_growth", "growth of the firm's market", "企业市场增长", like="market_growth"),
        _role("cost_advantage", "cost advantage", "成本优势"),
        _role("quality_advantage", "quality advantage", "质量优势"),
        _role("cost_efficiency", "cost efficiency of the firm", "企业成本效率", like="cost_advantage"),
        _role("consumer_value", "value to consumers", "消费者价值", like="quality_advantage"),
        _role("profitability", "profitability of the firm", "企业盈利性", "return_on_assets_ratio", least=1),
        _role("coevolution_index", "co-evolution of the firm's province", "企业所在省份的协同演化"),
        _role("firm_evolution", "evolution of the firm", "企业演化"),
        _role("industry_evolution", "evolution of the industry", "产业演化"),
        _role("economy_evolution", "evolution of the economy", "经济系统演化"),
        _role("equipment_control_rate_pct", "numerical control of key equipment", "关键装备数控化率"),
        _role("equipment_use_rate_pct", "use of equipment", "装备综合利用率"),
        _role("production_efficiency_pct", "production efficiency", "生产效率"),
        _role("growth_rate", "growth rate", "增长率"),
    )
}


def role(name: str) -> Role:
    """Return a role by its name.

    Raises
    ------
    MeasureError
        If there is none of that name.
    """
    if name not in ROLES:
        near = nearest(name, list(ROLES))
        raise MeasureError.of("paper.role_unknown", got=f"'{name}'", near=near)
    return ROLES[name]
