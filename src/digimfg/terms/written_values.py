"""Values as they are written in a filter, read exactly: numbers, truth, dates, durations, periods."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from digimfg.notes import note_of
from digimfg.terms.filters import Value
from digimfg.text import Text

__all__ = [
    "UnreadableError",
    "date_reader",
    "is_number",
    "moment_reader",
    "nanoseconds",
    "period_reader",
    "read_duration",
    "read_number",
    "read_truth",
]

Exact = Decimal | Fraction
Reader = Callable[[Value], Exact]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?|[+-]?inf")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_PERIOD = re.compile(r"[0-9]{4}[-0-9QqTW:./ ]*")
_WORDS = {"true": Decimal(1), "false": Decimal(0)}
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_SECOND = 1_000_000_000


class UnreadableError(ValueError):
    """A written value is not of a column's type: what it should be, ``{column}`` for the name of the
    column.
    """

    def __init__(self, expected: Text) -> None:
        super().__init__(expected.en)
        self.expected = expected


def is_number(text: str) -> bool:
    """Return whether a text is a number in digits, or infinity."""
    return _NUMBER.fullmatch(text) is not None


def read_number(value: Value) -> Decimal:
    """Return a number exactly as it is written.

    Examples
    --------
    >>> read_number(Value("110101199003070001", quoted=False))
    Decimal('110101199003070001')
    """
    if not is_number(value.text):
        raise UnreadableError(Text("a number: '{column}' is numeric", "数值：“{column}”为数值列"))
    return Decimal(value.text)


def read_truth(value: Value) -> Decimal:
    """Return 1 for true and 0 for false; a number stands for itself."""
    found = _WORDS.get(value.text.lower())
    if found is not None:
        return found
    try:
        return read_number(value)
    except UnreadableError:
        raise UnreadableError(Text("True or False", "True 或 False")) from None


def read_duration(value: Value) -> Exact:
    """Return nanoseconds of a duration with its unit: ``'3 days'``, ``'1 days 02:00:00'``."""
    expected = Text("a duration with its unit, e.g. '3 days'", "带单位的时长，如 '3 days'")
    if is_number(value.text):
        raise UnreadableError(expected)
    try:
        found = pd.Timedelta(value.text)
    except (ValueError, OverflowError):
        raise UnreadableError(expected) from None
    if pd.isna(found):
        raise UnreadableError(expected)
    return Fraction(nanoseconds(found))


def date_reader() -> Reader:
    """Return what reads a whole date as its number of days."""

    def read(value: Value) -> Exact:
        match = _DATE.fullmatch(value.text)
        expected = Text("a whole date, e.g. '2015-12-31'", "完整日期，如 '2015-12-31'")
        if match is None:
            raise UnreadableError(expected)
        return Fraction(_day(match, expected))

    return read


def moment_reader(zone: datetime.tzinfo | None) -> Reader:
    """Return what reads a date, with or without a time of day, as nanoseconds since 1970.

    Parameters
    ----------
    zone
        Of the column: a moment without an offset is a local one there. ``None``: an offset is refused.
    """

    def read(value: Value) -> Exact:
        match = _MOMENT.fullmatch(value.text)
        expected = Text(
            "a whole date, with a time of day where one is meant: '2015-12-31', '2015-12-31 08:30'",
            "完整日期，必要时带时刻：'2015-12-31'、'2015-12-31 08:30'",
        )
        if match is None:
            raise UnreadableError(expected)
        hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
        if hour > 23 or minute > 59 or second > 59:
            raise UnreadableError(expected)
        seconds = _day(match, expected) * 86_400 + hour * 3_600 + minute * 60 + second
        found = seconds * _SECOND + int((match[7] or "0").ljust(9, "0"))
        if match[8] is None:
            return Fraction(found if zone is None else found - _offset(value.text, zone))
        if zone is None:
            raise UnreadableError(
                Text("a moment without an offset: the column has no time zone", "不带时差：该列无时区")
            )
        if match[8] == "Z":
            return Fraction(found)
        sign = -1 if match[8][0] == "-" else 1
        digits = match[8][1:].replace(":", "")
        return Fraction(found - sign * (int(digits[:2]) * 3_600 + int(digits[2:]) * 60) * _SECOND)

    return read


def period_reader(freq: Any) -> Reader:
    """Return what reads a period of one frequency, as pandas writes it, as its ordinal."""
    example = str(pd.Period("2015-01-01", freq=freq))

    def read(value: Value) -> Exact:
        expected = note_of("terms.example_of_period", example=example)
        if _PERIOD.fullmatch(value.text) is None:
            raise UnreadableError(expected)
        try:
            found = pd.Period(value.text, freq=freq)
        except ValueError:
            raise UnreadableError(expected) from None
        if str(found) != value.text.upper():
            raise UnreadableError(expected)
        return Fraction(found.ordinal)

    return read


def nanoseconds(value: datetime.datetime | datetime.timedelta) -> int:
    """Return a moment as nanoseconds since 1970 (of its own clock, or of UTC where it has a zone), or a
    duration's.
    """
    if isinstance(value, datetime.timedelta):
        found = (value.days * 86_400 + value.seconds) * _SECOND + value.microseconds * 1_000
        return found + int(getattr(value, "nanoseconds", 0))
    day = value.toordinal() - _EPOCH
    seconds = day * 86_400 + value.hour * 3_600 + value.minute * 60 + value.second
    found = int(seconds) * _SECOND + value.microsecond * 1_000 + int(getattr(value, "nanosecond", 0))
    offset = value.utcoffset()
    return found if offset is None else found - nanoseconds(offset)


def _day(match: re.Match[str], expected: Text) -> int:
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])).toordinal() - _EPOCH
    except ValueError:
        raise UnreadableError(expected) from None


def _offset(text: str, zone: datetime.tzinfo) -> int:
    """Return by how many nanoseconds a local moment is ahead of UTC."""
    try:
        offset = pd.Timestamp(text[:19]).tz_localize(zone).utcoffset()
    except ValueError:  # pandas' errors of clocks that are set forward or back are of this kind
        offset = None
    if offset is None:
        raise UnreadableError(
            Text(
                "a moment that this clock shows once; add the offset, e.g. '+01:00'",
                "当地时钟唯一的时刻；请加时差，如 '+01:00'",
            )
        )
    return nanoseconds(offset)
