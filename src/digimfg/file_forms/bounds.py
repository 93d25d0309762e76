"""Bounds of what a file may hold: levels, digits, finite numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from digimfg.file_forms.faults import Fault
from digimfg.text import Text

__all__ = ["DEEPEST", "beyond_bounds", "bounded_integer", "too_deep"]

DEEPEST = 64
"""Levels of nesting."""

_LARGEST_INTEGER = 1 << 63
_LONGEST_INTEGER = 20  # characters of a number that 64 bits hold


def beyond_bounds(plain: Any) -> Fault | None:
    """Return the first value that is too deep, too long or not finite, ``None`` where none is."""
    if _within(plain):
        return None
    for path, value in _values(plain):
        if len(path) > DEEPEST:
            expected, got = too_deep()
            return Fault(path=path[:DEEPEST], expected=expected, got=got)
        if isinstance(value, int) and not -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
            return Fault(
                path=path,
                expected=Text("a whole number of at most 64 bits", "不超过64位的整数"),
                got=Text("more digits", "位数过多"),
            )
        if isinstance(value, float) and not math.isfinite(value):
            return Fault(path=path, expected=Text("a finite number", "有限的数"), got=str(value))
    return None


def _within(plain: Any) -> bool:
    """Tell whether all is within bounds, level by level and without a path to each value."""
    level = [plain]
    for _ in range(DEEPEST + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                continue
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, float):
                if not math.isfinite(value):
                    return False
            elif isinstance(value, int) and not -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
                return False
        if not below:
            return True
        level = below
    return False


def _values(plain: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), plain)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting += [((*path, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, number), item) for number, item in enumerate(value)]


def bounded_integer(digits: str) -> int:
    """Return a whole number, or the first one beyond the bound where there are more digits than it has."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else _LARGEST_INTEGER


def too_deep() -> tuple[Text, Text]:
    """Say how deep a file may be, and that it is deeper."""
    return (
        Text(f"at most {DEEPEST} levels of nesting", f"嵌套不超过{DEEPEST}层"),
        Text("more levels", "层数过多"),
    )
