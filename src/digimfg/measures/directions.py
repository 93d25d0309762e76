"""Directions of indicators: more is better, less is better, or best inside a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Finite, Number
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Direction", "Directions", "TargetRange", "read_directions"]

Floats = NDArray[np.float64]

_SIGNS: dict[object, int] = {1: 1, -1: -1, "+": 1, "-": -1, "positive": 1, "negative": -1}


@checked
@dataclass(frozen=True, slots=True)
class TargetRange:
    """Mark an indicator that is best inside a range (适度指标) and worse the farther it lies outside.

    Parameters
    ----------
    lower, upper
        The range, in the indicator's unit; give one number twice (or only `lower`) for a single best value.

    Examples
    --------
    >>> TargetRange(40.0).upper
    40.0
    """

    lower: Finite
    upper: Number = np.nan

    def __post_init__(self) -> None:
        if np.isnan(self.upper):
            object.__setattr__(self, "upper", self.lower)
        if not (np.isfinite(self.lower) and np.isfinite(self.upper) and self.lower <= self.upper):
            raise MeasureError.of("measures.target_range_not_in_order", got=f"({self.lower}, {self.upper})")

    def distance(self, values: Floats) -> Floats:
        """Return how far each value lies outside the range; 0 inside."""
        outside: Floats = np.maximum(np.maximum(self.lower - values, values - self.upper), 0.0)
        return outside


Direction = Literal[1, -1, "+", "-", "positive", "negative"] | TargetRange
Directions = Mapping[str, Direction] | Sequence[Direction] | Direction | None


def read_directions(
    table: pd.DataFrame, directions: Directions, keys: Sequence[str]
) -> tuple[dict[str, int | TargetRange], tuple[Text, ...]]:
    """Return indicator → +1, -1 or `TargetRange`, and what was assumed.

    Parameters
    ----------
    table
        The frame that holds the indicators.
    directions
        As users give them: a mapping, one per column, one for all, or ``None`` (all positive, with a note).
    keys
        Columns that are never indicators.

    Raises
    ------
    MeasureError
        If a column is missing, numbers do not match, or a direction is unknown.
    """
    where = Text("directions of the indicators", "指标方向")
    if isinstance(directions, Mapping):
        directions = {str(name): value for name, value in directions.items()}
        absent = [name for name in directions if name not in table.columns]
        if absent or not directions:
            raise MeasureError.of(
                "measures.directions_of_other_columns",
                where=where,
                absent=list(absent) or ["—"],
                columns=table.columns[:12],
            )
        return {name: _sign(name, value) for name, value in directions.items()}, ()
    names = [name for name in table.columns if name not in keys]
    if directions is None:
        note = note_of("measures.directions")
        return dict.fromkeys(names, 1), (note,)
    if isinstance(directions, TargetRange | str | int | np.integer):
        return {name: _sign(name, directions) for name in names}, ()
    given = list(directions)
    if len(given) != len(names):
        raise MeasureError.of(
            "measures.number_of_directions", where=where, got=str(len(given)), n=len(names), names=names[:12]
        )
    return {name: _sign(name, value) for name, value in zip(names, given, strict=True)}, ()


def _sign(name: str, value: object) -> int | TargetRange:
    if isinstance(value, TargetRange):
        return value
    known = _SIGNS.get(value) if isinstance(value, str | int | float | np.number) else None
    if known is None:
        raise MeasureError.of("measures.direction_unknown", got=repr(value), name=name)
    return known
