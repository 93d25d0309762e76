"""Draw Pesaran's CIPS statistic under its null for a panel of any shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.dickey_fuller import Deterministic, deterministic_columns, t_statistics
from digimfg.inference.panel_grid import period_differences, period_lags

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["simulate_cips", "truncation"]

Floats = NDArray[np.float64]


def truncation(deterministic: Deterministic) -> tuple[float, float]:
    """Return the bounds at which Pesaran (2007) truncates each entity's statistic."""
    return {"none": (-6.12, 4.16), "constant": (-6.19, 2.61), "trend": (-6.42, 1.70)}[deterministic]


def simulate_cips(
    observed: NDArray[np.bool_],
    lags: Sequence[int],
    deterministic: Deterministic,
    df_correction: bool,
    replications: int,
    rng: np.random.Generator,
) -> Floats:
    """Return CIPS of independent random walks seen where the data are seen.

    Parameters
    ----------
    observed
        Shape (N, T).
    lags
        Lags of each entity's regression.

    Returns
    -------
    ndarray
        Shape (replications,), untruncated.
    """
    n_entities, n_periods = observed.shape
    walks = np.cumsum(rng.standard_normal((replications, n_entities, n_periods)), axis=2)
    walks = np.where(observed, walks, np.nan)
    counts = np.maximum(observed.sum(axis=0), 1)
    mean = np.where(observed.any(axis=0), np.nansum(walks, axis=1) / counts, np.nan)
    mean_change = period_differences(mean)
    fixed = deterministic_columns(n_periods, deterministic)
    total = np.zeros(replications)
    for i in range(n_entities):
        series = walks[:, i]
        change, level = period_differences(series), period_lags(series, 1)
        columns = [np.broadcast_to(column, series.shape) for column in fixed.T]
        columns += [period_lags(mean, 1), mean_change]
        columns += [period_lags(mean_change, lag) for lag in range(1, lags[i] + 1)]
        columns += [period_lags(change, lag) for lag in range(1, lags[i] + 1)]
        others = np.stack(columns, axis=2)
        usable = np.isfinite(change[0]) & np.isfinite(level[0]) & np.all(np.isfinite(others[0]), axis=1)
        total += t_statistics(change[:, usable], level[:, usable], others[:, usable], df_correction)
    return np.asarray(total / n_entities)
