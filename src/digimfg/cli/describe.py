"""The command that says what a column means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from digimfg.display.terminal import print_table
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "describe",
        help=str(
            Text(
                "Say what a variable means. Label, unit, definition, bounds, source, panels.\n\n"
                "Example: digimfg describe internet_users_pct",
                "说明一个变量：名称、单位、定义、范围、来源、所在面板。\n\n示例：digimfg describe "
                "internet_users_pct",
            )
        ),
    )(_describe)


def _describe(variable: Annotated[str, typer.Argument(help=str(Text("A column's name.", "列名。")))]) -> None:
    from digimfg.panels import all_panels
    from digimfg.variables import describe_variable

    frame = _chosen_panel(variable)
    entry = describe_variable(variable, frame)
    bounds = f"[{'-∞' if entry.lower is None else f'{entry.lower:g}'}, {'∞' if entry.upper is None else f'{entry.upper:g}'}]"  # noqa: E501
    panels = ", ".join(name for name, panel in all_panels().items() if variable in panel.variables)
    print_table(
        (Text("field", "项目"), Text("value", "内容")),
        (
            (Text("name", "变量"), entry.name),
            (Text("label", "名称"), f"{entry.label.en} / {entry.label.zh}"),
            (Text("unit", "单位"), entry.unit),
            (Text("definition", "定义"), entry.definition),
            (Text("type", "类型"), entry.dtype),
            (Text("bounds", "范围"), ", ".join(entry.categories) if entry.categories else bounds),
            (Text("direction", "方向"), {1: "+", -1: "-", 0: "0"}[entry.direction]),
            (Text("layer", "层次"), entry.layer),
            (Text("source", "来源"), f"{entry.source}: {entry.source_code}"),
            (Text("panels", "面板"), panels),
            (Text("data", "数据"), _data(frame)),
        ),
    )


def _chosen_panel(variable: str) -> pd.DataFrame | None:
    """Return the panel that holds a variable on the fetched data that ``DIGIMFG_VINTAGE`` chooses; None for
    shipped data.
    """
    from digimfg.panels import all_panels
    from digimfg.panels.online import SHIPPED, find_extension
    from digimfg.panels.store import load_panel

    if (os.environ.get("DIGIMFG_VINTAGE") or SHIPPED) == SHIPPED:
        return None
    for name in all_panels():
        if find_extension(name) is not None and variable in (frame := load_panel(name)).columns:
            return frame
    return None


def _data(frame: pd.DataFrame | None) -> Text:
    from digimfg.frames.said import vintages_of
    from digimfg.panels.online import SHIPPED

    vintages = {} if frame is None else vintages_of(frame)
    named = ", ".join(f"{publisher} {vintage}" for publisher, vintage in vintages.items())
    return Text(f"fetched: {named}", f"已取得：{named}") if named else Text(SHIPPED, "随附数据")
