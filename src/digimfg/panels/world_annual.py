"""The world panel on annual indicators of the World Bank, once they are fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.panels.lineage import Derived, Ledger, Origin, Rule
from digimfg.panels.online import Extension, Renewed
from digimfg.panels.world import PANEL
from digimfg.panels.world_lineage import KEY_RULES
from digimfg.sources.world_bank_definitions import RENEWED_DEFINITIONS
from digimfg.sources.world_bank_indicators import INDICATORS, LEGACY_COUNTRIES
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from digimfg.fetching.vintages import Vintage
    from digimfg.panels import Frames
    from digimfg.panels.lineage import Key
    from digimfg.panels.raw_cells import RawCell

__all__ = ["LOGS", "ONLINE", "extend"]

LOGS = {"log_gdp_per_capita": "gdp_per_capita_usd2015", "log_population": "population"}
"""Column → column that it is the natural log of, where the World Bank brings the second."""

_KEYS = ["country", "year"]
_BY_COUNTRY = (
    "country_name_en", "country_name_zh", "internet_users_share_2009", "log_labor_productivity_1995", "human_capital_1995",
    "productivity_tercile_1995", "high_productivity_1995", "high_human_capital_1995",
)  # fmt: skip
_SUMS = (
    (("agriculture_employment_pct", "industry_employment_pct", "services_employment_pct"), 99.5, 100.5),
    (
        (
            "machinery_manufacturing_pct", "chemicals_manufacturing_pct", "food_manufacturing_pct",
            "textiles_manufacturing_pct", "other_manufacturing_pct",
        ),
        0.0,
        100.5,
    ),
)  # fmt: skip
"""Columns whose sum must lie between two percentages: employment is all sectors', manufacturing may have others."""

_PRICES = re.compile(r"_(?:usd|ppp)(\d{4})$")
_FIRST = 3


def extend(shipped: pd.DataFrame, fetched: Frames) -> Renewed:
    """Put a vintage's annual columns in the place of shipped ones, and add those that nothing ships.

    A column comes from one place: a renewed column holds nothing of the shipped one, so digital access is the World
    Bank's annual series in every year and no longer the Factbook's few waves. Columns computed from renewed ones are
    computed again; exposures and their base year keep the shipped data.

    Left out, each with a note: an indicator whose prices are of another year than its column says, values outside
    the bounds of the dictionary. Only noted: shares that do not add up.
    """
    annual, origins, notes = _columns(fetched)
    frame = (
        shipped.drop(columns=[name for name in (*origins, *_BY_COUNTRY) if name in shipped])
        .merge(annual, on=_KEYS, how="outer")
        .merge(_constants(shipped), on="country", how="left")
    )
    for name, base in LOGS.items():
        frame[name] = np.log(frame[base].where(frame[base] > 0))
    frame["goods_exports_gdp_ratio"] = frame["goods_exports_usd"] / frame["gdp_usd"]
    frame["after_1995"] = (frame["year"] > 1995).astype("int64")
    gone = {"internet_users_edition"} if "internet_users_pct" in origins else set()
    names = [name for name in PANEL.variables if name not in gone]
    variables = (*names, *(name for name in INDICATORS.values() if name in origins and name not in names))
    panel = replace(PANEL, title=_TITLE, variables=variables, sources=(*PANEL.sources, ONLINE.publisher))
    return Renewed(
        panel=panel,
        frame=frame[list(variables)],
        origins=origins,
        notes=notes,
        definitions={name: text for name, text in RENEWED_DEFINITIONS.items() if name in origins},
    )


def _columns(
    fetched: Frames,
) -> tuple[pd.DataFrame, dict[str, str], tuple[tuple[Text, tuple[str, ...]], ...]]:
    annual, published = fetched["annual"], fetched["indicators"].set_index("code")["name"]
    origins: dict[str, str] = {}
    notes: list[tuple[Text, tuple[str, ...]]] = []
    kept = annual[_KEYS].copy()
    for code, name in INDICATORS.items():
        if code not in annual:
            continue
        prices = _PRICES.search(name)
        if prices and prices[1] not in published[code]:
            notes.append((_other_prices(code, name, published[code]), (name,)))
            continue
        kept[name], outside = _within_bounds(annual[code], name)
        if outside.any():
            notes.append((_outside(code, name, annual[outside], annual.loc[outside, code]), (name,)))
        origins[name] = code
    notes += _identities(kept)
    some = kept.drop(columns=_KEYS).notna().any(axis=1)
    return kept[some], origins, tuple(notes)


def _within_bounds(values: pd.Series[float], name: str) -> tuple[pd.Series[float], pd.Series[bool]]:
    entry = dictionary()[name]
    outside = pd.Series(False, index=values.index)
    if entry.lower is not None:
        outside |= values < entry.lower
    if entry.upper is not None:
        outside |= values > entry.upper
    return values.mask(outside), outside


def _identities(frame: pd.DataFrame) -> list[tuple[Text, tuple[str, ...]]]:
    """Return a note for each sum of shares that the publisher's values do not keep; nothing is changed."""
    notes: list[tuple[Text, tuple[str, ...]]] = []
    for names, least, most in _SUMS:
        if not set(names) <= set(frame):
            continue
        total = frame[list(names)].sum(axis=1, skipna=False)
        wrong = frame[(total < least) | (total > most)]
        if len(wrong):
            first = "; ".join(
                f"{country} {year} {total[place]:.1f}"
                for place, country, year in zip(
                    wrong.index[:_FIRST], wrong["country"][:_FIRST], wrong["year"][:_FIRST], strict=True
                )
            )
            listed = " + ".join(names)
            notes.append(
                (
                    Text(
                        f"{listed}: {len(wrong)} rows do not add up to {least:g}-{most:g} % ({first})",
                        f"{listed}：{len(wrong)} 行之和不在 {least:g}–{most:g} % 之内（{first}）",
                    ),
                    names,
                )
            )
    return notes


def _constants(shipped: pd.DataFrame) -> pd.DataFrame:
    return shipped[["country", *_BY_COUNTRY]].drop_duplicates("country")


def _other_prices(code: str, column: str, published: str) -> Text:
    return Text(
        f"{column} is not renewed: {code} is now “{published}”, in prices of another year",
        f"{column} 未更新：{code} 现为“{published}”，价格基期不同",
    )


def _outside(code: str, column: str, rows: pd.DataFrame, values: pd.Series[float]) -> Text:
    first = "; ".join(
        f"{country} {year} {value:g}"
        for country, year, value in zip(
            rows["country"][:_FIRST], rows["year"][:_FIRST], values[:_FIRST], strict=True
        )
    )
    more = " …" if len(rows) > _FIRST else ""
    return Text(
        f"{column}: {len(rows)} values of {code} outside its bounds are left out ({first}{more})",
        f"{column}：{code} 有 {len(rows)} 个取值超出范围，未采用（{first}{more}）",
    )


_TITLE = Text(
    "World: countries × years, 1950 to the present, with annual indicators of the World Bank",
    "世界：国家 × 年份（1950 年至今），含世界银行年度指标",
)


def _lineage(renewed: Renewed, vintage: Vintage) -> dict[str, Rule]:
    rules = {name: _rule(name, code, vintage) for name, code in renewed.origins.items()}
    return rules | {name: _row_key(name, vintage) for name in _KEYS}


def _rule(name: str, code: str, vintage: Vintage) -> Rule:
    publisher, file = vintage.publisher, str(vintage.parts[code]["file"])
    how = Text(
        "as published; missing where outside the bounds of the dictionary",
        "照来源原值；超出字典范围者记为缺失",
    )

    def derive(ledger: Ledger, key: Key) -> Derived:
        cells = _cells(ledger, publisher, file, "value", key)
        value = float(cells[0].text) if cells and cells[0].text else None
        kept = value if value is None or not _is_outside(value, name) else None
        return Derived(value=kept, cells=cells, steps=(how,))

    return Rule(how=how, derive=derive, origins=(Origin(publisher, file, "value"),))


def _row_key(name: str, vintage: Vintage) -> Rule:
    files = [str(part["file"]) for part in vintage.parts.values()]
    shipped = KEY_RULES[name]
    how = shipped.how

    def derive(ledger: Ledger, key: Key) -> Derived:
        found = (_cells(ledger, vintage.publisher, file, name, key) for file in files)
        cells = (*shipped.derive(ledger, key).cells, *(cell for each in found for cell in each if cell.text))
        return Derived(value=key[name], cells=cells, steps=(how,))

    origins = (*shipped.origins, *(Origin(vintage.publisher, file, name) for file in files))
    return Rule(how=how, derive=derive, origins=origins)


def _cells(ledger: Ledger, publisher: str, file: str, column: str, key: Key) -> tuple[RawCell, ...]:
    country, year = str(key["country"]), str(key["year"])
    older = [old for old, present in LEGACY_COUNTRIES.items() if present == country]
    spelled = (
        ledger.files.cells(publisher, file, column, {"country": code, "year": year})
        for code in (country, *older)
    )
    return next((cells for cells in spelled if cells), ())


def _is_outside(value: float, name: str) -> bool:
    entry = dictionary()[name]
    return (entry.lower is not None and value < entry.lower) or (
        entry.upper is not None and value > entry.upper
    )


ONLINE = Extension(panel="world", publisher="world_bank", extend=extend, lineage=_lineage)
