"""Read a planned table into blocks: key arrays, value arrays, and the address of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from digimfg.importing.block import Block, BlockColumn
from digimfg.importing.block_columns import ColumnReader
from digimfg.importing.cells import MISSING_MARKS, clean_text, is_missing
from digimfg.importing.guessing import guess_variable
from digimfg.importing.keys import read_keys
from digimfg.importing.layout import split_unit
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.names import resolve_names
from digimfg.importing.plan import Plan
from digimfg.importing.problems import (
    industries_differ,
    table_problems,
    units_differ,
    without_indicator,
)
from digimfg.importing.units import parse_unit
from digimfg.notes import note_of
from digimfg.variables import dictionary
from digimfg.variables.industries import has_other_extent

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["read_blocks"]


def read_blocks(plan: Plan, panel: Panel, given: ImportMapping) -> list[Block]:
    """Read a table.

    Rows of national and regional totals, rows of the names in ``leave_out`` and rows without any key are
    left out and counted in a note.

    Raises
    ------
    PanelError
        If a name of a unit is unknown, a year cannot be read, a cell is no number, or a unit is unknown or
        undeclared; everything that is wrong with the table is told at once.
    """
    marks = MISSING_MARKS | {clean_text(mark).replace(" ", "").casefold() for mark in given.missing}
    keys, kept, notes = read_keys(plan, panel, given, marks)
    rows = (plan.table.first + kept).astype("int32")
    reader = ColumnReader(plan, panel, given, marks, kept)
    layouts = _Layouts(reader, keys, rows)
    if plan.layout == "long":
        blocks = [layouts.long()]
    elif plan.indicators:
        blocks = layouts.indicators()
    else:
        blocks = layouts.wide()
    if reader.problems:
        raise table_problems(plan.table, list(dict.fromkeys(reader.problems)))
    if reader.once:
        notes.append(note_of("importing.merged_cells", columns=tuple(reader.once)))
    first, *others = blocks or [Block(keys=keys, rows=rows, columns={})]
    return [
        Block(keys=first.keys, rows=first.rows, columns=first.columns, notes=(*notes, *reader.notes)),
        *others,
    ]


class _Layouts:
    """Make blocks of a table by its layout."""

    def __init__(self, reader: ColumnReader, keys: dict[str, np.ndarray], rows: np.ndarray) -> None:
        self.reader, self.keys, self.rows = reader, keys, rows
        self.plan, self.panel, self.marks = reader.plan, reader.panel, reader.marks
        self.problems, self.notes = reader.problems, reader.notes

    def long(self) -> Block:
        columns: dict[str, BlockColumn] = {}
        for place, planned in self.plan.columns.items():
            cells = self.reader.held(place, planned.told)
            read = self.reader.column(place, planned.name, planned.told, cells, self.rows)
            if read is None:
                continue
            name, column = read
            if name in columns:
                self._twice(name, columns[name].header, planned.name)
                continue
            columns[name] = column
        if "industry" in columns:
            self._same_industries(columns["industry"])
        return Block(keys=self.keys, rows=self.rows, columns=columns)

    def _same_industries(self, codes: BlockColumn) -> None:
        """Compare codes of industries with the names beside them: an earlier edition numbers others."""
        for place, planned in self.plan.columns.items():
            parts = self.plan.table.headers[place].parts
            if planned.told.variable or guess_variable(parts, self.panel).variable != "industry":
                continue
            cells = [clean_text(cell) for cell in self.reader.cells(place).tolist()]
            named = resolve_names("industry", cells, {})
            other = {cell: has_other_extent(cell.replace(" ", "")) for cell in cells}
            wrong = [
                row
                for row, cell in enumerate(cells)
                if other[cell] or named[cell] not in (None, codes.values[row])
            ]
            if wrong:
                found = [(codes.values[row], cells[row], named[cells[row]]) for row in wrong]
                self.problems.append(industries_differ(codes.header, planned.name, found))

    def wide(self) -> list[Block]:
        across = "year" if self.plan.layout == "wide_years" else self.panel.keys[0]
        stems: dict[str, list[int]] = {}
        for place, planned in self.plan.columns.items():
            stems.setdefault(planned.name, []).append(place)
        blocks = []
        for stem, places in stems.items():
            # Columns of one stem may come in different units: each unit makes a block, so that a cell's
            # record is its own.
            alike: dict[tuple[str, str, float], list[tuple[object, BlockColumn]]] = {}
            for place in places:
                planned = self.plan.columns[place]
                name = stem or self.plan.table.grid.sheet
                cells = self.reader.held(place, planned.told)
                read = self.reader.column(place, name, planned.told, cells, self.rows, planned.unit)
                if read is not None:
                    alike.setdefault((read[0], read[1].unit, read[1].factor), []).append(
                        (planned.key, read[1])
                    )
            blocks += [self._across(across, stem, name, parts) for (name, _, _), parts in alike.items()]
        return blocks

    def _across(
        self, across: str, stem: str, name: str, parts: Sequence[tuple[object, BlockColumn]],
        chosen: np.ndarray | None = None
    ) -> Block:  # fmt: skip
        taken = np.arange(len(self.rows)) if chosen is None else chosen
        n, first = len(taken), parts[0][1]
        kind: type = object if any(part.values.dtype == object for _, part in parts) else float
        keys = {key: np.tile(values[taken], len(parts)) for key, values in self.keys.items()}
        labels = np.array([key for key, _ in parts], dtype="int64" if across == "year" else object)
        keys[across] = np.repeat(labels, n)
        column = BlockColumn(
            values=np.concatenate([part.values.astype(kind) for _, part in parts]),
            columns=np.repeat(np.array([part.columns for _, part in parts], dtype="int32"), n),
            header=stem,
            told=first.told,
            unit=first.unit,
            factor=first.factor,
        )
        return Block(keys=keys, rows=np.tile(self.rows[taken], len(parts)), columns={name: column})

    def indicators(self) -> list[Block]:
        plan = self.plan
        indicator = np.array(
            [clean_text(cell) for cell in self.reader.shown(plan.places["indicator"])], dtype=object
        )
        units = self.reader.shown(plan.places["unit"]) if "unit" in plan.places else None
        years = [(planned.key, place) for place, planned in plan.columns.items()]
        self._named(indicator, [place for _, place in years] or [plan.places["value"]])
        taken: dict[str, str] = {}
        blocks = []
        for name in dict.fromkeys(indicator.tolist()):
            if is_missing(name, self.marks):
                continue
            chosen = np.flatnonzero(indicator == name)
            told = plan.indicators[name]
            stated = None if units is None else np.array([clean_text(cell) for cell in units[chosen].tolist()], dtype=object)  # fmt: skip  # noqa: E501
            own, each = self._stated(name, told, stated)
            if own is None:
                continue
            parts = []
            for year, place in years or [(None, plan.places["value"])]:
                read = self.reader.column(
                    place, name, told, self.reader.cells(place)[chosen], self.rows[chosen], own, each
                )
                if read is not None:
                    parts.append((year, *read))
            if not parts:
                continue
            variable = parts[0][1]
            if variable in taken:
                self._twice(variable, taken[variable], name)
                continue
            taken[variable] = name
            if years:
                columns = [(year, column) for year, _, column in parts]
                blocks.append(self._across("year", name, variable, columns, chosen))
            else:
                keys = {key: array[chosen] for key, array in self.keys.items()}
                blocks.append(Block(keys=keys, rows=self.rows[chosen], columns={variable: parts[0][2]}))
        return blocks

    def _named(self, indicator: np.ndarray, places: list[int]) -> None:
        """Refuse values in rows that do not say of which indicator they are."""
        blank = np.array([is_missing(name, self.marks) for name in indicator.tolist()], dtype=bool)
        columns = [self.reader.cells(place) for place in places]
        rows = [
            str(int(self.rows[row]) + 1)
            for row in np.flatnonzero(blank)
            if any(not is_missing(column[row], self.marks) for column in columns)
        ]
        if rows:
            self.problems.append(without_indicator(rows))

    def _stated(
        self, name: str, told: ColumnMapping, stated: np.ndarray | None
    ) -> tuple[str | None, np.ndarray | None]:
        """Return the unit of an indicator's rows, and each row's where they come in several that convert;
        ``None`` if they do not.
        """
        _, unit = split_unit(name)
        if stated is None:
            return unit, None
        different = [text for text in dict.fromkeys(stated.tolist()) if not is_missing(text, self.marks)]
        if len(different) < 2 or told.unit:
            return unit or next(iter(different), ""), None
        parsed = [parse_unit(text) for text in different]
        shown = ", ".join(different)
        if told.variable in ("", "-"):
            if None not in parsed and len({one.dimension for one in parsed if one}) < len(parsed):
                self.problems.append(units_differ(name, different))
                return None, None
            if not told.variable:
                self.notes.append(note_of("importing.units_kept", name=name, units=shown))
            return unit or different[0], None
        variable = dictionary().get(told.variable)
        wanted = None if variable is None else parse_unit(variable.unit.zh) or parse_unit(variable.unit.en)
        if wanted is None or any(one is None or one.dimension != wanted.dimension for one in parsed):
            self.problems.append(units_differ(name, different))
            return None, None
        self.notes.append(note_of("importing.units_converted", name=name, units=shown))
        return "", stated

    def _twice(self, name: str, first: str, second: str) -> None:
        if first == second:
            self.problems.append(note_of("importing.headers_twice", header=first))
            return
        self.problems.append(note_of("importing.variable_twice", name=name, first=first, second=second))
