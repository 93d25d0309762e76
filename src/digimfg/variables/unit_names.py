"""The same units under their codes and names: provinces and cities of China, countries, industries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Any

from digimfg.spelling import clean_text
from digimfg.text import Text
from digimfg.variables.china_places import CITIES, CITY_LATIN, PROVINCES
from digimfg.variables.country_names import country_code, country_label, display_names
from digimfg.variables.industries import (
    FORMER_INDUSTRIES,
    INDUSTRY_CODES,
    MANUFACTURING_INDUSTRIES,
    has_other_extent,
)
from digimfg.variables.place_names import known_places, place_code, unmarked

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NAMED_KEYS",
    "code_of",
    "held_values",
    "in_words_of",
    "known_names",
    "names_of",
    "same_units",
    "unit_code",
    "unit_label",
]

NAMED_KEYS = ("province", "city", "country", "industry")
"""Keys whose values are codes that names lead to."""


def same_units(wanted: Iterable[Any], held: Iterable[Any]) -> dict[Any, Any]:
    """Return, for values that name units, the values under which data hold the same units.

    Parameters
    ----------
    wanted
        As somebody writes them: codes or names, in Chinese or English, full or short.
    held
        As a column or the labels of a matrix hold them: all of one kind, in whichever of these forms.

    Returns
    -------
    dict
        Wanted value → held value. Without an entry: what is no unit, what the data do not hold, and what would mean one
        unit as one kind (a province, say) and another one as another (a city).

    Examples
    --------
    >>> same_units(["北京", "Tianjin", "上海市"], [110000, 120000])
    {'北京': 110000, 'Tianjin': 120000}
    >>> same_units(["德国", "France"], ["DEU", "FRA"]), same_units(["x"], ["y"])
    ({'德国': 'DEU', 'France': 'FRA'}, {})
    """
    wanted, held = list(wanted), list(held)
    found: dict[Any, set[Any]] = {}
    for key in NAMED_KEYS:
        codes = {value: code for value in wanted if (code := unit_code(key, value)) is not None}
        places = _places(key, held) if codes else {}
        for value, code in codes.items():
            if code in places:
                found.setdefault(value, set()).add(places[code])
    return {value: next(iter(same)) for value, same in found.items() if len(same) == 1}


def held_values(wanted: Iterable[Any], held: Iterable[Any]) -> dict[Any, Any]:
    """Return, for values, those of the data that are the same: equal, written alike, or codes and names of one unit.

    Parameters
    ----------
    wanted, held
        Values that can be keys of a dict; no two of `wanted` are given one of `held`.

    Returns
    -------
    dict
        Wanted value → held value, without an entry where there is none.

    Examples
    --------
    >>> held_values([110000, "天津", 7], ["110000", "120000"])
    {110000: '110000', '天津': '120000'}
    """
    wanted, held = list(dict.fromkeys(wanted)), list(dict.fromkeys(held))
    equal = {value: value for value in held}
    found = {value: equal[value] for value in wanted if value in equal}
    if len(found) == len(wanted):
        return found
    alike = {_written(value): value for value in held}
    others = same_units([value for value in wanted if value not in found], held)
    others |= {value: alike[text] for value in wanted if (text := _written(value)) in alike}
    equal_ones, free = (
        set(found.values()),
        Counter(own for value, own in others.items() if value not in found),
    )
    found |= {
        value: own
        for value, own in others.items()
        if value not in found and own not in equal_ones and free[own] == 1
    }
    return {value: found[value] for value in wanted if value in found}


def in_words_of(column: pd.Series[Any], held: Iterable[Any]) -> pd.Series[Any]:
    """Return a column whose units are spelled as other data hold them; values without a match stay."""
    present = column.dropna().unique().tolist()
    same = held_values(present, held)
    changed = {value: own for value, own in same.items() if own != value}
    return column.map(lambda value: changed.get(value, value)) if changed else column


def names_of(held: Iterable[Any]) -> list[str]:
    """Return the names, for errors, of the units that values are: provinces, cities, countries; none for other values.

    Examples
    --------
    >>> names_of(["110000", "120000"]), names_of(["a"])
    (['北京', 'Beijing', '天津', 'Tianjin'], [])
    """
    held = list(held)
    if places := _places("province", held):
        return [name for code in places for name in PROVINCES[code][1:]]
    if places := _places("city", held):
        return [CITIES[code] for code in places]
    places = _places("country", held)
    return [name for name in display_names() if country_code(name) in places] if places else []


def unit_code(key: str, value: object) -> str | None:
    """Return the code of a unit from its code or one of its names, ``None`` where it is none of this kind.

    Parameters
    ----------
    key
        ``"province"``, ``"city"``, ``"country"`` or ``"industry"``.
    value
        Text or a number.

    Examples
    --------
    >>> unit_code("province", "内蒙古自治区"), unit_code("province", 150000.0), unit_code("city", "内蒙古")
    ('150000', '150000', None)
    """
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, Real) or not float(value).is_integer():
            return None
        value = str(int(float(value)))
    return code_of(key, clean_text(value)) if value.strip() else None


def unit_label(key: str, value: object) -> Text | None:
    """Return the name of the unit that a value is the code of; ``None`` where it is no code of this kind.

    Parameters
    ----------
    key
        ``"province"``, ``"city"``, ``"country"`` or ``"industry"``.
    value
        Text or a number; a name is no code and stays as its writer has it.

    Examples
    --------
    >>> unit_label("province", "110000").zh, unit_label("country", "CHN").en, unit_label("province", "北京市")
    ('北京', 'China', None)
    """
    code = unit_code(key, value)
    if code is None or _written(value).strip() != code:
        return None
    if key == "province":
        return Text(PROVINCES[code][2], PROVINCES[code][1])
    if key == "city":
        return Text(CITY_LATIN[code][0], CITIES[code])
    if key == "country":
        return country_label(code)
    name = MANUFACTURING_INDUSTRIES.get(code)
    return None if name is None else Text(code, name)


@cache
def known_names(key: str) -> dict[str, str]:
    """Return every code and name, in lower case without spaces, that leads to a code of a key.

    Examples
    --------
    >>> known_names("province")["广西"], known_names("city")["恩施州"], known_names("city")["襄樊"]
    ('450000', '422800', '420600')
    """
    if key in ("province", "city"):
        return known_places(key)
    if key == "industry":
        names = {name: code for code, name in MANUFACTURING_INDUSTRIES.items()} | FORMER_INDUSTRIES
        codes = {code.casefold(): code for code in INDUSTRY_CODES}
        digits = {code[1:]: code for code in INDUSTRY_CODES if code[0] in "BCD"}
        return {**{name.replace(" ", ""): code for name, code in names.items()}, **codes, **digits}
    return {}


def code_of(key: str, text: str) -> str | None:
    """Return the code of a clean text that is a code or a name, ``None`` where it is none of this kind.

    Examples
    --------
    >>> code_of("industry", "39"), code_of("country", "Germany*"), code_of("country", "DE1")
    ('C39', 'DEU', None)
    """
    if key == "country":
        code, bare = country_code(text), unmarked(text)
        # Without its marks only a name is one: DE1 is a region of Germany.
        return code if code is not None or (len(bare) < 4 and bare.isascii()) else country_code(bare)
    if key in ("province", "city"):
        return place_code(key, text)
    plain = text.replace(" ", "").casefold()
    known = known_names(key)
    if plain in known:
        return known[plain]
    # A code with its name must be of one industry: those of 2002 mean others than today's. A range is none.
    found = re.fullmatch(r"([a-s]\d\d)\d{0,2}[.:_-]?([^\d~-]*)", plain)
    if found is None or has_other_extent(found[2]):
        return None
    code = known.get(found[1])
    return code if known.get(found[2], code) == code else None


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _places(key: str, held: list[Any]) -> dict[str, Any]:
    """Return code → value, where every value is a unit of one kind and none is there twice."""
    places: dict[str, Any] = {}
    for value in held:
        code = unit_code(key, value)
        if code is None or code in places:
            return {}
        places[code] = value
    return places
