"""Say what the columns and indicators of a table are: what the mapping tells, else what is guessed, else
what is in the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import PanelError
from digimfg.importing.cells import clean_text, is_missing, match_text
from digimfg.importing.guessing import guess_variable
from digimfg.importing.layout import Table, body_amounts, body_column, split_unit
from digimfg.importing.mapping import ColumnMapping, ImportMapping, Layout
from digimfg.importing.names import resolve_names
from digimfg.importing.numbers import parse_numbers
from digimfg.importing.problems import year_lines
from digimfg.importing.years import part_of_year, read_year, year_in_header
from digimfg.text import Text, column_letter
from digimfg.variables.unit_names import NAMED_KEYS

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = [
    "PlannedColumn",
    "columns_left_out",
    "header_names",
    "indicators_elsewhere",
    "plan_columns",
    "plan_indicators",
    "plan_years",
    "shown_headers",
]


_MOST_ROWS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedColumn:
    """Say what one column is.

    Parameters
    ----------
    name
        By which a mapping names it: its header, stem or indicator, or the title of a table of one variable.
    told
        What it is.
    key
        Year or unit code that its header names in a wide table.
    unit
        Unit that the title states.
    """

    name: str
    told: ColumnMapping
    key: str | int | None = None
    unit: str = ""


def plan_columns(
    table: Table, panel: Panel, layout: Layout, places: Mapping[str, int], given: ImportMapping
) -> dict[int, PlannedColumn]:
    """Return position → what the column is, for every column that the layout has a place for."""
    told = {match_text(name): column for name, column in given.columns.items()}
    used: set[str] = set()
    columns: dict[int, PlannedColumn] = {}
    units = _unit_headers(table, panel, given) if layout == "wide_units" else {}
    whole: PlannedColumn | None = None
    if layout == "wide_years":
        _no_parts_of_years(table, given)
    for place, header in enumerate(table.headers):
        if place in places.values() or not header.parts:
            continue
        key: str | int | None = None
        name, parts = header.text, header.parts
        if layout == "wide_years":
            found = year_in_header(header.text, given.names)
            if found is None:
                continue
            key, name = found
            parts = (name,) if name else ()
        elif layout == "wide_units":
            key = units.get(header.text)
            if key is None:
                continue
            name, parts = "", ()
        names = {match_text(name)} if layout != "long" else header_names(table, place)
        match = next((word for word in names if word in told), None)
        if match is not None:
            used.add(match)
            column = told[match]
        elif not parts:
            whole = whole or _of_table(table, panel, given, told)
            columns[place] = replace(whole, key=key)
            continue
        else:
            column = guess_variable(parts, panel)
        columns[place] = PlannedColumn(name=name, told=column, key=key)
    return _codes_before_names(columns) if layout == "long" else columns


def _codes_before_names(columns: dict[int, PlannedColumn]) -> dict[int, PlannedColumn]:
    """Keep a column of names as text where another holds the codes of the same industry, province or city."""
    result = dict(columns)
    for variable in NAMED_KEYS:
        same = {
            place: one
            for place, one in columns.items()
            if one.told.variable == variable and one.told.by != "mapping"
        }
        codes = [place for place, one in same.items() if re.search("代码|code|cd$", one.name, re.IGNORECASE)]
        if len(same) > 1 and len(codes) == 1:
            result |= {
                place: replace(one, told=ColumnMapping(by="kept"))
                for place, one in same.items()
                if place != codes[0]
            }
    return result


def plan_years(table: Table, places: Mapping[str, int], given: ImportMapping) -> dict[int, PlannedColumn]:
    """Return position → year of the columns of a table whose rows are indicators."""
    _no_parts_of_years(table, given)
    columns: dict[int, PlannedColumn] = {}
    for place, header in enumerate(table.headers):
        found = year_in_header(header.text, given.names)
        if place not in places.values() and found is not None and not found[1]:
            columns[place] = PlannedColumn(name="", told=ColumnMapping(), key=found[0])
    return columns


def plan_indicators(table: Table, panel: Panel, place: int, given: ImportMapping) -> dict[str, ColumnMapping]:
    """Return the name of each indicator → what it is."""
    told = {match_text(name): column for name, column in given.columns.items()}
    names = dict.fromkeys(clean_text(cell) for cell in body_column(table, place).tolist())
    result: dict[str, ColumnMapping] = {}
    for name in names:
        if name:
            bare, _ = split_unit(name)
            known = told.get(match_text(name)) or told.get(match_text(bare))
            result[name] = known or guess_variable((bare,), panel)
    return result


def indicators_elsewhere(table: Table, places: Mapping[str, int]) -> tuple[str, ...]:
    """Return the headers of columns whose texts go one by one with the names of the indicators."""
    names = [clean_text(cell) for cell in body_column(table, places["indicator"])[:_MOST_ROWS].tolist()]
    kinds = len(set(names))
    found = []
    for place, header in enumerate(table.headers):
        if place in places.values() or not header.parts:
            continue
        if kinds < 2 and not re.search("name|code|名称|代码", header.text, re.IGNORECASE):
            continue
        cells = [clean_text(cell) for cell in body_column(table, place)[:_MOST_ROWS].tolist()]
        if len(set(cells)) == kinds == len(set(zip(names, cells, strict=True))) and not all(
            map(_is_number, cells)
        ):
            found.append(header.text)
    return tuple(found)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def columns_left_out(table: Table, used: set[int], given: ImportMapping) -> tuple[str, ...]:
    """Return the headers of columns that hold something and have no place; numbers without a header are an
    error.
    """
    settled = {match_text(name) for name in given.columns}
    left = []
    for place, header in enumerate(table.headers):
        if place in used:
            continue
        cells = body_amounts(table, place).tolist()
        if all(is_missing(cell) for cell in cells):
            continue
        letter = column_letter(place)
        if not header.parts and match_text(letter) not in settled and _stray_numbers(cells):
            raise PanelError.of("importing.header_lacking", where=table.grid.where, letter=letter)
        left.append(header.text or letter)
    return tuple(left)


def header_names(table: Table, place: int) -> set[str]:
    """Return every text by which a mapping may name a column, as `match_text` compares them."""
    header = table.headers[place]
    names = {match_text(part) for part in header.parts} | {
        match_text(header.text),
        match_text("".join(header.parts)),
    }
    return names | ({match_text(f"{header.text}({header.unit})")} if header.unit else set())


def shown_headers(table: Table) -> Text:
    """Return the first headers of a table, for messages."""
    heads = [header.text for header in table.headers if header.text]
    shown = ", ".join(heads[:12]) + (" …" if len(heads) > 12 else "")
    return Text(f"headers {shown}", f"表头 {shown}")


def _unit_headers(table: Table, panel: Panel, given: ImportMapping) -> dict[str, str]:
    texts = [header.text for header in table.headers if header.text]
    codes = resolve_names(panel.keys[0], texts, given.names)
    return {text: code for text, code in codes.items() if code is not None and isinstance(text, str)}


def _of_table(
    table: Table, panel: Panel, given: ImportMapping, told: Mapping[str, ColumnMapping]
) -> PlannedColumn:
    """Return what a wide table holds whose columns do not say it: the mapping's variable, the title's or the
    sheet's.
    """
    if given.variable:
        return PlannedColumn(name="", told=ColumnMapping(variable=given.variable, unit=given.unit))
    lines = [line for line in (*table.title, table.grid.sheet) if line]
    for line in lines:
        for text in (line, _bare_title(line), line.partition(":")[2], *line.split()):
            name, unit = split_unit(text)
            if not name or read_year(name) is not None:
                continue
            guess = told.get(match_text(name)) or guess_variable((name,), panel)
            if guess.variable:
                return PlannedColumn(name=name, told=guess, unit=unit)
    shown = " | ".join(lines)
    raise PanelError.of(
        "importing.table_without_title",
        where=table.grid.where,
        above=Text(f", under: {shown}", f"；其上为：{shown}") if shown else "",
    )


def _bare_title(line: str) -> str:
    """Take the number of the table, its regions and its years off a title: 表 3-1
    分地区地区生产总值(2011-2020年).
    """
    line = re.sub(r"(?:计量)?单位\s*:?\s*\S+\s*$", "", line).strip()
    text = re.sub(r"^(?:附?表|续表)?\s*[\d一二三四五六七八九十]*(?:[-.—–、]\d+)*\s+", "", line)
    text = re.sub(r"^(?:附?表)?\s*\d+(?:[-.]\d+)*\s*", "", text)
    text = re.sub(r"[(\s]*(?:19|20)\d\d\s*(?:年)?(?:\s*[-~—至]+\s*(?:19|20)\d\d\s*年?)?[)\s]*", "", text)
    text = re.sub(
        r"^(?:按?(?:分|各)(?:地区|省份|省区市|省市|省)|全国各省|中国各省|历年|主要年份|31个?省(?:份|市|区市)?)的?",
        "",
        text,
    )
    return re.sub(r"(?:情况|统计表?|数据|一览表)$", "", text).strip()


def _stray_numbers(cells: list[object]) -> bool:
    """Tell whether a column without a header holds numbers other than a count of the rows."""
    numbers = parse_numbers(np.array(cells, dtype=object))
    held = numbers.values[~np.isnan(numbers.values)]
    return len(held) > 0 and not (len(held) > 1 and np.array_equal(np.diff(held), np.ones(len(held) - 1)))


def _no_parts_of_years(table: Table, given: ImportMapping) -> None:
    settled = {match_text(name) for name, told in given.columns.items() if told.variable == "-"}
    told = {clean_text(name) for name in given.names}
    partial = [
        (header.text, unclear)
        for header in table.headers
        if (unclear := next(filter(None, map(part_of_year, header.parts)), ""))
        and unclear not in told
        and match_text(header.text) not in settled
    ]
    if partial:
        heads = list(dict.fromkeys(text for text, _ in partial))
        shown = ", ".join(heads[:12]) + (" …" if len(heads) > 12 else "")
        lines = year_lines([unclear for _, unclear in partial])
        leave = json.dumps(heads[0], ensure_ascii=False)
        raise PanelError.of(
            "importing.years_not_whole", where=table.grid.where, shown=shown, lines=lines, leave=leave
        )
