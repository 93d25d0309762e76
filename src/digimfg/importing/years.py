"""Read years from cells and headers: whole years alone, since a panel is annual."""

from __future__ import annotations

import datetime
import re

from digimfg.importing.cells import clean_text

__all__ = ["is_short_year", "part_of_year", "read_year", "year_in_header"]

_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"^(?:FY|fy)?\s*((?:19|20)\d\d)(?:\.0+)?\s*(?:年|年度)?$")
_YEAR_END = re.compile(r"^((?:19|20)\d\d)[-/.年]\s*12[-/.月]\s*31日?(?:\s+00:00:00)?$")
_SHORT = re.compile(r"^'?(\d\d)\s*年度?$")
_IN_HEADER = re.compile(r"(?<!\d)(?:[yYxX_])?((?:19|20)\d\d)(?!\d)\s*(?:年度|年末|年底|年)?")
_WORDS = re.compile(r"[〇零○一二三四五六七八九]{4}(?=年)")
_PART = re.compile(
    r"^[-/.]?(?:\d{1,2}(?:[-/.~月至]+\d{1,2})?(?:日|月)?(?: 00:00:00)?|[1-4一二三四前]?第?[1-4一二三四]?季度?|[上下]半年|[QqHhSs][1-4]|[EeFfPp])$"
    r"|^\(?(?:预计|预测|估计|预|初步|快报|预算)\)?$"
)


def read_year(value: object) -> int | None:
    """Return the year that a cell names: 2011, 2011.0, 2011年, 11年, 二〇一一年, 2011-12-31 or a date at the end of a year.

    Anything else is ``None``: a quarter, a month, a forecast, or the first of January, at which accounts open.

    Examples
    --------
    >>> read_year("２０１１年"), read_year("2011-12-31"), read_year("2011-06-30"), read_year("上年"), read_year("11年")
    (2011, 2011, None, None, 2011)
    """
    if isinstance(value, datetime.date):
        return value.year if (value.month, value.day) == (12, 31) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 1900 <= value <= 2100 and value == int(value) else None
    text = _digits(clean_text(value))
    if found := _YEAR.match(text) or _YEAR_END.match(text):
        return int(found.group(1))
    if short := _SHORT.match(text):
        number = int(short.group(1))
        return number + (2000 if number < 50 else 1900)
    return None


def is_short_year(value: object) -> bool:
    """Tell whether a cell writes its year with two digits (``"11年"``)."""
    return isinstance(value, str) and _SHORT.match(clean_text(value)) is not None


def year_in_header(text: str) -> tuple[int, str] | None:
    """Return the one year in a header and the rest of it, or ``None``.

    Examples
    --------
    >>> year_in_header("GDP2011"), year_in_header("2011年"), year_in_header("2011年末"), year_in_header("11年"), year_in_header("GDP")
    ((2011, 'GDP'), (2011, ''), (2011, ''), (2011, ''), None)
    """
    text = re.sub(r"\s*\[YR\d{4}\]$", "", _digits(text))
    if is_short_year(text):
        year = read_year(text)
        return None if year is None else (year, "")
    if (year := read_year(text)) is not None:
        return year, ""
    found = _IN_HEADER.findall(text)
    if len(set(found)) != 1:
        return None
    return int(found[0]), _IN_HEADER.sub(" ", text).strip(" _-()[]")


def part_of_year(text: str) -> bool:
    """Tell whether a header names a part of a year or a forecast: a month, a quarter, a date, ``2019E``.

    Examples
    --------
    >>> [part_of_year(text) for text in ("2019E", "2019-06-30", "2019年1季度", "2019年上半年", "2019年", "GDP2019")]
    [True, True, True, True, False, False]
    """
    text = _digits(text)
    found = None if read_year(text) is not None else re.match(r"^(?:19|20)\d\d\s*年?\s*", text)
    return found is not None and _PART.match(text[found.end() :].strip()) is not None


def _digits(text: str) -> str:
    return _WORDS.sub(lambda found: found.group(0).translate(_CHINESE), text)
