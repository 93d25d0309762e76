"""Public budgets, banks, insurance and institutions in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "tax_revenue_100m_yuan", "Tax revenue", "税收收入", "亿元",
        "Tax revenue in the local general public budget.",
        "地方一般公共预算中的税收收入。",
        "地方财政税收收入",
    ),
    imported_variable(
        "non_tax_revenue_100m_yuan", "Revenue other than taxes", "非税收入", "亿元",
        "Revenue other than taxes in the local general public budget.",
        "地方一般公共预算中的非税收入。",
        "地方财政非税收入",
    ),
    imported_variable(
        "value_added_tax_100m_yuan", "Value-added tax", "国内增值税", "亿元",
        "The local share of value-added tax in the local general public budget.",
        "地方一般公共预算中的国内增值税（地方分享部分）。",
        "地方财政国内增值税",
    ),
    imported_variable(
        "corporate_income_tax_100m_yuan", "Corporate income tax", "企业所得税", "亿元",
        "The local share of corporate income tax in the local general public budget.",
        "地方一般公共预算中的企业所得税（地方分享部分）。",
        "地方财政企业所得税",
    ),
    imported_variable(
        "personal_income_tax_100m_yuan", "Personal income tax", "个人所得税", "亿元",
        "The local share of personal income tax in the local general public budget.",
        "地方一般公共预算中的个人所得税（地方分享部分）。",
        "地方财政个人所得税",
    ),
    imported_variable(
        "general_services_expenditure_100m_yuan", "Fiscal expenditure on general public services", "一般公共服务支出", "亿元",
        "General public services in the local general public budget.",
        "地方一般公共预算中的一般公共服务支出。",
        "地方财政一般公共服务支出",
    ),
    imported_variable(
        "public_security_expenditure_100m_yuan", "Fiscal expenditure on public security", "公共安全支出", "亿元",
        "Public security in the local general public budget.",
        "地方一般公共预算中的公共安全支出。",
        "地方财政公共安全支出",
    ),
    imported_variable(
        "culture_expenditure_100m_yuan", "Fiscal expenditure on culture, tourism, sports and media", "文化旅游体育与传媒支出", "亿元",
        "Culture, tourism, sports and media in the local general public budget.",
        "地方一般公共预算中的文化旅游体育与传媒支出（2018年及以前为文化体育与传媒）。",
        "地方财政文化旅游体育与传媒支出",
    ),
    imported_variable(
        "social_security_expenditure_100m_yuan", "Fiscal expenditure on social security and employment", "社会保障和就业支出", "亿元",
        "Social security and employment in the local general public budget.",
        "地方一般公共预算中的社会保障和就业支出。",
        "地方财政社会保障和就业支出",
    ),
    imported_variable(
        "health_expenditure_100m_yuan", "Fiscal expenditure on health", "卫生健康支出", "亿元",
        "Health in the local general public budget.",
        "地方一般公共预算中的卫生健康支出（2018年及以前为医疗卫生与计划生育）。",
        "地方财政卫生健康支出",
    ),
    imported_variable(
        "environment_expenditure_100m_yuan", "Fiscal expenditure on energy saving and the environment", "节能环保支出", "亿元",
        "Energy saving and environmental protection in the local general public budget.",
        "地方一般公共预算中的节能环保支出（2010年及以前为环境保护）。",
        "地方财政节能环保支出",
    ),
    imported_variable(
        "urban_rural_expenditure_100m_yuan", "Fiscal expenditure on urban and rural communities", "城乡社区支出", "亿元",
        "Urban and rural communities in the local general public budget.",
        "地方一般公共预算中的城乡社区支出。",
        "地方财政城乡社区支出",
    ),
    imported_variable(
        "agriculture_expenditure_100m_yuan", "Fiscal expenditure on agriculture, forestry and water", "农林水支出", "亿元",
        "Agriculture, forestry and water in the local general public budget.",
        "地方一般公共预算中的农林水支出。",
        "地方财政农林水支出",
    ),
    imported_variable(
        "transport_expenditure_100m_yuan", "Fiscal expenditure on transport", "交通运输支出", "亿元",
        "Transport in the local general public budget.",
        "地方一般公共预算中的交通运输支出。",
        "地方财政交通运输支出",
    ),
    imported_variable(
        "housing_expenditure_100m_yuan", "Fiscal expenditure on housing security", "住房保障支出", "亿元",
        "Housing security in the local general public budget.",
        "地方一般公共预算中的住房保障支出。",
        "地方财政住房保障支出",
    ),
    imported_variable(
        "household_deposits_100m_yuan", "Deposits of households", "住户存款余额", "亿元",
        "Outstanding deposits of households at the end of the year.",
        "年末住户（城乡居民储蓄）存款余额。",
        "城乡居民人民币储蓄存款余额",
    ),
    imported_variable(
        "social_financing_100m_yuan", "Aggregate financing to the real economy", "社会融资规模增量", "亿元",
        "Flow of aggregate financing to the real economy in the year.",
        "当年社会融资规模增量。",
        "地区社会融资规模增量", lower=None,
    ),
    imported_variable(
        "insurance_premiums_100m_yuan", "Insurance premiums", "原保险保费收入", "亿元",
        "Premiums of original insurance.",
        "原保险保费收入。",
        "原保险保费收入",
    ),
    imported_variable(
        "insurance_claims_100m_yuan", "Insurance claims paid", "原保险赔付支出", "亿元",
        "Claims and benefits paid by original insurance.",
        "原保险赔付支出。",
        "原保险赔付支出",
    ),
    imported_variable(
        "insurance_density_yuan", "Insurance premiums per person", "保险密度", "元/人",
        "Insurance premiums over resident population.",
        "保费收入除以常住人口。",
        "保险密度",
    ),
    imported_variable(
        "insurance_depth_pct", "Insurance premiums over GDP", "保险深度", "%",
        "Insurance premiums as a percentage of gross regional product.",
        "保费收入占地区生产总值百分比。",
        "保险深度", upper=100,
    ),
    imported_variable(
        "financial_value_added_100m_yuan", "Value added of finance", "金融业增加值", "亿元",
        "Value added of financial intermediation at current prices.",
        "金融业增加值，按当年价格计算。",
        "金融业增加值",
    ),
    imported_variable(
        "marketization_index", "Marketisation index", "市场化指数", "指数",
        "Index of marketisation of the provinces by the National Economic Research Institute, total; rebased with each edition.",
        "国民经济研究所（樊纲、王小鲁等）分省市场化总指数；各版基期不同。",
        "市场化总指数", direction=1, layer="institution", lower=None,
    ),
    imported_variable(
        "fiscal_self_sufficiency_pct", "Fiscal self-sufficiency", "财政自给率", "%",
        "Local general public budget revenue as a percentage of expenditure.",
        "地方一般公共预算收入占支出百分比。",
        "财政自给率", upper=200,
    ),
    imported_variable(
        "local_debt_100m_yuan", "Debt of the local government", "地方政府债务余额", "亿元",
        "Outstanding debt of the local government at the end of the year.",
        "年末地方政府债务余额。",
        "地方政府债务余额",
    ),
    imported_variable(
        "listed_companies", "Listed companies", "上市公司数", "个",
        "Companies listed on domestic exchanges.",
        "境内上市公司数。",
        "上市公司数",
    ),
)  # fmt: skip
