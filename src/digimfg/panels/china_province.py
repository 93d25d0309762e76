"""Chinese provinces × years from users' own files: 31 units, from 2011 on in most yearbooks."""

from __future__ import annotations

from digimfg.panels import Panel
from digimfg.panels.usual_levels import NATIONAL_LEVELS, POPULATION_2020_10K, RANGES, Usual
from digimfg.text import Text
from digimfg.variables.topics import names_of

__all__ = ["PANEL", "TOPICS"]

_NAMES = ("province_name_zh", "province_name_en")
TOPICS = (
    "china_digital",
    "china_internet",
    "china_manufacturing",
    "china_research",
    "china_economy",
    "china_sectors",
    "china_finance",
    "china_people",
    "china_schools",
    "china_transport",
    "china_environment",
)
"""Sheets of the dictionary whose variables a province or a city may have."""

PANEL = Panel(
    name="china_province",
    title=Text(
        "Chinese provinces: 31 provincial units × years, from your own files",
        "中国省级面板：31个省级单位 × 年份，由自备文件导入",
    ),
    keys=("province", "year"),
    variables=(
        "province",
        "year",
        *_NAMES,
        *(name for topic in TOPICS for name in names_of(topic)),
    ),
    usual=Usual(totals=NATIONAL_LEVELS, ranges=RANGES, people=POPULATION_2020_10K, even=True),
)
