"""Funding, R&D and programme figures, and the rules that find a lost point or a part above its whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from digimfg.notes import note_of
from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.paper.parsing import MILLION_USD, parse_amount, parse_date
from digimfg.paper.rules import derived, shown
from digimfg.records import records

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["REGISTER"]

_SERIES = (
    ("federal_2015", "federal_2019"),
    ("private_2015", "private_2019"),
    ("rd_total_1978", "rd_total_2020"),
    ("rd_basic_1978", "rd_basic_2020"),
)
"""One quantity in two years."""

_PARTS = (("rd_basic_1978", "rd_total_1978"), ("rd_basic_2020", "rd_total_2020"))
_MULTIPLE_PER_DECADE = 10.0
"""No budget line here grows or shrinks tenfold in a decade; a lost decimal point makes ten times at once."""


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    records = []
    for row in rows:
        amount = parse_amount(row.text("value"))
        date = parse_date(row.text("year"))
        unit = amount.unit if amount else ""
        value = amount.value if amount else math.nan
        records.append(
            {
                "figure": row.coded["figure"],
                "quantity_zh": row.chinese("quantity"),
                "quantity_en": row.english("quantity"),
                "figure_year": float(date.start[:4]) if date else math.nan,
                "amount_words": row.chinese("value"),
                "amount": value,
                "amount_unit": unit or None,
                "amount_at_least": bool(amount and amount.at_least),
                "amount_million_usd": round(value * MILLION_USD[unit], 6)
                if unit in MILLION_USD
                else math.nan,
            }
        )
    return pd.DataFrame(records)


def _magnitudes(frame: pd.DataFrame) -> list[Finding]:
    values, years = frame.set_index("figure")["amount"], frame.set_index("figure")["figure_year"]
    found = []
    for earlier, later in _SERIES:
        if earlier not in values or later not in values:
            continue
        decades = max(float(years[later] - years[earlier]) / 10, 0.5)
        ratio = float(values[later] / values[earlier])
        limit = _MULTIPLE_PER_DECADE**decades if decades > 1 else _MULTIPLE_PER_DECADE
        if not 1 / limit < ratio < limit:
            wrong = later if ratio >= limit else earlier
            found.append(
                Finding(
                    kind="lost_decimal_point",
                    row=wrong,
                    column="value",
                    got=shown(float(values[wrong])),
                    expected=note_of("paper.implausible_change", limit=limit),
                    proposal=" or ".join(shown(float(values[wrong]) / power) for power in (10, 100)),
                )
            )
    return found


def _parts(frame: pd.DataFrame) -> list[Finding]:
    values = frame.set_index("figure")["amount_million_usd"]
    return [
        Finding(
            kind="part_above_whole",
            row=part,
            column="value",
            got=shown(float(values[part])),
            expected=note_of("paper.at_most_the_whole", shown=shown(float(values[whole])), whole=whole),
        )
        for part, whole in _PARTS
        if part in values and whole in values and values[part] > values[whole]
    ]


def _units(frame: pd.DataFrame) -> list[Finding]:
    known = (*MILLION_USD, "个", "名", "项", "%", "家")
    return [
        Finding(
            kind="unit",
            row=str(record["figure"]),
            column="value",
            got=str(record["amount_unit"]),
            expected=note_of("paper.known_units", known=known),
        )
        for record in records(frame)
        if record["amount_unit"] not in known
    ]


def _counts(frame: pd.DataFrame) -> list[Finding]:
    """Compare the two numbers of extension centres that the paper gives."""
    values = frame.set_index("figure")["amount"]
    if {"extension_centers", "extension_centers_about"} - set(values.index) or values[
        "extension_centers"
    ] >= values["extension_centers_about"]:
        return []
    return [
        Finding(
            kind="disagreement",
            row="extension_centers",
            column="value",
            got=shown(float(values["extension_centers"])),
            expected=note_of("paper.more_than_stated", values=values["extension_centers_about"]),
        )
    ]


def _derived(frame: pd.DataFrame) -> list[Finding]:
    factors = frame["amount_unit"].map(MILLION_USD)
    return derived(frame, "figure", "amount_million_usd", frame["amount"] * factors)


REGISTER = Register(
    variables=(
        "figure", "quantity_zh", "quantity_en", "figure_year", "amount_words", "amount", "amount_unit",
        "amount_at_least",
        "amount_million_usd",
    ),
    keys=("figure",),
    build=_build,
    rules=(_magnitudes, _parts, _units, _counts, _derived),
)  # fmt: skip
