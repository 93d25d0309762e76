"""Chinese provinces × years from users' own files: 31 units, from 2011 on in most yearbooks."""

from __future__ import annotations

from digimfg.panels import Panel
from digimfg.text import Text
from digimfg.variables import china_digital, china_economy, china_manufacturing

__all__ = ["PANEL"]

_NAMES = ("province_name_zh", "province_name_en")
_TOPICS = (china_digital, china_manufacturing, china_economy)

PANEL = Panel(
    name="china_province",
    title=Text(
        "Chinese provinces: 31 provincial units × years, from your own files",
        "中国省级面板：31 个省级单位 × 年份，由自备文件导入",
    ),
    keys=("province", "year"),
    variables=(
        "province",
        "year",
        *_NAMES,
        *(variable.name for topic in _TOPICS for variable in topic.VARIABLES),
    ),
)
