"""Chinese cities × years from users' own files: prefectures and municipalities."""

from __future__ import annotations

from digimfg.panels import Panel
from digimfg.text import Text
from digimfg.variables import china_city, china_digital, china_economy, china_manufacturing

__all__ = ["PANEL"]

_TOPICS = (china_digital, china_manufacturing, china_economy, china_city)

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
        *(variable.name for topic in _TOPICS for variable in topic.VARIABLES),
    ),
)
