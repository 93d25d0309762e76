"""Names to codes: provinces and cities of China, countries, industries, firms, years."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import TYPE_CHECKING

from digimfg.importing.cells import clean_text
from digimfg.variables.china_places import CITIES, FORMER_CITIES, PROVINCES
from digimfg.variables.countries import COUNTRY_CODES
from digimfg.variables.industries import FORMER_INDUSTRIES, INDUSTRY_CODES, MANUFACTURING_INDUSTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["AGGREGATES", "NAMED_KEYS", "known_names", "read_year", "resolve_names"]

AGGREGATES = frozenset(
    {"全国", "全国总计", "全国合计", "全国平均", "总计", "合计", "中国", "平均", "均值", "东部", "中部", "西部", "东北", "东部地区",
     "中部地区", "西部地区", "东北地区", "东部合计", "国家", "national", "china", "total", "nation", "全省", "全省合计"}
)  # fmt: skip
"""Rows of Chinese tables that are no province or city: left out and counted."""

NAMED_KEYS = ("province", "city", "country", "industry")
"""Keys whose values are codes that names lead to."""

_ETHNIC = re.compile(
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|壮族|哈尼族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|柯尔克孜|哈萨克|维吾尔|黎族"
)
_YEAR = re.compile(r"^(?:FY|fy)?\s*((?:19|20)\d\d)(?:\.0+)?\s*(?:年|年度)?$")
_YEAR_END = re.compile(r"^((?:19|20)\d\d)[-/.年]\s*12[-/.月]\s*31日?(?:\s+00:00:00)?$")


def resolve_names(
    key: str, values: Iterable[object], given: Mapping[str, str], *, thorough: bool = True
) -> dict[object, str | None]:
    """Return the code of each distinct value of a key; ``None`` where there is none.

    Parameters
    ----------
    key
        ``"province"``, ``"city"``, ``"country"``, ``"industry"`` by code or name; any other key keeps its text.
    values
        Codes, full or short names, former names.
    given
        Names of the mapping → code or known name; they come first.
    thorough
        Whether names of countries that are not in the tables go to country_converter, which is slow.
    """
    distinct = dict.fromkeys(values)
    cleaned = {value: clean_text(value).replace(" ", "") for value in distinct}
    own = {
        clean_text(name).replace(" ", ""): clean_text(code).replace(" ", "") for name, code in given.items()
    }
    if key == "firm":
        return _firms({value: own.get(text, text) for value, text in cleaned.items()})
    if key not in NAMED_KEYS:
        return {value: own.get(text, text) or None for value, text in cleaned.items()}
    table = known_names(key)
    spaced = {value: clean_text(value) for value in distinct} if key == "country" else cleaned
    found = {value: _lookup(key, own.get(cleaned[value], text), table) for value, text in spaced.items()}
    if key == "country" and thorough:
        missing = [
            value
            for value, code in found.items()
            if code is None and any(letter.isalpha() for letter in cleaned[value])
        ]
        found |= _converted({value: own.get(cleaned[value], spaced[value]) for value in missing})
    return found


@cache
def known_names(key: str) -> dict[str, str]:
    """Return every code and name, in lower case without spaces, that leads to a code of a key.

    Examples
    --------
    >>> known_names("province")["广西"], known_names("city")["恩施州"], known_names("city")["襄樊"]
    ('450000', '422800', '420600')
    """
    if key == "province":
        return _provinces()
    if key == "city":
        return _cities()
    if key == "country":
        return {code.casefold(): code for code in COUNTRY_CODES}
    if key == "industry":
        names = {name: code for code, name in MANUFACTURING_INDUSTRIES.items()} | FORMER_INDUSTRIES
        codes = {code.casefold(): code for code in INDUSTRY_CODES}
        digits = {code[1:]: code for code in INDUSTRY_CODES if code[0] in "BCD"}
        return {**{name.replace(" ", ""): code for name, code in names.items()}, **codes, **digits}
    return {}


def read_year(value: object) -> int | None:
    """Return the year that a cell names: 2011, 2011.0, 2011年, 2011-12-31 or a date at the end of a year, else ``None``.

    Examples
    --------
    >>> read_year("２０１１年"), read_year("2011-12-31"), read_year("2011-06-30"), read_year("上年")
    (2011, 2011, None, None)
    """
    if isinstance(value, datetime.date):
        return value.year if (value.month, value.day) == (12, 31) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 1900 <= value <= 2100 and value == int(value) else None
    text = clean_text(value)
    found = _YEAR.match(text) or _YEAR_END.match(text)
    return int(found.group(1)) if found else None


def _lookup(key: str, text: str, table: Mapping[str, str]) -> str | None:
    plain = text.replace(" ", "").casefold()
    if plain in table:
        return table[plain]
    if key in ("province", "city") and re.fullmatch(r"\d{6}(0{6})?(\.0)?", plain):
        return table.get(plain[:6])
    if key == "province" and re.fullmatch(r"\d{2}", plain):
        return table.get(plain + "0000")
    if key == "city" and re.fullmatch(r"\d{4}", plain):
        return table.get(plain + "00")
    if key == "industry":
        code = re.match(r"^([A-Sa-s]\d\d)", plain)
        return table.get(code.group(1)) if code else None
    return None


def _provinces() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, (full, short, english) in PROVINCES.items():
        for name in (code, full, short, english, f"{short}省", f"{short}市", f"{short}自治区"):
            names[name.replace(" ", "").casefold()] = code
    return names | {
        "xizang": "540000",
        "neimenggu": "150000",
        "innermongol": "150000",
        "nmg": "150000",
        "shanxi(陕)": "610000",
    }


def _cities() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, full in CITIES.items():
        short = re.sub(r"(自治州|地区|盟|林区|市)$", "", full)
        plain = _ETHNIC.sub("", short)
        forms = {code, full, short}
        if full.endswith("自治州"):
            forms |= {f"{plain}州", f"{plain}自治州"} | ({plain} if code != "632500" else set())
        for name in forms:
            names.setdefault(name.casefold(), code)
    names |= {"巴州": "652800", "博州": "652700", "克州": "653000"}
    former = dict(FORMER_CITIES)
    former |= {re.sub(r"(地区|市)$", "", name): code for name, code in FORMER_CITIES.items()}
    return {name: code for name, code in former.items() if name not in names} | names


def _firms(texts: Mapping[object, str]) -> dict[object, str | None]:
    """Pad stock codes to six digits: where every code is of at most six digits, a shorter one lost its zeros."""
    stripped = {
        value: re.sub(r"\.(sz|sh|bj)$", "", text, flags=re.IGNORECASE) for value, text in texts.items()
    }
    codes = [text for text in stripped.values() if text]
    stock = (
        bool(codes)
        and all(re.fullmatch(r"\d{1,6}", text) for text in codes)
        and any(len(text) == 6 for text in codes)
    )
    return {value: (text.zfill(6) if stock else text) or None for value, text in stripped.items()}


def _converted(texts: Mapping[object, str]) -> dict[object, str | None]:
    if not texts:
        return {}
    names = _country_names()
    found: dict[object, str | None] = {
        value: names.get(text.replace(" ", "").casefold()) for value, text in texts.items()
    }
    rest = [value for value, code in found.items() if code is None]
    if not rest:
        return found
    for value in rest:
        found[value] = _by_pattern(texts[value])
    return found


def _by_pattern(text: str) -> str | None:
    """Return the one country whose ISO code or pattern of names in country_converter's table a text matches."""
    names, codes = _country_patterns()
    if len(text) == 2:
        return codes.get(text.upper())
    matched = {code for pattern, code in names if pattern.search(text)}
    return matched.pop() if len(matched) == 1 else None


@cache
def _country_patterns() -> tuple[list[tuple[re.Pattern[str], str]], dict[str, str]]:
    import csv
    from importlib.resources import files

    # The table itself, not the converter: that one builds frames that newer versions of pandas read differently.
    table = files("country_converter").joinpath("country_data.tsv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(table.splitlines(), delimiter="\t") if not row["obsolete"]]
    held = [(row, "XKX" if row["ISO3"] == "XKV" else row["ISO3"]) for row in rows]
    held = [(row, code) for row, code in held if code in COUNTRY_CODES]
    # ISO2 holds patterns too: ^GB$|^UK$
    two = {short: code for row, code in held for short in re.findall(r"[A-Z]{2}", row["ISO2"])}
    return [(re.compile(row["regex"], re.IGNORECASE), code) for row, code in held], two


@cache
def _country_names() -> dict[str, str]:
    """Return English and Chinese names of the shipped panel's countries."""
    from digimfg.panels.store import load_panel

    frame = load_panel("world")[["country", "country_name_en", "country_name_zh"]].drop_duplicates("country")
    return {
        str(name).replace(" ", "").casefold(): str(code)
        for code, *pair in frame.itertuples(index=False)
        for name in pair
        if isinstance(name, str)
    }
