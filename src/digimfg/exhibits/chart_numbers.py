"""Numbers behind figures of data: what a results file keeps of points too many to list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from digimfg.text import Text

__all__ = ["distribution_numbers", "line_numbers"]


def distribution_numbers(parts: Sequence[ArrayLike], names: Sequence[Text]) -> pd.DataFrame:
    """Return one row per group: ``n mean std min q1 median q3 max``, ``std`` with divisor n − 1.

    Examples
    --------
    >>> from digimfg.text import Text
    >>> distribution_numbers([[1, 2, 3, 4, 5]], [Text("west", "西部")]).loc["west"].tolist()[3:]
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    rows = []
    for part in parts:
        values = np.sort(np.asarray(part, dtype=float))
        low, q1, median, q3, high = np.quantile(values, (0, 0.25, 0.5, 0.75, 1))
        rows.append(
            {
                "n": len(values),
                "mean": values.mean(),
                "std": values.std(ddof=1) if len(values) > 1 else np.nan,
                "min": low,
                "q1": q1,
                "median": median,
                "q3": q3,
                "max": high,
            }
        )
    return pd.DataFrame(rows, index=pd.Index([name.en for name in names], name="group"))


def line_numbers(x: ArrayLike, y: ArrayLike) -> dict[str, float]:
    """Return ``n correlation slope intercept`` of a least-squares line; missing where x or y is constant.

    Examples
    --------
    >>> line_numbers([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    {'n': 3, 'correlation': 1.0, 'slope': 2.0, 'intercept': 1.0}
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n = len(a)
    if n < 2 or not float(((a - a.mean()) ** 2).sum()) > 0:
        return {"n": n, "correlation": np.nan, "slope": np.nan, "intercept": np.nan}
    from_mean, other = a - a.mean(), b - b.mean()
    product, square = float((from_mean * other).sum()), float((from_mean**2).sum())
    slope = product / square
    return {
        "n": n,
        "correlation": product / float(np.sqrt(square * (other**2).sum())) if np.ptp(b) > 0 else np.nan,
        "slope": slope,
        "intercept": float(b.mean() - slope * a.mean()),
    }
