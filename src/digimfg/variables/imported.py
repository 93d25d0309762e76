"""Entries of the dictionary for columns that users import: one short call each."""

from __future__ import annotations

from typing import Literal

from digimfg.text import Text
from digimfg.variables import Layer, Variable

__all__ = ["UNITS", "imported_variable"]

UNITS = {
    "亿元": "100 million yuan",
    "万元": "10,000 yuan",
    "元": "yuan",
    "元/人": "yuan per person",
    "万美元": "10,000 US$",
    "万人": "10,000 persons",
    "人": "persons",
    "人年": "person-years",
    "人/平方公里": "persons per km²",
    "平方公里": "km²",
    "公里": "km",
    "%": "%",
    "份额，0–1": "share, 0-1",
    "比率": "ratio",
    "指数": "index",
    "指数，上年 = 100": "index, previous year = 100",
    "万户": "10,000 households",
    "户/百人": "subscribers per 100 persons",
    "部/百人": "telephones per 100 persons",
    "台/百人": "computers per 100 persons",
    "个/百家": "websites per 100 firms",
    "万部": "10,000 telephones",
    "万个": "10,000",
    "个": "number",
    "件": "number",
    "万件": "10,000 pieces",
    "项": "number",
    "吨": "tonnes",
    "万吨": "10,000 tonnes",
    "吨标准煤/万元": "tonnes of coal equivalent per 10,000 yuan",
    "年": "year",
    "0/1": "0/1",
}
"""Chinese unit → English unit, for the dictionary's entries of imported columns."""


def imported_variable(
    name: str,
    en: str,
    zh: str,
    unit: str,
    definition: str,
    definition_zh: str,
    code: str,
    *,
    direction: Literal[-1, 0, 1] = 0,
    layer: Layer | None = "structure",
    lower: float | None = 0,
    upper: float | None = None,
) -> Variable:
    """Return the entry of a numeric column that comes from a user's file; `unit` is a key of `UNITS`."""
    return Variable(
        name=name,
        label=Text(en, zh),
        unit=Text(UNITS[unit], unit),
        definition=Text(definition, definition_zh),
        lower=lower,
        upper=upper,
        direction=direction,
        layer=layer,
        source="imported",
        source_code=code,
    )
