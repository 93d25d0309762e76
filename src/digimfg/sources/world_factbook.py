"""World Factbook, editions of 2015 and 2025: digital access and economic structure, parsed from text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["EDITIONS", "SOURCE", "parse_number", "parse_year", "read"]

EDITIONS = ("2015", "2025")
"""An edition is named by the latest year with which it dates a value of these fields."""

# (field, part) -> quantity; a part of the empty name is the text of the field itself.
_QUANTITIES = {
    ("Internet users", "percent of population"): "internet_users_pct",
    ("Telephones - mobile cellular", "subscriptions per 100 inhabitants"): "mobile_subscriptions_per_100",
    ("Telephones - fixed lines", "subscriptions per 100 inhabitants"): "fixed_telephones_per_100",
    ("Broadband - fixed subscriptions", "subscriptions per 100 inhabitants"): "fixed_broadband_per_100",
    ("GDP - composition, by sector of origin", "agriculture"): "agriculture_gdp_pct",
    ("GDP - composition, by sector of origin", "industry"): "industry_gdp_pct",
    ("GDP - composition, by sector of origin", "services"): "services_gdp_pct",
    ("GDP - composition, by end use", "investment in fixed capital"): "fixed_investment_gdp_pct",
    ("Industrial production growth rate", ""): "industrial_production_growth_pct",
    ("Education expenditures", ""): "education_spending_gdp_pct",
    ("Education expenditure", "Education expenditure (% GDP)"): "education_spending_gdp_pct",
    ("Education expenditure", ""): "education_spending_gdp_pct",
}
# Fields of the 2015 edition whose last part, or note, dates all parts.
_DATED_BY_LAST_PART = (
    "GDP - composition, by sector of origin",
    "GDP - composition, by end use",
    "Industrial production growth rate",
)
# Files whose internet country code names no country, or several.
_COUNTRY_OF_FILE = {"kv": "xk", "fr": "fr"}
# The two Palestinian entries share one code and repeat each other's totals; the European Union is no country.
_LEFT_OUT = ("gz", "we", "ee")
_TYPING_ERRORS = (
    ("2025", "aq", "internet_users_pct"),  # American Samoa: "40.3% (1990 est.)", years before public access
    ("2025", "fj", "mobile_subscriptions_per_100"),  # "574 (2024 est.)", five times the edition of 2015
    ("2025", "uz", "mobile_subscriptions_per_100"),  # "1,110 (2024 est.)"
)
# Internet use does not fall by this many points in a decade; an early value so far above the later one is an
# error.
_LARGEST_FALL_PCT = 10.0


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``observations`` and ``set_aside``.

    ``observations`` has ``alpha2 quantity year value edition line``: each value with the year that the
    Factbook gives it, and the line of the edition's file (the header is line 1).
    ``set_aside`` has ``edition file quantity text reason`` (file or internet code) for every text that is no
    observation: ``no number``, ``bound only`` ("less than 1", also after a number), ``no year``, ``no
    country code``, ``typing error``, and ``contradicted`` (internet users of 2015 more than ten points above
    those of 2025). Values are published to one decimal or to whole numbers. Within an edition no country has
    two values of one quantity.
    """
    import pandas as pd

    kept: list[tuple[str, str, int, float, str, int]] = []
    aside: list[tuple[str, str, str, str, str]] = []
    for edition in EDITIONS:
        texts = pd.read_csv(folder / f"edition_{edition}.csv", dtype=str, keep_default_na=False)
        last_years = _last_years(texts)
        for line, (file, code, field, part, text) in enumerate(texts.itertuples(index=False, name=None), 2):
            quantity = _QUANTITIES.get((field, _part_of(part)))
            if quantity is None or (field == "Education expenditure" and not part and "of GDP" not in text):
                continue
            alpha2 = _alpha2(file, code)
            value = parse_number(text)
            year = parse_year(text) or last_years.get((file, field))
            reason = (
                "no country code" if alpha2 is None
                else "bound only" if "less than" in text
                else "no number" if value is None
                else "typing error" if (edition, file, quantity) in _TYPING_ERRORS
                else "no year" if year is None
                else None
            )  # fmt: skip
            if reason is None and alpha2 is not None and value is not None and year is not None:
                kept.append((alpha2, quantity, year, value, edition, line))
            else:
                aside.append((edition, file, quantity, text, str(reason)))
    observations = pd.DataFrame(kept, columns=["alpha2", "quantity", "year", "value", "edition", "line"])
    contradicted = _contradicted(observations)
    wrong = observations[contradicted]
    shown = [f"{value} ({year})" for value, year in zip(wrong["value"], wrong["year"], strict=True)]
    reasons = ["contradicted"] * len(wrong)
    aside.extend(zip(wrong["edition"], wrong["alpha2"], wrong["quantity"], shown, reasons, strict=True))
    return {
        "observations": observations[~contradicted].reset_index(drop=True),
        "set_aside": pd.DataFrame(aside, columns=["edition", "file", "quantity", "text", "reason"]),
    }


def parse_number(text: str) -> float | None:
    """Return the number that a Factbook text begins with, ``None`` if it begins with something else.

    Examples
    --------
    >>> parse_number("86.8% (2014 est.)"), parse_number("-4.7% (2014 est.)"), parse_number("NA%")
    (86.8, -4.7, None)
    """
    found = re.match(r"-?\d[\d,]*(?:\.\d+)?", text.strip())
    return float(found.group().replace(",", "")) if found else None


def parse_year(text: str) -> int | None:
    """Return the year in the first parenthesis that begins with one; of a fiscal year, the year it begins in.

    Examples
    --------
    >>> parse_year("86.8% (2014 est.)"), parse_year("53% (FY 2012/13 est.)"), parse_year("27.5%")
    (2014, 2012, None)
    """
    found = re.search(r"\((?:FY\s*)?(\d{4})\b", text)
    return int(found.group(1)) if found else None


def _last_years(texts: pd.DataFrame) -> dict[tuple[str, str], int]:
    dated: dict[tuple[str, str], int] = {}
    for file, _, field, _, text in texts.itertuples(index=False, name=None):
        year = parse_year(text)
        if field in _DATED_BY_LAST_PART and year is not None:
            dated[(file, field)] = year
    return dated


def _contradicted(observations: pd.DataFrame) -> pd.Series[bool]:
    users = observations[observations["quantity"] == "internet_users_pct"]
    later = users[users["edition"] == EDITIONS[-1]].set_index("alpha2")["value"]
    fall = users["value"] - users["alpha2"].map(later)
    return (fall > _LARGEST_FALL_PCT).reindex(observations.index, fill_value=False)


def _part_of(part: str) -> str:
    return {"investment in fixed assets": "investment in fixed capital"}.get(part, part)


def _alpha2(file: str, code: str) -> str | None:
    if file in _LEFT_OUT:
        return None
    if file in _COUNTRY_OF_FILE:
        return _COUNTRY_OF_FILE[file]
    found = re.match(r"\.([a-z]{2})\b", code)
    return {"uk": "gb"}.get(found.group(1), found.group(1)) if found else None


SOURCE = Source(
    name="world_factbook",
    title=Text("World Factbook, editions of 2015 and 2025", "《世界概况》2015年版与2025年版"),
    producer="Central Intelligence Agency",
    licence="Public domain (work of the United States government)",
    citation="Central Intelligence Agency (2015, 2025). The World Factbook. Washington, DC.",
    url="https://www.cia.gov/the-world-factbook/",
    vintage="2015, 2025",
    vintage_in_title=True,
    accessed="2026-11-23",
    files={
        "edition_2015.csv": "0a4c4191bfe95f041cb368e6a5f1bd98a9cf3bd9a586eb8b9e5325b08c01a2ac",
        "edition_2025.csv": "5817385c9b5b2b9060c9268e8b887869448f7f7d973f0973b229aa699075d94a",
    },
    extraction="scripts/extract_world_factbook.py",
    reader=read,
)
