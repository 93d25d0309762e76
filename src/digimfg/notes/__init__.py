"""Notes by name: the words of each stand in the sheet of its room, and code says them with facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from digimfg.say import Said, Weight, frozen
from digimfg.sheets import names_in, rooms_in, table_in
from digimfg.text import Text
from digimfg.words import fields_of

__all__ = ["Entry", "entries", "note_of", "rooms"]

_WORDS = Path(__file__).with_name("words")
_WEIGHTS: tuple[Weight, ...] = ("must", "how", "detail")


class Entry(NamedTuple):
    """Hold what a sheet says of a note: its template, the word by which code finds it, and its weight."""

    template: Text
    kind: str
    weight: Weight


def note_of(name: str, /, **facts: object) -> Said:
    """Return the note of a name in the catalogue, with its facts: a sentence, or a phrase within one.

    Parameters
    ----------
    name
        Room and name: ``"spatial.units_left_out"`` is ``[units_left_out]`` in ``notes/words/spatial.toml``.
    facts
        Values of the names in its template.

    Raises
    ------
    KeyError
        If the catalogue has no such name, or a fact is missing: an error of the code.

    Examples
    --------
    >>> note = note_of("design.zero_weight", label="capital")
    >>> note.en, note.zh
    ('zero weight capital', '权重“capital”为零')
    """
    template, kind, weight = _entry(name)
    for field in fields_of(template):
        if field not in facts:
            raise KeyError(field)
    return Said(template, tuple((each, frozen(facts[each])) for each in sorted(facts)), kind, weight)


def rooms() -> tuple[str, ...]:
    """Return the names of the rooms that have notes."""
    return rooms_in(_WORDS)


def entries(room: str) -> Mapping[str, Entry]:
    """Return the notes of a room by name."""
    return {name: _entry(f"{room}.{name}") for name in names_in(_WORDS, room)}


@cache
def _entry(name: str) -> Entry:
    table = table_in(_WORDS, name)
    stated = table.get("weight", "must")
    weight = next(each for each in _WEIGHTS if each == stated)
    return Entry(Text(str(table["en"]), str(table["zh"])), str(table.get("kind", "")), weight)
