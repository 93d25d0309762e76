"""Estimates and their intervals drawn with characters, for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from digimfg.text import written

__all__ = ["Interval", "interval_chart"]

Interval = tuple[int, float, float, float]
"""Period, estimate, and the two ends of its interval."""


def interval_chart(intervals: Sequence[Interval], *, height: int = 13, label_every: int = 5) -> str:
    """Return a chart of intervals by period: ``●`` an estimate, ``│`` its interval, ``─`` zero.

    Parameters
    ----------
    intervals
        One for each period, finite, in the order of the periods; each takes two characters.
    height
        Number of lines, at least three; one of them is zero's, which may take one more.
    label_every
        Periods that are multiples of this are named below.

    Examples
    --------
    >>> print(interval_chart([(2019, 0.0, -1.0, 1.0), (2020, 1.0, 0.0, 2.0)], height=4))
      2.00 ┤   │
      1.00 ┤ │ ●
      0.00 ┤─●─│
     −1.00 ┤ │
             2020
    """
    low = min(0.0, *(each[2] for each in intervals))
    high = max(0.0, *(each[3] for each in intervals))
    step = (high - low) / (height - 1) or 1.0
    above = math.ceil(high / step - 1e-9)

    def line(value: float) -> int:
        return round(above - value / step)

    rows = []
    for row in range(above + math.ceil(-low / step - 1e-9) + 1):
        blank = "─" if row == above else " "
        cells = []
        for _, estimate, bottom, top in intervals:
            inside = line(top) <= row <= line(bottom)
            cells.append(blank + ("●" if row == line(estimate) else "│" if inside else blank))
        rows.append(f"{written((above - row) * step, '.2f'):>6} ┤{''.join(cells)}".rstrip())
    below = ""
    for position, (period, *_) in enumerate(intervals):
        start = 8 + 2 * position - 1
        if period % label_every == 0 and len(below) < start:
            below = below.ljust(start) + str(period)
    return "\n".join((*rows, below))
