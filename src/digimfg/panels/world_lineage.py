"""Where every column of the world panel comes from, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.panels.common_lineage import EARLY_SHARE, alpha3, bank, country_name, penn
from digimfg.panels.formulas import AmongUnits, AtYear
from digimfg.panels.lineage import Ledger, Lineage, Origin, Recomputed, Rule
from digimfg.panels.world_columns import EXPOSURES, FORMULAS, PENN_WORLD_TABLE, SIGNED, WORLD_BANK
from digimfg.sources.world_factbook import EDITIONS, parse_number
from digimfg.sources.world_factbook_early import INTERNET_USERS_YEAR
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels.lineage import Key

__all__ = ["KEY_RULES", "LINEAGE"]

_EARLY = "early"
_WORDS = ("pwt_outlier",)
_TEXTS = tuple(Origin("world_factbook", f"edition_{edition}.csv", "text") for edition in EDITIONS)
_CODES = Origin("country_codes", "countries.csv", "alpha2")
_ROWS = (
    ("penn_world_table", "pwt91.csv", {"isocode": "country", "year": "year"}),
    ("world_bank_core", "wdi.csv", {"country": "country", "year": "year"}),
)


def _key(name: str) -> Rule:
    how = Text("key of the row: the sources below have it", "该行的键：以下来源含有该行")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        cells = [
            cell
            for source, file, by in _ROWS
            for cell in ledger.files.cells(
                source,
                file,
                next(raw for raw, column in by.items() if column == name),
                {raw: str(key[column]) for raw, column in by.items()},
            )
        ]
        return Recomputed(value=key[name], cells=tuple(cells), steps=(how,))

    origins = tuple(
        Origin(source, file, next(raw for raw, column in by.items() if column == name))
        for source, file, by in _ROWS
    )
    return Rule(how=how, derive=derive, origins=origins)


def _factbook(quantity: str) -> Rule:
    how = Text(
        "number that the text begins with, in the year that the text or the last part of its field "
        "gives; of two editions "
        "the later",
        "文本开头的数值，年份取自该文本或其字段的最后一部分；两版并存时取较新版本",
    )

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        found = _editions(ledger, key, quantity)
        if not found:
            return Recomputed(value=None, steps=(how,))
        edition, line = found[-1]
        table = ledger.files.table("world_factbook", f"edition_{edition}.csv")
        row = {name: str(table[name].iloc[line - 2]) for name in ("file", "field", "part")}
        cells = ledger.files.cells("world_factbook", f"edition_{edition}.csv", "text", row)
        return Recomputed(value=parse_number(cells[0].text), cells=cells, steps=(how,))

    return Rule(how=how, derive=derive, origins=(*_TEXTS, _CODES))


def _editions(ledger: Ledger, key: Key, quantity: str) -> list[tuple[str, int]]:
    codes = ledger.files.cells("country_codes", "countries.csv", "alpha2", {"alpha3": alpha3(key["country"])})
    frame = ledger.files.frames("world_factbook")["observations"]
    alpha2 = codes[0].text.lower() if codes else ""
    rows = frame[
        (frame["alpha2"] == alpha2) & (frame["quantity"] == quantity) & (frame["year"] == key["year"])
    ]
    return sorted(zip(rows["edition"], rows["line"], strict=True), key=lambda row: EDITIONS.index(row[0]))


def _internet_users() -> Rule:
    text = _factbook("internet_users_pct")
    early = Text("internet_users_share_2009 × 100", "internet_users_share_2009 × 100")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        if key["year"] != INTERNET_USERS_YEAR or _editions(ledger, key, "internet_users_pct"):
            return text.derive(ledger, key)
        share = ledger.column("internet_users_share_2009", key)
        if not isinstance(share.value, float):
            return Recomputed(value=None, steps=(text.how,))
        return Recomputed(value=100.0 * share.value, cells=share.cells, steps=(*share.steps, early))

    how = Text(
        f"{text.how.en}; in {INTERNET_USERS_YEAR}, where no edition has one, internet_users_share_2009 × 100",
        f"{text.how.zh}；{INTERNET_USERS_YEAR}年两版均无者取 internet_users_share_2009 × 100",
    )
    return Rule(how=how, derive=derive, origins=text.origins, columns=("internet_users_share_2009",))


def _edition() -> Rule:
    how = Text("edition that internet_users_pct comes from", "internet_users_pct 所出的版本")

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        users = ledger.column("internet_users_pct", key)
        found = _editions(ledger, key, "internet_users_pct")
        value = None if users.value is None else found[-1][0] if found else _EARLY
        return Recomputed(value=value, cells=users.cells, steps=(*users.steps, how))

    return Rule(how=how, derive=derive, columns=("internet_users_pct",))


def _economies(ledger: Ledger, year: int) -> list[str]:
    table = ledger.files.table("penn_world_table", "pwt91.csv")
    return table.loc[table["year"] == str(year), "isocode"].tolist()


def _exposure(declared: AtYear | AmongUnits) -> Rule:
    return declared.rule() if isinstance(declared, AtYear) else declared.rule("country", _economies)


KEY_RULES = {"country": _key("country"), "year": _key("year")}
"""The keys: which raw files have the row."""

LINEAGE = Lineage(
    panel="world",
    rules={
        **KEY_RULES,
        "country_name_en": country_name("name_en"),
        "country_name_zh": country_name("name_zh"),
        "internet_users_pct": _internet_users(),
        "internet_users_edition": _edition(),
        **{
            name: _factbook(name)
            for name in (
                "mobile_subscriptions_per_100", "fixed_telephones_per_100", "fixed_broadband_per_100",
                "agriculture_gdp_pct", "industry_gdp_pct", "services_gdp_pct", "fixed_investment_gdp_pct",
                "industrial_production_growth_pct", "education_spending_gdp_pct",
            )
        },
        **{name: penn(raw, str if name in _WORDS else float) for name, raw in PENN_WORLD_TABLE.items()},
        **{name: penn(signed.raw, signed.convert, signed.how) for name, signed in SIGNED.items()},
        **{name: bank(code) for name, code in WORLD_BANK.items()},
        **{name: formula.rule() for name, formula in FORMULAS.items()},
        "internet_users_share_2009": EARLY_SHARE,
        **{name: _exposure(exposure) for name, exposure in EXPOSURES.items()},
    },
)  # fmt: skip
