"""Chinese cities × years from users' own files: prefectures and municipalities."""

from __future__ import annotations

from digimfg.panels import Panel
from digimfg.panels.china_province import TOPICS
from digimfg.panels.usual_levels import NATIONAL_LEVELS, RANGES, Usual
from digimfg.text import Text
from digimfg.variables.topics import names_of

__all__ = ["PANEL"]

PANEL = Panel(
    name="china_city",
    title=Text(
        "Chinese cities: prefectures and municipalities × years, from your own files",
        "中国地级市面板：地级行政区与直辖市 × 年份，由自备文件导入",
    ),
    keys=("city", "year"),
    variables=(
        "city",
        "year",
        "city_name_zh",
        "province",
        *(name for topic in (*TOPICS, "china_city") for name in names_of(topic)),
    ),
    usual=Usual(
        totals=NATIONAL_LEVELS,
        ranges=RANGES,
        people=420.0,
        spread=1.4,
        even=True,
        dissolved={
            "341400": (2010, ("340100", "340200", "340500")),  # Chaohu in 2011
            "371200": (2018, ("370100",)),  # Laiwu in 2019
        },
    ),
)
