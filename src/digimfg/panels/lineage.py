"""Lineage: for every column of a panel, the raw cells it comes from and the steps between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from digimfg.panels.raw_cells import RawCell, RawFiles
from digimfg.registry import instances
from digimfg.text import Text

__all__ = [
    "Ledger",
    "Lineage",
    "Origin",
    "Recomputed",
    "Rule",
    "at_year",
    "computed",
    "find_lineage",
    "origins_of",
    "raw_value",
]

Key = Mapping[str, Any]
Value = float | int | str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recomputed:
    """Hold a value computed again from raw cells.

    Parameters
    ----------
    value
        The value; ``None`` where it is missing.
    cells
        The raw cells it was computed from.
    steps
        What was done, from the raw cells to the value.
    """

    value: Value
    cells: tuple[RawCell, ...] = ()
    steps: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Name a column of a raw file."""

    source: str
    file: str
    column: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Say where a column comes from, and compute its value again for one row.

    Parameters
    ----------
    how
        The transformation in words.
    derive
        ``(ledger, key) -> Recomputed``.
    origins
        Raw columns that it reads itself.
    columns
        Columns of the panel that it uses.
    """

    how: Text
    derive: Callable[[Ledger, Key], Recomputed]
    origins: tuple[Origin, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lineage:
    """Hold the rules of a panel's columns."""

    panel: str
    rules: Mapping[str, Rule]


@dataclass(eq=False)
class Ledger:
    """Compute values of a panel's columns again from raw files, each once.

    Parameters
    ----------
    rules
        Rule of every column.
    files
        The raw files.
    """

    rules: Mapping[str, Rule]
    files: RawFiles
    _found: dict[tuple[str, tuple[tuple[str, Any], ...]], Recomputed] = field(default_factory=dict)

    def column(self, name: str, key: Key) -> Recomputed:
        """Return a column's value for a key, with its cells and steps."""
        at = (name, tuple(sorted(key.items())))
        if at not in self._found:
            self._found[at] = self.rules[name].derive(self, key)
        return self._found[at]


def find_lineage(panel: str) -> Lineage | None:
    """Return the lineage of a panel, ``None`` where none is declared; a file in ``panels/`` adds its
    ``LINEAGE``.
    """
    return next((each for each in instances("panels", "LINEAGE").values() if each.panel == panel), None)


def origins_of(rules: Mapping[str, Rule], column: str) -> tuple[Origin, ...]:
    """Return every raw column that a column comes from, through the columns that it uses.

    Examples
    --------
    >>> rules = find_lineage("world").rules
    >>> [origin.column for origin in origins_of(rules, "log_labor_productivity")]
    ['rgdpna', 'emp']
    """
    rule = rules[column]
    through = [origin for name in rule.columns for origin in origins_of(rules, name)]
    return tuple(dict.fromkeys([*rule.origins, *through]))


def raw_value(
    origin: Origin,
    by: Mapping[str, str] | Callable[[Key], dict[str, str]],
    *,
    convert: Callable[[str], Value] = float,
    how: Text | None = None,
) -> Rule:
    """Return the rule of a column that is one raw cell, converted.

    Parameters
    ----------
    origin
        The raw column.
    by
        Raw column → key column that together name the row, or what makes raw columns and texts of a key.
    convert
        From the text to the value; an empty text is missing.
    how
        What the conversion does; by default the value is as published.
    """
    said = Text("as published", "照来源原值") if how is None else how

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        row = by(key) if callable(by) else {raw: str(key[name]) for raw, name in by.items()}
        cells = ledger.files.cells(origin.source, origin.file, origin.column, row)
        value = convert(cells[0].text) if cells and cells[0].text else None
        return Recomputed(value=value, cells=cells, steps=(said,))

    return Rule(how=said, derive=derive, origins=(origin,))


def computed(how: Text, function: Callable[..., Value], *columns: str) -> Rule:
    """Return the rule of a column computed from others of the same row; missing where one of them is."""

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        parts = [ledger.column(name, key) for name in columns]
        values = [part.value for part in parts]
        value = None if any(each is None for each in values) else function(*values)
        return _joined(parts, value, how)

    return Rule(how=how, derive=derive, columns=columns)


def at_year(column: str, year: int) -> Rule:
    """Return the rule of a column that repeats another one's value of a year in every year of the same
    unit.
    """
    how = Text(f"{column} in {year}, the same in every year", f"{column}的{year}年取值，各年相同")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        part = ledger.column(column, {**key, "year": year})
        return _joined([part], part.value, how)

    return Rule(how=how, derive=derive, columns=(column,))


def _joined(parts: list[Recomputed], value: Value, how: Text) -> Recomputed:
    return Recomputed(
        value=value,
        cells=tuple(cell for part in parts for cell in part.cells),
        steps=(*dict.fromkeys(step for part in parts for step in part.steps), how),
    )
