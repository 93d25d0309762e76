"""Record an import: units as they were read, where every cell stood, names beside codes, and what a reader
must know.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from digimfg.errors import PanelError
from digimfg.importing.guessing import SURE
from digimfg.importing.mapping import ColumnMapping
from digimfg.importing.names import resolve_names
from digimfg.importing.units import parse_unit
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.china_places import CITIES, PROVINCES

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.importing.assembling import Assembled
    from digimfg.importing.mapping import ImportMapping
    from digimfg.panels import Panel
    from digimfg.panels.findings import Finding

__all__ = ["import_notes", "recorded_columns", "recorded_places", "with_names", "with_units"]


def with_names(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Add names beside the codes of provinces and cities.

    Raises
    ------
    PanelError
        If the file names another province or city in the same row.
    """
    unit = panel.keys[0]
    named = frame.copy() if unit in ("province", "city") else frame  # in one piece, however many columns
    if unit == "province":
        _same_place(named, unit, ("province_name_zh", "province_name_en"))
        named = named.assign(
            province_name_zh=named["province"].map(
                {code: short for code, (_, short, _) in PROVINCES.items()}
            ),
            province_name_en=named["province"].map(
                {code: english for code, (_, _, english) in PROVINCES.items()}
            ),
        )
    if unit == "city":
        _same_place(named, unit, ("city_name_zh",))
        named = named.assign(city_name_zh=named["city"].map(CITIES))
        if "province" not in named:
            named = named.assign(province=named["city"].str[:2] + "0000")
    return named


def _same_place(frame: pd.DataFrame, unit: str, columns: tuple[str, ...]) -> None:
    for name in columns:
        if name not in frame:
            continue
        codes = frame[name].map(resolve_names(unit, frame[name].dropna().unique(), {}))
        other = (codes.notna() & (codes != frame[unit])).to_numpy().nonzero()[0]
        if len(other):
            shown = "; ".join(
                f"{frame[unit].iloc[row]} {frame['year'].iloc[row]}: {frame[name].iloc[row]}"
                for row in other[:3]
            )
            raise PanelError.of("importing.places_disagree", name=name, n=len(other), shown=shown)


def with_units(mapping: ImportMapping, assembled: Assembled) -> ImportMapping:
    """Write the units that were read into a mapping, so that the next edition's can be compared with them.

    What was imported is settled: a guess that a person took is certain from now on. A unit that was read,
    not declared, is marked as such, so that it does not overrule another one in the next edition.
    """
    units: dict[str, set[str]] = {}
    for read in assembled.read.values():
        for column in read.values():
            units.setdefault(column.header, set()).add(column.unit)
    columns = {
        name: _settled(told, _only(units.get(name, set()))) if told.variable not in ("", "-") else told
        for name, told in mapping.columns.items()
    }
    return replace(mapping, columns=columns)


def _settled(told: ColumnMapping, read: str) -> ColumnMapping:
    found_by_a_person = told.confidence < SURE or (told.by == "mapping" and not told.unit)
    return replace(
        told,
        unit=told.unit or read,
        confidence=1.0 if told.confidence < SURE else told.confidence,
        by="confirmed" if found_by_a_person else told.by,
    )


def import_notes(
    mapping: ImportMapping, findings: tuple[Finding, ...], accept: tuple[str, ...]
) -> list[Text]:
    """Return notes on columns kept as they are and on findings."""
    kept = [name for name, told in mapping.columns.items() if not told.variable]
    notes: list[Text] = []
    if kept:
        shown = ", ".join(kept[:8]) + (" …" if len(kept) > 8 else "")
        notes.append(note_of("importing.unknown_columns", n=len(kept), columns=shown))
    notes += [finding.note(finding.accepted(accept)) for finding in findings]
    return notes


def recorded_places(assembled: Assembled) -> dict[str, tuple[Any, Any, Any]]:
    """Return column → sheet, row and column of every cell."""
    return {
        name: (assembled.sources[name], assembled.rows[name], assembled.columns[name])
        for name in assembled.rows
    }


def recorded_columns(assembled: Assembled) -> dict[str, dict[str, Any]]:
    """Return column → its unit, and how it was read from each sheet."""
    entries = dictionary()
    told: dict[str, dict[str, Any]] = {}
    for name, read in assembled.read.items():
        told[name] = {
            "unit": str(entries[name].unit.en) if name in entries else "",
            "read": {
                str(number): {
                    "header": column.header,
                    "unit": column.unit,
                    "factor": column.factor,
                    "by": column.told.by,
                }
                for number, column in read.items()
            },
        }
    return told


def _only(units: set[str]) -> str:
    """Return the unit where there is one alone; a list of units of cells ("亿元, 万元") is none."""
    unit = next(iter(units)) if len(units) == 1 else ""
    return unit if parse_unit(unit) is not None else ""
