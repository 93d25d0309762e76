"""Bounds of what a file may hold: levels, digits, finite numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from digimfg.errors import Fault

__all__ = ["DEEPEST", "Place", "beyond_bounds", "bounded_integer", "too_deep"]

Place = tuple[str | int, ...]
"""Names and positions (from 0) that lead to a value, or to what lacks something."""

DEEPEST = 64
"""Levels of nesting."""

_LARGEST_INTEGER = 1 << 63
_LONGEST_INTEGER = 20  # characters of a number that 64 bits hold


def beyond_bounds(plain: Any) -> tuple[Place, Fault] | None:
    """Return where the first value stands that is too deep, too long or not finite, ``None`` where none
    is.
    """
    if _within(plain):
        return None
    for path, value in _values(plain):
        if len(path) > DEEPEST:
            return path[:DEEPEST], too_deep()
        if isinstance(value, int) and not -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
            return path, Fault.of("file_forms.whole_number_too_long")
        if isinstance(value, float) and not math.isfinite(value):
            return path, Fault.of("file_forms.not_finite", value=str(value))
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


def _values(plain: Any) -> Iterator[tuple[Place, Any]]:
    waiting: list[tuple[Place, Any]] = [((), plain)]
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


def too_deep() -> Fault:
    """Return the fault of a file that is deeper than it may be."""
    return Fault.of("file_forms.deeper_than_bound", deepest=DEEPEST)
