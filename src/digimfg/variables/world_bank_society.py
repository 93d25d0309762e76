"""Employment, openness, finance, education and institutions: annual indicators of the World Bank, present once they are fetched."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

VARIABLES = (
    Variable(
        name="agriculture_employment_pct",
        label=Text("Employment in agriculture", "农业就业占比"),
        unit=Text("% of employment", "占就业 %"),
        definition=Text(
            "Agriculture in total employment, modelled estimate of the ILO.",
            "农业占总就业百分比（国际劳工组织模型估计）。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="SL.AGR.EMPL.ZS",
    ),
    Variable(
        name="industry_employment_pct",
        label=Text("Employment in industry", "第二产业就业占比"),
        unit=Text("% of employment", "占就业 %"),
        definition=Text(
            "Industry in total employment, modelled estimate of the ILO.",
            "第二产业占总就业百分比（国际劳工组织模型估计）。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="SL.IND.EMPL.ZS",
    ),
    Variable(
        name="services_employment_pct",
        label=Text("Employment in services", "服务业就业占比"),
        unit=Text("% of employment", "占就业 %"),
        definition=Text(
            "Services in total employment, modelled estimate of the ILO.",
            "服务业占总就业百分比（国际劳工组织模型估计）。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="SL.SRV.EMPL.ZS",
    ),
    Variable(
        name="trade_gdp_pct",
        label=Text("Trade in goods and services", "货物与服务贸易占比"),
        unit=Text("% of GDP", "占 GDP %"),
        definition=Text(
            "Exports plus imports of goods and services over GDP; above 100 in trade hubs.",
            "货物与服务进出口总额与 GDP 之比；转口贸易中心可超过100。",
        ),
        lower=0,
        layer="structure",
        source="world_bank",
        source_code="NE.TRD.GNFS.ZS",
    ),
    Variable(
        name="foreign_investment_gdp_pct",
        label=Text("Foreign direct investment", "外商直接投资占比"),
        unit=Text("% of GDP", "占 GDP %"),
        definition=Text(
            "Net inflows of foreign direct investment over GDP; negative where investors withdraw, extreme in financial centres.",
            "外商直接投资净流入与 GDP 之比；撤资时为负，金融中心取值极端。",
        ),
        layer="structure",
        source="world_bank",
        source_code="BX.KLT.DINV.WD.GD.ZS",
    ),
    Variable(
        name="private_credit_gdp_pct",
        label=Text("Credit to the private sector", "私人部门信贷占比"),
        unit=Text("% of GDP", "占 GDP %"),
        definition=Text("Domestic credit to the private sector over GDP.", "国内私人部门信贷与 GDP 之比。"),
        lower=0,
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="FS.AST.PRVT.GD.ZS",
    ),
    Variable(
        name="bank_credit_gdp_pct",
        label=Text("Bank credit to the private sector", "私人部门银行信贷占比"),
        unit=Text("% of GDP", "占 GDP %"),
        definition=Text(
            "Domestic credit to the private sector by banks over GDP.", "银行对国内私人部门信贷与 GDP 之比。"
        ),
        lower=0,
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="FD.AST.PRVT.GD.ZS",
    ),
    Variable(
        name="urban_population_pct",
        label=Text("Urban population", "城镇人口占比"),
        unit=Text("% of population", "占人口 %"),
        definition=Text(
            "People in urban areas, as each country defines them.", "城镇人口占总人口百分比（各国自定义）。"
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="SP.URB.TOTL.IN.ZS",
    ),
    Variable(
        name="tertiary_enrolment_pct",
        label=Text("Tertiary enrolment", "高等教育毛入学率"),
        unit=Text("% gross", "毛 %"),
        definition=Text(
            "Gross enrolment in tertiary education; may exceed 100.", "高等教育毛入学率；可超过100。"
        ),
        lower=0,
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="SE.TER.ENRR",
    ),
    Variable(
        name="secondary_enrolment_pct",
        label=Text("Secondary enrolment", "中等教育毛入学率"),
        unit=Text("% gross", "毛 %"),
        definition=Text(
            "Gross enrolment in secondary education; may exceed 100.", "中等教育毛入学率；可超过100。"
        ),
        lower=0,
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="SE.SEC.ENRR",
    ),
    Variable(
        name="government_effectiveness",
        label=Text("Government effectiveness", "政府效能"),
        unit=Text("estimate, about N(0, 1)", "估计值，约 N(0, 1)"),
        definition=Text(
            "Quality of public services and of policy. Worldwide Governance Indicators, edition of 2025 or later; no world trend by construction.",
            "公共服务与政策质量。世界治理指标，2025年版或更新；按构造无全球趋势。",
        ),
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="GOV_WGI_GE.EST",
    ),
    Variable(
        name="regulatory_quality",
        label=Text("Regulatory quality", "监管质量"),
        unit=Text("estimate, about N(0, 1)", "估计值，约 N(0, 1)"),
        definition=Text(
            "Ability to make rules that let the private sector develop. Worldwide Governance Indicators, edition of 2025 or later; no world trend by construction.",
            "制定促进私人部门发展之规则的能力。世界治理指标，2025年版或更新；按构造无全球趋势。",
        ),
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="GOV_WGI_RQ.EST",
    ),
    Variable(
        name="rule_of_law",
        label=Text("Rule of law", "法治"),
        unit=Text("estimate, about N(0, 1)", "估计值，约 N(0, 1)"),
        definition=Text(
            "Confidence in rules, contracts, police and courts. Worldwide Governance Indicators, edition of 2025 or later; no world trend by construction.",
            "对规则、契约、警察与法院的信任。世界治理指标，2025年版或更新；按构造无全球趋势。",
        ),
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="GOV_WGI_RL.EST",
    ),
    Variable(
        name="control_of_corruption",
        label=Text("Control of corruption", "腐败控制"),
        unit=Text("estimate, about N(0, 1)", "估计值，约 N(0, 1)"),
        definition=Text(
            "Extent to which public power is not used for private gain. Worldwide Governance Indicators, edition of 2025 or later; no world trend by construction.",
            "公权力未被用于谋取私利的程度。世界治理指标，2025年版或更新；按构造无全球趋势。",
        ),
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="GOV_WGI_CC.EST",
    ),
    Variable(
        name="voice_and_accountability",
        label=Text("Voice and accountability", "话语权与问责"),
        unit=Text("estimate, about N(0, 1)", "估计值，约 N(0, 1)"),
        definition=Text(
            "Citizens' part in choosing their government, and free expression. Worldwide Governance Indicators, edition of 2025 or later; no world trend by construction.",
            "公民参与选择政府与表达自由的程度。世界治理指标，2025年版或更新；按构造无全球趋势。",
        ),
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="GOV_WGI_VA.EST",
    ),
    Variable(
        name="political_stability",
        label=Text("Political stability", "政治稳定"),
        unit=Text("estimate, about N(0, 1)", "估计值，约 N(0, 1)"),
        definition=Text(
            "Likelihood of stability and of the absence of violence. Worldwide Governance Indicators, edition of 2025 or later; no world trend by construction.",
            "政治稳定与无暴力的可能性。世界治理指标，2025年版或更新；按构造无全球趋势。",
        ),
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="GOV_WGI_PV.EST",
    ),
    Variable(
        name="logistics_performance",
        label=Text("Logistics performance", "物流绩效"),
        unit=Text("score, 1-5", "得分，1–5"),
        definition=Text(
            "Logistics performance index, overall; a few years only.", "物流绩效指数总分；仅少数年份。"
        ),
        lower=1,
        upper=5,
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="LP.LPI.OVRL.XQ",
    ),
    Variable(
        name="business_start_days",
        label=Text("Days to start a business", "开办企业所需天数"),
        unit=Text("days", "天"),
        definition=Text(
            "Days required to start a business (Doing Business, discontinued: no later values will come).",
            "开办企业所需天数（《营商环境报告》已停更，不再有新值）。",
        ),
        lower=0,
        direction=-1,
        layer="institution",
        source="world_bank",
        source_code="IC.REG.DURS",
    ),
    Variable(
        name="human_capital_index",
        label=Text("Human Capital Index", "人力资本指数（世界银行）"),
        unit=Text("index, 0-1", "指数，0–1"),
        definition=Text(
            "Productivity of a child born today relative to full health and complete education; a few years only.",
            "今日出生儿童的生产率相对于完全健康与完整教育之比；仅少数年份。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="institution",
        source="world_bank",
        source_code="HD.HCI.OVRL",
    ),
)
