"""Name the sources behind the columns of a shipped panel, as notes below tables and figures say them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from digimfg.frames.said import note_entry
from digimfg.notes import note_of
from digimfg.panels import find_panel
from digimfg.panels.lineage import find_lineage
from digimfg.registry import instances
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from digimfg.panels.lineage import Rule
    from digimfg.sources import Source

__all__ = ["source_entries"]

_NAMES = "country_codes"
"""Gives codes and names of countries alone: no source of numbers."""


def source_entries(panel: str) -> list[dict[str, Any]]:
    """Return one entry a source, in the panel's order: what it is called, and the columns that come from it.

    The keys of a row come from everywhere and are nobody's. A panel of imported files has no entries.

    Examples
    --------
    >>> [entry["en"] for entry in source_entries("world") if "log_tfp" in entry["columns"]]
    ['Penn World Table 9.1']
    """
    return [note_entry(named, columns) for named, columns in _entries(panel)]


@cache
def _entries(panel: str) -> tuple[tuple[Text, tuple[str, ...]], ...]:
    declared, lineage = find_panel(panel), find_lineage(panel)
    if lineage is None:
        return ()
    found = {
        name: _sources(lineage.rules, name, declared.keys)
        for name in lineage.rules
        if name not in declared.keys
    }
    known: dict[str, Source] = instances("sources", "SOURCE")
    entries = (
        (_named(known[source]), tuple(name for name, sources in found.items() if source in sources))
        for source in declared.sources
        if source != _NAMES
    )
    return tuple(entry for entry in entries if entry[1])


def _sources(rules: Mapping[str, Rule], column: str, keys: Collection[str]) -> set[str]:
    if column in keys:
        return set()
    rule = rules[column]
    through = [_sources(rules, name, keys) for name in rule.columns]
    return {origin.source for origin in rule.origins}.union(*through)


def _named(source: Source) -> Text:
    if source.vintage_in_title:
        return source.title
    return note_of("panels.title_with_vintage", title=source.title, vintage=source.vintage)
