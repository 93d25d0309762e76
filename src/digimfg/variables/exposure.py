"""Exposure: what a country was before or early in the digital period, constant over its years."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import BINARY, Variable

__all__ = ["VARIABLES"]

_RATIO = Text("natural log", "自然对数")

VARIABLES = (
    Variable(
        name="internet_users_share_2009",
        label=Text("Internet use (2009)", "互联网普及率（2009年）"),
        unit=Text("share, 0-1", "份额，0–1"),
        definition=Text(
            "Internet users about 2009 (early edition of the World Factbook, year inferred) over population of 2009 "
            "(World Bank; Penn World Table where the World Bank has none). Constant within a country: an exposure, not a panel.",
            "约2009年互联网用户数（《世界概况》早期版本，年份为推定）除以2009年人口（世界银行；缺者用宾大世界表）。"
            "在一国之内不随时间变化：是暴露度，而非面板指标。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="technology",
        source="world_factbook_early",
        source_code="internet_users / population in 2009",
    ),
    Variable(
        name="after_1995",
        label=Text("After 1995", "1995年后"),
        unit=BINARY,
        definition=Text(
            "1 for years after 1995, when the internet opened to commerce; 0 before.",
            "1995年互联网商用之后的年份取1，此前取0。",
        ),
        dtype="integer",
        lower=0,
        upper=1,
        source="derived",
        source_code="year > 1995",
    ),
    Variable(
        name="log_labor_productivity_1995",
        label=Text("Labour productivity in 1995 (log)", "1995年劳动生产率（对数）"),
        unit=_RATIO,
        definition=Text(
            "Value of log_labor_productivity in 1995, constant within a country.",
            "log_labor_productivity 的1995年取值，在一国之内不变。",
        ),
        direction=1,
        layer="structure",
        source="derived",
        source_code="log_labor_productivity in 1995",
    ),
    Variable(
        name="human_capital_1995",
        label=Text("Human capital in 1995", "1995年人力资本"),
        unit=Text("index", "指数"),
        definition=Text(
            "Value of human_capital in 1995, constant within a country.",
            "human_capital 的1995年取值，在一国之内不变。",
        ),
        lower=1,
        upper=6,
        direction=1,
        layer="institution",
        source="derived",
        source_code="human_capital in 1995",
    ),
    Variable(
        name="productivity_tercile_1995",
        label=Text("Productivity tercile in 1995", "1995年生产率三分位组"),
        unit=Text("group", "分组"),
        definition=Text(
            "Tercile of log_labor_productivity_1995 among the economies of the Penn World Table that have it: low, middle or high.",
            "按 log_labor_productivity_1995在宾大世界表各经济体中的三分位分组：low（低）、middle（中）、high（高）。",
        ),
        dtype="string",
        categories=("low", "middle", "high"),
        layer="structure",
        source="derived",
        source_code="tercile of log_labor_productivity_1995",
    ),
    Variable(
        name="high_productivity_1995",
        label=Text("High productivity in 1995", "1995年高生产率"),
        unit=BINARY,
        definition=Text(
            "1 above the median of log_labor_productivity_1995, 0 below; missing without it.",
            "高于 log_labor_productivity_1995中位数取1，否则取0；缺该值者为缺失。",
        ),
        lower=0,
        upper=1,
        layer="structure",
        source="derived",
        source_code="log_labor_productivity_1995 > median",
    ),
    Variable(
        name="high_human_capital_1995",
        label=Text("High human capital in 1995", "1995年高人力资本"),
        unit=BINARY,
        definition=Text(
            "1 above the median of human_capital_1995, 0 below; missing without it.",
            "高于 human_capital_1995中位数取1，否则取0；缺该值者为缺失。",
        ),
        lower=0,
        upper=1,
        layer="institution",
        source="derived",
        source_code="human_capital_1995 > median",
    ),
)
