"""Plan a whole file: which of its sheets are tables of the panel, what their columns are, and what a person
must confirm.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.errors import PanelError
from digimfg.importing.guessing import SURE, find_key
from digimfg.importing.layout import Table, find_table
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.plan import Plan, plan_table
from digimfg.importing.reading import read_file
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from digimfg.importing.grids import FileRead
    from digimfg.panels import Panel

__all__ = ["PlannedFile", "full_mapping", "needs_confirmation", "plan_file", "together", "unsure_columns"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedFile:
    """Hold a file, how each of its tables is read, and notes on sheets that are none."""

    file: FileRead
    plans: tuple[Plan, ...]
    notes: tuple[Text, ...] = ()


def plan_file(path: Path, panel: Panel, given: ImportMapping) -> PlannedFile:
    """Read a file and plan its tables.

    A workbook may hold sheets of explanations: one without a column of the panel's units is left out with a
    note. One that has such a column must be understood, or left out by the mapping's ``sheets``.

    Raises
    ------
    PanelError
        If the file cannot be read, holds no table, or a sheet of data has no plan.
    """
    file = read_file(path, encoding=given.encoding or None, sheets=given.sheets)
    plans: list[Plan] = []
    wrong: list[PanelError] = []
    aside: list[tuple[Table, PanelError]] = []
    for grid in file.grids:
        table = find_table(grid, given.header_rows)
        if not _holds_something(table):
            continue
        try:
            plans.append(plan_table(table, panel, given))
        except PanelError as error:
            if given.sheets or find_key(table, panel.keys[0], set(), given.names, panel) is not None:
                wrong.append(error)
            else:
                aside.append((table, error))
    if wrong or (aside and not plans):
        raise together(str(path), wrong or [error for _, error in aside], sheets=len(file.grids) > 1)
    if not plans:
        raise PanelError.of("importing.no_rows_below_header", where=str(path))
    return PlannedFile(file=file, plans=tuple(plans), notes=(*file.notes, *(_aside(*each) for each in aside)))


def together(path: str, errors: Sequence[PanelError], *, sheets: bool) -> PanelError:
    """Return one error for everything that is wrong with the sheets of a file."""
    first = errors[0]
    remedy = first.remedy
    if sheets:
        remedy = note_of("importing.read_some_sheets", remedy=first.remedy)
    every = PanelError.of(
        "importing.several_sheets_to_settle",
        where=path,
        expected=first.expected,
        remedy=remedy,
        n=len(errors),
        sheets=Text(
            "".join(f"\n  {one.where.en}: {one.got.en}" for one in errors),
            "".join(f"\n  {one.where.zh}：{one.got.zh}" for one in errors),
        ),
    )
    return every if len(errors) > 1 else PanelError.like(first, got=every.got, remedy=remedy)


def full_mapping(plans: Sequence[Plan], panel: Panel, given: ImportMapping) -> ImportMapping:
    """Return the whole mapping of a file: what was told and what was guessed of every column and
    indicator.
    """
    columns: dict[str, ColumnMapping] = {}
    keys: dict[str, str] = {}
    for plan in plans:
        keys |= {role: plan.table.headers[place].text for role, place in plan.places.items()}
        for planned in plan.columns.values():
            if planned.name:
                columns.setdefault(planned.name, planned.told)
        for name, told in plan.indicators.items():
            columns.setdefault(name, told)
    return replace(
        given,
        panel=panel.name,
        layout=plans[0].layout if len({plan.layout for plan in plans}) == 1 else "",
        keys={**keys, **given.keys},
        columns={**columns, **{name: told for name, told in given.columns.items() if name not in columns}},
    )


def unsure_columns(mapping: ImportMapping, least: float = SURE) -> tuple[str, ...]:
    """Return the names whose guess is less sure than `least`: those need a person."""
    return tuple(
        name
        for name, told in mapping.columns.items()
        if told.variable not in ("", "-") and told.confidence < least
    )


def needs_confirmation(path: Path, mapping: ImportMapping, unsure: tuple[str, ...]) -> PanelError:
    """Return the error of guesses that nobody confirmed."""
    quoted = {name: json.dumps(name, ensure_ascii=False) for name in unsure}
    lines = []
    for name in unsure:
        told = mapping.columns[name]
        label = dictionary()[told.variable].label
        lines.append(
            Text(
                f'{quoted[name]} = "{told.variable}"   ({label.en}; sure to {told.confidence:.2f})',
                f'{quoted[name]} = "{told.variable}"   （{label.zh}；把握 {told.confidence:.2f}）',
            )
        )
    return PanelError.of(
        "importing.confirmation_needed",
        where=str(path),
        guesses=Text(
            "".join(f"\n    {line.en}" for line in lines), "".join(f"\n    {line.zh}" for line in lines)
        ),
    )


def _holds_something(table: Table) -> bool:
    return table.last > table.first and any(header.parts for header in table.headers)


def _aside(table: Table, error: PanelError) -> Text:
    sheet = table.grid.sheet
    return note_of("importing.sheet_not_read", sheet=sheet, expected=error.expected, got=error.got)
