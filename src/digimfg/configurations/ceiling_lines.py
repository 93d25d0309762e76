"""Ceilings in the unit square: the step function above all cases, the line through its corners, and the
zones above them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ceiling", "ceiling", "ceiling_zones"]

Floats = NDArray[np.float64]

_SLACK = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Ceiling:
    """Hold the corners of the step ceiling (CE-FDH) and the line through them (CR-FDH; without a slope where
    there is one corner).

    Parameters
    ----------
    x, y
        Corners, both ascending.
    slope, intercept
        Of the line; NaN where there is none.
    """

    x: Floats
    y: Floats
    slope: float
    intercept: float

    def zone(self, kind: str) -> float:
        """Return the share of the square above the ceiling."""
        if kind == "cr_fdh":
            return float(_above_line(np.asarray([self.slope]), np.asarray([self.intercept]))[0])
        heights = np.concatenate([[0.0], self.y])
        return float(np.sum((1 - heights) * np.diff(np.concatenate([[0.0], self.x, [1.0]]))))

    def heights(self, kind: str, x: Floats) -> Floats:
        """Return the ceiling at x."""
        if kind == "cr_fdh":
            if np.isnan(self.slope):
                return np.full(len(x), np.inf)
            return self.intercept + self.slope * x
        place = np.searchsorted(self.x, x + _SLACK, side="right") - 1
        return np.where(place >= 0, self.y[np.maximum(place, 0)], 0.0)

    def required(self, kind: str, level: float) -> float:
        """Return the least x at which an outcome is possible: NaN where any is enough, infinite where none
        is.
        """
        if kind == "cr_fdh":
            if np.isnan(self.slope):
                return np.nan
            needed = (level - self.intercept) / self.slope
        else:
            place = int(np.searchsorted(self.y, level - _SLACK))
            needed = float(self.x[place]) if place < len(self.x) else np.inf
        return np.nan if needed < _SLACK else np.inf if needed > 1 + _SLACK else needed

    def inefficiencies(self, kind: str) -> tuple[float, float]:
        """Return the shares of the condition's and of the outcome's range in which neither constrains the
        other.
        """
        if len(self.x) < 2:
            return np.nan, np.nan
        last, first = float(self.x[-1]), float(self.y[0])
        if kind == "cr_fdh":
            last, first = (1 - self.intercept) / self.slope, self.intercept
        return 1 - min(last, 1.0), max(first, 0.0)


def ceiling(x: Floats, y: Floats) -> Ceiling:
    """Return the ceiling of cases in the unit square."""
    order = np.argsort(x, kind="stable")
    values, starts = np.unique(x[order], return_index=True)
    tops, weights = _tops(y[None, order], starts)
    corner = _corners(tops)[0]
    slope, intercept = _lines(values, tops, weights, corner[None])
    return Ceiling(x=values[corner], y=tops[0, corner], slope=float(slope[0]), intercept=float(intercept[0]))


def ceiling_zones(x: Floats, y: Floats) -> dict[str, Floats]:
    """Return the zones above both ceilings for many outcomes y, shape (draws, cases), over the same x."""
    order = np.argsort(x, kind="stable")
    values, starts = np.unique(x[order], return_index=True)
    tops, weights = _tops(y[:, order], starts)
    widths = np.diff(np.concatenate([values, [1.0]]))
    steps = values[0] + (1 - np.maximum.accumulate(tops, axis=1)) @ widths
    return {"ce_fdh": steps, "cr_fdh": _above_line(*_lines(values, tops, weights, _corners(tops)))}


def _tops(y: Floats, starts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the highest outcome at each value of x, and by how many cases it is held."""
    tops = np.maximum.reduceat(y, starts, axis=1)
    sizes = np.diff(np.append(starts, y.shape[1]))
    held = (y == np.repeat(tops, sizes, axis=1)).astype(np.float64)
    return tops, np.add.reduceat(held, starts, axis=1)


def _corners(tops: Floats) -> NDArray[np.bool_]:
    before = np.maximum.accumulate(tops, axis=1)[:, :-1]
    return np.column_stack([np.ones(len(tops), dtype=bool), tops[:, 1:] > before])


def _lines(x: Floats, tops: Floats, weights: Floats, corner: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return slope and intercept of least squares through the corners, a corner of several cases counting
    for each.
    """
    held = weights * corner
    total = np.maximum(held.sum(axis=1), 1)
    mean_x, mean_y = held @ x / total, (held * tops).sum(axis=1) / total
    away = x - mean_x[:, None]
    spread = (held * away**2).sum(axis=1)
    several = corner.sum(axis=1) > 1
    slope = np.full(len(tops), np.nan)
    np.divide((held * away * (tops - mean_y[:, None])).sum(axis=1), spread, out=slope, where=several)
    return slope, mean_y - slope * mean_x


def _above_line(slope: Floats, intercept: Floats) -> Floats:
    """Return the share of the unit square above rising lines; none where there is no line."""
    rise = np.where(slope > 0, slope, 1.0)
    left, right = np.where(slope > 0, intercept, 1.0), np.where(slope > 0, intercept + rise, 1.0)
    below = (_area(right) - _area(left)) / rise
    return np.where(slope > 0, np.clip(1 - below, 0.0, 1.0), 0.0)


def _area(height: Floats) -> Floats:
    """Return the antiderivative of heights cut off at 0 and 1."""
    return np.where(height <= 0, 0.0, np.where(height >= 1, height - 0.5, height**2 / 2))
