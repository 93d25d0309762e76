"""Ask answers what they tell by kind and facts: tests read no sentence, `tests/unit/test_say.py` reads the words."""

from __future__ import annotations

from collections.abc import Iterable

from digimfg.notes import entries, rooms
from digimfg.say import Said, Term

__all__ = ["noted", "plain_fact"]

KINDS = {entry.kind for room in rooms() for entry in entries(room).values()} - {""}


def noted(notes: Iterable[object], kind: str, **facts: object) -> bool:
    """Return whether one of the notes is of this kind, with these facts.

    A term is compared by its name, a sentence within a note by its kind, several values as a tuple. A kind that
    no note has is none to ask for.
    """
    assert kind in KINDS, kind
    alike = [note.values for note in notes if isinstance(note, Said) and note.kind == kind]
    return any(
        all(name in told and plain_fact(told[name]) == value for name, value in facts.items())
        for told in alike
    )


def plain_fact(fact: object) -> object:
    """Return a term's name, a sentence's kind, several values as a tuple, else the value."""
    if isinstance(fact, Term):
        return fact.name
    if isinstance(fact, Said):
        return fact.kind
    if isinstance(fact, tuple):
        return tuple(map(plain_fact, fact))
    return fact
