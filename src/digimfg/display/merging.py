"""Merge sentences that differ only in numbers and names."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

from digimfg.say import Said
from digimfg.text import Text
from digimfg.words import Each, Fact

__all__ = [
    "merged",
    "shape",
]


def shape(text: Text) -> object:
    """Return what sentences share that differ only in numbers.

    Examples
    --------
    >>> from digimfg.say import say
    >>> first, second = (say("{n|row} of {name}", "{name}{n}行", n=n, name="x") for n in (1, 12))
    >>> shape(first) == shape(second)
    True
    """
    if not isinstance(text, Said):
        return text
    return text.template, text.kind, tuple((name, _shape(value)) for name, value in text.facts)


def merged(texts: Sequence[Text], *, ranges: bool = False) -> Text | None:
    """Return sentences of one shape as one; None where they are of several.

    Differing numbers are written with slashes, or as their range.

    Examples
    --------
    >>> from digimfg.say import say
    >>> several = [say("{n:,|row} dropped", "剔除{n:,}行", n=n) for n in (12, 1, 7)]
    >>> merged(several).en, merged(several, ranges=True).en
    ('12/1/7 rows dropped', '1–12 rows dropped')
    """
    first, *others = texts
    if any(shape(other) != shape(first) for other in others):
        return None
    together = _together(texts, ranges=ranges)
    return together if isinstance(together, Text) else None


def _shape(value: Fact) -> object:
    if isinstance(value, Text):
        return shape(value)
    if isinstance(value, tuple):
        return tuple(_shape(each) for each in value)
    return Real if isinstance(value, Real) and not isinstance(value, bool) else value


def _together(values: Sequence[Fact], *, ranges: bool) -> Fact:
    """Return values of one shape as one."""
    first = values[0]
    if all(value == first for value in values):
        return first
    if isinstance(first, Said):
        held = [dict(value.facts) for value in values if isinstance(value, Said)]
        return first.with_facts(
            {name: _together([each[name] for each in held], ranges=ranges) for name, _ in first.facts}
        )
    if isinstance(first, tuple):
        lists = [value for value in values if isinstance(value, tuple)]
        return tuple(_together(each, ranges=ranges) for each in zip(*lists, strict=True))
    numbers = [value for value in values if isinstance(value, int | float)]
    if ranges and len(numbers) == len(values):
        return Each((min(numbers), max(numbers)), between="–")
    return Each(tuple(values))
