"""Annual series that publishers bring to the world panel: their columns, and where their raw cells are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.panels.lineage import Origin, Recomputed, Rule
from digimfg.panels.world_lineage import KEY_RULES
from digimfg.sources import un_egovernment, unido_cip
from digimfg.sources.world_bank_definitions import RENEWED_DEFINITIONS
from digimfg.sources.world_bank_indicators import INDICATORS, LEGACY_COUNTRIES
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from digimfg.fetching.vintages import Vintage
    from digimfg.panels.lineage import Key, Ledger
    from digimfg.panels.online import Renewed
    from digimfg.panels.raw_cells import RawCell, RawFiles

__all__ = ["SERIES", "Series", "bounds", "series_lineage"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Say which of a publisher's annual series are columns of the world panel.

    Parameters
    ----------
    publisher
        Its name; the ``annual`` frame of its reader holds ``country year`` and a column a code.
    columns
        Code → column.
    cells
        ``(raw files, vintage, code, key) -> cells``: where a value stands; none where the publisher has no
        such row.
    file
        ``(vintage, code) -> file`` of all its values; ``None`` where they are in a file an economy.
    definitions
        Column → what it means from this publisher, where that is not what the dictionary says.
    """

    publisher: str
    columns: Mapping[str, str]
    cells: Callable[[RawFiles, Vintage, str, Key], tuple[RawCell, ...]]
    file: Callable[[Vintage, str], str | None]
    definitions: Mapping[str, Text] = field(default_factory=dict)


def bounds(name: str) -> tuple[float, float]:
    """Return a column's bounds in the dictionary, infinite where it has none."""
    entry = dictionary()[name]
    return (
        -math.inf if entry.lower is None else entry.lower,
        math.inf if entry.upper is None else entry.upper,
    )


def series_lineage(renewed: Renewed, vintages: Mapping[str, Vintage]) -> dict[str, Rule]:
    """Return the rules of the columns that vintages brought, and of the keys."""
    found = {series.publisher: series for series in SERIES}
    rules = {
        name: _rule(name, code, found[publisher], vintages[publisher])
        for name, (publisher, code) in renewed.origins.items()
    }
    return rules | {name: _key_rule(name, rules) for name in KEY_RULES}


def _rule(name: str, code: str, series: Series, vintage: Vintage) -> Rule:
    publisher, file = series.publisher, series.file(vintage, code)
    lower, upper = bounds(name)
    how = Text(
        f"as published ({publisher}: {code}, vintage {vintage.name}); missing where outside the bounds "
        f"of the dictionary",
        f"照来源原值（{publisher}：{code}，{vintage.name}版）；超出字典范围者记为缺失",
    )

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        cells = series.cells(ledger.files, vintage, code, key)
        value = float(cells[0].text) if cells and cells[0].text else None
        kept = value if value is None or lower <= value <= upper else None
        return Recomputed(value=kept, cells=cells, steps=(how,))

    origins = () if file is None else (Origin(publisher, file, code),)
    return Rule(how=how, derive=derive, origins=origins)


def _key_rule(name: str, rules: Mapping[str, Rule]) -> Rule:
    shipped = KEY_RULES[name]
    how = shipped.how

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        found = (ledger.column(column, key).cells for column in rules)
        cells = (*shipped.derive(ledger, key).cells, *(cell for each in found for cell in each if cell.text))
        return Recomputed(value=key[name], cells=cells, steps=(how,))

    origins = (*shipped.origins, *(origin for rule in rules.values() for origin in rule.origins))
    return Rule(how=how, derive=derive, origins=origins)


def _bank_cells(files: RawFiles, vintage: Vintage, code: str, key: Key) -> tuple[RawCell, ...]:
    country, year = str(key["country"]), str(key["year"])
    older = [old for old, present in LEGACY_COUNTRIES.items() if present == country]
    file = str(vintage.parts[code]["file"])
    spelled = (
        files.cells(vintage.publisher, file, "value", {"country": name, "year": year})
        for name in (country, *older)
    )
    return next((cells for cells in spelled if cells), ())


def _egovernment_cells(files: RawFiles, vintage: Vintage, code: str, key: Key) -> tuple[RawCell, ...]:
    (part,) = vintage.parts.values()
    file, year = str(part["file"]), str(key["year"])
    if year not in files.table(vintage.publisher, file):
        return ()
    row = {"REF_AREA": str(key["country"]), "INDICATOR": code}
    return files.cells(vintage.publisher, file, year, row)


def _cip_cells(files: RawFiles, vintage: Vintage, code: str, key: Key) -> tuple[RawCell, ...]:
    part = vintage.parts.get(str(key["country"]))
    row = {"indicator": code, "year": str(key["year"])}
    return () if part is None else files.cells(vintage.publisher, str(part["file"]), "value", row)


SERIES = (
    Series(
        publisher="world_bank",
        columns=INDICATORS,
        cells=_bank_cells,
        file=lambda vintage, code: str(vintage.parts[code]["file"]),
        definitions=RENEWED_DEFINITIONS,
    ),
    Series(
        publisher="un_egovernment",
        columns={
            un_egovernment.INDEX: "egovernment_index",
            un_egovernment.ONLINE_SERVICES: "online_service_index",
        },
        cells=_egovernment_cells,
        file=lambda vintage, _: next(str(part["file"]) for part in vintage.parts.values()),
    ),
    Series(
        publisher="unido_cip",
        columns={unido_cip.INDEX: "competitive_industrial_performance"},
        cells=_cip_cells,
        file=lambda *_: None,
    ),
)
"""The first renews columns of the shipped panel; a column of another is added where its publisher was
fetched."""
