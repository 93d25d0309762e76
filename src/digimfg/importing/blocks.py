"""Read a planned table into blocks: key arrays, value arrays, and the address of every cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import PanelError
from digimfg.importing.cells import MISSING_MARKS, clean_text, is_missing, match_text
from digimfg.importing.converting import ColumnError, Converted, convert_cells, keep_cells
from digimfg.importing.guessing import guess_variable
from digimfg.importing.layout import body_column, split_unit
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.names import AGGREGATES, NAMED_KEYS, read_year, resolve_names
from digimfg.importing.plan import Plan
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
    keys, kept, notes = _keys(plan, panel, given, marks)
    rows = (plan.table.first + kept).astype("int32")
    reader = _Reader(plan, panel, given, marks, keys, rows, kept)
    if plan.layout == "long":
        blocks = [reader.long()]
    elif plan.layout == "indicators":
        blocks = reader.indicators()
    else:
        blocks = reader.wide()
    if reader.problems:
        raise _problems(plan, reader.problems)
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
            parts: list[tuple[str, BlockColumn]] = []
            for place in places:
                planned = self.plan.columns[place]
                read = self._column(
                    place, stem or self.plan.table.grid.sheet, planned.told, self._cells(place), self.rows
                )
                if read is not None:
                    parts.append(read)
            if not parts:
                continue
            name, first = parts[0]
            n, width = len(self.rows), len(parts)
            labels = [self.plan.columns[place].key for place in places][:width]
            kind: type = object if any(part.values.dtype == object for _, part in parts) else float
            keys = {key: np.tile(values, width) for key, values in self.keys.items()}
            keys[across] = np.repeat(np.array(labels, dtype="int64" if across == "year" else object), n)
            column = BlockColumn(
                values=np.concatenate([part.values.astype(kind) for _, part in parts]),
                columns=np.repeat(np.array([part.columns for _, part in parts], dtype="int32"), n),
                header=stem,
                told=first.told,
                unit=first.unit,
                factor=first.factor,
            )
            blocks.append(Block(keys=keys, rows=np.tile(self.rows, width), columns={name: column}))
        return blocks

    def indicators(self) -> list[Block]:
        places = self.plan.places
        told = {match_text(name): column for name, column in self.given.columns.items()}
        indicator = np.array([clean_text(cell) for cell in self._cells(places["indicator"])], dtype=object)
        values = self._cells(places["value"])
        units = self._cells(places["unit"]) if "unit" in places else None
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
            own = unit or next(iter(stated), "")
            read = self._column(places["value"], name, what, values[chosen], self.rows[chosen], own)
            if read is not None:
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
        unit = told.unit or own or header.unit
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


def _keys(
    plan: Plan, panel: Panel, given: ImportMapping, marks: frozenset[str]
) -> tuple[dict[str, np.ndarray], np.ndarray, list[Text]]:
    table = plan.table
    n = table.last - table.first
    keys: dict[str, np.ndarray] = {}
    out = np.zeros(n, dtype=bool)
    wrong: list[Text] = []
    aside: dict[str, int] = {}
    dropped = {clean_text(name).replace(" ", "").casefold() for name in given.leave_out} | (
        AGGREGATES if panel.keys[0] in ("province", "city") else frozenset()
    )
    present = [key for key in panel.keys if key in plan.places or key in plan.constants]
    empty = np.ones(n, dtype=bool)
    others = _others(plan, given, n)
    for key in present:
        if key in plan.constants:
            cells = np.full(n, plan.constants[key], dtype=object)
        else:
            cells = body_column(table, plan.places[key])
            labels = table.grid.value_labels.get(plan.places[key])
            if labels:
                cells = np.array([labels.get(cell, cell) for cell in cells.tolist()], dtype=object)
        codes, distinct = pd.factorize(pd.Series(np.asarray(cells, dtype=object)), use_na_sentinel=True)
        texts = [clean_text(value).replace(" ", "").casefold() for value in distinct]
        blank = np.array([is_missing(value, marks) for value in distinct] + [True])
        heads = {
            match_text(part) for part in (table.headers[plan.places[key]].parts if key in plan.places else ())
        }
        if key == "year":
            found: list[object] = [read_year(value) for value in distinct]
            away = np.array([match_text(value) in heads for value in distinct] + [False])
        else:
            resolved = resolve_names(
                key, [value for value, no in zip(distinct, blank, strict=False) if not no], given.names
            )
            found = [resolved.get(value) for value in distinct]
            away = np.array(
                [
                    ((text in dropped or match_text(value) in heads) and code is None) or text in dropped
                    for text, value, code in zip(texts, distinct, found, strict=True)
                ]
                + [False]
            )
        bad = np.array([code is None for code in found] + [False]) & ~blank & ~away
        unknown = bad[codes] & ~others
        if unknown.any():
            listed = [str(distinct[code]) for code in dict.fromkeys(codes[unknown].tolist())]
            wrong.append(_unknown(key, listed, int(unknown.sum())))
        for value, no in zip(texts, away, strict=False):
            if no:
                aside[value] = aside.get(value, 0) + int((codes == texts.index(value)).sum())
        out |= away[codes]
        if key in plan.places:
            empty &= blank[codes]
        filled: np.ndarray = np.array([*found, None], dtype=object)[codes]
        keys[key] = filled
    if wrong:
        raise _problems(plan, wrong)
    out |= others
    out |= empty if plan.places.keys() & set(present) else False
    partly = np.zeros(n, dtype=bool)
    for values in keys.values():
        partly |= np.array([value is None for value in values.tolist()])
    partly &= ~out
    if partly.any():
        first = ", ".join(f"{table.first + row + 1}" for row in np.flatnonzero(partly)[:_SHOWN])
        raise _problems(
            plan,
            [
                Text(
                    f"{int(partly.sum()):,} rows without a complete key, first in rows {first}",
                    f"{int(partly.sum()):,} 行缺键，首见于第 {first} 行",
                )
            ],
        )
    kept = np.flatnonzero(~out)
    result = {
        key: values[kept].astype("int64") if key == "year" else values[kept] for key, values in keys.items()
    }
    notes = []
    if others.any():
        shown = ", ".join(f"{header} = {value}" for header, value in given.only.items())
        notes.append(
            Text(
                f"only rows with {shown}: {int(others.sum()):,} others left out",
                f"仅取 {shown} 的行：其余 {int(others.sum()):,} 行未纳入",
            )
        )
    if aside:
        named = ", ".join(f"{name} ({count:,})" for name, count in sorted(aside.items()))
        notes.append(
            Text(f"rows left out that are no units of the panel: {named}", f"未纳入的非面板单位行：{named}")
        )
    return result, kept, notes


def _others(plan: Plan, given: ImportMapping, n: int) -> np.ndarray:
    """Tell which rows do not hold what the mapping's ``only`` asks for."""
    others = np.zeros(n, dtype=bool)
    for header, value in given.only.items():
        wanted = match_text(header)
        places = [
            place
            for place, head in enumerate(plan.table.headers)
            if wanted in {match_text(head.text), *map(match_text, head.parts)}
        ]
        if not places:
            raise _problems(
                plan, [Text(f"no column '{header}', which `only` names", f"没有 `only` 所指的列“{header}”")]
            )
        cells = body_column(plan.table, places[0])
        others |= np.array([clean_text(cell) != clean_text(value) for cell in cells.tolist()], dtype=bool)
    return others


def _unknown(key: str, values: list[str], rows: int) -> Text:
    import difflib

    from digimfg.importing.names import known_names

    table = known_names(key) if key in NAMED_KEYS else {}
    shown = []
    for value in values[:_SHOWN]:
        near = difflib.get_close_matches(clean_text(value).casefold(), table, n=1, cutoff=0.4)
        shown.append(f"{value!r}" + (f" ({near[0]}?)" if near else ""))
    listed = ", ".join(shown) + (" …" if len(values) > _SHOWN else "")
    return Text(
        f"{key}: {rows:,} rows with {len(values):,} values that are unknown: {listed}; name them in the mapping under [names], or "
        "leave such rows out with leave_out = [...]",
        f"{key}：{rows:,} 行的 {len(values):,} 个取值无法识别：{listed}；请在映射 [names] 中对应，或用 leave_out = [...] 舍去这些行",
    )


def _units_differ(name: str, units: list[str]) -> Text:
    shown = ", ".join(units[:_SHOWN])
    return Text(
        f"{name}: rows in different units ({shown}); declare the right one in the mapping",
        f"{name}：各行单位不一（{shown}）；请在映射中声明正确的单位",
    )


def _unknown_variable(name: str, variable: str, panel: Panel) -> Text:
    import difflib

    near = ", ".join(difflib.get_close_matches(variable, panel.variables, n=3)) or "—"
    return Text(
        f"{name}: '{variable}' is no variable of panel '{panel.name}'; nearest: {near}",
        f"{name}：“{variable}”不是面板“{panel.name}”的变量；相近：{near}",
    )


def _problems(plan: Plan, problems: list[Text]) -> PanelError:
    sheet = plan.table.grid.sheet
    listed = problems[:30]
    return PanelError(
        where=Text(f"sheet '{sheet}'", f"工作表“{sheet}”") if sheet else Text("the table", "表格"),
        expected=Text("keys, numbers and units that can be read", "可识别的键、数字与单位"),
        got=Text(
            f"{len(problems)} thing{'s' if len(problems) > 1 else ''} to settle"
            + "".join(f"\n    {line.en}" for line in listed),
            f"{len(problems)} 处待处理" + "".join(f"\n    {line.zh}" for line in listed),
        ),
        remedy=Text(
            "save a mapping with --save-mapping map.toml, edit it and give it with --mapping map.toml",
            "用 --save-mapping map.toml 存下映射，修改后用 --mapping map.toml 导入",
        ),
    )
