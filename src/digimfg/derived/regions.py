"""Computed columns that say in which region, tier or group of China's provinces and cities a row lies."""

from __future__ import annotations

from abc import ABC
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.derived.rows import Made, Rows
from digimfg.derived.rule import ColumnRule
from digimfg.notes import note_of
from digimfg.panels.raw_cells import RawFile
from digimfg.text import Language, Text
from digimfg.variables import Dtype
from digimfg.variables.china_regions import FILE, Division, find_division, register_hash
from digimfg.variables.unit_names import unit_code

if TYPE_CHECKING:
    from digimfg.say import Said

__all__ = ["InRegion", "RegionName"]

_UNITS = ("city", "province")


@dataclass(frozen=True)
class _OfDivision(ColumnRule, ABC):
    """A column by the groups of a division."""

    division: str
    _: KW_ONLY
    unit_column: str | None = None

    def __post_init__(self) -> None:
        find_division(self.division)

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the column of units."""
        return (_unit(find_division(self.division), self.unit_column, known),)

    def registers(self) -> tuple[RawFile, ...]:
        """Return the document of the division."""
        return (_register(find_division(self.division)),)

    def _held(self, rows: Rows) -> tuple[list[str | None], tuple[Said, ...]]:
        return _groups(rows, find_division(self.division), self.inputs(list(map(str, rows.frame.columns)))[0])


@checked
@dataclass(frozen=True)
class InRegion(_OfDivision):
    """Compute 1 in one group of a division of China's provinces or cities, 0 in the others (`list_regions`).

    Parameters
    ----------
    division
        ``"four_regions"`` (东中西东北), ``"three_regions"``, ``"south_north"``, ``"coastal_inland"``,
        ``"hu_line"``, ``"municipalities"``, ``"yangtze_belt"``, ``"yellow_river"``; of cities
        ``"city_tiers"``, ``"city_ranks"``, ``"city_clusters"``.
    group
        Name of the group, or its label in either language: ``"east"``, ``"East"``, ``"东部"``.
    unit_column
        Column of provinces or cities by code or name; by default ``city`` or ``province``, whichever is
        there. A division of provinces holds for the cities in them.

    Raises
    ------
    PanelError
        If there is no such division or group; the nearest are named.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.InRegion("four_regions", "东部").formula().en
    '1 in East (four regions), 0 elsewhere'
    """

    group: str

    def __post_init__(self) -> None:
        find_division(self.division).group(self.group)

    def unit(self) -> Text | None:
        """Return that it is 0 or 1."""
        return Text("0/1", "0/1")

    def formula(self) -> Text:
        """Return which group."""
        division = find_division(self.division)
        label = division.groups[division.group(self.group)]
        return Text(
            f"1 in {label.en} ({division.label.en}), 0 elsewhere",
            f"{label.zh}（{division.label.zh}）取1，其余取0",
        )

    def compute(self, rows: Rows) -> Made:
        """Return 1, 0, and missing where the unit is not known."""
        division = find_division(self.division)
        held, notes = self._held(rows)
        wanted = division.group(self.group)
        return Made(
            values=np.array([np.nan if each is None else float(each == wanted) for each in held]), notes=notes
        )


@checked
@dataclass(frozen=True)
class RegionName(_OfDivision):
    """Compute the name of the group that a province or city lies in, to group figures and tests by.

    Parameters
    ----------
    division, unit_column
        As in `InRegion`.
    language
        Of the names.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.RegionName("city_tiers").formula().en
    'its group: First tier, Second tier, Third tier, Other cities'
    """

    _: KW_ONLY
    language: Language = "zh"

    dtype: ClassVar[Dtype] = "string"

    def categories(self) -> tuple[str, ...]:
        """Return the names in the order of the division."""
        labels = find_division(self.division).groups.values()
        return tuple(label.language(self.language) for label in labels)

    def value_labels(self) -> tuple[tuple[str, Text], ...]:
        """Return the names of the groups in both languages."""
        labels = find_division(self.division).groups.values()
        return tuple((label.language(self.language), label) for label in labels)

    def unit(self) -> Text | None:
        """Return that it is a name."""
        return Text("name", "名称")

    def formula(self) -> Text:
        """Return the groups."""
        labels = find_division(self.division).groups.values()
        return Text(
            f"its group: {', '.join(label.en for label in labels)}",
            f"所属分组：{'、'.join(label.zh for label in labels)}",
        )

    def compute(self, rows: Rows) -> Made:
        """Return the names, missing where the unit is not known."""
        division = find_division(self.division)
        held, notes = self._held(rows)
        names = {group: label.language(self.language) for group, label in division.groups.items()}
        return Made(values=[None if each is None else names[each] for each in held], notes=notes)


def _unit(division: Division, named: str | None, known: Collection[str]) -> str:
    if named is not None:
        return named
    return next((unit for unit in _UNITS if unit in known), division.units)


def _groups(rows: Rows, division: Division, column: str) -> tuple[list[str | None], tuple[Said, ...]]:
    values = rows.frame[column]
    kinds = ("city", "province") if division.units == "city" else ("province", "city")
    codes: dict[object, str | None] = {}
    for value in values.drop_duplicates().tolist():
        found = (unit_code(kind, value) for kind in kinds)
        codes[value] = next((code for code in found if code is not None), None)
    held = [division.group_of(codes.get(value)) for value in values.tolist()]
    lacking = [value for value, code in codes.items() if division.group_of(code) is None]
    note = note_of(
        "derived.values_without_division",
        division=division.label,
        values=[str(value) for value in lacking[:3]],
        n=len(lacking),
        column=column,
    )
    return held, (note,) if lacking else ()


def _register(division: Division) -> RawFile:
    return RawFile(
        source="china_regions",
        file=FILE.name,
        sha256=register_hash(),
        title=division.source,
        producer="digimfg",
        citation=division.source.en,
        licence="facts, coded by hand",
        url=division.url,
        vintage=division.name,
    )
