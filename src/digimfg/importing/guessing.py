"""Guess what the columns of a table are, and say how sure: the dictionary's name, a label, a synonym, or likeness."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from digimfg.importing.cells import clean_text, is_missing, match_text
from digimfg.importing.layout import Header, Table, body_column
from digimfg.importing.mapping import ColumnMapping
from digimfg.importing.names import AGGREGATES, NAMED_KEYS, read_year, resolve_names
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["SURE", "find_key", "guess_variable", "header_year", "role_words"]

SURE = 0.9
"""Guesses below this need a person or ``--yes``."""

_LIKE_ENOUGH = 0.86
_SHORTEST_FUZZY = 4
_MOST_LOOKED_AT = 2_000
_YEAR_IN_HEADER = re.compile(r"(?<!\d)(?:[yYxX_])?((?:19|20)\d\d)(?!\d)\s*年?")


@dataclass(frozen=True, slots=True)
class _Known:
    variable: str
    confidence: float
    by: str


def guess_variable(parts: tuple[str, ...], panel: Panel) -> ColumnMapping:
    """Guess the variable of a header from its parts.

    The dictionary's name, label or source code is certain (1), a synonym nearly so (0.95); a name that is merely alike gets
    at most 0.85. A header like none of them is kept under its own name.

    Examples
    --------
    >>> from digimfg.panels import find_panel
    >>> guess_variable(("地区GDP",), find_panel("china_province")).variable
    'gdp_100m_yuan'
    """
    known = _known_names(panel.name)
    tried = dict.fromkeys([*(match_text(part) for part in reversed(parts)), match_text("".join(parts))])
    for text in tried:
        if text in known:
            return ColumnMapping(
                variable=known[text].variable, confidence=known[text].confidence, by=known[text].by
            )
    for part in parts:
        # A name that is known with words in parentheses that are no unit: what they say is for a person to judge.
        stem, _, inside = part.rstrip(")]").partition("(")
        if inside and match_text(stem) in known:
            return ColumnMapping(
                variable=known[match_text(stem)].variable, unit=inside, confidence=0.8, by="fuzzy"
            )
    for text in tried:
        if len(text) >= _SHORTEST_FUZZY and (
            near := difflib.get_close_matches(text, known, n=1, cutoff=_LIKE_ENOUGH)
        ):
            likeness = difflib.SequenceMatcher(None, text, near[0]).ratio()
            return ColumnMapping(
                variable=known[near[0]].variable, confidence=round(0.85 * likeness, 2), by="fuzzy"
            )
    return ColumnMapping(variable="", confidence=1.0, by="kept")


def find_key(table: Table, key: str, taken: set[int], names: Mapping[str, str]) -> int | None:
    """Return the position of a key's column, ``None`` where there is none.

    Among columns that the header names, the one wins whose cells are best known as values of the key; without a header that
    names it, a column does nearly all of whose cells are known. Cells of a named column that are not known are told later.
    """
    best: tuple[float, int] | None = None
    for place, header in enumerate(table.headers):
        if place in taken:
            continue
        named = _names_role(header, key)
        if not named and key not in (*NAMED_KEYS, "year"):
            continue
        share = _known_share(table, place, key, names, named)
        if (named or share >= 0.9) and (best is None or share + named > best[0]):
            best = (share + named, place)
    return None if best is None else best[1]


def header_year(header: Header) -> tuple[int, str] | None:
    """Return the year in a header and the rest of it, or ``None``.

    Examples
    --------
    >>> header_year(Header(parts=("GDP2011",))), header_year(Header(parts=("2011年",))), header_year(Header(parts=("GDP",)))
    ((2011, 'GDP'), (2011, ''), None)
    """
    found = _YEAR_IN_HEADER.findall(header.text)
    if len(set(found)) != 1:
        return None
    return int(found[0]), _YEAR_IN_HEADER.sub(" ", header.text).strip(" _-()[]")


def role_words(role: str) -> frozenset[str]:
    """Return what headers call a key or the indicator, value and unit columns, as `match_text` compares them."""
    words = _synonyms()["keys"].get(role, ())
    return frozenset(match_text(word) for word in (role, *words))


def _names_role(header: Header, role: str) -> bool:
    words = role_words(role)
    return any(match_text(part) in words for part in (*header.parts, header.text))


def _known_share(table: Table, place: int, key: str, names: Mapping[str, str], thorough: bool) -> float:
    """Return which share of a column's first distinct cells are values of a key."""
    cells = body_column(table, place)
    if not len(cells):
        return 0.0
    labels = table.grid.value_labels.get(place)
    chosen = cells[np.linspace(0, len(cells) - 1, min(len(cells), _MOST_LOOKED_AT)).astype(int)]
    distinct = list(dict.fromkeys(labels.get(cell, cell) if labels else cell for cell in chosen.tolist()))
    held = [cell for cell in distinct if not is_missing(cell)]
    filled = sum(not is_missing(cell) for cell in chosen.tolist()) / len(chosen)
    if not held:
        return 0.0
    if key == "year":
        good = sum(read_year(cell) is not None for cell in held)
    elif key in NAMED_KEYS:
        codes = resolve_names(key, held, names, thorough=thorough)
        good = sum(
            bool(codes.get(cell)) or clean_text(cell).replace(" ", "").casefold() in AGGREGATES
            for cell in held
        )
    else:
        good = len(held)
    return filled * good / len(held)


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    text = files("digimfg.importing").joinpath("data/synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _known_names(panel: str) -> dict[str, _Known]:
    """Return matched names → variable of a panel; names that two variables share are left out."""
    from digimfg.panels import find_panel

    entries = dictionary()
    variables = [name for name in find_panel(panel).variables if name not in find_panel(panel).keys]
    names: dict[str, _Known] = {}
    for by, confidence in (("name", 1.0), ("label", 1.0), ("synonym", 0.95)):
        level: dict[str, set[str]] = {}
        for variable in variables:
            for word in _words(variable, by):
                level.setdefault(match_text(word), set()).add(variable)
        for word, owners in level.items():
            if len(owners) == 1 and word and word not in names:
                names[word] = _Known(next(iter(owners)), confidence, by)
    return {
        word: known
        for word, known in names.items()
        if entries[known.variable].source != "derived" or known.by == "name"
    }


def _words(variable: str, by: str) -> list[str]:
    entry = dictionary()[variable]
    if by == "name":
        return [variable]
    if by == "label":
        return [entry.label.en, entry.label.zh, entry.source_code]
    return _synonyms()["columns"].get(variable, [])
