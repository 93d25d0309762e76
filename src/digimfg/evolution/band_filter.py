"""Filters that keep the cycles of a band, and how much of noise without cycles they let through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.evolution.red_noise import without_trend

__all__ = ["BandPassMethod", "expected_share", "filtered"]

Floats = NDArray[np.float64]
BandPassMethod = Literal["christiano_fitzgerald", "baxter_king"]


def filtered(
    values: Floats, band: tuple[float, float], method: BandPassMethod, drift: bool, truncation: int
) -> Floats:
    """Return the cycles of columns (T, R), without the dates that the filter does not reach."""
    from statsmodels.tsa.filters.bk_filter import bkfilter
    from statsmodels.tsa.filters.cf_filter import cffilter

    if method == "baxter_king":
        found = bkfilter(values, low=band[0], high=band[1], K=truncation)
    else:
        found = cffilter(values, low=band[0], high=band[1], drift=drift)[0]
    return np.asarray(found, dtype=np.float64).reshape(-1, values.shape[1])


def expected_share(
    n_periods: int, band: tuple[float, float], method: BandPassMethod, drift: bool, truncation: int
) -> Callable[[Floats], Floats]:
    """Return a function of the memory of noise: the mean variance of its cycle over that of the noise without
    its line.

    Filter and line are linear in the series, so that both variances are sums of autocovariances.
    """
    unit = np.eye(n_periods)
    cycle = filtered(unit, band, method, drift, truncation).T
    inside = slice(truncation, -truncation) if method == "baxter_king" else slice(None)
    rest = without_trend(unit, "linear")[:, inside]
    sums = [_lag_sums(each - each.mean(axis=1, keepdims=True)) for each in (cycle, rest)]

    def share(memory: Floats) -> Floats:
        powers = np.asarray(memory)[..., None] ** np.arange(n_periods)
        return np.asarray((powers @ sums[0]) / (powers @ sums[1]))

    return share


def _lag_sums(parts: Floats) -> Floats:
    """Return by lag what an autocovariance counts in the mean square of a linear filter, shape (T,).

    Parameters
    ----------
    parts
        What the filter makes of one at each date, shape (T, T').
    """
    products = parts @ parts.T / parts.shape[1]
    return np.array(
        [np.trace(products, offset=lag) * (2 if lag else 1) for lag in range(len(products))], dtype=np.float64
    )
