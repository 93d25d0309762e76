"""Panels on fetched data: a shipped panel whose columns vintages of publishers renew and add to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError
from digimfg.frames.said import declare_vintages, note_entry
from digimfg.panels.validate import validate_frame
from digimfg.registry import instances
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.fetching.vintages import Vintage
    from digimfg.panels import Frames, Panel
    from digimfg.panels.lineage import Rule

__all__ = ["SHIPPED", "Extension", "Renewed", "find_extension", "renew", "require_shipped"]

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
        Column → publisher and its code, for every column that a vintage renewed or added.
    notes
        What a reader must know, each with the columns that it concerns (none: all).
    definitions
        Column → what it means now, where that is not what the dictionary says.
    """

    panel: Panel
    frame: pd.DataFrame
    origins: Mapping[str, tuple[str, str]]
    notes: tuple[tuple[Text, tuple[str, ...]], ...]
    definitions: Mapping[str, Text]


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """Say which publishers renew a panel, and how.

    Parameters
    ----------
    panel
        Its name.
    publishers
        Their names, in the order of the panel's columns; the first one's vintages need no publisher in a
        name (`vintage_name`).
    extend
        Pure function ``(shipped frame, {publisher: fetched frames}) -> Renewed`` of the publishers that take
        part.
    lineage
        ``(renewed, {publisher: vintage}) -> {column: rule}`` for the columns that the vintages renewed or
        added.
    """

    panel: str
    publishers: tuple[str, ...]
    extend: Callable[[pd.DataFrame, Mapping[str, Frames]], Renewed]
    lineage: Callable[[Renewed, Mapping[str, Vintage]], Mapping[str, Rule]]


def find_extension(panel: str) -> Extension | None:
    """Return what renews a panel; ``None`` where nothing online does. A file in ``panels/`` adds its
    ``ONLINE``.
    """
    return next((each for each in instances("panels", "ONLINE").values() if each.panel == panel), None)


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
    raise AnalysisError.of("panels.results_on_other_vintage", where=what, chosen=chosen)


def renew(panel: Panel, frame: pd.DataFrame, vintages: Mapping[str, Vintage]) -> pd.DataFrame:
    """Return a panel with the columns that vintages bring, by publisher, validated, with notes of what it is.

    The frame's ``attrs["notes"]`` name the vintages; every result that is estimated from it repeats them.
    ``attrs["definitions"]`` say what the renewed columns mean and where they come from.
    """
    extension = find_extension(panel.name)
    if extension is None or not vintages:
        return frame
    renewed = extension.extend(frame, {publisher: each.read() for publisher, each in vintages.items()})
    result = validate_frame(renewed.frame, renewed.panel)
    declare_vintages(
        result,
        {publisher: each.name for publisher, each in vintages.items()},
        _definitions(renewed, vintages),
        [
            note_entry(_vintage_note(vintages)),
            *(note_entry(note, columns) for note, columns in renewed.notes),
        ],
    )
    return result


def _vintage_note(vintages: Mapping[str, Vintage]) -> Text:
    from digimfg.fetching import find_publisher

    titles = {publisher: find_publisher(publisher).title for publisher in vintages}
    en = [f"{titles[p].en}, vintage {v.name} (sha256 {v.digest[:12]})" for p, v in vintages.items()]
    zh = [f"{titles[p].zh}，{v.name}版（sha256 {v.digest[:12]}）" for p, v in vintages.items()]
    return Text(
        f"Data: {'; '.join(en)}{',' if len(en) == 1 else ';'} and shipped data for other columns",
        f"数据：{'；'.join(zh)}；其余列为随附数据",
    )


def _definitions(renewed: Renewed, vintages: Mapping[str, Vintage]) -> dict[str, Text]:
    entries = dictionary()
    said = {name: renewed.definitions.get(name, entries[name].definition) for name in renewed.origins}
    origin = {
        name: f"{publisher}: {code}, {vintages[publisher].name}"
        for name, (publisher, code) in renewed.origins.items()
    }
    return {
        name: Text(f"{text.en} [{origin[name]}]", f"{text.zh}[{origin[name]}]") for name, text in said.items()
    }
