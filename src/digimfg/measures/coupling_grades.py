"""Names for degrees: ten grades of coordination, four stages of coupling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GRADES", "STAGES", "Closed", "classify"]

Closed = Literal["right", "left"]

GRADES: tuple[Text, ...] = (
    Text("extreme disorder", "极度失调"),
    Text("severe disorder", "严重失调"),
    Text("moderate disorder", "中度失调"),
    Text("mild disorder", "轻度失调"),
    Text("on the verge of disorder", "濒临失调"),
    Text("barely coordinated", "勉强协调"),
    Text("primary coordination", "初级协调"),
    Text("intermediate coordination", "中级协调"),
    Text("good coordination", "良好协调"),
    Text("quality coordination", "优质协调"),
)

STAGES: tuple[Text, ...] = (
    Text("low-level coupling", "低水平耦合"),
    Text("antagonism", "拮抗"),
    Text("running-in", "磨合"),
    Text("high-level coupling", "高水平耦合"),
)


def classify(degrees: NDArray[np.float64], bounds: tuple[float, ...], closed: Closed) -> NDArray[np.int64]:
    """Return the class of each degree, 1 … len(bounds) + 1; 0 where it is missing.

    Parameters
    ----------
    degrees
        In [0, 1] or missing; read to ten decimals, so that 0.3 computed as 0.30000000000000004 stays 0.3.
    bounds
        Inner bounds, ascending.
    closed
        ``"right"``: a bound belongs to the class below it, (0.2, 0.3]; ``"left"``: to the one above, [0.2,
        0.3).

    Examples
    --------
    >>> classify(np.array([0.2, 0.25]), (0.1, 0.2, 0.3), "right").tolist()
    [2, 3]
    """
    missing = np.isnan(degrees)
    rounded = np.round(np.where(missing, 0.0, degrees), 10)
    side: Literal["left", "right"] = "left" if closed == "right" else "right"
    return np.where(missing, 0, np.searchsorted(bounds, rounded, side=side) + 1)
