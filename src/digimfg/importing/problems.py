"""Say what is wrong with a table: its cells with their addresses, units, names of columns and of rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import PanelError, nearest
from digimfg.importing.cells import clean_text
from digimfg.importing.nearest_names import nearest_names
from digimfg.importing.numbers import two_readings
from digimfg.importing.years import likely_year
from digimfg.notes import note_of
from digimfg.text import Text, column_letter

if TYPE_CHECKING:
    from digimfg.importing.layout import Table
    from digimfg.panels import Panel
    from digimfg.variables import Variable

__all__ = [
    "address",
    "column_line",
    "industries_differ",
    "odd_units",
    "table_problems",
    "two_units",
    "undeclared_unit",
    "unit_changed",
    "units_differ",
    "unknown_names",
    "unknown_variable",
    "unreadable_cells",
    "without_indicator",
    "year_lines",
]

_SHOWN = 3
_MOST_UNITS = 5
_MOST_MARKS = 5
_MOST_PROBLEMS = 30
_MOST_NAMES = 80


def address(row: int, place: int) -> str:
    """Return a cell's address as a spreadsheet writes it; rows and columns count from 0."""
    return f"{column_letter(place)}{row + 1}"


def unreadable_cells(
    cells: np.ndarray, rows: np.ndarray, place: int, name: str, wrong: np.ndarray, what: Text | None = None
) -> Text:
    """Tell of cells that are no number, or no name that is known, with their addresses."""
    shown, n = _cells_shown(cells, rows, place, wrong), len(wrong)
    if what is not None:
        return note_of("importing.cells_not_known", name=name, n=n, what=what, shown=shown)
    texts = [text for position in wrong[:1000] if (text := clean_text(cells[position]))]
    if any(map(two_readings, texts)):
        return note_of("importing.cells_read_two_ways", name=name, n=n, shown=shown)
    if any(text[0].isdigit() or text[0] in "+-." for text in texts):
        return note_of("importing.cells_no_numbers", name=name, n=n, shown=shown)
    marks = [json.dumps(text, ensure_ascii=False) for text in list(dict.fromkeys(texts))[:_MOST_MARKS]]
    return note_of(
        "importing.cells_no_numbers_nor_missing", name=name, n=n, shown=shown, marks=", ".join(marks)
    )


def two_units(
    cells: np.ndarray, rows: np.ndarray, place: int, name: str, units: list[str], own: np.ndarray | None
) -> Text:
    """Tell of a column of one's own whose numbers come in two units, or as percentages and plain numbers."""
    shown = ", ".join(dict.fromkeys(unit or "–" for unit in units))
    first = (
        [] if own is None else [int(np.flatnonzero(own == text)[0]) for text in dict.fromkeys(own.tolist())]
    )
    where = _cells_shown(cells, rows, place, np.array(first, dtype=int))
    leave = json.dumps(name, ensure_ascii=False)
    return note_of("importing.cells_in_two_units", name=name, shown=shown, where=where, quoted=leave)


def odd_units(
    cells: np.ndarray, rows: np.ndarray, place: int, name: str, units: np.ndarray, odd: list[str], header: str
) -> Text:
    """Tell of numbers whose own unit is none of the variable, or another than the declared one."""
    shown = _cells_shown(cells, rows, place, np.flatnonzero(np.isin(units, odd)))
    if header:
        return note_of("importing.cells_in_another_unit", name=name, declared=header, shown=shown)
    return note_of("importing.cells_in_no_unit", name=name, shown=shown)


def undeclared_unit(variable: Variable, where: Text, got: Text) -> PanelError:
    """Return the error of a variable whose unit nothing declares."""
    return PanelError.of(
        "importing.unit_not_declared", where=where, got=got, unit=variable.unit, name=variable.name
    )


def column_line(name: str, variable: Variable, error: PanelError) -> Text:
    """Return an error about one column as a line of the list of problems."""
    return note_of(
        "importing.column_refused",
        name=name,
        variable=variable.name,
        expected=error.expected,
        got=error.got,
        remedy=error.remedy,
    )


def units_differ(name: str, units: list[str]) -> Text:
    """Tell of an indicator whose rows come in different units."""
    return note_of("importing.rows_in_two_units", name=name, shown=", ".join(units[:_MOST_UNITS]))


def without_indicator(rows: list[str]) -> Text:
    """Tell of rows with values and no name of their indicator."""
    shown = ", ".join(rows[:_MOST_UNITS]) + (" …" if len(rows) > _MOST_UNITS else "")
    return note_of("importing.rows_without_indicator", n=len(rows), shown=shown)


def unit_changed(name: str, saved: str, stated: str) -> Text:
    """Tell of a file whose unit is not the saved mapping's."""
    return note_of("importing.unit_of_mapping_differs", name=name, saved=saved, stated=stated)


def industries_differ(codes: str, names: str, found: list[tuple[str, str, str | None]]) -> Text:
    """Tell of codes of industries that are not those of the names beside them."""
    shown = "; ".join(
        f"{code} {name}" + (f" ({own})" if own else "")
        for code, name, own in list(dict.fromkeys(found))[:_SHOWN]
    )
    return note_of("importing.industries_differ", codes=codes, names=names, n=len(found), shown=shown)


def unknown_variable(name: str, variable: str, panel: Panel) -> Text:
    """Tell of a name that is no variable of the panel."""
    near = nearest(variable, panel.variables)
    return note_of(
        "importing.no_variable_of_panel", name=name, variable=variable, panel=panel.name, near=near
    )


def _cells_shown(cells: np.ndarray, rows: np.ndarray, place: int, wrong: np.ndarray) -> str:
    shown = ", ".join(
        f"{address(int(rows[position]), place)} = {str(cells[position])[:40]!r}"
        for position in wrong[:_SHOWN]
    )
    return shown + (" …" if len(wrong) > _SHOWN else "")


def unknown_names(key: str, values: list[str], rows: int) -> Text:
    """Tell of cells in the column of a key that are none of its values, with the lines of a mapping that
    settle them.
    """
    shown = []
    for value in values[:_MOST_UNITS]:
        near = " / ".join(nearest_names(key, value))
        shown.append(f"{value!r}" + (f" ({near}?)" if near else ""))
    listed = ", ".join(shown) + (" …" if len(values) > _MOST_UNITS else "")
    quoted = [json.dumps(value, ensure_ascii=False) for value in values]
    every = ", ".join(quoted[:_MOST_NAMES]) + (", …" if len(values) > _MOST_NAMES else "")
    if key == "year":
        return note_of(
            "importing.no_whole_years",
            n=rows,
            values=len(values),
            listed=listed,
            lines=year_lines(values),
            every=every,
        )
    return note_of(
        "importing.names_unknown",
        key=key,
        n=rows,
        values=len(values),
        listed=listed,
        first=quoted[0],
        every=every,
    )


def year_lines(values: list[str]) -> str:
    """Return the part of a mapping that says which years texts stand for, filled in where only one year
    comes into question.
    """
    told = {value: likely_year(value) for value in dict.fromkeys(values)}
    named = {value: str(year) for value, year in told.items() if year is not None} or {values[0]: "…"}
    pairs = [f'{json.dumps(value, ensure_ascii=False)} = "{year}"' for value, year in named.items()]
    return "names = { " + ", ".join(pairs[:_MOST_NAMES]) + (", …" if len(pairs) > _MOST_NAMES else "") + " }"


def table_problems(table: Table, problems: list[Text]) -> PanelError:
    """Return one error that lists everything wrong with a table."""
    more = len(problems) - _MOST_PROBLEMS
    return PanelError.of(
        "importing.things_to_settle",
        where=table.grid.where,
        n=len(problems),
        listed=problems[:_MOST_PROBLEMS],
        rest=note_of("importing.and_more_lines", more=more) if more > 0 else "",
    )
