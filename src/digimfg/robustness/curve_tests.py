"""Is the whole curve what no effect would give: its median, its significant share, Stouffer's sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["joint_tests"]

Floats = NDArray[np.float64]

_SMALLEST = 1e-300


def joint_tests(
    table: pd.DataFrame, estimates: Floats, p_values: Floats, alpha: float
) -> tuple[Mapping[str, float], pd.DataFrame, pd.DataFrame]:
    """Return statistics of the curve with their p values, the statistics of every draw, and the band of null
    curves.

    Parameters
    ----------
    table
        Rows of the specifications, shape (k, …), sorted by estimate.
    estimates, p_values
        Of every draw, shape (k, draws), in the same order.
    alpha
        Level of significance.
    """
    found = _statistics(table["estimate"].to_numpy()[:, None], table["p_value"].to_numpy()[:, None], alpha)
    significant = table["p_value"] < alpha
    positive = table["estimate"] > 0
    statistics = {
        "median_estimate": float(found["median"][0]),
        "share_positive": float(positive.mean()),
        "share_significant": float(significant.mean()),
        "share_significant_positive": float((significant & positive).mean()),
        "share_significant_negative": float((significant & ~positive).mean()),
        "stouffer_z": float(found["stouffer"][0]),
    }
    draws = estimates.shape[1]
    if draws == 0:
        return statistics, pd.DataFrame(), pd.DataFrame()
    null = _statistics(estimates, p_values, alpha)
    # A draw that ties with the data but for rounding counts as at least as far from zero.
    for name in ("median", "share_significant", "stouffer"):
        far = np.abs(null[name]) >= np.abs(found[name][0]) * (1 - 1e-12)
        statistics[f"{name}_p"] = float((1 + np.count_nonzero(far)) / (1 + draws))
    ordered = np.sort(estimates, axis=0)
    band = pd.DataFrame(
        {"low": np.quantile(ordered, 0.025, axis=1), "high": np.quantile(ordered, 0.975, axis=1)}
    )
    return statistics, pd.DataFrame(null), band


def _statistics(estimates: Floats, p_values: Floats, alpha: float) -> dict[str, Floats]:
    significant = p_values < alpha
    z = np.sign(estimates) * scipy.stats.norm.isf(np.clip(p_values, _SMALLEST, 1.0) / 2)
    return {
        "median": np.median(estimates, axis=0),
        "share_significant": np.maximum(
            np.mean(significant & (estimates > 0), axis=0), np.mean(significant & (estimates < 0), axis=0)
        ),
        "stouffer": z.sum(axis=0) / np.sqrt(len(z)),
    }
