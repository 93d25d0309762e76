"""Chinese listed firms × years from users' own files."""

from __future__ import annotations

from digimfg.panels import Panel
from digimfg.panels.usual_levels import FIRM_RANGES, Usual
from digimfg.text import Text
from digimfg.variables.topics import names_of

__all__ = ["PANEL"]

PANEL = Panel(
    name="firm",
    title=Text("Firms × years, from your own files", "企业面板：企业 × 年份，由自备文件导入"),
    keys=("firm", "year"),
    variables=(
        "firm",
        "year",
        "firm_name",
        "industry",
        "province",
        "city",
        *names_of("firm"),
    ),
    usual=Usual(file_ranges=FIRM_RANGES, slips="warning", longest_gap=1),
)
