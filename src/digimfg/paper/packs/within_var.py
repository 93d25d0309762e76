"""A vector autoregression of one lag within units and periods, with the cluster jackknife's errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["WithinVAR", "fit_within_var"]

Floats = NDArray[np.float64]

_SINGULAR = 1e12


@dataclass(frozen=True, kw_only=True, eq=False)
class WithinVAR:
    """Hold slopes of each series (rows) on each one's lag (columns), and those without each unit in turn."""

    slopes: Floats
    without: Floats
    n_obs: int
    n_units: int

    def combination(self, weights: Floats) -> tuple[float, float]:
        """Return a weighted sum of slopes and its jackknife error (CV3: MacKinnon, Nielsen & Webb 2023,
        doi:10.1016/j.jeconom.2022.04.001).
        """
        value = float((self.slopes * weights).sum())
        others = (self.without * weights).sum(axis=(1, 2))
        n_units = len(others)
        return value, float(np.sqrt((n_units - 1) / n_units * ((others - value) ** 2).sum()))


def fit_within_var(frame: pd.DataFrame, names: Sequence[str], entity: str, time: str) -> WithinVAR | None:
    """Return the slopes of one lag, effects of units and periods taken out; ``None`` where rows are too
    few or the series do not move apart.

    A row counts where it and the same unit's row of the period before hold every series.
    """
    whole = frame[[entity, time, *names]].dropna()
    before = whole.assign(**{time: whole[time] + 1})
    both = whole.merge(before, on=[entity, time], suffixes=("", "_before")).sort_values([entity, time])
    units = pd.factorize(both[entity])[0]
    n_units = int(units.max()) + 1 if len(both) else 0
    if n_units < 3 or len(both) < 3 * len(names) + n_units:
        return None
    periods = pd.factorize(both[time])[0]
    values = both[[*names, *(f"{name}_before" for name in names)]].to_numpy(dtype=np.float64)
    values = _two_way(values, units, periods)
    left, right = values[:, : len(names)], values[:, len(names) :]
    squares = np.zeros((n_units, len(names), len(names)))
    products = np.zeros_like(squares)
    np.add.at(squares, units, right[:, :, None] * right[:, None, :])
    np.add.at(products, units, right[:, :, None] * left[:, None, :])
    left_out = squares.sum(axis=0) - squares
    if not np.isfinite(values).all() or np.linalg.cond(left_out).max() > _SINGULAR:
        return None
    slopes = np.linalg.solve(squares.sum(axis=0), products.sum(axis=0)).T
    without = np.linalg.solve(left_out, products.sum(axis=0) - products).transpose(0, 2, 1)
    return WithinVAR(slopes=slopes, without=without, n_obs=len(both), n_units=n_units)


def _two_way(values: Floats, units: NDArray[np.int64], periods: NDArray[np.int64]) -> Floats:
    """Return values less the effects of units and periods, by turns until they no longer move."""
    for _ in range(500):
        before = values
        for codes in (units, periods):
            sums = np.zeros((int(codes.max()) + 1, values.shape[1]))
            np.add.at(sums, codes, values)
            values = values - (sums / np.bincount(codes)[:, None])[codes]
        if np.abs(values - before).max() < 1e-12:
            break
    return values
