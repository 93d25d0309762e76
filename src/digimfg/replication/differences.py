"""Compare two plain JSON values number by number, to a tolerance."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digimfg.text import Text

__all__ = ["ABSENT", "ABSOLUTE_TOLERANCE", "RELATIVE_TOLERANCE", "Difference", "compare"]

RELATIVE_TOLERANCE = 1e-7
"""Another processor or linear-algebra library moves the last digits (about 1e-12 here); a changed method
moves more."""

ABSOLUTE_TOLERANCE = 1e-10
"""For numbers that are zero but for rounding, and p-values far in the tail, whose relative error grows with
t squared."""


class _Absent:
    def __repr__(self) -> str:
        return str(Text("(absent)", "（无）"))


ABSENT = _Absent()
"""Stands for a value that one side does not have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Name one number or phrase that is not as accepted.

    Parameters
    ----------
    path
        Keys down to it; places of a list stand behind their key: ``("rows[0][1]",)``.
    before, now
        Both values, `ABSENT` where a side has none.
    """

    path: tuple[str, ...]
    before: Any
    now: Any

    @property
    def where(self) -> str:
        """Return the path as text."""
        return " · ".join(self.path)

    def __str__(self) -> str:
        return f"{self.where}: {_shown(self.before)} → {_shown(self.now)}"


def compare(accepted: Any, found: Any, path: tuple[str, ...] = ()) -> tuple[Difference, ...]:
    """Return every place in which two plain JSON values differ by more than the tolerances.

    Examples
    --------
    >>> [str(difference) for difference in compare({"r2": 0.5}, {"r2": 0.6})]
    ['r2: 0.5 → 0.6']
    """
    if isinstance(accepted, Mapping) and isinstance(found, Mapping):
        return tuple(
            difference
            for key in sorted({*accepted, *found})
            for difference in compare(accepted.get(key, ABSENT), found.get(key, ABSENT), (*path, str(key)))
        )
    if isinstance(accepted, list) and isinstance(found, list) and len(accepted) == len(found):
        *above, last = path or ("",)
        return tuple(
            difference
            for position, pair in enumerate(zip(accepted, found, strict=True))
            for difference in compare(*pair, (*above, f"{last}[{position}]"))
        )
    return () if _agree(accepted, found) else (Difference(path=path, before=accepted, now=found),)


def _agree(accepted: Any, found: Any) -> bool:
    if is_number(accepted) and is_number(found):
        return math.isclose(accepted, found, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
    return bool(accepted == found)


def is_number(value: Any) -> bool:
    """Return whether a stored value is a number; a truth is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, Mapping | list) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
