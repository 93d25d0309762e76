"""Find the highest point of a likelihood along a single spatial coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.spatial.line import Line

__all__ = ["POINTS", "highest"]

Floats = NDArray[np.float64]
POINTS = 41
"""Values that are looked at first."""
_STEPS, _HALVES = 30, 20
_ROUNDS = 3  # a point within 1e-4 of the interval, from where Newton's steps end it


def highest(line: Line, bound: tuple[float, float]) -> tuple[float | None, float]:
    """Return the maximum where Newton's steps from the highest of many points end between its neighbours,
    ``None`` where they do not or it lies at the bound; and the highest point, of points drawn closer step by
    step then.

    Parameters
    ----------
    bound
        Open interval of the coefficient.
    """
    margin, near = (share * (bound[1] - bound[0]) for share in (1e-6, 1e-4))
    low, high = bound[0] + margin, bound[1] - margin
    for _ in range(_ROUNDS):
        points = np.linspace(low, high, POINTS)
        levels = line.along(points)
        best = int(np.argmax(levels))
        low, high = float(points[max(best - 1, 0)]), float(points[min(best + 1, POINTS - 1)])
        if 0 < best < POINTS - 1:
            found = _ascended_on_line(line, _vertex(points, levels, best), (low, high))
            if found is not None:
                inside = min(found - bound[0], bound[1] - found) >= near
                return found if inside else None, float(points[best])
    return None, float(points[best])


def _vertex(points: Floats, levels: Floats, best: int) -> float:
    """Return where the parabola through the best of evenly spaced points and its neighbours is highest."""
    below, level, above = levels[best - 1 : best + 2].tolist()
    bend = below - 2.0 * level + above
    share = 0.5 * (below - above) / bend if np.isfinite(bend) and bend < 0 else 0.0
    return float(points[best] + share * (points[best + 1] - points[best]))


def _ascended_on_line(line: Line, start: float, within: tuple[float, float]) -> float | None:
    """Return the maximum in one spatial parameter that exact Newton steps, halved until they go up, reach;
    ``None`` where the line is not concave or they leave the interval.
    """
    low, high = within
    point, (level, slope, bend) = start, line.at(start)
    for _ in range(_STEPS):
        if not bend < 0:
            return None
        step = -slope / bend
        for _ in range(_HALVES):
            moved = point + step
            if low < moved < high:
                reached = line.at(moved)
                if reached[0] >= level - 1e-9:
                    break
            step = step / 2
        else:
            return None
        point, (level, slope, bend) = moved, reached
        if abs(step) < 1e-8:  # what is left is the square of it
            return point
    return None
