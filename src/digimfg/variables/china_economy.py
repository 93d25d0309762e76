"""The economies of China's provinces and cities: output, people, budgets, trade, finance."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "gdp_100m_yuan", "Gross regional product", "地区生产总值", "亿元",
        "Gross regional product at current prices; revised after economic censuses.",
        "地区生产总值，按当年价格计算；经济普查后有修订。",
        "地区生产总值", direction=1,
    ),
    imported_variable(
        "primary_value_added_100m_yuan", "Value added of the primary sector", "第一产业增加值", "亿元",
        "Value added of agriculture, forestry and fishing at current prices.",
        "第一产业增加值，按当年价格计算。",
        "第一产业增加值",
    ),
    imported_variable(
        "secondary_value_added_100m_yuan", "Value added of the secondary sector", "第二产业增加值", "亿元",
        "Value added of industry and construction at current prices.",
        "第二产业增加值，按当年价格计算。",
        "第二产业增加值",
    ),
    imported_variable(
        "tertiary_value_added_100m_yuan", "Value added of the tertiary sector", "第三产业增加值", "亿元",
        "Value added of services at current prices.",
        "第三产业增加值，按当年价格计算。",
        "第三产业增加值",
    ),
    imported_variable(
        "industry_value_added_100m_yuan", "Value added of industry", "工业增加值", "亿元",
        "Value added of mining, manufacturing and utilities at current prices.",
        "工业增加值，按当年价格计算。",
        "工业增加值",
    ),
    imported_variable(
        "gdp_per_capita_yuan", "Gross regional product per person", "人均地区生产总值", "元/人",
        "Gross regional product over resident population, at current prices.",
        "地区生产总值除以常住人口，按当年价格计算。",
        "人均地区生产总值", direction=1,
    ),
    imported_variable(
        "gdp_index_previous_year", "Index of gross regional product", "地区生产总值指数", "指数，上年 = 100",
        "Growth of gross regional product at constant prices, previous year = 100.",
        "按不变价格计算的地区生产总值指数，上年 = 100。",
        "地区生产总值指数", upper=200,
    ),
    imported_variable(
        "consumer_price_index_previous_year", "Consumer price index", "居民消费价格指数", "指数，上年 = 100",
        "Consumer prices, previous year = 100.",
        "居民消费价格指数，上年 = 100。",
        "居民消费价格指数", lower=50, upper=200,
    ),
    imported_variable(
        "producer_price_index_previous_year", "Producer price index", "工业生产者出厂价格指数", "指数，上年 = 100",
        "Producer prices of industry, previous year = 100.",
        "工业生产者出厂价格指数，上年 = 100。",
        "工业生产者出厂价格指数", lower=50, upper=200,
    ),
    imported_variable(
        "investment_price_index_previous_year", "Price index of fixed investment", "固定资产投资价格指数", "指数，上年 = 100",
        "Prices of fixed investment, previous year = 100; discontinued in 2020.",
        "固定资产投资价格指数，上年 = 100；2020年起停止发布。",
        "固定资产投资价格指数", lower=50, upper=200,
    ),
    imported_variable(
        "resident_population_10k", "Resident population", "常住人口", "万人",
        "Resident population at the end of the year; the census of 2020 revised 2011 to 2019.",
        "年末常住人口；2011–2019年数据经2020年人口普查修订。",
        "年末常住人口",
    ),
    imported_variable(
        "registered_population_10k", "Registered population", "户籍人口", "万人",
        "Population with local household registration at the end of the year.",
        "年末户籍人口。",
        "年末户籍人口",
    ),
    imported_variable(
        "urbanization_pct", "Urbanisation", "城镇化率", "%",
        "Urban residents as a percentage of resident population.",
        "城镇常住人口占常住人口百分比。",
        "城镇人口比重", direction=1, upper=100,
    ),
    imported_variable(
        "population_density_per_km2", "Population density", "人口密度", "人/平方公里",
        "Persons per square kilometre.",
        "每平方公里人口数。",
        "人口密度",
    ),
    imported_variable(
        "land_area_km2", "Land area", "土地面积", "平方公里",
        "Area of the administrative unit.",
        "行政区域土地面积。",
        "行政区域土地面积",
    ),
    imported_variable(
        "employment_10k", "Employment", "就业人员", "万人",
        "Persons employed at the end of the year.",
        "年末就业人员数。",
        "就业人员",
    ),
    imported_variable(
        "primary_employment_10k", "Employment in the primary sector", "第一产业就业人员", "万人",
        "Persons employed in the primary sector at the end of the year.",
        "年末第一产业就业人员数。",
        "第一产业就业人员",
    ),
    imported_variable(
        "secondary_employment_10k", "Employment in the secondary sector", "第二产业就业人员", "万人",
        "Persons employed in the secondary sector at the end of the year.",
        "年末第二产业就业人员数。",
        "第二产业就业人员",
    ),
    imported_variable(
        "tertiary_employment_10k", "Employment in the tertiary sector", "第三产业就业人员", "万人",
        "Persons employed in the tertiary sector at the end of the year.",
        "年末第三产业就业人员数。",
        "第三产业就业人员",
    ),
    imported_variable(
        "fiscal_revenue_100m_yuan", "Fiscal revenue", "一般公共预算收入", "亿元",
        "General public budget revenue of the local government.",
        "地方一般公共预算收入。",
        "地方一般公共预算收入",
    ),
    imported_variable(
        "fiscal_expenditure_100m_yuan", "Fiscal expenditure", "一般公共预算支出", "亿元",
        "General public budget expenditure of the local government.",
        "地方一般公共预算支出。",
        "地方一般公共预算支出",
    ),
    imported_variable(
        "science_expenditure_100m_yuan", "Fiscal expenditure on science and technology", "科学技术支出", "亿元",
        "Science and technology in the local general public budget.",
        "地方一般公共预算中的科学技术支出。",
        "科学技术支出", direction=1,
    ),
    imported_variable(
        "education_expenditure_100m_yuan", "Fiscal expenditure on education", "教育支出", "亿元",
        "Education in the local general public budget.",
        "地方一般公共预算中的教育支出。",
        "教育支出",
    ),
    imported_variable(
        "trade_10k_usd", "Exports and imports", "货物进出口总额", "万美元",
        "Exports plus imports of goods, by place of importer and exporter.",
        "按经营单位所在地分的货物进出口总额。",
        "货物进出口总额",
    ),
    imported_variable(
        "exports_10k_usd", "Exports", "货物出口额", "万美元",
        "Exports of goods, by place of the exporter.",
        "按经营单位所在地分的货物出口额。",
        "货物出口额",
    ),
    imported_variable(
        "imports_10k_usd", "Imports", "货物进口额", "万美元",
        "Imports of goods, by place of the importer.",
        "按经营单位所在地分的货物进口额。",
        "货物进口额",
    ),
    imported_variable(
        "fdi_10k_usd", "Foreign direct investment", "实际利用外资额", "万美元",
        "Foreign capital actually used in the year.",
        "当年实际使用外资金额。",
        "实际使用外资金额",
    ),
    imported_variable(
        "loans_100m_yuan", "Loans of financial institutions", "金融机构贷款余额", "亿元",
        "Outstanding loans of financial institutions at the end of the year.",
        "年末金融机构各项贷款余额。",
        "金融机构各项贷款余额",
    ),
    imported_variable(
        "deposits_100m_yuan", "Deposits of financial institutions", "金融机构存款余额", "亿元",
        "Deposits with financial institutions at the end of the year.",
        "年末金融机构各项存款余额。",
        "金融机构各项存款余额",
    ),
    imported_variable(
        "retail_sales_100m_yuan", "Retail sales of consumer goods", "社会消费品零售总额", "亿元",
        "Retail sales of consumer goods.",
        "社会消费品零售总额。",
        "社会消费品零售总额",
    ),
    imported_variable(
        "fixed_investment_100m_yuan", "Fixed investment", "固定资产投资", "亿元",
        "Investment in fixed assets; absolute figures end about 2017.",
        "全社会固定资产投资；绝对额约至2017年。",
        "全社会固定资产投资",
    ),
    imported_variable(
        "capital_stock_100m_yuan", "Capital stock", "资本存量", "亿元",
        "Capital stock by perpetual inventory; state base year and depreciation in your text.",
        "永续盘存法资本存量；基期与折旧率请在文中说明。",
        "资本存量",
    ),
    imported_variable(
        "university_students_10k", "Students in higher education", "普通高等学校在校学生数", "万人",
        "Students enrolled in regular higher education.",
        "普通高等学校本专科在校学生数。",
        "普通本专科在校学生数",
    ),
    imported_variable(
        "tertiary_gdp_pct", "Tertiary sector share of GDP", "第三产业占比", "%",
        "Value added of the tertiary sector as a percentage of gross regional product.",
        "第三产业增加值占地区生产总值百分比。",
        "第三产业增加值占GDP比重", upper=100,
    ),
    imported_variable(
        "secondary_gdp_pct", "Secondary sector share of GDP", "第二产业占比", "%",
        "Value added of the secondary sector as a percentage of gross regional product.",
        "第二产业增加值占地区生产总值百分比。",
        "第二产业增加值占GDP比重", upper=100,
    ),
    imported_variable(
        "structure_upgrading_ratio", "Tertiary over secondary value added", "产业结构高级化", "比率",
        "Value added of the tertiary sector over that of the secondary sector.",
        "第三产业增加值与第二产业增加值之比。",
        "第三产业/第二产业", direction=1,
    ),
)  # fmt: skip
