"""Ranges of numbers by their ends, each with its words."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digimfg.text import Text

__all__ = ["Above", "AtLeast", "AtMost", "Below", "Bound", "bounds_said", "plainly"]

_MANY = 100_000  # a bound from here on only keeps the absurd out


def plainly(number: float) -> str:
    """Return a bound as it is read."""
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


@dataclass(frozen=True, slots=True)
class Bound(ABC):
    """An end of a range: see `AtLeast`, `Above`, `AtMost` and `Below`; not-a-number and the infinities lie
    outside of all.
    """

    end: float

    @abstractmethod
    def holds(self, value: Any) -> bool:
        """Return whether a number lies on the right side."""


class AtLeast(Bound):
    """Numbers from `end` on."""

    __slots__ = ()

    def holds(self, value: Any) -> bool:
        """Return whether the number is not below."""
        return bool(self.end <= value < math.inf)


class Above(Bound):
    """Numbers greater than `end`."""

    __slots__ = ()

    def holds(self, value: Any) -> bool:
        """Return whether the number is greater."""
        return bool(self.end < value < math.inf)


class AtMost(Bound):
    """Numbers up to `end`."""

    __slots__ = ()

    def holds(self, value: Any) -> bool:
        """Return whether the number is not above."""
        return bool(-math.inf < value <= self.end)


class Below(Bound):
    """Numbers less than `end`."""

    __slots__ = ()

    def holds(self, value: Any) -> bool:
        """Return whether the number is less."""
        return bool(-math.inf < value < self.end)


def bounds_said(bounds: Sequence[Bound]) -> Text:
    """Return the ends of a range in words.

    Examples
    --------
    >>> bounds_said([Above(0), Below(1)]).en, bounds_said([AtLeast(0), AtMost(8)]).en
    ('between 0 and 1', 'between 0 and 8 (inclusive)')
    >>> bounds_said([AtLeast(99), AtMost(10_000_000)]).en, bounds_said([Above(0)]).en
    ('of 99 or more, at most 10,000,000', 'above zero')
    """
    said = {
        AtLeast: Text("of {} or more", "不小于{}"),
        Above: Text("above {}", "大于{}"),
        AtMost: Text("at most {}", "至多{}"),
        Below: Text("below {}", "小于{}"),
    }
    ends = [plainly(bound.end) for bound in bounds]
    kinds = [type(bound) for bound in bounds]
    if kinds == [Above, Below]:
        return Text(f"between {ends[0]} and {ends[1]}", f"{ends[0]}与{ends[1]}之间（不含端点）")
    if kinds == [AtLeast, AtMost] and bounds[1].end < _MANY:
        return Text(f"between {ends[0]} and {ends[1]} (inclusive)", f"{ends[0]}至{ends[1]}（含端点）")
    if kinds == [Above] and bounds[0].end == 0:
        return Text("above zero", "大于零")
    words = [(said[kind], end) for kind, end in zip(kinds, ends, strict=True)]
    return Text(
        ", ".join(word.en.format(end) for word, end in words),
        "、".join(word.zh.format(end) for word, end in words),
    )
