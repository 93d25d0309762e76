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
    "‰": "‰",
    "万册": "10,000 volumes",
    "万千瓦": "10,000 kW",
    "万台": "10,000 sets",
    "万吨标准煤": "10,000 tonnes of coal equivalent",
    "万平方米": "10,000 m²",
    "万张": "10,000 beds",
    "万人次": "10,000 person-times",
    "万辆": "10,000 vehicles",
    "百万美元": "US$ million",
    "亿美元": "100 million US$",
    "亿千瓦时": "100 million kWh",
    "亿立方米": "100 million m³",
    "亿吨公里": "100 million tonne-km",
    "亿人公里": "100 million person-km",
    "亿GB": "100 million GB",
    "千公顷": "1,000 hectares",
    "户": "number",
    "处": "number",
    "所": "number",
    "元/平方米": "yuan per m²",
    "平方米/人": "m² per person",
    "微克/立方米": "µg per m³",
    "人/户": "persons per household",
    "人/千人": "persons per 1,000 persons",
    "辆": "number",
    "公顷": "hectares",
    "万立方米": "10,000 m³",
    "人/十万人": "persons per 100,000 persons",
    "件/万人": "patents per 10,000 persons",
    "册/百人": "volumes per 100 persons",
    "台/万人": "robots per 10,000 persons",
    "张/千人": "beds per 1,000 persons",
    "标台/万人": "standard vehicles per 10,000 persons",
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
