"""Names to codes: provinces and cities of China, countries, industries, firms."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from digimfg.importing.cells import clean_text
from digimfg.importing.country_names import country_code
from digimfg.importing.place_names import known_places, place_code, unmarked
from digimfg.variables.industries import FORMER_INDUSTRIES, INDUSTRY_CODES, MANUFACTURING_INDUSTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NAMED_KEYS", "known_names", "resolve_names"]

NAMED_KEYS = ("province", "city", "country", "industry")
"""Keys whose values are codes that names lead to."""

_MARKET = re.compile(r"^(?:sz|sh|bj)[.:]?(?=\d{6}$)|(?<=\d)\.(?:sz|sh|bj|ss|xshe|xshg)$", re.IGNORECASE)
_LISTED_ELSEWHERE = re.compile(r"^\d{4,5}\.hk$|\.[a-z]{1,2}$", re.IGNORECASE)


def resolve_names(
    key: str,
    values: Iterable[object],
    given: Mapping[str, str],
    *,
    stock: bool = False,
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
    stock
        Whether a header says that firms are named by their stock codes.
    """
    distinct = dict.fromkeys(values)
    cleaned = {value: clean_text(value).replace(" ", "") for value in distinct}
    own = {clean_text(name).replace(" ", ""): clean_text(code) for name, code in given.items()}
    if key == "firm":
        return _firms({value: own.get(text, text).replace(" ", "") for value, text in cleaned.items()}, stock)
    if key not in NAMED_KEYS:
        return {value: own.get(text, text) or None for value, text in cleaned.items()}
    return {value: _code(key, own.get(text, clean_text(value))) for value, text in cleaned.items()}


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


def _code(key: str, text: str) -> str | None:
    if key == "country":
        code, bare = country_code(text), unmarked(text)
        # Without its marks only a name is one: DE1 is a region of Germany.
        return code if code is not None or (len(bare) < 4 and bare.isascii()) else country_code(bare)
    if key in ("province", "city"):
        return place_code(key, text)
    plain = text.replace(" ", "").casefold()
    if plain in known_names(key):
        return known_names(key)[plain]
    found = re.match(r"^([A-Sa-s]\d\d)", plain)
    return known_names(key).get(found.group(1)) if found else None


def _firms(texts: Mapping[object, str], told: bool) -> dict[object, str | None]:
    """Take off markets and quotation marks, and fill stock codes up to six digits: a shorter one lost its zeros.

    Codes are those of stocks where the header says so or one has six digits; a firm "7" of other data stays "7".
    """
    stripped = {value: _MARKET.sub("", text.strip("'\u2018\u2019`")) for value, text in texts.items()}
    codes = [text for text in stripped.values() if text]
    stock = (told or any(re.fullmatch(r"\d{6}", text) for text in codes)) and all(
        re.fullmatch(r"\d{1,6}", text) or _LISTED_ELSEWHERE.search(text) for text in codes
    )
    return {
        value: (text.zfill(6) if stock and text.isdigit() else text) or None
        for value, text in stripped.items()
    }
