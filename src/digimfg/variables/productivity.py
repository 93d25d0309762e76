"""Output, inputs and productivity of the Penn World Table."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_LOG = Text("natural log", "自然对数")
_USD2011 = Text("million US$ of 2011", "百万美元（2011年价）")

VARIABLES = (
    Variable(
        name="gdp_musd2011",
        label=Text("Real GDP", "实际国内生产总值"),
        unit=_USD2011,
        definition=Text("Real GDP at constant 2011 national prices.", "按2011年不变本国价格计算的实际 GDP。"),
        lower=0,
        direction=1,
        layer="structure",
        source="penn_world_table",
        source_code="rgdpna",
    ),
    Variable(
        name="employment_millions",
        label=Text("Employment", "就业人数"),
        unit=Text("million persons", "百万人"),
        definition=Text("Number of persons engaged.", "从业人员数。"),
        lower=0,
        layer="structure",
        source="penn_world_table",
        source_code="emp",
    ),
    Variable(
        name="hours_per_worker",
        label=Text("Hours per worker", "人均工时"),
        unit=Text("hours per year", "小时/年"),
        definition=Text("Average annual hours worked by persons engaged.", "从业人员年均工作小时数。"),
        lower=0,
        upper=8784,
        layer="structure",
        source="penn_world_table",
        source_code="avh",
    ),
    Variable(
        name="human_capital",
        label=Text("Human capital", "人力资本"),
        unit=Text("index", "指数"),
        definition=Text(
            "Human capital index from years of schooling and returns to education.",
            "由受教育年限与教育回报率构造的人力资本指数。",
        ),
        lower=1,
        upper=6,
        direction=1,
        layer="institution",
        source="penn_world_table",
        source_code="hc",
    ),
    Variable(
        name="capital_stock_musd2011",
        label=Text("Capital stock", "资本存量"),
        unit=_USD2011,
        definition=Text(
            "Capital stock at constant 2011 national prices.", "按2011年不变本国价格计算的资本存量。"
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="penn_world_table",
        source_code="rnna",
    ),
    Variable(
        name="tfp_index",
        label=Text("TFP (2011 = 1)", "全要素生产率（2011年 = 1）"),
        unit=Text("index, 2011 = 1", "指数，2011年 = 1"),
        definition=Text(
            "Total factor productivity at constant national prices: comparable over time within a country, not between countries.",
            "按不变本国价格计算的全要素生产率：可作一国之内的跨期比较，不可跨国比较。",
        ),
        lower=0,
        direction=1,
        layer="technology",
        source="penn_world_table",
        source_code="rtfpna",
    ),
    Variable(
        name="tfp_relative_to_usa",
        label=Text("TFP (USA = 1)", "全要素生产率（美国 = 1）"),
        unit=Text("index, USA = 1", "指数，美国 = 1"),
        definition=Text(
            "Total factor productivity at current purchasing power parities: comparable between countries within a year.",
            "按当期购买力平价计算的全要素生产率：可作同年跨国比较。",
        ),
        lower=0,
        direction=1,
        layer="technology",
        source="penn_world_table",
        source_code="ctfp",
    ),
    Variable(
        name="labor_share",
        label=Text("Labour share", "劳动收入份额"),
        unit=Text("share of GDP, 0-1", "占 GDP 份额，0–1"),
        definition=Text(
            "Share of labour compensation in GDP at current national prices.",
            "按当期本国价格计算的劳动报酬占 GDP 份额。",
        ),
        lower=0,
        upper=1,
        layer="institution",
        source="penn_world_table",
        source_code="labsh",
    ),
    Variable(
        name="log_tfp",
        label=Text("TFP (log)", "全要素生产率（对数）"),
        unit=_LOG,
        definition=Text(
            "Natural log of tfp_index; use country effects, since its base differs by country.",
            "tfp_index 的自然对数；各国基期水平不可比，应加入国家固定效应。",
        ),
        direction=1,
        layer="technology",
        source="derived",
        source_code="ln(rtfpna)",
    ),
    Variable(
        name="log_tfp_relative_to_usa",
        label=Text("TFP relative to USA (log)", "相对美国的全要素生产率（对数）"),
        unit=_LOG,
        definition=Text("Natural log of tfp_relative_to_usa.", "tfp_relative_to_usa 的自然对数。"),
        direction=1,
        layer="technology",
        source="derived",
        source_code="ln(ctfp)",
    ),
    Variable(
        name="log_labor_productivity",
        label=Text("Labour productivity (log)", "劳动生产率（对数）"),
        unit=_LOG,
        definition=Text(
            "Natural log of real GDP per person engaged, in US$ of 2011.",
            "人均（从业人员）实际 GDP 的自然对数，2011年美元。",
        ),
        direction=1,
        layer="structure",
        source="derived",
        source_code="ln(rgdpna / emp)",
    ),
    Variable(
        name="log_capital_per_worker",
        label=Text("Capital per worker (log)", "劳均资本（对数）"),
        unit=_LOG,
        definition=Text(
            "Natural log of the capital stock per person engaged, in US$ of 2011.",
            "人均（从业人员）资本存量的自然对数，2011年美元。",
        ),
        direction=1,
        layer="structure",
        source="derived",
        source_code="ln(rnna / emp)",
    ),
)
