"""Columns that a panel computes, each said once: by one function a build fills the column and a trace
computes a cell again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from digimfg.panels.lineage import Recomputed, Rule, at_year, computed
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels.lineage import Key, Ledger, Value

__all__ = ["AmongUnits", "AtYear", "Formula", "Signed", "log_of", "positive_log"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A raw column with its sign kept or turned, missing where that is negative.

    Parameters
    ----------
    raw
        Column of the source.
    sign
        +1 or -1.
    """

    raw: str
    sign: int

    @property
    def how(self) -> Text:
        """Return what is done, in words."""
        if self.sign > 0:
            return Text("as published; missing where negative", "照来源原值；为负者记为缺失")
        return Text(
            "the published sign reversed; missing where that is negative", "来源符号取反；结果为负者记为缺失"
        )

    def values(self, column: pd.Series[Any]) -> pd.Series[Any]:
        """Return the column from the raw one."""
        turned = self.sign * column
        return turned.where(turned >= 0) + 0.0

    def convert(self, text: str) -> Value:
        """Return one value from the text of its raw cell."""
        return _value(self.values(pd.Series([float(text)])))


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """A column computed from others of the same row, missing where one of them is.

    Parameters
    ----------
    how
        In words.
    function
        Of the columns, in their order.
    columns
        Its inputs.
    dtype
        Of the column.
    """

    how: Text
    function: Callable[..., pd.Series[Any]]
    columns: tuple[str, ...]
    dtype: Literal["float64", "int64"] = "float64"

    def values(self, frame: pd.DataFrame) -> pd.Series[Any]:
        """Return the column."""
        return self.function(*(frame[name] for name in self.columns)).astype(self.dtype)

    def rule(self) -> Rule:
        """Return how one cell is computed again from its raw cells."""

        def again(*values: float) -> Value:
            return _value(self.function(*(pd.Series([value]) for value in values)).astype(self.dtype))

        return computed(self.how, again, *self.columns)


@dataclass(frozen=True, kw_only=True, slots=True)
class AtYear:
    """A column that repeats another one's value of one year in every year of its unit."""

    column: str
    year: int

    def values(self, frame: pd.DataFrame, unit: str) -> pd.Series[Any]:
        """Return the column."""
        return frame[unit].map(_of_year(frame, unit, self.column, self.year))

    def rule(self) -> Rule:
        """Return how one cell is computed again."""
        return at_year(self.column, self.year)


@dataclass(frozen=True, kw_only=True, slots=True)
class AmongUnits:
    """A column that compares a unit's value of one year with those of all units.

    Parameters
    ----------
    how
        In words.
    column, year
        What is compared.
    function
        From the values of all units, by unit, to their places.
    """

    how: Text
    column: str
    year: int
    function: Callable[[pd.Series[Any]], pd.Series[Any]]

    def values(self, frame: pd.DataFrame, unit: str) -> pd.Series[Any]:
        """Return the column."""
        return frame[unit].map(self.function(_of_year(frame, unit, self.column, self.year)))

    def rule(self, unit: str, units: Callable[[Ledger, int], Sequence[str]]) -> Rule:
        """Return how one cell is computed again, with `units` naming all that a year of the raw files has."""

        def derive(ledger: Ledger, key: Key) -> Recomputed:
            own = ledger.column(self.column, {**key, "year": self.year})
            if not isinstance(own.value, float):
                return Recomputed(value=None, cells=own.cells, steps=(*own.steps, self.how))
            named = {
                each: ledger.column(self.column, {unit: each, "year": self.year})
                for each in units(ledger, self.year)
            }
            there = {each: part for each, part in named.items() if part.value is not None}
            values = pd.Series({each: part.value for each, part in there.items()}).sort_index()
            cells = (*own.cells, *(cell for part in there.values() for cell in part.cells))
            return Recomputed(
                value=_plain(self.function(values)[key[unit]]),
                cells=tuple(dict.fromkeys(cells)),
                steps=(*own.steps, self.how),
            )

        return Rule(how=self.how, derive=derive, columns=(self.column,))


def positive_log(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return natural logs, missing where a value is not positive."""
    return pd.Series(np.log(values.where(values > 0)), index=values.index)


def log_of(column: str) -> Formula:
    """Return the natural log of a column."""
    how = Text(f"natural log of {column}", f"{column}的自然对数")
    return Formula(how=how, function=positive_log, columns=(column,))


def _of_year(frame: pd.DataFrame, unit: str, column: str, year: int) -> pd.Series[Any]:
    return frame.loc[frame["year"] == year].set_index(unit)[column].dropna().sort_index()


def _value(column: pd.Series[Any]) -> Value:
    return _plain(column.iloc[0])


def _plain(value: Any) -> Value:
    if pd.isna(value):
        return None
    found: Value = value.item() if hasattr(value, "item") else value
    return found
