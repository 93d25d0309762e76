"""Read a planned table into blocks: key arrays, value arrays, and the address of every cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import nearest
from digimfg.importing.cells import MISSING_MARKS, clean_text, is_missing, match_text
from digimfg.importing.converting import ColumnError, Converted, convert_cells, keep_cells
from digimfg.importing.guessing import guess_variable
from digimfg.importing.keys import read_keys, table_problems
from digimfg.importing.layout import body_column, split_unit
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.plan import Plan
from digimfg.importing.units import parse_unit
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["Block", "BlockColumn", "read_blocks"]

_SHOWN = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockColumn:
    """Hold one variable of a block: values, where they stood, how they were converted."""

    values: np.ndarray
    columns: np.ndarray | int
    header: str
    told: ColumnMapping
    unit: str
    factor: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Hold values that share their keys.

    Parameters
    ----------
    keys
        Key → array of codes or years.
    rows
        Row of each value in the sheet, 0-based.
    columns
        Variable or kept name → values and addresses.
    notes
        What a reader must know.
    """

    keys: dict[str, np.ndarray]
    rows: np.ndarray
    columns: dict[str, BlockColumn]
    notes: tuple[Text, ...] = ()


def read_blocks(plan: Plan, panel: Panel, given: ImportMapping) -> list[Block]:
    """Read a table.

    Rows of national and regional totals, rows of the names in ``leave_out`` and rows without any key are left out and
    counted in a note.

    Raises
    ------
    PanelError
        If a name of a unit is unknown, a year cannot be read, a cell is no number, or a unit is unknown or undeclared;
        everything that is wrong with the table is told at once.
    """
    marks = MISSING_MARKS | {clean_text(mark).replace(" ", "").casefold() for mark in given.missing}
    keys, kept, notes = read_keys(plan, panel, given, marks)
    rows = (plan.table.first + kept).astype("int32")
    reader = _Reader(plan, panel, given, marks, keys, rows, kept)
    if plan.layout == "long":
        blocks = [reader.long()]
    elif plan.layout == "indicators":
        blocks = reader.indicators()
    else:
        blocks = reader.wide()
    if reader.problems:
        raise table_problems(plan, reader.problems)
    first, *others = blocks or [Block(keys=keys, rows=rows, columns={})]
    return [
        Block(keys=first.keys, rows=first.rows, columns=first.columns, notes=(*notes, *reader.notes)),
        *others,
    ]


class _Reader:
    def __init__(
        self, plan: Plan, panel: Panel, given: ImportMapping, marks: frozenset[str], keys: dict[str, np.ndarray], rows: np.ndarray, kept: np.ndarray
    ) -> None:  # fmt: skip
        self.plan, self.panel, self.given, self.marks = plan, panel, given, marks
        self.keys, self.rows, self.kept = keys, rows, kept
        self.problems: list[Text] = []
        self.notes: list[Text] = []

    def long(self) -> Block:
        columns: dict[str, BlockColumn] = {}
        for place, planned in self.plan.columns.items():
            read = self._column(place, planned.name, planned.told, self._cells(place), self.rows)
            if read is None:
                continue
            name, column = read
            if name in columns:
                self._twice(name, columns[name].header, planned.name)
                continue
            columns[name] = column
        return Block(keys=self.keys, rows=self.rows, columns=columns)

    def wide(self) -> list[Block]:
        across = "year" if self.plan.layout == "wide_years" else self.panel.keys[0]
        stems: dict[str, list[int]] = {}
        for place, planned in self.plan.columns.items():
            stems.setdefault(planned.name, []).append(place)
        blocks = []
        for stem, places in stems.items():
            # Columns of one stem may come in different units: each unit makes a block, so that a cell's record is its own.
            alike: dict[tuple[str, str, float], list[tuple[object, BlockColumn]]] = {}
            for place in places:
                planned = self.plan.columns[place]
                name = stem or self.plan.table.grid.sheet
                read = self._column(place, name, planned.told, self._cells(place), self.rows)
                if read is not None:
                    alike.setdefault((read[0], read[1].unit, read[1].factor), []).append(
                        (planned.key, read[1])
                    )
            blocks += [self._across(across, stem, name, parts) for (name, _, _), parts in alike.items()]
        return blocks

    def _across(self, across: str, stem: str, name: str, parts: list[tuple[object, BlockColumn]]) -> Block:
        n, first = len(self.rows), parts[0][1]
        kind: type = object if any(part.values.dtype == object for _, part in parts) else float
        keys = {key: np.tile(values, len(parts)) for key, values in self.keys.items()}
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
        return Block(keys=keys, rows=np.tile(self.rows, len(parts)), columns={name: column})

    def indicators(self) -> list[Block]:
        places = self.plan.places
        told = {match_text(name): column for name, column in self.given.columns.items()}
        indicator = np.array([clean_text(cell) for cell in self._cells(places["indicator"])], dtype=object)
        values = self._cells(places["value"])
        units = self._cells(places["unit"]) if "unit" in places else None
        taken: dict[str, str] = {}
        blocks = []
        for name in dict.fromkeys(indicator.tolist()):
            if not name:
                continue
            chosen = np.flatnonzero(indicator == name)
            bare, unit = split_unit(name)
            stated = (
                dict.fromkeys(
                    clean_text(cell) for cell in units[chosen].tolist() if not is_missing(cell, self.marks)
                )
                if units is not None
                else {}
            )
            what = (
                told.get(match_text(name))
                or told.get(match_text(bare))
                or guess_variable((bare,), self.panel)
            )
            if len(stated) > 1 and what.variable not in ("", "-") and not what.unit:
                self.problems.append(_units_differ(name, list(stated)))
                continue
            if len(stated) > 1 and not what.variable:
                shown = ", ".join(stated)
                self.notes.append(
                    Text(
                        f"{name}: kept as it is, with rows in different units ({shown})",
                        f"{name}：原样保留，各行单位不一（{shown}）",
                    )
                )
            own = unit or next(iter(stated), "")
            read = self._column(places["value"], name, what, values[chosen], self.rows[chosen], own)
            if read is not None:
                if read[0] in taken:
                    self._twice(read[0], taken[read[0]], name)
                    continue
                taken[read[0]] = name
                keys = {key: array[chosen] for key, array in self.keys.items()}
                blocks.append(Block(keys=keys, rows=self.rows[chosen], columns={read[0]: read[1]}))
        return blocks

    def _cells(self, place: int) -> np.ndarray:
        cells = body_column(self.plan.table, place)
        return cells if len(self.kept) == len(cells) else cells[self.kept]

    def _column(
        self, place: int, name: str, told: ColumnMapping, cells: np.ndarray, rows: np.ndarray, own: str = ""
    ) -> tuple[str, BlockColumn] | None:
        if told.variable == "-":
            return None
        header = self.plan.table.headers[place]
        stated = own or header.unit
        unit = told.unit or stated
        if told.unit and stated and told.by != "mapping" and parse_unit(told.unit) != parse_unit(stated):
            self.problems.append(_unit_changed(name, told.unit, stated))
            return None
        if not told.variable:
            values = keep_cells(self._labelled(place, cells), self.marks)
            kept = Converted(values=values, unit=unit, factor=1.0)
            shown = name if name not in dictionary() else f"{name}_as_given"
            return shown, BlockColumn(
                values=kept.values, columns=place, header=name, told=told, unit=unit, factor=1.0
            )
        variable = dictionary().get(told.variable)
        if variable is None or told.variable not in self.panel.variables:
            self.problems.append(_unknown_variable(name, told.variable, self.panel))
            return None
        if not unit and match_text(variable.name) in {match_text(part) for part in (name, *header.parts)}:
            unit = variable.unit.zh if variable.unit.zh else variable.unit.en
        percent = self._percent(place, rows)
        try:
            done = convert_cells(
                self._labelled(place, cells) if variable.dtype == "string" else cells, rows, place, variable, name=name,
                declared=(unit, self.given.unit if not told.unit else "", self.plan.table.unit), percent=percent, marks=self.marks,
                names=dict(self.given.names),
            )  # fmt: skip
        except ColumnError as problem:
            self.problems.append(problem.text)
            return None
        self.notes += done.notes
        return variable.name, BlockColumn(
            values=done.values, columns=place, header=name, told=told, unit=done.unit, factor=done.factor
        )

    def _labelled(self, place: int, cells: np.ndarray) -> np.ndarray:
        labels = self.plan.table.grid.value_labels.get(place)
        return (
            np.array([labels.get(cell, cell) for cell in cells.tolist()], dtype=object) if labels else cells
        )

    def _percent(self, place: int, rows: np.ndarray) -> np.ndarray | None:
        shown = self.plan.table.grid.percent
        if not shown:
            return None
        marked = {row for row, column in shown if column == place}
        return np.array([row in marked for row in rows.tolist()]) if marked else None

    def _twice(self, name: str, first: str, second: str) -> None:
        self.problems.append(
            Text(
                f"'{first}' and '{second}' are both taken for {name}: say in the mapping which one is it and leave the other "
                'out (variable = "-") or keep it (variable = "")',
                f'“{first}”与“{second}”都被认作 {name}：请在映射中指明其一，另一列舍去（variable = "-"）或原样保留（variable = ""）',
            )
        )


def _units_differ(name: str, units: list[str]) -> Text:
    shown = ", ".join(units[:_SHOWN])
    return Text(
        f"{name}: rows in different units ({shown}); declare the right one in the mapping",
        f"{name}：各行单位不一（{shown}）；请在映射中声明正确的单位",
    )


def _unit_changed(name: str, saved: str, stated: str) -> Text:
    return Text(
        f"{name}: the file says {stated}, the mapping was saved with {saved}; where the file is wrong, declare the unit in the "
        'mapping with by = "mapping"',
        f'{name}：文件写明 {stated}，映射保存时为 {saved}；若文件有误，请在映射中声明单位并写 by = "mapping"',
    )


def _unknown_variable(name: str, variable: str, panel: Panel) -> Text:
    near = nearest(variable, panel.variables)
    return Text(
        f"{name}: '{variable}' is no variable of panel '{panel.name}'; nearest: {near}",
        f"{name}：“{variable}”不是面板“{panel.name}”的变量；相近：{near}",
    )
