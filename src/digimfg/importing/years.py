"""Read years from cells and headers: whole years alone, since a panel is annual."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from digimfg.importing.cells import clean_text

__all__ = ["is_short_year", "likely_year", "part_of_year", "read_year", "year_in_header", "year_of_title"]

_CHINESE = str.maketrans("〇零○oO一二三四五六七八九", "00000123456789")
_DIGIT = "[〇零○oO一二三四五六七八九]"
_WORDS = re.compile(rf"{_DIGIT}{{4}}(?=年|$)|(?<=民国){_DIGIT}{{1,3}}(?=年|$)")
_YEAR = re.compile(r"^(?:FY|fy)?\s*((?:19|20)\d\d)(?:\.0+)?\s*(?:A|年|年度)?$")
_YEAR_END = re.compile(r"^((?:19|20)\d\d)[-/.年]\s*12[-/.月]\s*31日?(?:\s+00:00:00)?$")
_REPUBLIC = re.compile(r"^(?:中华)?民国\s*(\d{1,3})\s*年?$")
_SHORT = re.compile(r"^'?(\d\d)\s*年度?$")
_PAIRS = (("(", ")"), ("[", "]"), ("（", "）"), ("【", "】"))
_EMPTY_PAIR = re.compile(r"[(（\[【]\s*[)）\]】]")
_IN_HEADER = re.compile(r"(?<!\d)(?:[yYxX_])?((?:19|20)\d\d)(?!\d)\s*(?:年度|年末|年底|年)?")
_DAY = r"\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*(?:\d{1,2}日?)?)?(?: 00:00:00)?"
_PART = (
    r"[-/.]?\s*(?:\d{1,2}(?:\s*[-~至月]+\s*\d{1,2})?月|前?第?[1-4一二三四]季度?|[上下]半年?|[QqHhSs][1-4](?!\d))"
    r"|\(?(?:预计|预测|估计|预|初步|快报|预算)\)?|[EeFfPp](?![A-Za-z])"
)
_UNCLEAR = (
    re.compile(
        rf"(?:^|(?<=\s))(?:FY|AY|CY)?(?:19|20)\d\d(?:\s*[-/~至]\s*(?:(?:19|20)\d\d|\d\d)\s*(?:年度?|学年|财年)?|{_DAY})(?=\s|$)",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:19|20)\d\d\s*(?:年\s*)?(?:{_PART})"),
    re.compile(r"(?:^|(?<=\s))\d{3}\s*年度?(?=\s|$)"),
)
_SPLIT = re.compile(
    r"^(?:FY|AY|CY)?\s*((?:19|20)\d\d)\s*[-/~至]\s*((?:19|20)?\d\d)\s*(?:年度?|学年|财年)?$", re.IGNORECASE
)
_DATE = re.compile(r"^((?:19|20)\d\d)[-/.年]\s*0?1[-/.月]\s*0?1日?(?:\s+00:00:00)?$")
_ERA = re.compile(r"^(\d{3})\s*年度?$")
_REPUBLIC_BEGAN = 1911


def read_year(value: object) -> int | None:
    """Return the year that a cell names: 2011, 2011.0, 2011年, 11年, 二〇一一, 民国100年, FY2011, 2011A or a
    date at the end of a year.

    Anything else is ``None``: a quarter, a month, a forecast, a year that spans two (2011/12), a number of
    an era that is not named (100年), or the first of January, at which accounts open.

    Examples
    --------
    >>> read_year("２０１１年"), read_year("2011-12-31"), read_year("2011-06-30"), read_year("上年"), read_year("11年")
    (2011, 2011, None, None, 2011)
    >>> read_year("民国100年"), read_year("二〇一一"), read_year("100年"), read_year("2011/12"), read_year("2011-01-01")
    (2011, 2011, None, None, None)
    """  # noqa: E501
    if isinstance(value, datetime.date):
        return value.year if (value.month, value.day) == (12, 31) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 1900 <= value <= 2100 and value == int(value) else None
    text = _digits(clean_text(value))
    if found := _YEAR.match(text) or _YEAR_END.match(text):
        return int(found.group(1))
    if republic := _REPUBLIC.match(text):
        return _REPUBLIC_BEGAN + int(republic.group(1))
    if short := _SHORT.match(text):
        number = int(short.group(1))
        return number + (2000 if number < 50 else 1900)
    return None


def likely_year(value: object) -> int | None:
    """Return the year that a cell may stand for, if a person says so: 2011-01-01, 2011/12 or 100年; else
    ``None``.

    Examples
    --------
    >>> likely_year("2011-01-01"), likely_year("FY2011/12"), likely_year("100年"), likely_year("2011-06-30"), likely_year("2011E")
    (2011, 2011, 2011, None, None)
    """  # noqa: E501
    text = _digits(clean_text(value))
    if found := _SPLIT.match(text):
        follows = int(found.group(2)[-2:]) == (int(found.group(1)) + 1) % 100
        return int(found.group(1)) if follows and read_year(text) is None else None
    if found := _DATE.match(text):
        return int(found.group(1))
    if found := _ERA.match(text):
        return _REPUBLIC_BEGAN + int(found.group(1))
    return None


def is_short_year(value: object) -> bool:
    """Tell whether a cell writes its year with two digits (``"11年"``)."""
    return isinstance(value, str) and _SHORT.match(clean_text(value)) is not None


def year_in_header(text: str, names: Mapping[str, str] | None = None) -> tuple[int, str] | None:
    """Return the one year in a header and the rest of it, or ``None``; `names` says which year a text stands
    for.

    Examples
    --------
    >>> year_in_header("GDP2011"), year_in_header("2011年"), year_in_header("2011年末"), year_in_header("11年"), year_in_header("GDP")
    ((2011, 'GDP'), (2011, ''), (2011, ''), (2011, ''), None)
    >>> year_in_header("GDP(亿元)2019"), year_in_header("GDP(2019)"), year_in_header("GDP(亿元)_(2019)")
    ((2019, 'GDP(亿元)'), (2019, 'GDP'), (2019, 'GDP(亿元)'))
    >>> year_in_header("2011/12"), year_in_header("2011/12", {"2011/12": "2011"}), year_in_header("GDP2011E")
    (None, (2011, ''), None)
    """  # noqa: E501
    for name, told in (names or {}).items():
        year = read_year(told)
        if year is not None and clean_text(name) in text:
            text = text.replace(clean_text(name), f"{year}年", 1)
    text = re.sub(r"\s*\[YR\d{4}\]$", "", _digits(text))
    if (year := read_year(text)) is not None:
        return year, ""
    found = _IN_HEADER.findall(text)
    if len(set(found)) != 1 or part_of_year(text):
        return None
    return int(found[0]), _without_empty_brackets(_IN_HEADER.sub(" ", text))


def _without_empty_brackets(rest: str) -> str:
    """Return what is left of a header without a year: no empty pair and no half pair at an end;
    ``GDP(亿元)`` keeps its unit.
    """
    rest = _EMPTY_PAIR.sub(" ", rest).strip(" _-")
    for opening, closing in _PAIRS:
        if rest.endswith(closing) and rest.count(closing) > rest.count(opening):
            rest = rest.removesuffix(closing).rstrip(" _-")
        if rest.endswith(opening):
            rest = rest.removesuffix(opening).rstrip(" _-")
        if rest.startswith(opening) and rest.count(opening) > rest.count(closing):
            rest = rest.removeprefix(opening).lstrip(" _-")
        if rest.startswith(closing):
            rest = rest.removeprefix(closing).lstrip(" _-")
    return rest


def part_of_year(text: str) -> str:
    """Return what in a header names a part of a year, a forecast, a year of two years or of an era; ``""``
    where nothing does.

    Examples
    --------
    >>> [part_of_year(text) for text in ("2019E", "2019-06-30", "2019年1季度", "2019/20 GDP", "108年",
    ...     "GDP 2019E", "2019年", "GDP2019")]
    ['2019E', '2019-06-30', '2019年1季度', '2019/20', '108年', '2019E', '', '']
    """
    text = _digits(text)
    if read_year(text) is not None:
        return ""
    found = next((found for pattern in _UNCLEAR if (found := pattern.search(text))), None)
    return "" if found is None else found.group(0).strip()


def year_of_title(text: str) -> int | None:
    """Return the one whole year that a title or the name of a sheet states.

    Examples
    --------
    >>> year_of_title("各省GDP(2019年)"), year_of_title("2019年上半年"), year_of_title("2018-2019年"), year_of_title("2019E")
    (2019, None, None, None)
    """  # noqa: E501
    plain = _digits(clean_text(text))
    if part_of_year(plain):
        return None
    years = set(re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", plain))
    return int(years.pop()) if len(years) == 1 else None


def _digits(text: str) -> str:
    return _WORDS.sub(lambda found: found.group(0).translate(_CHINESE), text)
