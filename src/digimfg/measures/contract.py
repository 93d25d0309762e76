"""What a measure states, so that no caller guesses: what it reads, what becomes of gaps, what it gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from digimfg.errors import MeasureError
from digimfg.ranges import plainly
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = [
    "CORRELATION",
    "PROBABILITY",
    "SHARE",
    "WEIGHT",
    "Gives",
    "Measure",
    "declared_of",
    "measure",
]

Unit = Literal[
    "share", "weight", "probability", "index", "ratio", "log", "correlation", "as given", "periods"
]
Gaps = Literal["refused", "carried", "left out", "filled", "not read"]
Kind = TypeVar("Kind", bound=Callable[..., Any])

_UNITS = sheet_beside(__file__, "contract", "units")
_GAPS = sheet_beside(__file__, "contract", "gaps")


@dataclass(frozen=True, slots=True)
class Gives:
    """State what one number of an answer is.

    Parameters
    ----------
    unit
        What it is measured in.
    low, high
        Bounds that it never leaves, whatever the data.
    direction
        1 where more of it is more of what the measure is called by, -1 where less is, 0 where neither holds.
    """

    unit: Unit
    low: float = float("-inf")
    high: float = float("inf")
    direction: Literal[-1, 0, 1] = 0

    @property
    def said(self) -> Text:
        """Return unit and bounds in words."""
        free = (self.low, self.high) == (float("-inf"), float("inf"))
        bounds = "" if free else f" [{_bound(self.low)}, {_bound(self.high)}]"
        return Text(_UNITS[self.unit].en + bounds, _UNITS[self.unit].zh + bounds)


SHARE, WEIGHT, PROBABILITY = Gives("share", 0, 1), Gives("weight", 0, 1), Gives("probability", 0, 1)
CORRELATION = Gives("correlation", -1, 1)


@dataclass(frozen=True, slots=True)
class Measure:
    """State of a measure what its callers ask.

    Parameters
    ----------
    reads
        Its arguments that hold data.
    gaps
        What becomes of a missing value in them unless an option of the call says otherwise. Infinite values
        are always refused.
    gives
        Numbers of the answer by name: a column, a statistic or an attribute of it; "" for an answer that is
        itself numbers.
    """

    reads: tuple[str, ...]
    gaps: Gaps
    gives: Mapping[str, Gives]

    @property
    def gaps_said(self) -> Text:
        """Return what becomes of a missing value, in words."""
        return _GAPS[self.gaps]

    @property
    def gives_said(self) -> Text:
        """Return the numbers of the answer with their units and bounds, in words."""
        told = [(f"{name}: " if name else "", gives.said) for name, gives in self.gives.items()]
        return Text(
            "; ".join(name + said.en for name, said in told) or "—",
            "；".join(name.replace(": ", "：") + said.zh for name, said in told) or "—",
        )


_DECLARED: dict[str, Measure] = {}


def measure(*reads: str, gaps: Gaps, gives: Mapping[str, Gives]) -> Callable[[Kind], Kind]:
    """Return a decorator that declares a public function to be a measure; the function stays as it is.

    It stands above all others. What is declared holds for every measure and is tried on each.

    Parameters
    ----------
    reads, gaps, gives
        See `Measure`.

    Raises
    ------
    MeasureError
        If an argument, unit or kind of gap is none, or bounds hold nothing.

    Examples
    --------
    >>> @measure("values", gaps="refused", gives={"": Gives("as given")})
    ... def largest(values):
    ...     return max(values)
    >>> largest([1, 2])
    2
    """

    def declared(function: Kind) -> Kind:
        unknown = [name for name in reads if name not in inspect.signature(function).parameters]
        outside = [each.unit for each in gives.values() if each.unit not in _UNITS]
        sound = all(each.low < each.high and each.direction in (-1, 0, 1) for each in gives.values())
        if unknown or outside or not sound or gaps not in _GAPS or not (reads or gaps == "not read"):
            raise MeasureError.of(
                "measures.measure_declaration",
                where=f"@measure, {function.__qualname__}",
                got=f"{reads}, gaps={gaps!r}, gives={dict(gives)}",
                gaps=list(_GAPS),
                units=list(_UNITS),
            )
        _DECLARED[f"{function.__module__}.{function.__qualname__}"] = Measure(
            reads, gaps, MappingProxyType(dict(gives))
        )
        return function

    return declared


def declared_of(function: object) -> Measure | None:
    """Return what a function declares; ``None`` for one that is no measure."""
    return _DECLARED.get(f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}")


def _bound(value: float) -> str:
    return {float("inf"): "∞", float("-inf"): "−∞"}.get(value) or plainly(value)
