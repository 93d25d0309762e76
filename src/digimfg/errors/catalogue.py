"""The words of errors by kind: each room has a file of them, read when the first of its errors is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from digimfg.say import Fact, Said
from digimfg.sheets import read_words
from digimfg.text import Text
from digimfg.words import parts_of

__all__ = ["PARTS", "entries", "fields_of", "rooms", "words_of"]

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
    room, _, name = kind.partition(".")
    return {part: _said(template, facts) for part, template in entries(room)[name].items()}


def rooms() -> tuple[str, ...]:
    """Return the names of the rooms that have words."""
    return tuple(sorted(path.stem for path in _WORDS.glob("*.toml")))


def entries(room: str) -> Mapping[str, Mapping[str, Text]]:
    """Return the kinds of error of a room: the templates of their parts in both languages."""
    try:
        return read_words(_WORDS / f"{room}.toml")
    except FileNotFoundError:
        raise KeyError(room) from None


@cache
def fields_of(template: Text) -> tuple[str, ...]:
    """Return the names of the facts in a template, of both languages, in order."""
    named = {name for words in (template.en, template.zh) for _, name, _ in parts_of(words)}
    return tuple(sorted(name for name in named if name is not None))


def _said(template: Text, facts: Mapping[str, Fact]) -> Text:
    given = tuple((name, facts[name]) for name in fields_of(template))
    said = Said(template, given, "", "must")
    return said if given else Text(said.en, said.zh)
