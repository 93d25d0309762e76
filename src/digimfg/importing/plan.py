"""Decide how a table turns into rows of a panel: layout, key columns, and what every other column is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.errors import PanelError
from digimfg.importing.cells import clean_text, match_text
from digimfg.importing.guessing import find_key
from digimfg.importing.layout import Header, Table
from digimfg.importing.mapping import ColumnMapping, ImportMapping, Layout
from digimfg.importing.names import resolve_names
from digimfg.importing.plan_columns import (
    PlannedColumn,
    columns_left_out,
    header_names,
    indicators_elsewhere,
    plan_columns,
    plan_indicators,
    plan_years,
    shown_headers,
)
from digimfg.importing.synonyms import role_words
from digimfg.importing.years import part_of_year, year_in_header, year_of_title
from digimfg.variables.unit_names import NAMED_KEYS

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["Plan", "plan_table"]

_OF_INDICATORS: Mapping[str, tuple[str, ...]] = {
    "indicators": ("indicator", "value", "unit"),
    "indicator_years": ("indicator", "unit"),
}


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
    indicators
        Name in the column of indicators → what it is.
    other_names
        Headers of further columns that name the same indicators one by one, such as Chinese names beside
        codes.
    """

    table: Table
    layout: Layout
    places: Mapping[str, int]
    constants: Mapping[str, str]
    columns: Mapping[int, PlannedColumn]
    left_out: tuple[str, ...] = ()
    indicators: Mapping[str, ColumnMapping] = field(default_factory=dict)
    other_names: tuple[str, ...] = ()


def plan_table(table: Table, panel: Panel, given: ImportMapping) -> Plan:
    """Find the layout of a table and what its columns are; what `given` says comes first.

    Raises
    ------
    PanelError
        If a key cannot be found, or the mapping names a column that is not there.
    """
    places = _given_places(table, given)
    unit_key = panel.keys[0]
    constants = {
        **_year_of_sheet(table, panel, places, given),
        **_unit_of_sheet(table, panel, places, given),
        **given.constants,
    }
    for key in panel.keys:
        if key not in places and key not in given.constants:
            found = find_key(table, key, set(places.values()), given.names, panel)
            if found is not None:
                places[key] = found
                constants.pop(key, None)
    layout = given.layout or _layout(table, panel, places, constants, given)
    columns: dict[int, PlannedColumn] = {}
    if layout in _OF_INDICATORS:
        places |= {
            role: place
            for role in _OF_INDICATORS[layout]
            if role not in places and (place := _role(table, role, places)) is not None
        }
    if layout == "indicator_years":
        columns = plan_years(table, places, given)
    elif layout != "indicators":
        columns = plan_columns(table, panel, layout, places, given)
    across = {"wide_years": "year", "indicator_years": "year", "wide_units": unit_key}.get(layout)
    for key in panel.keys:
        if key not in places and key not in constants and key != across:
            raise _no_key(table, panel, key)
    for role in _OF_INDICATORS.get(layout, ())[:-1]:
        if role not in places:
            raise _no_key(table, panel, role)
    left = columns_left_out(table, {*places.values(), *columns}, given)
    return Plan(
        table=table,
        layout=layout,
        places=places,
        constants=constants,
        columns=columns,
        left_out=left,
        indicators=plan_indicators(table, panel, places["indicator"], given)
        if layout in _OF_INDICATORS
        else {},
        other_names=indicators_elsewhere(table, places) if layout in _OF_INDICATORS else (),
    )


def _given_places(table: Table, given: ImportMapping) -> dict[str, int]:
    places: dict[str, int] = {}
    for role, name in given.keys.items():
        wanted = match_text(name)
        found = [place for place, header in enumerate(table.headers) if wanted in header_names(table, place)]
        if not found:
            raise PanelError.of(
                "importing.mapped_column_lacking",
                where=table.grid.where,
                got=shown_headers(table),
                name=name,
                role=role,
            )
        places[role] = found[0]
    return places


def _year_of_sheet(
    table: Table, panel: Panel, places: Mapping[str, int], given: ImportMapping
) -> dict[str, str]:
    """Return the year that the sheet's name or its title states, for tables of one year."""
    if "year" not in panel.keys or "year" in places or "year" in given.constants:
        return {}
    years = (year_of_title(text) for text in (table.grid.sheet, *table.title))
    return next(({"year": str(year)} for year in years if year is not None), {})


def _unit_of_sheet(
    table: Table, panel: Panel, places: Mapping[str, int], given: ImportMapping
) -> dict[str, str]:
    """Return the one province, city or country that the sheet's name or a line above the table names: 地区：
    北京市.
    """
    key = panel.keys[0]
    if key in places or key in given.constants or key not in NAMED_KEYS:
        return {}
    for text in (table.grid.sheet, *table.title):
        name = clean_text(text).rpartition(":")[2].strip()
        if len(name) > 2 or not name.isascii():
            code = resolve_names(key, [name], given.names)[name] if name else None
            if code is not None:
                return {key: code}
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
    heads = [table.headers[place] for place in spare]
    years = [found for head in heads if (found := year_in_header(head.text, given.names)) is not None]
    if has_unit and sum(not rest for _, rest in years) >= 2 and _role(table, "indicator", places) is not None:
        return "indicator_years"
    if has_unit and (len(years) >= 2 or ("year" not in constants and sum(map(_of_some_year, heads)) >= 2)):
        return "wide_years"
    if not has_unit and "year" in places and unit_key in NAMED_KEYS:
        texts = [table.headers[place].text for place in spare if table.headers[place].text]
        codes = resolve_names(unit_key, texts, given.names)
        if sum(code is not None for code in codes.values()) >= 2:
            return "wide_units"
    return "long"


def _of_some_year(header: Header) -> bool:
    """Tell whether a header names a year, or what is none until a person says which year it stands for."""
    return year_in_header(header.text) is not None or any(map(part_of_year, header.parts))


def _role(table: Table, role: str, places: Mapping[str, int]) -> int | None:
    words = role_words(role)
    for place in range(len(table.headers)):
        if place not in places.values() and header_names(table, place) & words:
            return place
    return None


def _no_key(table: Table, panel: Panel, key: str) -> PanelError:
    return PanelError.of(
        "importing.no_key_column", where=table.grid.where, got=shown_headers(table), key=key, name=panel.name
    )
