"""The sheets of variables: a file for each topic, a table for each column, in their order."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from digimfg.sheets import as_words, head_of, names_in, rooms_in, table_in

__all__ = ["entry_of", "names_of", "sheets_of"]

_SHEETS = Path(__file__).parent / "sheets"
_CATEGORIES = {
    "countries": ("countries", "COUNTRY_CODES"),
    "provinces": ("china_places", "PROVINCE_CODES"),
    "cities": ("china_places", "CITY_CODES"),
    "industries": ("industries", "INDUSTRY_CODES"),
    "sectors": ("keys", "SECTORS"),
    "tables": ("keys", "TABLES"),
}
"""Name of a list of codes → the module beside this one that has it, and what it is called there."""


def names_of(topic: str) -> tuple[str, ...]:
    """Return the names of the variables of a topic, in the order of its sheet.

    Examples
    --------
    >>> names_of("china_city")[0]
    'fdi_gdp_ratio'
    """
    return names_in(_SHEETS, topic)


def sheets_of(folders: Iterable[str]) -> list[tuple[Path, str, str]]:
    """Return every variable in the sheets below some folders: the folder, the topic and its name."""
    found = [
        (folder, topic)
        for each in folders
        for folder in [Path(each) / "sheets"]
        for topic in rooms_in(folder)
    ]
    return [
        (folder, topic, name)
        for folder, topic in sorted(found, key=lambda each: each[1])
        for name in names_in(folder, topic)
    ]


def entry_of(folder: Path, topic: str, name: str) -> dict[str, Any]:
    """Return what a `Variable` takes, as the sheet of its topic says.

    A sheet's first lines, before its first table, hold for all of its entries. A unit is a pair of words, or
    one of ``units.toml`` by its Chinese name; `categories` may name a list of codes.
    """
    entry = {"name": name, **head_of(folder, topic), **table_in(folder, f"{topic}.{name}")}
    unit = entry["unit"]
    entry["unit"] = as_words([_units()[unit], unit] if isinstance(unit, str) else unit)
    entry |= {part: as_words(entry[part]) for part in ("label", "definition")}
    if "categories" in entry:
        entry["categories"] = _codes(entry["categories"])
    if "value_labels" in entry:
        said = entry["value_labels"].items()
        entry["value_labels"] = tuple((value, as_words(words)) for value, words in said)
    return entry


def _codes(named: str | list[str]) -> tuple[str, ...]:
    if not isinstance(named, str):
        return tuple(named)
    module, name = _CATEGORIES[named]
    return tuple(getattr(importlib.import_module(f"digimfg.variables.{module}"), name))


@cache
def _units() -> Mapping[str, str]:
    """Return the Chinese names of units, and what each is in English."""
    return head_of(_SHEETS.parent, "units")
