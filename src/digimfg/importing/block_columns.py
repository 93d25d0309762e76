"""Read one column of a planned table: its cells in the unit of their variable, or kept as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.importing.block import BlockColumn
from digimfg.importing.cells import Cells, match_text
from digimfg.importing.converting import ColumnError, convert_cells, keep_cells
from digimfg.importing.layout import body_amounts, body_column
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.numbers import decimal_mark
from digimfg.importing.plan import Plan
from digimfg.importing.problems import unit_changed, unknown_variable
from digimfg.importing.text_amounts import TextAmounts
from digimfg.importing.units import parse_unit, unit_per
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.topics import names_of

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["ColumnReader"]

_SIMULATED = names_of("simulated")
"""Columns of synthetic panels, the mark of their rows among them: a file of such a panel keeps them."""


class ColumnReader:
    """Read columns of one table.

    Parameters
    ----------
    marks
        Cells that mean that a value is missing.
    kept
        Rows of the table's body that are read.

    Attributes
    ----------
    problems, notes
        What is wrong with the columns read so far, and what a reader must know of them.
    once
        Headers of columns with merged cells, whose numbers are taken once.
    """

    def __init__(
        self, plan: Plan, panel: Panel, given: ImportMapping, marks: frozenset[str], kept: np.ndarray
    ) -> None:
        self.plan, self.panel, self.given, self.marks, self.kept = plan, panel, given, marks, kept
        self.decimal = given.decimal or decimal_mark(_amounts(plan), plan.table.grid.separator)
        self.problems: list[Text] = []
        self.notes: list[Text] = []
        self.once: dict[str, None] = {}

    def shown(self, place: int) -> np.ndarray:
        """Return the cells of a column as a reader of the file sees them."""
        cells = body_column(self.plan.table, place)
        return cells if len(self.kept) == len(cells) else cells[self.kept]

    def held(self, place: int, told: ColumnMapping) -> Cells:
        """Return the cells of a column of one variable: numbers where the file was read as such."""
        table, variable = self.plan.table, dictionary().get(told.variable)
        if self.decimal != "." or (variable is not None and variable.dtype == "string"):
            return self.cells(place)
        numbers = table.grid.numbers(place, table.first, table.last)
        if numbers is None:
            return self.cells(place)
        return numbers if len(self.kept) == len(numbers) else np.asarray(numbers[self.kept])

    def cells(self, place: int) -> Cells:
        """Return the cells of a column as the file stores them."""
        cells = body_amounts(self.plan.table, place)
        if self.plan.table.grid.merged and any(cell is None for cell in cells.tolist()):
            self.once[self.plan.table.headers[place].text] = None
        return cells if len(self.kept) == len(cells) else cells[self.kept]

    def column(
        self, place: int, name: str, told: ColumnMapping, cells: Cells, rows: np.ndarray, own: str = "",
        each: np.ndarray | None = None,
    ) -> tuple[str, BlockColumn] | None:  # fmt: skip
        """Return the variable or kept name of cells and their values; ``None`` where they are left out, or a
        problem was found.

        Parameters
        ----------
        own
            Unit of the cells where their header does not state it.
        each
            Unit of each cell, where they come in several.
        """
        if told.variable == "-":
            return None
        header = self.plan.table.headers[place]
        stated = own or header.unit
        unit = told.unit or stated
        variable = dictionary().get(told.variable)
        if told.unit and stated and told.by != "mapping":
            saved, now = (
                unit_per(name, one, variable.unit) if variable else one for one in (told.unit, stated)
            )
            if parse_unit(saved) != parse_unit(now):
                self.problems.append(unit_changed(name, told.unit, stated))
                return None
        if not told.variable:
            try:
                kept = keep_cells(
                    self._labelled(place, cells), rows, place, name=name, unit=unit,
                    percent=self._percent(place, rows),
                    marks=self.marks, decimal=self.decimal,
                )  # fmt: skip
            except ColumnError as problem:
                self.problems.append(problem.text)
                return None
            self.notes += kept.notes
            bare = header.parts[0] if self.plan.table.grid.header and self.plan.layout == "long" else name
            plain = bare not in dictionary() or bare in _SIMULATED
            shown = bare if plain else f"{bare}_as_given"
            return shown, BlockColumn(
                values=kept.values, columns=place, header=name, told=told, unit=kept.unit, factor=1.0
            )
        if variable is None or told.variable not in self.panel.variables:
            self.problems.append(unknown_variable(name, told.variable, self.panel))
            return None
        if not unit and match_text(variable.name) in {match_text(part) for part in (name, *header.parts)}:
            unit = variable.unit.zh if variable.unit.zh else variable.unit.en
        unit = unit_per(name, unit, variable.unit)
        percent = self._percent(place, rows)
        try:
            done = convert_cells(
                self._labelled(place, cells) if variable.dtype == "string" else cells, rows, place, variable,
                name=name,
                declared=(unit, self.given.unit if not told.unit else "", self.plan.table.unit),
                percent=percent, marks=self.marks,
                names=dict(self.given.names), row_units=each, decimal=self.decimal,
            )  # fmt: skip
        except ColumnError as problem:
            self.problems.append(problem.text)
            return None
        self.notes += done.notes
        return variable.name, BlockColumn(
            values=done.values, columns=place, header=name, told=told, unit=done.unit, factor=done.factor
        )

    def _labelled(self, place: int, cells: Cells) -> Cells:
        labels = self.plan.table.grid.value_labels.get(place)
        return (
            np.array([labels.get(cell, cell) for cell in cells.tolist()], dtype=object) if labels else cells
        )

    def _percent(self, place: int, rows: np.ndarray) -> np.ndarray | None:
        shown = self.plan.table.grid.percent.get(place)
        return None if shown is None else np.array([row in shown for row in rows.tolist()])


def _amounts(plan: Plan) -> Iterator[Any]:
    """Yield the columns of a table that hold no keys and no names of indicators or units, as the file stores
    them; what was read as numbers shows a point, if any.
    """
    table = plan.table
    named = {place for role, place in plan.places.items() if role != "value"}
    for place, column in enumerate(table.grid.columns):
        if place in named:
            continue
        if isinstance(column, TextAmounts):
            yield from column.ends(table.first, table.last)
        else:
            yield column[table.first : table.last]
