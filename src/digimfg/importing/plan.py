"""Decide how a table turns into rows of a panel: layout, key columns, and what every other column is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import PanelError
from digimfg.importing.cells import clean_text, is_missing, match_text
from digimfg.importing.grids import column_letter
from digimfg.importing.guessing import find_key, guess_variable, header_year, role_words
from digimfg.importing.layout import Table, body_column
from digimfg.importing.mapping import ColumnMapping, ImportMapping, Layout
from digimfg.importing.names import NAMED_KEYS, read_year, resolve_names
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["Plan", "PlannedColumn", "plan_table"]

_INDICATOR_ROLES = ("indicator", "value", "unit")


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """Say how one table is read.

    Parameters
    ----------
    table
        The table.
    layout
        See `ImportMapping`.
    places
        Key or role → position of its column.
    constants
        Key → value for all rows.
    columns
        Position → what the column is: mapping, name in the file, and, across columns, its year or unit.
    left_out
        Headers (letters where there is none) of columns with cells that the layout has no place for.
    """

    table: Table
    layout: Layout
    places: Mapping[str, int]
    constants: Mapping[str, str]
    columns: Mapping[int, PlannedColumn]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedColumn:
    """Say what one column is; `key` is the year or unit code that its header names in a wide table."""

    name: str
    told: ColumnMapping
    key: str | int | None = None


def plan_table(table: Table, panel: Panel, given: ImportMapping) -> Plan:
    """Find the layout of a table and what its columns are; what `given` says comes first.

    Raises
    ------
    PanelError
        If a key cannot be found, or the mapping names a column that is not there.
    """
    places = _given_places(table, given)
    unit_key = panel.keys[0]
    constants = {**_year_of_sheet(table, panel, places, given), **given.constants}
    for key in panel.keys:
        if key not in places and key not in given.constants:
            found = find_key(table, key, set(places.values()), given.names)
            if found is not None:
                places[key] = found
                constants.pop(key, None)
    layout = given.layout or _layout(table, panel, places, constants, given)
    if layout == "indicators":
        places |= {
            role: place
            for role in _INDICATOR_ROLES
            if role not in places and (place := _role(table, role, places)) is not None
        }
        columns: dict[int, PlannedColumn] = {}
    else:
        columns = _columns(table, panel, layout, places, given)
    across = {"wide_years": "year", "wide_units": unit_key}.get(layout)
    for key in panel.keys:
        if key not in places and key not in constants and key != across:
            raise _no_key(table, panel, key)
    needed = {"indicators": ("indicator", "value")}.get(layout, ())
    for role in needed:
        if role not in places:
            raise _no_key(table, panel, role)
    used = {*places.values(), *columns}
    left = () if layout == "indicators" else _left_out(table, used)
    return Plan(
        table=table, layout=layout, places=places, constants=constants, columns=columns, left_out=left
    )


def _left_out(table: Table, used: set[int]) -> tuple[str, ...]:
    return tuple(
        header.text or column_letter(place)
        for place, header in enumerate(table.headers)
        if place not in used and not all(is_missing(cell) for cell in body_column(table, place).tolist())
    )


def _given_places(table: Table, given: ImportMapping) -> dict[str, int]:
    places: dict[str, int] = {}
    for role, name in given.keys.items():
        wanted = match_text(name)
        found = [place for place, header in enumerate(table.headers) if wanted in _header_names(table, place)]
        if not found:
            raise PanelError(
                where=_where(table),
                expected=Text(
                    f"column '{name}', which the mapping names as {role}", f"映射指定为 {role} 的列“{name}”"
                ),
                got=_shown(table),
                remedy=Text("correct `keys` in the mapping", "更正映射中的 `keys`"),
            )
        places[role] = found[0]
    return places


def _header_names(table: Table, place: int) -> set[str]:
    header = table.headers[place]
    names = {match_text(part) for part in header.parts} | {
        match_text(header.text),
        match_text("".join(header.parts)),
    }
    return names | ({match_text(f"{header.text}({header.unit})")} if header.unit else set())


def _year_of_sheet(
    table: Table, panel: Panel, places: Mapping[str, int], given: ImportMapping
) -> dict[str, str]:
    """Return the year that the sheet's name or its title states, for tables of one year."""
    if "year" not in panel.keys or "year" in places or "year" in given.constants:
        return {}
    import re

    for text in (table.grid.sheet, *table.title):
        years = set(re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", clean_text(text)))
        if len(years) == 1:
            return {"year": years.pop()}
    return {}


def _layout(
    table: Table, panel: Panel, places: Mapping[str, int], constants: Mapping[str, str], given: ImportMapping
) -> Layout:
    unit_key = panel.keys[0]
    has_unit = unit_key in places or unit_key in constants
    if has_unit and "year" in places:
        indicator, value = (_role(table, role, places) for role in ("indicator", "value"))
        return "indicators" if indicator is not None and value is not None else "long"
    spare = [place for place in range(len(table.headers)) if place not in places.values()]
    if has_unit and sum(header_year(table.headers[place]) is not None for place in spare) >= 2:
        return "wide_years"
    if not has_unit and "year" in places and unit_key in NAMED_KEYS:
        texts = [table.headers[place].text for place in spare if table.headers[place].text]
        codes = resolve_names(unit_key, texts, given.names)
        if sum(code is not None for code in codes.values()) >= 2:
            return "wide_units"
    return "long"


def _role(table: Table, role: str, places: Mapping[str, int]) -> int | None:
    words = role_words(role)
    for place in range(len(table.headers)):
        if place not in places.values() and _header_names(table, place) & words:
            return place
    return None


def _columns(
    table: Table, panel: Panel, layout: Layout, places: Mapping[str, int], given: ImportMapping
) -> dict[int, PlannedColumn]:
    told = {match_text(name): column for name, column in given.columns.items()}
    used: set[str] = set()
    columns: dict[int, PlannedColumn] = {}
    units = _unit_headers(table, panel, given) if layout == "wide_units" else {}
    for place, header in enumerate(table.headers):
        if place in places.values() or not header.parts:
            continue
        key: str | int | None = None
        name, parts = header.text, header.parts
        if layout == "wide_years":
            found = header_year(header)
            if found is None:
                continue
            key, name = found
            parts = (name,) if name else ()
        elif layout == "wide_units":
            key = units.get(header.text)
            if key is None:
                continue
            name, parts = "", ()
        names = {match_text(name)} if layout != "long" else _header_names(table, place)
        match = next((word for word in names if word in told), None)
        if match is not None:
            used.add(match)
            column = told[match]
        elif not parts:
            column = _of_table(table, panel, given)
        else:
            column = guess_variable(parts, panel)
        columns[place] = PlannedColumn(name=name, told=column, key=key)
    return columns


def _unit_headers(table: Table, panel: Panel, given: ImportMapping) -> dict[str, str]:
    texts = [header.text for header in table.headers if header.text]
    codes = resolve_names(panel.keys[0], texts, given.names)
    return {text: code for text, code in codes.items() if code is not None and isinstance(text, str)}


def _of_table(table: Table, panel: Panel, given: ImportMapping) -> ColumnMapping:
    """Return what a wide table holds whose columns do not say it: the mapping's variable, the title's or the sheet's."""
    if given.variable:
        return ColumnMapping(variable=given.variable, unit=given.unit)
    from digimfg.importing.layout import split_unit

    for line in (*table.title, table.grid.sheet):
        for text in (line, line.partition(":")[2], *line.split()):
            name, unit = split_unit(text)
            guess = guess_variable((name,), panel) if name and read_year(name) is None else None
            if guess is not None and guess.variable:
                return ColumnMapping(
                    variable=guess.variable, unit=unit, confidence=guess.confidence, by=guess.by
                )
    raise PanelError(
        where=_where(table),
        expected=Text("a title that names the variable of the table", "表题中写明变量"),
        got=Text("columns of years or units without a name", "列只有年份或单位，未写明变量"),
        remedy=Text(
            'name it in the mapping: variable = "gdp_100m_yuan", unit = "亿元"',
            '请在映射中写明，如 variable = "gdp_100m_yuan"，unit = "亿元"',
        ),
    )


def _no_key(table: Table, panel: Panel, key: str) -> PanelError:
    return PanelError(
        where=_where(table),
        expected=Text(f"a column of '{key}' for panel '{panel.name}'", f"面板“{panel.name}”的“{key}”列"),
        got=_shown(table),
        remedy=Text(
            f'name the column in the mapping: [keys] {key} = "header"; or give one value for all rows: [constants] {key} = …',
            f'请在映射中指定列：[keys] {key} = "表头"；或给全表一个值：[constants] {key} = …',
        ),
    )


def _shown(table: Table) -> Text:
    heads = [header.text for header in table.headers if header.text]
    shown = ", ".join(heads[:12]) + (" …" if len(heads) > 12 else "")
    return Text(f"headers {shown}", f"表头 {shown}")


def _where(table: Table) -> Text:
    sheet = table.grid.sheet
    return Text(f"sheet '{sheet}'", f"工作表“{sheet}”") if sheet else Text("the table", "表格")
