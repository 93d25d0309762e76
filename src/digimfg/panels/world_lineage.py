"""Where every column of the world panel comes from, cell by cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from digimfg.panels.common_lineage import EARLY_SHARE, alpha3, bank, country_name, log_of, penn
from digimfg.panels.lineage import Ledger, Lineage, Origin, Recomputed, Rule, at_year, computed
from digimfg.sources.world_factbook import EDITIONS, parse_number
from digimfg.sources.world_factbook_early import INTERNET_USERS_YEAR
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels.lineage import Key, Value

__all__ = ["KEY_RULES", "LINEAGE"]

_BASE_YEAR = 1995
_EARLY = "early"
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
        "number that the text begins with, in the year that the text or the last part of its field gives; of two editions "
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


def _among_all(column: str, how: Text, place: str) -> Rule:
    """Return the rule of a column that compares a country's value of 1995 with those of all countries."""

    def derive(ledger: Ledger, key: Key) -> Recomputed:
        own = ledger.column(column, {**key, "year": _BASE_YEAR})
        if not isinstance(own.value, float):
            return Recomputed(value=None, cells=own.cells, steps=(*own.steps, how))
        table = ledger.files.table("penn_world_table", "pwt91.csv")
        countries = table.loc[table["year"] == str(_BASE_YEAR), "isocode"]
        parts = [ledger.column(column, {"country": country, "year": _BASE_YEAR}) for country in countries]
        values = np.array([part.value for part in parts if part.value is not None], dtype=np.float64)
        others = tuple(cell for part in parts if part.value is not None for cell in part.cells)
        cells = tuple(dict.fromkeys([*own.cells, *others]))
        return Recomputed(value=_place(own.value, values, place), cells=cells, steps=(*own.steps, how))

    return Rule(how=how, derive=derive, columns=(column,))


def _place(own: float, values: np.ndarray, place: str) -> Value:
    if place == "median":
        return float(own > np.median(values))
    low, high = np.quantile(values, [1 / 3, 2 / 3])
    return "low" if own <= low else "middle" if own <= high else "high"


def _not_negative(raw: str, sign: int) -> Rule:
    how = (
        Text("as published; missing where negative", "照来源原值；为负者记为缺失")
        if sign > 0
        else Text(
            "the published sign reversed; missing where that is negative", "来源符号取反；结果为负者记为缺失"
        )
    )

    def convert(text: str) -> float | None:
        value = sign * float(text)
        return value + 0.0 if value >= 0 else None

    return penn(raw, convert, how)


def _ratio(over: float, under: float) -> float | None:
    return over / under if under else None


def _log_ratio(over: float, under: float) -> float | None:
    return math.log(over / under) if under and over / under > 0 else None


KEY_RULES = {"country": _key("country"), "year": _key("year")}
"""The keys: which raw files have the row."""

_AFTER = Text(f"1 if year > {_BASE_YEAR}, else 0", f"year > {_BASE_YEAR}取1，否则取0")
_TERCILE = Text(
    f"tercile among all economies of the Penn World Table in {_BASE_YEAR}",
    f"在宾大世界表全部经济体{_BASE_YEAR}年取值中的三分位组",
)
_ABOVE = Text(
    f"1 above the median of all economies of the Penn World Table in {_BASE_YEAR}, else 0",
    f"高于宾大世界表全部经济体{_BASE_YEAR}年中位数取1，否则取0",
)
_PER_WORKER = (
    Text(
        "natural log of gdp_musd2011 / employment_millions", "gdp_musd2011 / employment_millions 的自然对数"
    ),
    Text(
        "natural log of capital_stock_musd2011 / employment_millions",
        "capital_stock_musd2011 / employment_millions 的自然对数",
    ),
)

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
        "gdp_musd2011": penn("rgdpna"),
        "employment_millions": penn("emp"),
        "hours_per_worker": penn("avh"),
        "human_capital": penn("hc"),
        "capital_stock_musd2011": penn("rnna"),
        "tfp_index": penn("rtfpna"),
        "tfp_relative_to_usa": penn("ctfp"),
        "labor_share": penn("labsh"),
        "investment_gdp_ratio": penn("csh_i"),
        "government_consumption_gdp_ratio": penn("csh_g"),
        "merchandise_exports_gdp_ratio": _not_negative("csh_x", 1),
        "merchandise_imports_gdp_ratio": _not_negative("csh_m", -1),
        "pwt_outlier": penn("i_outlier", str),
        "population": bank("SP.POP.TOTL"),
        "gdp_usd": bank("NY.GDP.MKTP.CD"),
        "gdp_usd2015": bank("NY.GDP.MKTP.KD"),
        "gdp_per_capita_usd2015": bank("NY.GDP.PCAP.KD"),
        "gdp_per_capita_ppp2021": bank("NY.GDP.PCAP.PP.KD"),
        "goods_exports_usd": bank("BX.GSR.MRCH.CD"),
        "goods_imports_usd": bank("BM.GSR.MRCH.CD"),
        "log_tfp": computed(*log_of("tfp_index")),
        "log_tfp_relative_to_usa": computed(*log_of("tfp_relative_to_usa")),
        "log_labor_productivity": computed(_PER_WORKER[0], _log_ratio, "gdp_musd2011", "employment_millions"),
        "log_capital_per_worker": computed(_PER_WORKER[1], _log_ratio, "capital_stock_musd2011", "employment_millions"),
        "log_gdp_per_capita": computed(*log_of("gdp_per_capita_usd2015")),
        "log_population": computed(*log_of("population")),
        "goods_exports_gdp_ratio": computed(
            Text("goods_exports_usd / gdp_usd", "goods_exports_usd / gdp_usd"), _ratio, "goods_exports_usd", "gdp_usd"
        ),
        "trade_openness_ratio": computed(
            Text(
                "merchandise_exports_gdp_ratio + merchandise_imports_gdp_ratio",
                "merchandise_exports_gdp_ratio + merchandise_imports_gdp_ratio",
            ),
            lambda exports, imports: exports + imports,
            "merchandise_exports_gdp_ratio",
            "merchandise_imports_gdp_ratio",
        ),
        "after_1995": computed(_AFTER, lambda year: int(year > _BASE_YEAR), "year"),
        "internet_users_share_2009": EARLY_SHARE,
        "log_labor_productivity_1995": at_year("log_labor_productivity", _BASE_YEAR),
        "human_capital_1995": at_year("human_capital", _BASE_YEAR),
        "productivity_tercile_1995": _among_all("log_labor_productivity", _TERCILE, "tercile"),
        "high_productivity_1995": _among_all("log_labor_productivity", _ABOVE, "median"),
        "high_human_capital_1995": _among_all("human_capital", _ABOVE, "median"),
    },
)  # fmt: skip
