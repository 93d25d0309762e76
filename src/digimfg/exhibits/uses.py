"""State which options of an exhibit name results, tests, studies and columns of the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

__all__ = ["Uses", "Using", "words_in"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Uses:
    """Hold, for a kind of exhibit, the options by which it names what it shows.

    Parameters
    ----------
    results
        Options that name specifications; where none is named, an exhibit that shows no columns shows all
        results.
    tests
        Options that name joint tests; an exhibit of tests alone shows the results that hold their terms.
    studies
        Options that name studies; where none is named, all are shown.
    columns
        Options that name columns of the frame. The first says what is shown: ``None`` for no columns, empty
        without a specification for all of them.
    other
        Options of words that name none of these.
    """

    results: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class Using(Protocol):
    """What is asked of an exhibit below which data are named: the options that name them."""

    uses: ClassVar[Uses]


def words_in(holder: object, options: Iterable[str]) -> list[str]:
    """Return the words that options hold, each once, also those within lists and mappings.

    Examples
    --------
    >>> import digimfg as dm
    >>> words_in(dm.RegressionTable("main", columns=("a", "b")), ("columns",))
    ['a', 'b']
    """
    return list(dict.fromkeys(word for option in options for word in _words(getattr(holder, option))))


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [word for pair in value.items() for part in pair for word in _words(part)]
    if isinstance(value, tuple | list):
        return [word for part in value for word in _words(part)]
    return []
