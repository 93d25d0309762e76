"""The sheets of variables: a file for each topic, a table for each column, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from digimfg.sheets import as_words

__all__ = ["names_of", "topics"]

_FOLDER = Path(__file__).parent
_SHEETS = "sheets"
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
    return tuple(_entries(_FOLDER / _SHEETS / f"{topic}.toml"))


def topics(folders: Iterable[str]) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Return the entries of each sheet below some folders: what a `Variable` takes, by its name.

    A sheet's first lines, before its first table, hold for all of its entries. A unit is a pair of words, or one of
    ``units.toml`` by its Chinese name; `categories` may name a list of codes.
    """
    paths = (path for folder in folders for path in (Path(folder) / _SHEETS).glob("*.toml"))
    return {path.stem: _entries(path) for path in sorted(paths, key=lambda path: path.stem)}


@cache
def _entries(path: Path) -> Mapping[str, Mapping[str, Any]]:
    held = _read(path)
    shared = {name: each for name, each in held.items() if not isinstance(each, dict)}
    tables = {name: shared | each for name, each in held.items() if isinstance(each, dict)}
    return MappingProxyType({name: {"name": name, **_entry(each)} for name, each in tables.items()})


def _entry(held: Mapping[str, Any]) -> dict[str, Any]:
    entry = dict(held)
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
    return tuple(getattr(import_module(f"digimfg.variables.{module}"), name))


@cache
def _units() -> Mapping[str, str]:
    """Return the Chinese names of units, and what each is in English."""
    return _read(_FOLDER / "units.toml")


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(path.read_text(encoding="utf-8"))
