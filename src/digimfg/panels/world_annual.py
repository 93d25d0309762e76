"""The world panel on annual series of the World Bank, the United Nations and UNIDO, once they are fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from digimfg.notes import note_of
from digimfg.panels.online import Extension, Renewed
from digimfg.panels.world import PANEL
from digimfg.panels.world_columns import FORMULAS
from digimfg.panels.world_series import SERIES, Series, bounds, series_lineage
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.panels import Frames

__all__ = ["ONLINE", "extend"]

_KEYS = ["country", "year"]
_BY_COUNTRY = (
    "country_name_en", "country_name_zh", "internet_users_share_2009", "log_labor_productivity_1995",
    "human_capital_1995",
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
"""Columns whose sum must lie between two percentages: employment is all sectors', manufacturing may have
others."""

_PRICES = re.compile(r"_(?:usd|ppp)(\d{4})$")
_FIRST = 3

_Note = tuple[Text, tuple[str, ...]]


def extend(shipped: pd.DataFrame, fetched: Mapping[str, Frames]) -> Renewed:
    """Put annual columns of vintages, by publisher, in the place of shipped ones, and add those that nothing
    ships.

    A column comes from one place: a renewed column holds nothing of the shipped one, so digital access is
    the World Bank's annual series in every year and no longer the Factbook's few waves. Columns computed
    from renewed ones are computed again; exposures and their base year keep the shipped data.

    Series of several publishers stand side by side; a year without a survey or a value stays missing.

    Left out, each with a note: an indicator whose prices are of another year than its column says, values
    outside the bounds of the dictionary. Only noted: shares that do not add up.
    """
    annual, origins, notes = _columns(fetched)
    frame = (
        shipped.drop(columns=[name for name in (*origins, *_BY_COUNTRY) if name in shipped])
        .merge(annual, on=_KEYS, how="outer")
        .merge(_constants(shipped), on="country", how="left")
    )
    frame = frame.assign(**{name: formula.values(frame) for name, formula in FORMULAS.items()})
    gone = {"internet_users_edition"} if "internet_users_pct" in origins else set()
    names = [name for name in PANEL.variables if name not in gone]
    variables = (*names, *(name for name in origins if name not in names))
    panel = replace(PANEL, title=_TITLE, variables=variables, sources=(*PANEL.sources, *fetched))
    return Renewed(
        panel=panel,
        frame=frame[list(variables)],
        origins=origins,
        notes=notes,
        definitions={
            name: text
            for series in SERIES
            for name, text in series.definitions.items()
            if origins.get(name, ("",))[0] == series.publisher
        },
    )


def _columns(
    fetched: Mapping[str, Frames],
) -> tuple[pd.DataFrame, dict[str, tuple[str, str]], tuple[_Note, ...]]:
    origins: dict[str, tuple[str, str]] = {}
    notes: list[_Note] = []
    annual = pd.DataFrame({"country": pd.Series(dtype=object), "year": pd.Series(dtype="int64")})
    for series in SERIES:
        if series.publisher in fetched:
            kept, codes, said = _of_publisher(series, fetched[series.publisher])
            annual = annual.merge(kept, on=_KEYS, how="outer")
            origins |= {name: (series.publisher, code) for name, code in codes.items()}
            notes += said
    return annual, origins, (*notes, *_identities(annual))


def _of_publisher(series: Series, frames: Frames) -> tuple[pd.DataFrame, dict[str, str], list[_Note]]:
    annual = frames["annual"]
    codes: dict[str, str] = {}
    notes: list[_Note] = []
    kept = annual[_KEYS].copy()
    for code, name in series.columns.items():
        if code not in annual:
            continue
        if prices := _PRICES.search(name):
            published = frames["indicators"].set_index("code")["name"][code]
            if prices[1] not in published:
                notes.append((_other_prices(code, name, published), (name,)))
                continue
        lower, upper = bounds(name)
        outside = (annual[code] < lower) | (annual[code] > upper)
        if outside.any():
            notes.append((_outside(code, name, annual[outside], annual.loc[outside, code]), (name,)))
        kept[name] = annual[code].mask(outside)
        codes[name] = code
    some = kept.drop(columns=_KEYS).notna().any(axis=1)
    return kept[some], codes, notes


def _identities(frame: pd.DataFrame) -> list[_Note]:
    """Return a note for each sum of shares that the publisher's values do not keep; nothing is changed."""
    notes: list[_Note] = []
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
                    note_of(
                        "panels.rows_do_not_add_up",
                        listed=listed,
                        rows=len(wrong),
                        least=least,
                        most=most,
                        first=first,
                    ),
                    names,
                )
            )
    return notes


def _constants(shipped: pd.DataFrame) -> pd.DataFrame:
    return shipped[["country", *_BY_COUNTRY]].drop_duplicates("country")


def _other_prices(code: str, column: str, published: str) -> Text:
    return note_of("panels.other_prices", column=column, code=code, published=published)


def _outside(code: str, column: str, rows: pd.DataFrame, values: pd.Series[float]) -> Text:
    first = "; ".join(
        f"{country} {year} {value:g}"
        for country, year, value in zip(
            rows["country"][:_FIRST], rows["year"][:_FIRST], values[:_FIRST], strict=True
        )
    )
    more = " …" if len(rows) > _FIRST else ""
    return note_of("panels.outside_bounds", column=column, rows=len(rows), code=code, first=first + more)


_TITLE = Text(
    "World: countries × years, 1950 to the present, with annual series fetched from their publishers",
    "世界：国家 × 年份（1950年至今），含从发布者取得的年度序列",
)


ONLINE = Extension(
    panel="world",
    publishers=tuple(series.publisher for series in SERIES),
    extend=extend,
    lineage=series_lineage,
)
