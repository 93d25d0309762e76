"""The words of errors by kind: each room has a file of them, read when the first of its errors is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from digimfg.say import Fact, Said
from digimfg.sheets import as_words, names_in, rooms_in, table_in
from digimfg.text import Text
from digimfg.words import fields_of

__all__ = ["PARTS", "entries", "rooms", "words_of"]

PARTS = ("where", "expected", "got", "remedy")

_WORDS = Path(__file__).with_name("words")


def words_of(kind: str, facts: Mapping[str, Fact]) -> dict[str, Text | str]:
    """Return the parts that the catalogue has of a kind of error, each with its facts.

    Parameters
    ----------
    kind
        Room and name: ``"did.treatment_not_binary"``.
    facts
        Values of the names in the sentences.

    Raises
    ------
    KeyError
        If there is no such kind, or a sentence names a fact that is not given: an error of the code.

    Examples
    --------
    >>> words_of("did.treatment_not_binary", {"name": "policy", "n": 1, "found": "2"})["got"].zh
    '1个其他值（2）'
    """
    return {part: _said(template, facts) for part, template in _parts(kind).items()}


def rooms() -> tuple[str, ...]:
    """Return the names of the rooms that have words."""
    return rooms_in(_WORDS)


def entries(room: str) -> Mapping[str, Mapping[str, Text]]:
    """Return the kinds of error of a room: the templates of their parts in both languages."""
    return {name: _parts(f"{room}.{name}") for name in names_in(_WORDS, room)}


@cache
def _parts(kind: str) -> Mapping[str, Text]:
    return {part: as_words(each) for part, each in table_in(_WORDS, kind).items()}


def _said(template: Text, facts: Mapping[str, Fact]) -> Text:
    given = tuple((name, facts[name]) for name in fields_of(template))
    said = Said(template, given, "", "must")
    return said if given else Text(said.en, said.zh)
