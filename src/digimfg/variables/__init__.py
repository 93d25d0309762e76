"""The dictionary: what every column means, written once and used by schemas, codebooks and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from digimfg.arguments import checked
from digimfg.errors import DigimfgError
from digimfg.frames.said import definition_of
from digimfg.kinds import Number, StoredFrame
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.variables.topics import entry_of, sheets_of

__all__ = [
    "BINARY",
    "YEAR",
    "CodesOf",
    "Dtype",
    "Layer",
    "Variable",
    "describe_variable",
    "dictionary",
    "speaking_of",
]

Layer = Literal["technology", "structure", "institution"]
Dtype = Literal["float", "integer", "string", "boolean"]
CodesOf = Literal["province", "city", "country", "industry"]
"""Units whose codes have names."""
BINARY, YEAR = Text("0/1", "0/1"), Text("year", "年")
"""Units of what is no amount: yes or no, and when."""


@checked
@shown(Text("Variable", "变量"))
@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """Describe one column.

    Parameters
    ----------
    name
        Column name; carries its unit (``_pct`` 0-100, ``_share`` 0-1, ``_usd2015``, ``_per_100``).
    label
        Short name for tables and axes, English and Chinese.
    unit
        Unit of measurement, English and Chinese.
    definition
        One or two sentences that say what is measured and how.
    dtype
        ``"float"`` and ``"string"`` may hold missing values, ``"integer"`` and ``"boolean"`` may not.
    lower, upper
        Bounds that every non-missing value keeps, inclusive; ``None`` where there is none.
    categories
        The only values allowed, where the column is a category.
    direction
        +1 where more is better, -1 where less is better, 0 where neither.
    layer
        Technology, structure or institution; ``None`` for keys.
    source
        Name of the source module that carries it, or ``"derived"``.
    source_code
        The publisher's code (``"NY.GDP.PCAP.KD"``), or the formula for derived columns.
    symbol
        What stands for it in tables of variables; by default its name.
    value_labels
        Pairs of a value, as text, and what it is called.
    codes_of
        Its values are codes of provinces, cities, countries or industries, which are called by their names; columns of these
        names need not say so.
    role
        Which role of a claim's test the column fills, where a project's labels file says so.
    """

    name: str
    label: Text
    unit: Text
    definition: Text
    source: str
    source_code: str
    dtype: Dtype = "float"
    lower: Number | None = None
    upper: Number | None = None
    categories: tuple[str, ...] = ()
    direction: Literal[-1, 0, 1] = 0
    layer: Layer | None = None
    symbol: str = ""
    value_labels: tuple[tuple[str, Text], ...] = ()
    codes_of: CodesOf | None = None
    role: str = ""


class _Dictionary(Mapping[str, Variable]):
    """The variables of the sheets, each read when it is asked for, below those of some data."""

    def __init__(self, written: Mapping[str, tuple[Path, str, str]], own: Mapping[str, Variable]) -> None:
        self._written, self._own = written, own

    def __getitem__(self, name: str) -> Variable:
        return self._own[name] if name in self._own else _shipped(*self._written[name])

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._written

    def __iter__(self) -> Iterator[str]:
        return iter({**self._written, **self._own})

    def __len__(self) -> int:
        return len(self._written.keys() | self._own.keys())

    def below(self, own: Mapping[str, Variable]) -> _Dictionary:
        """Return these below further ones."""
        return _Dictionary(self._written, {**self._own, **own})


_SPOKEN_OF: ContextVar[_Dictionary | None] = ContextVar("variables spoken of", default=None)


def dictionary() -> Mapping[str, Variable]:
    """Return every variable by name; each sheet in ``variables/sheets/`` adds its own, and `speaking_of` those of data."""
    return _spoken_of()


@contextmanager
def speaking_of(variables: Mapping[str, Variable]) -> Iterator[None]:
    """Let the dictionary hold the variables that some data declare, before those that it ships with."""
    if not variables:
        yield
        return
    token = _SPOKEN_OF.set(_spoken_of().below(variables))
    try:
        yield
    finally:
        _SPOKEN_OF.reset(token)


def _spoken_of() -> _Dictionary:
    spoken_of = _SPOKEN_OF.get()
    return _whole() if spoken_of is None else spoken_of


@cache
def _whole() -> _Dictionary:
    written: dict[str, tuple[Path, str, str]] = {}
    for folder, topic, name in sheets_of(__path__):
        if name in written:
            raise DigimfgError.of(
                "variables.variable_twice", where=f"variables/sheets/{topic}.toml", name=name
            )
        written[name] = (folder, topic, name)
    return _Dictionary(written, {})


@cache
def _shipped(folder: Path, topic: str, name: str) -> Variable:
    return Variable(**entry_of(folder, topic, name))


@checked
def describe_variable(name: str, frame: StoredFrame | None = None) -> Variable:
    """Return the dictionary's entry for a variable: what it means in the data that ship with the package.

    Parameters
    ----------
    name
        Of the column.
    frame
        A panel from `digimfg.load_panel`; where it holds fetched data in place of the shipped column, the definition says
        what that column means and names its publisher, code and vintage.

    Raises
    ------
    DigimfgError
        If no variable has that name; the nearest names are suggested.
    """
    entries = dictionary()
    if name not in entries:
        raise DigimfgError.unknown(
            name,
            entries,
            where=Text("the dictionary of variables", "变量字典"),
            expected=Text("a variable's name", "变量名"),
            more=Text("`digimfg list variables` prints all", "`digimfg list variables` 列出全部"),
        )
    said = definition_of(frame, name)
    return entries[name] if said is None else replace(entries[name], definition=said)
