"""P values and intervals of simulated or bootstrapped quantities, from the same draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "drawn_interval",
    "drawn_intervals",
    "drawn_p_value",
    "drawn_p_values",
    "ordered_intervals",
    "share_below",
]

Floats = NDArray[np.float64]


def drawn_interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return the equal-tailed interval of draws, linear between order statistics.

    Examples
    --------
    >>> low, high = drawn_interval(np.arange(-1.0, 98.0), 0.9)
    >>> round(low, 6), round(high, 6)
    (3.9, 92.1)
    """
    low, high = drawn_intervals(values, level)
    return float(low), float(high)


def drawn_intervals(values: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends of the equal-tailed intervals of several quantities.

    Parameters
    ----------
    values
        Draws, shape (draws, …).

    Examples
    --------
    >>> low, high = drawn_intervals(np.arange(-1.0, 98.0)[:, None] * [1.0, 2.0], 0.9)
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([3.9, 7.8], [92.1, 184.2])
    """
    return ordered_intervals(np.moveaxis(np.sort(values, axis=0), 0, -1), level)


def ordered_intervals(ordered: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return `drawn_intervals` of draws from the smallest to the largest.

    Parameters
    ----------
    ordered
        Shape (…, draws).

    Examples
    --------
    >>> low, high = ordered_intervals(np.array([np.arange(-1.0, 98.0)]), 0.9)
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([3.9], [92.1])
    """
    return _quantile(ordered, (1 - level) / 2), _quantile(ordered, (1 + level) / 2)


def _quantile(ordered: Floats, share: float) -> Floats:
    """Return what `np.quantile` does of values from the smallest to the largest."""
    last = ordered.shape[-1] - 1
    place = share * last
    below = int(place)
    low, high, way = ordered[..., below], ordered[..., min(below + 1, last)], place - below
    found = low + (high - low) * way if way < 0.5 else high - (high - low) * (1 - way)
    return np.asarray(np.where(np.isnan(ordered[..., -1]), np.nan, found))


def drawn_p_value(values: Floats, null: float = 0.0) -> float:
    """Return the two-sided p value of `null`: one less the level of the interval of draws that ends there.

    The two never contradict each other. No p value is smaller than two over one more than the number of
    draws.

    Parameters
    ----------
    values
        Draws, two or more, none missing.

    Examples
    --------
    >>> drawn = np.arange(-1.0, 98.0)
    >>> round(drawn_p_value(drawn, 3.9), 6), round(drawn_p_value(drawn, -5.0), 6)
    (0.1, 0.02)
    """
    low, high = share_below(values, null)
    tail = min(high, 1 - low, 0.5)
    return float(max(2 * tail, 2 / (1 + len(values))))


def drawn_p_values(ordered: Floats) -> Floats:
    """Return `drawn_p_value` of zero for several quantities.

    Parameters
    ----------
    ordered
        Draws of each quantity from the smallest to the largest, shape (quantities, draws).

    Examples
    --------
    >>> drawn = np.arange(-1.0, 98.0)
    >>> drawn_p_values(np.array([drawn, drawn + 1.0])).round(6).tolist()
    [0.020408, 0.02]
    """
    last = ordered.shape[1] - 1
    first, after = (
        np.array([each.searchsorted(0.0, side) for each in ordered]) for side in ("left", "right")
    )
    inside = (first > 0) & (first <= last)
    rows, place = np.arange(len(ordered)), np.clip(first, 1, last)
    below, above = ordered[rows, place - 1], ordered[rows, place]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (place - 1 - below / (above - below)) / last
    share = np.where(inside, between, np.where(first == 0, 0.0, 1.0))
    tied = after > first
    low, high = np.where(tied, first / last, share), np.where(tied, (after - 1) / last, share)
    tail = np.minimum(np.minimum(high, 1 - low), 0.5)
    return np.asarray(np.maximum(2 * tail, 2 / (1 + ordered.shape[1])))


def share_below(values: Floats, point: float) -> tuple[float, float]:
    """Return the smallest and the largest share at which the quantile of draws is `point`; 0 or 1 beyond all
    of them.

    Examples
    --------
    >>> share_below(np.array([0.0, 1.0, 1.0, 3.0, 5.0]), 1.0), share_below(np.array([0.0, 1.0, 2.0]), 0.5)
    ((0.25, 0.5), (0.25, 0.25))
    """
    ordered = np.sort(values)
    last = len(ordered) - 1
    first, after = np.searchsorted(ordered, point, side="left"), np.searchsorted(ordered, point, side="right")
    if after > first:
        return float(first) / last, float(after - 1) / last
    if first == 0 or first > last:
        end = 0.0 if first == 0 else 1.0
        return end, end
    below, above = ordered[first - 1], ordered[first]
    share = float((first - 1 + (point - below) / (above - below)) / last)
    return share, share
