"""Where columns that several panels share come from: names, early internet use, World Bank series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.panels.lineage import Ledger, Origin, Recomputed, Rule, raw_value
from digimfg.sources.world_factbook_early import INTERNET_USERS_YEAR, OTHER_NAMES
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.panels.lineage import Key, Value
    from digimfg.panels.raw_cells import RawCell

__all__ = ["BANK_KEYS", "EARLY_SHARE", "PENN_KEYS", "alpha3", "bank", "country_name", "penn"]

PENN_KEYS = {"isocode": "country", "year": "year"}
"""Raw column of the Penn World Table → key."""

BANK_KEYS = {"country": "country", "year": "year"}
"""Raw column of the World Bank's core series → key."""

_USERS = Origin("world_factbook_early", "internet_users.csv", "internet_users")
_NAMES = Origin("country_codes", "countries.csv", "name_en")
_BANK_POPULATION = Origin("world_bank_core", "wdi.csv", "SP.POP.TOTL")
_PENN_POPULATION = Origin("penn_world_table", "pwt91.csv", "pop")


def penn(column: str, convert: Callable[[str], Value] = float, how: Text | None = None) -> Rule:
    """Return the rule of a column of the Penn World Table."""
    return raw_value(Origin("penn_world_table", "pwt91.csv", column), PENN_KEYS, convert=convert, how=how)


def bank(code: str) -> Rule:
    """Return the rule of a core series of the World Bank."""
    return raw_value(Origin("world_bank_core", "wdi.csv", code), BANK_KEYS)


def alpha3(country: str) -> str:
    """Return the code of an economy in the file of country codes, where Kosovo is ``XKK``."""
    return "XKK" if country == "XKX" else country


def country_name(column: str) -> Rule:
    """Return the rule of a country's name."""
    how = Text("name of the country's code", "国家代码对应的名称")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        cells = ledger.files.cells(
            "country_codes", "countries.csv", column, {"alpha3": alpha3(key["country"])}
        )
        return Recomputed(value=cells[0].text if cells else None, cells=cells, steps=(how,))

    return Rule(how=how, derive=derive, origins=(Origin("country_codes", "countries.csv", column),))


def _early_share(ledger: Ledger, key: Key) -> Recomputed:
    country = str(key["country"])
    users = _users(ledger, country)
    year = str(INTERNET_USERS_YEAR)
    first = ledger.files.cells(
        "world_bank_core", "wdi.csv", "SP.POP.TOTL", {"country": country, "year": year}
    )
    second = ledger.files.cells("penn_world_table", "pwt91.csv", "pop", {"isocode": country, "year": year})
    if not users:
        return Recomputed(value=None, cells=(), steps=(EARLY_SHARE.how,))
    if first and first[0].text:
        population, cells = float(first[0].text), (*users, first[0])
    elif second and second[0].text:
        population, cells = float(second[0].text) * 1e6, (*users, second[0])
    else:
        return Recomputed(value=None, cells=users, steps=(EARLY_SHARE.how,))
    return Recomputed(value=float(users[0].text) / population, cells=cells, steps=(EARLY_SHARE.how,))


def _users(ledger: Ledger, country: str) -> tuple[RawCell, ...]:
    names = ledger.files.cells("country_codes", "countries.csv", "name_en", {"alpha3": alpha3(country)})
    spelled = [name for name, code in OTHER_NAMES.items() if code == country] or [cell.text for cell in names]
    found = (
        ledger.files.cells(_USERS.source, _USERS.file, _USERS.column, {"country": name}) for name in spelled
    )
    return next((cells for cells in found if cells), ())


EARLY_SHARE = Rule(
    how=Text(
        "internet users about 2009 / population of 2009 (World Bank; Penn World Table × 1,000,000 where "
        "it has none)",
        "约2009年互联网用户数 / 2009年人口（世界银行；缺者用宾大世界表人口 × 1,000,000）",
    ),
    derive=_early_share,
    origins=(_USERS, _NAMES, _BANK_POPULATION, _PENN_POPULATION),
)
