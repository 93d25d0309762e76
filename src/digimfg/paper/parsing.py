"""Read the paper's words: dates with their precision, amounts with their unit, pairs, years, spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from digimfg.errors import DigimfgError
from digimfg.spelling import tidy

__all__ = [
    "MILLION_USD",
    "Amount",
    "PartialDate",
    "Precision",
    "administration",
    "parse_amount",
    "parse_date",
    "parse_number",
    "parse_pair",
    "parse_span",
]

Precision = Literal["day", "month", "year", "period"]

MILLION_USD = {"亿美元": 100.0, "千万美元": 10.0, "百万美元": 1.0, "万美元": 0.01}
"""How many million US dollars one unit is."""

_TERMS = (
    ("2001-01-20", "bush"),
    ("2009-01-20", "obama"),
    ("2017-01-20", "trump"),
    ("2021-01-20", "biden"),
    ("2025-01-20", None),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PartialDate:
    """A date as far as it is known.

    Parameters
    ----------
    start
        ISO 8601, cut at the precision: ``"2014-12"``.
    end
        Last year of a period; empty otherwise.
    precision
        ``"day"``, ``"month"``, ``"year"`` or ``"period"``.
    """

    start: str
    end: str = ""
    precision: Precision

    @property
    def first_day(self) -> str:
        """Return the earliest day that it can be."""
        return f"{self.start}-01-01"[:10] if len(self.start) == 4 else f"{self.start}-01"[:10]

    @property
    def last_day(self) -> str:
        """Return the latest day that the beginning can be; day 31 stands for the end of any month."""
        return {4: f"{self.start}-12-31", 7: f"{self.start}-31"}.get(len(self.start), self.start)


def parse_date(text: str) -> PartialDate | None:
    """Return the date in Chinese words, ``None`` where there is none.

    A month is not checked to be one of twelve: `check_register` finds impossible dates and says where.

    Examples
    --------
    >>> parse_date("2014年12月").start, parse_date("2022年8月2日").precision, parse_date("2007—2010年").end
    ('2014-12', 'day', '2010')

    Raises
    ------
    DigimfgError
        If the words are no date.
    """
    words = tidy(text)
    if not words:
        return None
    if period := re.fullmatch(r"(\d{4})[—–-](\d{4})年?", words):
        return PartialDate(start=period[1], end=period[2], precision="period")
    match = re.fullmatch(r"(\d{4})(?:年)?(?:(\d{1,2})月底?(?:(\d{1,2})日)?)?", words)
    if match is None:
        raise DigimfgError.of("paper.date_unreadable", got=f"'{words}'")
    year, month, day = match.groups()
    if day:
        return PartialDate(start=f"{year}-{int(month):02d}-{int(day):02d}", precision="day")
    if month:
        return PartialDate(start=f"{year}-{int(month):02d}", precision="month")
    return PartialDate(start=year, precision="year")


def administration(date: PartialDate | None) -> str | None:
    """Return who was president when it began; ``None`` where the date leaves it open or a term before 2001
    began.

    Examples
    --------
    >>> administration(parse_date("2014年12月")), administration(parse_date("2021年1月"))
    ('obama', None)
    """
    if date is None:
        return None
    terms = {_term(date.first_day), _term(date.last_day)}
    return terms.pop() if len(terms) == 1 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A number with the unit that stands behind it.

    Parameters
    ----------
    value
        The number as printed.
    unit
        The unit as printed; may be empty.
    at_least
        The words say "more than" (多).
    """

    value: float
    unit: str
    at_least: bool = False


def parse_amount(text: str) -> Amount | None:
    """Return the number and its unit, ``None`` where there are no words.

    Examples
    --------
    >>> parse_amount("1.04亿美元")
    Amount(value=1.04, unit='亿美元', at_least=False)
    >>> parse_amount("1400多名").at_least
    True

    Raises
    ------
    DigimfgError
        If the words do not begin with a number.
    """
    words = tidy(text)
    if not words:
        return None
    match = re.fullmatch(r"约?([\d,]+(?:\.\d+)?)\s*(多)?\s*(\D*)", words)
    if match is None:
        raise DigimfgError.of("paper.amount_unreadable", got=f"'{words}'")
    return Amount(
        value=float(match[1].replace(",", "")), unit=match[3].strip(), at_least=match[2] is not None
    )


def parse_number(text: str) -> float:
    """Return a bare number, NaN where there are no words.

    Raises
    ------
    DigimfgError
        If the words are no number.
    """
    words = tidy(text)
    if not words:
        return float("nan")
    if not re.fullmatch(r"\d+(\.\d+)?", words):
        raise DigimfgError.of("paper.number_unreadable", got=f"'{words}'")
    return float(words)


def parse_pair(text: str) -> tuple[float, float]:
    """Return the two numbers around a slash; NaN where the words are no such pair.

    Examples
    --------
    >>> parse_pair("6.5 / 6.8"), parse_pair("656.8")
    ((6.5, 6.8), (nan, nan))
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)", tidy(text))
    return (float(match[1]), float(match[2])) if match else (float("nan"), float("nan"))


def parse_span(text: str) -> tuple[float, float]:
    """Return first and last year of ``1782—1845``; NaN for an open end or no words.

    Raises
    ------
    DigimfgError
        If the words are no span of years.
    """
    words = tidy(text)
    if not words:
        return float("nan"), float("nan")
    match = re.fullmatch(r"(\d{4})[—–-](\d{4})?", words)
    if match is None:
        raise DigimfgError.of("paper.span_unreadable", got=f"'{words}'")
    return float(match[1]), float(match[2]) if match[2] else float("nan")


def _term(day: str) -> str | None:
    return next((name for start, name in reversed(_TERMS) if day >= start), None)
