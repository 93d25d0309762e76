"""The command that says what a column means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from digimfg.display.terminal import print_table
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "describe")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("describe", help=str(_WORDS["describe"]))(_describe)


def _describe(variable: Annotated[str, typer.Argument(help=str(_WORDS["describe_variable"]))]) -> None:
    from digimfg.panels import all_panels
    from digimfg.variables import describe_variable

    frame = _chosen_panel(variable)
    entry = describe_variable(variable, frame)
    bounds = f"[{'-∞' if entry.lower is None else f'{entry.lower:g}'}, {'∞' if entry.upper is None else f'{entry.upper:g}'}]"  # noqa: E501
    panels = ", ".join(name for name, panel in all_panels().items() if variable in panel.variables)
    print_table(
        (_WORDS["field"], _WORDS["value"]),
        (
            (_WORDS["name"], entry.name),
            (_WORDS["label"], f"{entry.label.en} / {entry.label.zh}"),
            (_WORDS["unit"], entry.unit),
            (_WORDS["definition"], entry.definition),
            (_WORDS["type"], entry.dtype),
            (_WORDS["bounds"], ", ".join(entry.categories) if entry.categories else bounds),
            (_WORDS["direction"], {1: "+", -1: "-", 0: "0"}[entry.direction]),
            (_WORDS["layer"], entry.layer),
            (_WORDS["source"], f"{entry.source}: {entry.source_code}"),
            (_WORDS["panels"], panels),
            (_WORDS["data"], _data(frame)),
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
