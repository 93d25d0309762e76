"""Entries of columns that data declare for themselves, as plain values beside a frame or in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from digimfg.frames.said import speak_of, spoken_of, told_variables
from digimfg.text import Text
from digimfg.variables import Variable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["answer_variables", "declared_variables", "entries_of", "plain_entry", "tell_variables"]

_TEXTS = ("label", "unit", "definition")
_PLAIN = ("dtype", "direction", "layer", "source", "source_code")


def plain_entry(entry: Variable) -> dict[str, Any]:
    """Return an entry as plain values; its bounds are not told.

    Examples
    --------
    >>> from digimfg.variables import describe_variable
    >>> plain_entry(describe_variable("gdp_per_capita_yuan"))["label"]
    ['Gross regional product per person', '人均地区生产总值']
    """
    texts = {part: [getattr(entry, part).en, getattr(entry, part).zh] for part in _TEXTS}
    held: dict[str, Any] = {"categories": list(entry.categories)} if entry.categories else {}
    if entry.value_labels:
        held["value_labels"] = [[value, label.en, label.zh] for value, label in entry.value_labels]
    held |= {part: told for part in ("symbol", "codes_of", "role") if (told := getattr(entry, part))}
    return {**texts, **{part: getattr(entry, part) for part in _PLAIN}, **held}


def declared_variables(frame: pd.DataFrame | None) -> dict[str, Variable]:
    """Return the entries that a frame declares for columns of its own, such as computed ones, by name."""
    return entries_of(told_variables(frame))


def tell_variables(answer: object, variables: Mapping[str, Variable], given: Sequence[object]) -> None:
    """Leave entries of columns with the tables of an answer, for the exhibits that show it; frames given stay as they are."""
    if variables:
        plain = {name: plain_entry(entry) for name, entry in variables.items()}
        for table in _tables(answer):
            if not any(table is frame for frame in given):
                speak_of(table, plain)


def answer_variables(answer: object) -> dict[str, Variable]:
    """Return the entries of columns that `tell_variables` left with an answer, by name."""
    told: dict[str, Mapping[str, Any]] = {}
    for table in _tables(answer):
        told |= spoken_of(table)
    return entries_of(told)


def _tables(answer: object) -> Iterator[pd.DataFrame | pd.Series[Any]]:
    from pandas import DataFrame, Series

    if is_dataclass(answer):
        held = (getattr(answer, each.name) for each in fields(answer))
        yield from (each for each in held if isinstance(each, DataFrame | Series))


def entries_of(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Variable]:
    """Return the entries that `plain_entry` wrote, by name."""
    return {
        name: Variable(
            name=name,
            label=Text(*said["label"]),
            unit=Text(*said["unit"]),
            definition=Text(*said["definition"]),
            categories=tuple(said.get("categories", ())),
            symbol=said.get("symbol", ""),
            value_labels=tuple((value, Text(en, zh)) for value, en, zh in said.get("value_labels", ())),
            codes_of=said.get("codes_of"),
            role=said.get("role", ""),
            **{part: said[part] for part in _PLAIN},
        )
        for name, said in told.items()
    }
