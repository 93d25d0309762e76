"""Panels on fetched data: a shipped panel whose columns a vintage of a publisher renews and adds to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError, PanelError
from digimfg.fetching.vintages import Vintage, find_vintage
from digimfg.frame_notes import note_entry
from digimfg.panels.validate import validate_frame
from digimfg.registry import instances
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.panels import Frames, Panel
    from digimfg.panels.lineage import Rule

__all__ = ["SHIPPED", "Extension", "Renewed", "chosen_vintage", "find_extension", "renew", "require_shipped"]

SHIPPED = "shipped"
"""Name of the data that come with the package, instead of a vintage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewed:
    """Hold a panel on fetched data.

    Parameters
    ----------
    panel
        Its declaration: which columns it has now, and from which sources.
    frame
        Its rows, before validation.
    origins
        Column → code of the publisher, for every column that the vintage renewed or added.
    notes
        What a reader must know, each with the columns that it concerns (none: all).
    definitions
        Column → what it means now, where that is not what the dictionary says.
    """

    panel: Panel
    frame: pd.DataFrame
    origins: Mapping[str, str]
    notes: tuple[tuple[Text, tuple[str, ...]], ...]
    definitions: Mapping[str, Text]


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """Say which publisher renews a panel, and how.

    Parameters
    ----------
    panel, publisher
        Their names.
    extend
        Pure function ``(shipped frame, fetched frames) -> Renewed``.
    lineage
        ``(renewed, vintage) -> {column: rule}`` for the columns that the vintage renewed or added.
    """

    panel: str
    publisher: str
    extend: Callable[[pd.DataFrame, Frames], Renewed]
    lineage: Callable[[Renewed, Vintage], Mapping[str, Rule]]


def find_extension(panel: str) -> Extension | None:
    """Return what renews a panel; ``None`` where nothing online does. A file in ``panels/`` adds its ``ONLINE``."""
    return next((each for each in instances("panels", "ONLINE").values() if each.panel == panel), None)


def chosen_vintage(panel: Panel, vintage: str | None) -> Vintage | None:
    """Return the vintage to use for a panel, ``None`` for the shipped data.

    Parameters
    ----------
    panel
        The panel.
    vintage
        ``"shipped"``, ``"latest"`` or a vintage by name. ``None`` asks the environment variable ``DIGIMFG_VINTAGE``, and means the
        shipped data where that is not set or nothing online renews the panel.

    Raises
    ------
    PanelError
        If a vintage is asked for by name and nothing online renews the panel.
    SourceError
        If the vintage is not there. It is never fetched on the way.
    """
    asked = os.environ.get("DIGIMFG_VINTAGE") or SHIPPED if vintage is None else vintage
    if asked == SHIPPED:
        return None
    extension = find_extension(panel.name)
    if extension is not None:
        return find_vintage(extension.publisher, asked)
    if vintage is None:
        return None
    raise PanelError(
        where=Text(f"panel '{panel.name}', vintage '{vintage}'", f"面板“{panel.name}”，版本“{vintage}”"),
        expected=Text("a panel that fetched data renew", "可由所取数据更新的面板"),
        got=Text("one that only ships", "仅随附数据的面板"),
        remedy=Text("leave `vintage` out", "不要给出 `vintage`"),
    )


def require_shipped(what: Text) -> None:
    """Refuse what only makes sense on shipped data while ``DIGIMFG_VINTAGE`` chooses fetched ones.

    Raises
    ------
    AnalysisError
        Naming the vintage that is chosen.
    """
    chosen = os.environ.get("DIGIMFG_VINTAGE") or SHIPPED
    if chosen == SHIPPED:
        return
    raise AnalysisError(
        where=what,
        expected=Text("results on shipped data", "基于随附数据的结果"),
        got=Text(f"vintage '{chosen}' is chosen", f"所选版本为“{chosen}”"),
        remedy=Text(
            "snapshots hold results on shipped data: leave VINTAGE (DIGIMFG_VINTAGE) out; `digimfg data diff` shows what a "
            "vintage changes",
            "快照仅针对随附数据：请不要设置 VINTAGE（DIGIMFG_VINTAGE）；`digimfg data diff` 显示新版本带来的变化",
        ),
    )


def renew(panel: Panel, frame: pd.DataFrame, vintage: Vintage) -> pd.DataFrame:
    """Return a panel with the columns that a vintage brings, validated, with notes of what it is.

    The frame's ``attrs["notes"]`` name the vintage; every result that is estimated from it repeats them.
    ``attrs["definitions"]`` say what the renewed columns mean and where they come from.
    """
    extension = find_extension(panel.name)
    if extension is None:
        return frame
    renewed = extension.extend(frame, vintage.read())
    result = validate_frame(renewed.frame, renewed.panel)
    result.attrs["vintages"] = {vintage.publisher: vintage.name}
    result.attrs["definitions"] = _definitions(renewed, vintage)
    result.attrs["notes"] = [
        note_entry(_vintage_note(vintage)),
        *(note_entry(note, columns) for note, columns in renewed.notes),
    ]
    return result


def _vintage_note(vintage: Vintage) -> Text:
    from digimfg.fetching import find_publisher

    title = find_publisher(vintage.publisher).title
    short = vintage.digest[:12]
    return Text(
        f"Data: {title.en}, vintage {vintage.name} (sha256 {short}), and shipped data for other columns",
        f"数据：{title.zh}，{vintage.name} 版（sha256 {short}）；其余列为随附数据",
    )


def _definitions(renewed: Renewed, vintage: Vintage) -> dict[str, dict[str, str]]:
    entries = dictionary()
    said = {name: renewed.definitions.get(name, entries[name].definition) for name in renewed.origins}
    origin = {name: f"{vintage.publisher}: {code}, {vintage.name}" for name, code in renewed.origins.items()}
    return {
        name: {"en": f"{text.en} [{origin[name]}]", "zh": f"{text.zh}[{origin[name]}]"}
        for name, text in said.items()
    }
