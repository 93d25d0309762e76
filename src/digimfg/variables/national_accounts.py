"""Income, population and trade: World Bank and Penn World Table."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_USD = Text("current US$", "现价美元")
_RATIO = Text("ratio to GDP", "与 GDP 之比")
_HUBS = Text(" Above 1 in trade hubs.", "转口贸易中心可超过1。")

VARIABLES = (
    Variable(
        name="population",
        label=Text("Population", "人口"),
        unit=Text("persons", "人"),
        definition=Text("Mid-year population.", "年中人口。"),
        lower=0,
        layer="structure",
        source="world_bank_core",
        source_code="SP.POP.TOTL",
    ),
    Variable(
        name="gdp_usd",
        label=Text("GDP (current)", "国内生产总值（现价）"),
        unit=_USD,
        definition=Text("Gross domestic product at market prices.", "按市场价格计算的国内生产总值。"),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank_core",
        source_code="NY.GDP.MKTP.CD",
    ),
    Variable(
        name="gdp_usd2015",
        label=Text("GDP (constant)", "国内生产总值（不变价）"),
        unit=Text("US$ of 2015", "2015年美元"),
        definition=Text(
            "Gross domestic product at constant 2015 prices.", "按2015年不变价计算的国内生产总值。"
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank_core",
        source_code="NY.GDP.MKTP.KD",
    ),
    Variable(
        name="gdp_per_capita_usd2015",
        label=Text("GDP per capita", "人均 GDP"),
        unit=Text("US$ of 2015 per person", "2015年美元/人"),
        definition=Text(
            "Gross domestic product per person at constant 2015 prices.",
            "按2015年不变价计算的人均国内生产总值。",
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank_core",
        source_code="NY.GDP.PCAP.KD",
    ),
    Variable(
        name="gdp_per_capita_ppp2021",
        label=Text("GDP per capita (PPP)", "人均 GDP（购买力平价）"),
        unit=Text("international $ of 2021 per person", "2021年国际元/人"),
        definition=Text(
            "Gross domestic product per person at constant 2021 purchasing power parities.",
            "按2021年不变价购买力平价计算的人均国内生产总值。",
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank_core",
        source_code="NY.GDP.PCAP.PP.KD",
    ),
    Variable(
        name="goods_exports_usd",
        label=Text("Goods exports", "货物出口额"),
        unit=_USD,
        definition=Text("Exports of goods, balance of payments.", "货物出口（国际收支口径）。"),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank_core",
        source_code="BX.GSR.MRCH.CD",
    ),
    Variable(
        name="goods_imports_usd",
        label=Text("Goods imports", "货物进口额"),
        unit=_USD,
        definition=Text("Imports of goods, balance of payments.", "货物进口（国际收支口径）。"),
        lower=0,
        layer="structure",
        source="world_bank_core",
        source_code="BM.GSR.MRCH.CD",
    ),
    Variable(
        name="log_gdp_per_capita",
        label=Text("GDP per capita (log)", "人均 GDP（对数）"),
        unit=Text("natural log", "自然对数"),
        definition=Text("Natural log of gdp_per_capita_usd2015.", "gdp_per_capita_usd2015的自然对数。"),
        direction=1,
        layer="structure",
        source="derived",
        source_code="ln(NY.GDP.PCAP.KD)",
    ),
    Variable(
        name="log_population",
        label=Text("Population (log)", "人口（对数）"),
        unit=Text("natural log", "自然对数"),
        definition=Text("Natural log of population.", "population 的自然对数。"),
        layer="structure",
        source="derived",
        source_code="ln(SP.POP.TOTL)",
    ),
    Variable(
        name="goods_exports_gdp_ratio",
        label=Text("Goods exports / GDP", "货物出口/GDP"),
        unit=_RATIO,
        definition=Text(
            "goods_exports_usd over gdp_usd, both current." + _HUBS.en,
            "goods_exports_usd 与 gdp_usd 之比（均为现价）。" + _HUBS.zh,
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="derived",
        source_code="BX.GSR.MRCH.CD / NY.GDP.MKTP.CD",
    ),
    Variable(
        name="merchandise_exports_gdp_ratio",
        label=Text("Merchandise exports / GDP", "商品出口/GDP"),
        unit=_RATIO,
        definition=Text(
            "Merchandise exports over GDP at current purchasing power parities; missing where the publisher's value is negative."
            + _HUBS.en,
            "按当期购买力平价计算的商品出口与 GDP 之比；来源取值为负者记为缺失。" + _HUBS.zh,
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="penn_world_table",
        source_code="csh_x",
    ),
    Variable(
        name="merchandise_imports_gdp_ratio",
        label=Text("Merchandise imports / GDP", "商品进口/GDP"),
        unit=_RATIO,
        definition=Text(
            "Merchandise imports over GDP at current purchasing power parities (the publisher's sign reversed); missing where that is negative."
            + _HUBS.en,
            "按当期购买力平价计算的商品进口与 GDP 之比（来源符号取反）；为负者记为缺失。" + _HUBS.zh,
        ),
        lower=0,
        layer="structure",
        source="penn_world_table",
        source_code="-csh_m",
    ),
    Variable(
        name="trade_openness_ratio",
        label=Text("Merchandise trade / GDP", "商品贸易/GDP"),
        unit=_RATIO,
        definition=Text(
            "merchandise_exports_gdp_ratio plus merchandise_imports_gdp_ratio.",
            "merchandise_exports_gdp_ratio 与 merchandise_imports_gdp_ratio 之和。",
        ),
        lower=0,
        layer="structure",
        source="derived",
        source_code="csh_x - csh_m",
    ),
    Variable(
        name="investment_gdp_ratio",
        label=Text("Investment / GDP", "投资/GDP"),
        unit=_RATIO,
        definition=Text(
            "Gross capital formation over GDP at current purchasing power parities, as published; outliers of small economies fall outside 0-1.",
            "按当期购买力平价计算的资本形成总额与 GDP 之比，照来源原值；小经济体的异常值可超出0–1。",
        ),
        direction=1,
        layer="structure",
        source="penn_world_table",
        source_code="csh_i",
    ),
    Variable(
        name="government_consumption_gdp_ratio",
        label=Text("Government consumption / GDP", "政府消费/GDP"),
        unit=_RATIO,
        definition=Text(
            "Government consumption over GDP at current purchasing power parities, as published; outliers of small economies fall outside 0-1.",
            "按当期购买力平价计算的政府消费与 GDP 之比，照来源原值；小经济体的异常值可超出0–1。",
        ),
        layer="institution",
        source="penn_world_table",
        source_code="csh_g",
    ),
    Variable(
        name="pwt_outlier",
        label=Text("Outlier flag (PWT)", "宾大世界表异常值标记"),
        unit=Text("yes/no", "是/否"),
        definition=Text(
            "'yes' where the publisher flags the observation's relative prices as an outlier.",
            "来源标记该观测的相对价格为异常值者为 yes。",
        ),
        dtype="string",
        categories=("no", "yes"),
        source="penn_world_table",
        source_code="i_outlier",
    ),
)
