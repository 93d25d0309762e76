"""Made-up panels of the shapes of well-known ones, for the benchmarks of dynamic, threshold and spatial
panels.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable


def best_of(function: Callable[[], object], repeats: int) -> float:
    """Return the shortest of several wall-clock times, after one run that is not counted; one thread of
    algebra.
    """
    times = []
    with threadpool_limits(limits=1, user_api="blas"):
        function()
        for _ in range(repeats):
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
    return min(times)


def employment(n_firms: int = 140, n_years: int = 9) -> pd.DataFrame:
    """Return a panel of the shape of Arellano and Bond's: 140 firms, 7 to 9 years, n on w, k and ys."""
    rng = np.random.default_rng(1)
    years = n_years + 20
    w, k, ys = (np.cumsum(0.1 * rng.standard_normal((n_firms, years)), axis=1) for _ in range(3))
    n = np.zeros((n_firms, years))
    effect = rng.standard_normal(n_firms)
    for t in range(2, years):
        n[:, t] = 0.6 * n[:, t - 1] - 0.1 * n[:, t - 2] - 0.5 * w[:, t] + 0.3 * k[:, t] + 0.4 * ys[:, t]
        n[:, t] += 0.1 * effect + 0.1 * rng.standard_normal(n_firms)
    frame = pd.DataFrame(
        {
            "firm": np.repeat(np.arange(n_firms), n_years),
            "year": np.tile(np.arange(1976, 1976 + n_years), n_firms),
            **{name: values[:, 20:].ravel() for name, values in {"n": n, "w": w, "k": k, "ys": ys}.items()},
        }
    )
    first = np.repeat(rng.integers(0, 3, n_firms), n_years)
    return frame[np.tile(np.arange(n_years), n_firms) >= first].reset_index(drop=True)


def investment(n_firms: int = 565, n_years: int = 14) -> pd.DataFrame:
    """Return a panel of the shape of Hansen's: 565 firms, 14 years, one threshold of debt in the slope of
    cash.
    """
    rng = np.random.default_rng(2)
    shape = (n_firms, n_years)
    q, debt, cash = rng.standard_normal(shape), rng.random(shape), rng.standard_normal(shape)
    i = (
        0.1 * q
        + cash * (0.05 + 0.05 * (debt > 0.5))
        + rng.standard_normal((n_firms, 1))
        + 0.3 * rng.standard_normal(shape)
    )
    return pd.DataFrame(
        {
            "firm": np.repeat(np.arange(n_firms), n_years),
            "year": np.tile(np.arange(1974, 1974 + n_years), n_firms),
            **{name: values.ravel() for name, values in {"i": i, "q": q, "debt": debt, "cash": cash}.items()},
        }
    )


def neighbours(n_units: int, count: int, seed: int) -> np.ndarray:
    """Return the positions of the nearest neighbours of random points, shape (n, count)."""
    from scipy.spatial import cKDTree

    points = np.random.default_rng(seed).random((n_units, 2))
    return np.asarray(cKDTree(points).query(points, count + 1)[1][:, 1:])


def states(n_units: int, n_years: int, n_regressors: int, links: np.ndarray) -> pd.DataFrame:
    """Return a spatial Durbin panel with ρ = 0.4 on row-standardised nearest neighbours."""
    from scipy import sparse
    from scipy.sparse.linalg import splu

    rng = np.random.default_rng(3)
    count = links.shape[1]
    rows = np.repeat(np.arange(n_units), count)
    w = sparse.csr_array((np.full(len(rows), 1 / count), (rows, links.ravel())), shape=(n_units, n_units))
    x = rng.standard_normal((n_years, n_units, n_regressors))
    mean = x.sum(axis=2) + 0.3 * (w @ x.sum(axis=2).T).T + rng.standard_normal(n_units)
    noise = rng.standard_normal((n_years, n_units))
    y = splu((sparse.eye_array(n_units) - 0.4 * w).tocsc()).solve(np.ascontiguousarray((mean + noise).T)).T
    frame = pd.DataFrame(
        {"state": np.tile(np.arange(n_units), n_years), "year": np.repeat(np.arange(n_years), n_units)}
    )
    frame["y"] = y.ravel()
    for j in range(n_regressors):
        frame[f"x{j + 1}"] = x[:, :, j].ravel()
    return frame
