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
from digimfg.text import Text, column_letter, counted

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
    expected = what or Text("numbers", "数字")
    shown = _cells_shown(cells, rows, place, wrong)
    more = len(wrong)
    texts = [text for position in wrong[:1000] if (text := clean_text(cells[position]))]
    marks = ", ".join(
        json.dumps(text, ensure_ascii=False) for text in list(dict.fromkeys(texts))[:_MOST_MARKS]
    )
    hint = (
        _decimals()
        if any(map(two_readings, texts))
        else (
            Text(
                f"; correct them, or if they mean missing: missing = [{marks}]",
                f"；请更正，若表示缺失则写 missing = [{marks}]",
            )
            if what is None and not any(text[0].isdigit() or text[0] in "+-." for text in texts)
            else Text("; correct them", "；请更正")
        )
    )
    return Text(
        f"{name}: {more:,} cell{'s' if more > 1 else ''} that {'are' if more > 1 else 'is'} not "
        f"{_singular(expected.en) if more == 1 else expected.en}: {shown}{hint.en}",
        f"{name}：{more:,} 个单元格不是{expected.zh}：{shown}{hint.zh}",
    )


def _decimals() -> Text:
    return Text(
        "; does a comma stand before the decimals (1,5 = 1½), or a point? Say it in the mapping: "
        'decimal = "," or decimal = "."',
        '；小数点写作逗号（1,5 = 1½）还是句点？请在映射中写明：decimal = "," 或 decimal = "."',
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
    return Text(
        f"{name}: numbers in different units ({shown}), first {where}; write all in one, or leave the "
        f'column out: [columns] {leave} = "-"',
        f'{name}：数字的单位不一（{shown}），首见 {where}；请统一单位，或舍去该列：[columns] {leave} = "-"',
    )


def _singular(expected: str) -> str:
    return "a number" if expected == "numbers" else expected


def odd_units(
    cells: np.ndarray, rows: np.ndarray, place: int, name: str, units: np.ndarray, odd: list[str], header: str
) -> Text:
    """Tell of numbers whose own unit is none of the variable, or another than the declared one."""
    shown = _cells_shown(cells, rows, place, np.flatnonzero(np.isin(units, odd)))
    if header:
        return Text(
            f"{name}: declared in {header}, but cells say otherwise: {shown}; correct the cells or the unit",
            f"{name}：声明单位为{header}，单元格却另有所写：{shown}；请更正单元格或单位",
        )
    return Text(
        f"{name}: what follows the number is no unit of it: {shown}; correct the cells",
        f"{name}：数字后的文字不是其单位：{shown}；请更正单元格",
    )


def undeclared_unit(variable: Variable, where: Text, got: Text) -> PanelError:
    """Return the error of a variable whose unit nothing declares."""
    return PanelError.of(
        "importing.unit_not_declared", where=where, got=got, unit=variable.unit, name=variable.name
    )


def column_line(name: str, variable: Variable, error: PanelError) -> Text:
    """Return an error about one column as a line of the list of problems."""
    return Text(
        f"{name} → {variable.name}: expected {error.expected.en}, got {error.got.en}; {error.remedy.en}",
        f"{name} → {variable.name}：应为{error.expected.zh}，实为{error.got.zh}；{error.remedy.zh}",
    )


def units_differ(name: str, units: list[str]) -> Text:
    """Tell of an indicator whose rows come in different units."""
    shown = ", ".join(units[:_MOST_UNITS])
    return Text(
        f"{name}: rows in different units ({shown}); correct the file, or where one of them holds for "
        f"all rows declare it in the "
        f'mapping: [columns] "{name}" = {{ variable = "…", unit = "…" }}',
        f"{name}：各行单位不一（{shown}）；请更正文件；若其中之一适用于所有行，请在映射中声明："
        f'[columns] "{name}" = {{ variable = "…", unit = "…" }}',
    )


def without_indicator(rows: list[str]) -> Text:
    """Tell of rows with values and no name of their indicator."""
    shown = ", ".join(rows[:_MOST_UNITS]) + (" …" if len(rows) > _MOST_UNITS else "")
    return Text(
        f"{counted(len(rows), 'row')} with values but without the name of an indicator: {shown}; name "
        f"it in the file",
        f"{len(rows):,} 行有取值而无指标名：第 {shown} 行；请在文件中补上",
    )


def unit_changed(name: str, saved: str, stated: str) -> Text:
    """Tell of a file whose unit is not the saved mapping's."""
    return Text(
        f"{name}: the file says {stated}, the mapping was saved with {saved}; where the file is wrong, "
        f"declare the unit in the "
        'mapping with by = "mapping"',
        f'{name}：文件写明 {stated}，映射保存时为 {saved}；若文件有误，请在映射中声明单位并写 by = "mapping"',
    )


def industries_differ(codes: str, names: str, found: list[tuple[str, str, str | None]]) -> Text:
    """Tell of codes of industries that are not those of the names beside them."""
    shown = "; ".join(
        f"{code} {name}" + (f" ({own})" if own else "")
        for code, name, own in list(dict.fromkeys(found))[:_SHOWN]
    )
    leave = f'[columns] "{names}" = "industry", "{codes}" = "-"'
    return Text(
        f"{codes}: {counted(len(found), 'code')} not of the industry that '{names}' names: {shown}; "
        f"codes of GB/T 4754-2002 differ from those "
        f"since 2011: take the names for the industry ({leave}), or correct the codes",
        f"{codes}：{len(found):,} 个代码与“{names}”所列行业不符：{shown}；GB/T 4754-2002 的代码与 2011 "
        f"年以来不同：请改以名称为行业（{leave}），或更正代码",
    )


def unknown_variable(name: str, variable: str, panel: Panel) -> Text:
    """Tell of a name that is no variable of the panel."""
    near = nearest(variable, panel.variables)
    return Text(
        f"{name}: '{variable}' is no variable of panel '{panel.name}'; nearest: {near}",
        f"{name}：“{variable}”不是面板“{panel.name}”的变量；相近：{near}",
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
        return Text(
            f"year: {counted(rows, 'row')} with {counted(len(values), 'value')} that "
            f"{'is' if len(values) == 1 else 'are'} no whole year: {listed}; a panel is annual: where "
            f"one stands for a whole year, say which: {year_lines(values)}; leave other dates and "
            f"forecasts out with leave_out = [{every}]",
            f"year：{rows:,} 行的 {len(values):,} 个取值不是整年：{listed}；面板为年度数据：若代表全年，"
            f"请写明：{year_lines(values)}；其余日期与预测值"
            f"请舍去：leave_out = [{every}]",
        )
    return Text(
        f"{key}: {counted(rows, 'row')} with {counted(len(values), 'unknown value')}: {listed}; say "
        f"what each is, e.g. [names] {quoted[0]} = "
        f'"…", or leave such rows out: leave_out = [{every}]',
        f"{key}：{rows:,} 行的 {len(values):,} 个取值无法识别：{listed}；请逐一写明，如 [names] "
        f'{quoted[0]} = "…"，或舍去这些行：'
        f"leave_out = [{every}]",
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
    listed = problems[:_MOST_PROBLEMS]
    more = len(problems) - len(listed)
    return PanelError.of(
        "importing.things_to_settle",
        where=table.grid.where,
        n=len(problems),
        listed=Text(
            "".join(f"\n    {line.en}" for line in listed), "".join(f"\n    {line.zh}" for line in listed)
        ),
        rest=note_of("importing.and_more_lines", more=more) if more else "",
    )
