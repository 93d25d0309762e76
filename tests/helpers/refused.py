"""Expect errors by kind and facts: tests read no sentence, `tests/unit/test_errors.py` reads the words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from noted import plain_fact

from digimfg.errors import DigimfgError

__all__ = ["refused"]


@contextmanager
def refused(
    family: type[DigimfgError], kind: str, /, **facts: object
) -> Iterator[pytest.ExceptionInfo[DigimfgError]]:
    """Expect an error of a kind, with at least these facts.

    A term is compared by its name, several values as a tuple, a text by its English words.
    """
    with pytest.raises(family) as caught:
        yield caught
    error = caught.value
    assert (error.kind, {name: _plain(error, name) for name in facts}) == (kind, facts)


def _plain(error: DigimfgError, name: str) -> object:
    fact = plain_fact(error.facts[name])
    return str(fact) if hasattr(fact, "en") else fact
