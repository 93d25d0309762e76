"""Names of countries to ISO codes: a name is known as a whole or not at all, never by a part of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from digimfg.errors import PanelError
from digimfg.file_forms import FileForm
from digimfg.spelling import clean_text
from digimfg.text import Text
from digimfg.variables.countries import COUNTRIES

__all__ = ["compared", "country_code", "country_label", "display_names", "region_names"]

_FILE = Path(__file__).parent / "data" / "country_names.toml"
_OTHER_NAMES: FileForm[dict[str, list[str]]] = FileForm(
    schema=dict[str, list[str]],
    what=Text("a TOML file of lists of names", "名称列表 TOML 文件"),
    remedy=Text("install digimfg again", "重新安装 digimfg"),
    error=PanelError,
)
_LANGUAGES = ("en", "zh", "zh_Hant")
_OTHER_CODES = {
    "EL": "GRC", "UK": "GBR", "ADO": "AND", "IMY": "IMN", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "UVK": "XKX", "WBG": "PSE",
    "XKO": "XKX", "XKV": "XKX", "XKK": "XKX", "ZAR": "COD",
}  # fmt: skip
"""Codes of Eurostat, the World Bank and the IMF where they are not ISO's."""

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f.'\u2019 -]*")
_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"\b(?:[a-z]\. ?)+[a-z]\b\.?")
_LINKS = str.maketrans("", "", "和及与暨")
_SPELLED_OUT = {
    "dem": "democratic", "is": "islands", "island": "islands", "isl": "islands", "isls": "islands", "n": "north", "rep": "republic",
    "s": "south", "st": "saint", "ste": "saint", "utd": "united", "w": "west",
}  # fmt: skip
_SAY_NOTHING = frozenset({"the", "of", "and"})


def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 code of a country's code or whole name, in English or Chinese; ``None`` where it is none.

    Names are compared without regard to case, accents, punctuation and the order of words (``Korea, Rep.``), so that a name
    within a longer one says nothing: a region without a country, a part of one, and a former state of another extent have no
    code. Codes are ISO's of two or three letters, and those of the World Bank, the IMF and Eurostat.

    Examples
    --------
    >>> country_code("Korea, Dem. People's Rep."), country_code("中国香港"), country_code("UK"), country_code("Guinea Equatorial")
    ('PRK', 'HKG', 'GBR', 'GNQ')
    >>> [country_code(text) for text in ("World excluding China", "England", "Somaliland", "Czechoslovakia")]
    [None, None, None, None]
    """
    text = clean_text(text)
    code = _codes().get(text.upper())
    if code is not None or not text:
        return code
    code = _names().get(compared(text))
    if code is not None:
        return code
    # A name beside another of the same country: 中国 China, Eswatini (Swaziland).
    found = {_names().get(compared(part)) for part in _parts(text)}
    return found.pop() if len(found) == 1 else None


def compared(name: str) -> tuple[str, ...]:
    """Return what spellings of a name have in common: its characters where it is Chinese, else its words in order of the alphabet.

    Examples
    --------
    >>> compared("Korea, Rep. of") == compared("Republic of Korea"), compared("St. Lucia") == compared("Saint Lucia")
    (True, True)
    """
    plain = clean_text(name).casefold()
    if _HAN.search(plain):
        return ("".join(_WORD.findall(plain.translate(_LINKS))),)
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)
    )
    joined = _INITIALS.sub(
        lambda found: re.sub("[. ]", "", found.group(0)), re.sub("['\u2018\u2019`]", "", bare)
    )
    words = (_SPELLED_OUT.get(word, word) for word in _WORD.findall(joined))
    return tuple(sorted(word for word in words if word not in _SAY_NOTHING))


@cache
def display_names() -> tuple[str, ...]:
    """Return the English and Chinese names of all countries in Unicode CLDR, for suggestions."""
    return tuple(name for language in _LANGUAGES[:2] for _, name in _territories(language))


@cache
def country_label(code: str) -> Text | None:
    """Return the names of a country by its three-letter code, in Unicode CLDR.

    Examples
    --------
    >>> country_label("DEU")
    Text(en='Germany', zh='德国')
    """
    from babel import Locale

    two = COUNTRIES[code][0] if code in COUNTRIES else None
    en, zh = (Locale.parse(language).territories.get(two) for language in _LANGUAGES[:2])
    return Text(str(en), str(zh)) if en and zh else None


@cache
def region_names() -> tuple[str, ...]:
    """Return the English and Chinese names of the world, continents, regions and unions in Unicode CLDR."""
    from babel import Locale

    return tuple(
        name
        for language in _LANGUAGES
        for code, name in sorted(Locale.parse(language).territories.items())
        if code.isdigit() or code in ("EU", "EZ", "UN")
    )


@cache
def _codes() -> dict[str, str]:
    own = {two: three for three, (two, _) in COUNTRIES.items()} | {three: three for three in COUNTRIES}
    return own | _OTHER_CODES


@cache
def _names() -> dict[tuple[str, ...], str]:
    names = {compared(name): code for language in _LANGUAGES for code, name in _territories(language)}
    return names | {
        compared(name): code for code, listed in _OTHER_NAMES.read(_FILE).items() for name in listed
    }


def _territories(language: str) -> Iterator[tuple[str, str]]:
    """Yield three-letter code and name in Unicode CLDR."""
    from babel import Locale

    territories = Locale.parse(language).territories
    for three, (two, _) in COUNTRIES.items():
        yield three, territories[two]


def _parts(text: str) -> list[str]:
    """Split a name and its translation or its other name."""
    if _HAN.search(text):
        return [
            part for part in (_LATIN.sub(" ", text), " ".join(_LATIN.findall(text))) if _WORD.search(part)
        ]
    return [part for part in re.split(r"[()\[\]/]", text) if _WORD.search(part)]
