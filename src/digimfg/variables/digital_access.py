"""Digital access: internet users and subscriptions, each in the year of its estimate."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_PER_100 = Text("per 100 people", "每百人")

VARIABLES = (
    Variable(
        name="internet_users_pct",
        label=Text("Internet users", "互联网用户占比"),
        unit=Text("% of population", "占人口 %"),
        definition=Text(
            "Internet users as a percentage of population, in the year that the World Factbook gives the estimate. About "
            "2009: counts of the early edition (year inferred) over population of 2009. Nothing is interpolated. "
            "Some estimates of the 2015 edition differ from ITU's by more than 15 points.",
            "互联网用户占人口百分比，置于《世界概况》所注明的估计年份。约2009年的取值为早期版本的用户数（年份为推定）"
            "除以2009年人口。未作任何插值。2015年版的少数估计与国际电信联盟数据相差15个百分点以上。",
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="technology",
        source="world_factbook",
        source_code="Internet users, percent of population",
    ),
    Variable(
        name="internet_users_edition",
        label=Text("Edition of internet users", "互联网用户数据版本"),
        unit=Text("edition", "版本"),
        definition=Text(
            "Edition of the World Factbook that the value of internet_users_pct comes from; the later edition where two "
            "date a value with the same year. Editions are the waves of the digital measure.",
            "internet_users_pct 所出的《世界概况》版本；两版注明同一年份时取较新版本。各版本即数字化指标的各波次。",
        ),
        dtype="string",
        categories=("early", "2015", "2025"),
        layer="technology",
        source="derived",
        source_code="edition of internet_users_pct",
    ),
    Variable(
        name="mobile_subscriptions_per_100",
        label=Text("Mobile subscriptions", "移动电话订阅数"),
        unit=_PER_100,
        definition=Text(
            "Mobile cellular subscriptions per 100 inhabitants, in the year of the estimate; above 100 where people hold several.",
            "每百居民移动电话订阅数，置于估计年份；一人多卡时可超过100。",
        ),
        lower=0,
        upper=500,
        direction=1,
        layer="technology",
        source="world_factbook",
        source_code="Telephones - mobile cellular, subscriptions per 100 inhabitants",
    ),
    Variable(
        name="fixed_telephones_per_100",
        label=Text("Fixed telephone lines", "固定电话线路数"),
        unit=_PER_100,
        definition=Text(
            "Fixed telephone subscriptions per 100 inhabitants, in the year of the estimate; 'less than 1' is missing.",
            "每百居民固定电话订阅数，置于估计年份；“不足1”记为缺失。",
        ),
        lower=0,
        upper=200,
        direction=0,
        layer="technology",
        source="world_factbook",
        source_code="Telephones - fixed lines, subscriptions per 100 inhabitants",
    ),
    Variable(
        name="fixed_broadband_per_100",
        label=Text("Fixed broadband subscriptions", "固定宽带订阅数"),
        unit=_PER_100,
        definition=Text(
            "Fixed broadband subscriptions per 100 inhabitants, in the year of the estimate (2025 edition only); 'less than 1' is missing.",
            "每百居民固定宽带订阅数，置于估计年份（仅2025年版）；“不足1”记为缺失。",
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="technology",
        source="world_factbook",
        source_code="Broadband - fixed subscriptions, subscriptions per 100 inhabitants",
    ),
)
