"""Expect errors by kind and facts: tests read no sentence, `tests/unit/test_errors.py` reads the words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from noted import plain_fact

from digimfg.errors import DigimfgError, Fault
from digimfg.say import Said
from digimfg.text import Text

__all__ = ["refused"]


@contextmanager
def refused(
    family: type[DigimfgError] | tuple[type[DigimfgError], ...], kind: str | Fault, /, **facts: object
) -> Iterator[pytest.ExceptionInfo[DigimfgError]]:
    """Expect an error of a kind, with at least these facts (those of a fault beside others).

    A term is compared by its name, a sentence by its kind, several values as a tuple, a text by its English
    words; a part that the catalogue leaves open (``got="0.5"``) holds the value somewhere.
    """
    if isinstance(kind, Fault):
        kind, facts = kind.kind, {**kind.facts, **facts}
    with pytest.raises(family) as caught:
        yield caught
    error = caught.value
    parts = {name: facts.pop(name) for name in ("where", "expected", "got", "remedy") if name in facts}
    assert (error.kind, {name: _plain(error.facts.get(name)) for name in facts}) == (kind, facts)
    for name, value in parts.items():
        assert str(value) in getattr(error, name).en


def _plain(fact: object) -> object:
    plain = fact.en if isinstance(fact, Said) and not fact.kind else plain_fact(fact)
    return plain.en if isinstance(plain, Text) else plain
