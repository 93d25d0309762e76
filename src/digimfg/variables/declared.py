"""Entries of columns that data declare for themselves, as plain values beside a frame or in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from digimfg.frames.said import told_variables
from digimfg.text import Text
from digimfg.variables import Variable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["declared_variables", "entries_of", "plain_entry"]

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
    held = {"categories": list(entry.categories)} if entry.categories else {}
    return {**texts, **{part: getattr(entry, part) for part in _PLAIN}, **held}


def declared_variables(frame: pd.DataFrame | None) -> dict[str, Variable]:
    """Return the entries that a frame declares for columns of its own, such as computed ones, by name."""
    return entries_of(told_variables(frame))


def entries_of(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Variable]:
    """Return the entries that `plain_entry` wrote, by name."""
    return {
        name: Variable(
            name=name,
            label=Text(*said["label"]),
            unit=Text(*said["unit"]),
            definition=Text(*said["definition"]),
            categories=tuple(said.get("categories", ())),
            **{part: said[part] for part in _PLAIN},
        )
        for name, said in told.items()
    }
