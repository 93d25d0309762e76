"""Turn one column of cells into the dictionary's numbers: units by rule, everything unreadable told with its
address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from digimfg.errors import PanelError
from digimfg.importing.cells import Cells, clean_text, is_missing
from digimfg.importing.names import resolve_names
from digimfg.importing.numbers import DecimalMark, Numbers, misspelled_number, parse_numbers
from digimfg.importing.problems import column_line, odd_units, two_units, undeclared_unit, unreadable_cells
from digimfg.importing.units import conversion_factor, needs_unit, parse_unit
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables import BINARY, Variable
from digimfg.variables.unit_names import NAMED_KEYS

__all__ = ["ColumnError", "Converted", "convert_cells", "keep_cells"]

_YES_NO = {
    "是": 1.0,
    "否": 0.0,
    "yes": 1.0,
    "no": 0.0,
    "true": 1.0,
    "false": 0.0,
    "国企": 1.0,
    "非国企": 0.0,
    "国有": 1.0,
    "民营": 0.0,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Converted:
    """Hold a column's values in the dictionary's unit.

    Parameters
    ----------
    values
        Floats, or text (``None`` where missing).
    unit
        Unit of the file, ``""`` where the variable needs none.
    factor
        What the file's numbers were multiplied by; 1 where cells carry their own units.
    notes
        What a reader must know.
    """

    values: np.ndarray
    unit: str
    factor: float
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnError(Exception):
    """Say what is wrong with one column; an import collects them and tells all at once."""

    text: Text


def convert_cells(
    cells: Cells,
    rows: np.ndarray,
    place: int,
    variable: Variable,
    *,
    name: str,
    declared: tuple[str, ...],
    percent: np.ndarray | None,
    marks: frozenset[str],
    names: dict[str, str],
    row_units: np.ndarray | None = None,
    decimal: DecimalMark = ".",
) -> Converted:
    """Convert the cells of one column.

    Parameters
    ----------
    cells
        Shape (n,).
    rows, place
        Their rows (0-based) and column in the sheet, for messages.
    variable
        What they are.
    name
        The header.
    declared
        Units that were declared, the nearest first: mapping, header, line above the table; the first
        non-empty one that fits counts, and the first must fit.
    percent
        True where the cell is shown as a percentage and holds the fraction.
    marks
        Texts that mean "missing".
    names
        The mapping's names → codes.
    row_units
        Unit of each cell, where a column of units says it.
    decimal
        What stands before the decimals in the file.

    Raises
    ------
    ColumnError
        If cells are unreadable, or the unit is unknown, missing or does not convert.
    """
    if variable.dtype == "string":
        return _text(cells, rows, place, variable, name, marks, names)
    if variable.unit == BINARY:
        cells = np.array(
            [
                _YES_NO.get(clean_text(cell).casefold(), cell) if isinstance(cell, str | bool) else cell
                for cell in cells
            ],
            dtype=object,
        )
    numbers = parse_numbers(cells, marks, decimal)
    if len(numbers.unreadable):
        raise ColumnError(unreadable_cells(_objects(cells), rows, place, name, numbers.unreadable))
    if numbers.units is not None and (odd := _odd_units(numbers.units, variable, declared)):
        raise ColumnError(odd_units(_objects(cells), rows, place, name, numbers.units, odd, declared[0]))
    if row_units is not None:
        own = np.full(len(cells), "", dtype=object) if numbers.units is None else numbers.units
        numbers = replace(numbers, units=np.where(own == "", row_units, own))
    where = note_of("phrases.place_of_column", name=name)
    try:
        values, unit, factor = _in_unit(numbers, variable, where, declared, percent)
    except PanelError as error:
        raise ColumnError(column_line(name, variable, error)) from error
    return Converted(values=values, unit=unit, factor=factor, notes=_marked(name, numbers))


def keep_cells(
    cells: Cells,
    rows: np.ndarray,
    place: int,
    *,
    name: str,
    unit: str,
    percent: np.ndarray | None,
    marks: frozenset[str],
    decimal: DecimalMark = ".",
) -> Converted:
    """Return a column that the dictionary does not know as it is: numbers in one unit where all cells are,
    else text.

    Parameters
    ----------
    cells, rows, place, name, percent, marks, decimal
        As in `convert_cells`. Cells shown as percentages are percentages.
    unit
        Unit that the mapping, the header or a column of units declares.

    Raises
    ------
    ColumnError
        If numbers come in two units, as percentages and as plain numbers, or in a spelling that has two
        readings.
    """
    numbers = parse_numbers(cells, marks, decimal)
    if len(numbers.unreadable):
        wrong = np.array(
            [place for place in numbers.unreadable if misspelled_number(cells[place])], dtype=int
        )
        if len(wrong) == len(numbers.unreadable):
            raise ColumnError(unreadable_cells(_objects(cells), rows, place, name, wrong))
        return Converted(values=_as_text(_objects(cells), marks), unit=unit, factor=1.0)
    values, own = _with_percentages(numbers, percent)
    held = ~np.isnan(values)
    texts = [unit] if own is None else list(dict.fromkeys(own[held].tolist()))
    if any(text and parse_unit(_joined(text, unit)) is None for text in texts if own is not None):
        return Converted(values=_as_text(_objects(cells), marks), unit=unit, factor=1.0)
    units = list(dict.fromkeys(_joined(text, unit) if text else unit for text in texts))
    if parse_unit(unit) is not None and any(text and _joined(text, unit) == text for text in texts):
        units += [unit]
    different = {parse_unit(text) or text for text in units}
    if len(different) > 1:
        raise ColumnError(two_units(_objects(cells), rows, place, name, units, own))
    notes = _marked(name, numbers)
    if own is not None:
        notes += (note_of("importing.unit_in_cells", name=name, unit=units[0]),)
    return Converted(values=values, unit=units[0] if units else unit, factor=1.0, notes=notes)


def _marked(name: str, numbers: Numbers) -> tuple[Text, ...]:
    if not numbers.marked:
        return ()
    return (note_of("importing.footnote_marks", name=name, n=numbers.marked),)


def _objects(cells: Cells) -> np.ndarray:
    return np.asarray(cells, dtype=object)


def _as_text(cells: np.ndarray, marks: frozenset[str]) -> np.ndarray:
    codes, distinct = pd.factorize(pd.Series(cells, dtype=object), use_na_sentinel=True)
    texts = [None if is_missing(cell, marks) else clean_text(cell) for cell in distinct.tolist()]
    return np.array([*texts, None], dtype=object)[codes]


def _with_percentages(numbers: Numbers, percent: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Return values with those that are shown as percentages in percent, and the unit of each cell."""
    if percent is None or not percent.any():
        return numbers.values, numbers.units
    own = np.full(len(numbers.values), "", dtype=object) if numbers.units is None else numbers.units
    return np.where(percent, numbers.values * 100.0, numbers.values), np.where(percent, "%", own)


def _in_unit(
    numbers: Numbers, variable: Variable, where: Text, declared: tuple[str, ...], percent: np.ndarray | None
) -> tuple[np.ndarray, str, float]:
    values, own = _with_percentages(numbers, percent)
    unit, factor = _declared(variable, where, declared, own is not None)
    if own is None:
        return _times(values, factor), unit, factor
    held = ~np.isnan(values)
    result = np.array(values)
    for text in dict.fromkeys(own[held].tolist()):
        chosen = held & (own == text)
        if not text:
            if factor != factor:
                raise undeclared_unit(
                    variable,
                    where,
                    Text("some cells carry a unit, others none", "部分单元格带单位，部分没有"),
                )
            result[chosen] = _times(values[chosen], factor)
            continue
        result[chosen] = _times(values[chosen], conversion_factor(_joined(text, unit), variable.unit, where))
    texts = list(dict.fromkeys(own[held].tolist()))
    if len(texts) == 1 and texts[0] and (percent is None or not percent.any()):
        joined = _joined(texts[0], unit)
        return result, joined, conversion_factor(joined, variable.unit, where)
    return result, ", ".join(text for text in texts if text) or unit, 1.0


def _odd_units(units: np.ndarray, variable: Variable, declared: tuple[str, ...]) -> list[str]:
    """Return the texts after numbers that are no unit of the variable, or another than the header or the
    mapping declares.
    """
    wanted = parse_unit(variable.unit.zh) or parse_unit(variable.unit.en)
    header = parse_unit(declared[0]) if declared[0] else None
    odd = []
    for text in dict.fromkeys(units.tolist()):
        own = parse_unit(_joined(text, next((unit for unit in declared if unit), ""))) if text else None
        if not text or (own is not None and own == header):
            continue
        fits = own is not None and wanted is not None and own.dimension == wanted.dimension
        if not fits or (header is not None and _joined(text, declared[0]) == text):
            odd.append(text)
    return odd


def _declared(variable: Variable, where: Text, declared: tuple[str, ...], own: bool) -> tuple[str, float]:
    """Return the unit that holds for bare numbers and its factor; NaN where cells carry their own and none
    is declared.
    """
    nearest, *others = declared
    if nearest:
        return nearest, conversion_factor(nearest, variable.unit, where)
    for unit in others:
        given, wanted = parse_unit(unit), parse_unit(variable.unit.zh) or parse_unit(variable.unit.en)
        if unit and given is not None and wanted is not None and given.dimension == wanted.dimension:
            return unit, conversion_factor(unit, variable.unit, where)
    if not needs_unit(variable.unit):
        return "", 1.0
    if own:
        return "", float("nan")
    raise undeclared_unit(variable, where, Text("no unit", "未写单位"))


def _times(values: np.ndarray, factor: float) -> np.ndarray:
    """Multiply; by a small factor divide instead, so that 23265793 万元 is 2326.5793 亿元 to the last bit."""
    if factor == 1.0:
        return values
    result: np.ndarray = values * factor if factor > 1 else values / (1.0 / factor)
    return result


def _joined(text: str, unit: str) -> str:
    """Return the unit of a cell like "3亿": the magnitude of a base unit that the header declares (元)."""
    own, base = parse_unit(text), parse_unit(unit)
    bare = (
        own is not None
        and own.dimension == "count"
        and text in ("千", "万", "十万", "百万", "千万", "亿", "万亿")
    )
    return f"{text}{unit}" if bare and base is not None and base.factor == 1.0 else text


def _text(
    cells: Cells,
    rows: np.ndarray,
    place: int,
    variable: Variable,
    name: str,
    marks: frozenset[str],
    names: dict[str, str],
) -> Converted:
    held = pd.Series(cells, dtype=object) if isinstance(cells, np.ndarray) else pd.Series(cells)
    codes, distinct = pd.factorize(held, use_na_sentinel=True)
    texts = [None if is_missing(cell, marks) else clean_text(cell) for cell in distinct.tolist()]
    if variable.name in NAMED_KEYS:
        found = resolve_names(variable.name, [text for text in texts if text is not None], names)
        unknown = np.array([text is not None and found[text] is None for text in texts] + [False])[codes]
        if unknown.any():
            known = Text(f"a known {variable.label.en.lower()}", f"已知的{variable.label.zh}")
            raise ColumnError(
                unreadable_cells(_objects(cells), rows, place, name, np.flatnonzero(unknown), known)
            )
        texts = [None if text is None else found[text] for text in texts]
    values = np.array([*texts, None], dtype=object)[codes]
    return Converted(values=values, unit="", factor=1.0)
