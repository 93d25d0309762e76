"""Westerlund's four statistics of error correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.cointegration.moments import WESTERLUND
from digimfg.inference.cointegration.series import long_run
from digimfg.inference.dickey_fuller import Deterministic, deterministic_columns

__all__ = ["ErrorCorrection", "blocks", "error_correction", "four_statistics", "rows_needed"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ErrorCorrection:
    """How the regressions of error correction are made, and whether rows count less coefficients."""

    deterministic: Deterministic
    lags: int
    leads: int
    kernel_lags: int
    df_correction: bool

    @property
    def lost(self) -> int:
        """Return how many periods differences, lags and leads use up."""
        return 1 + self.lags + self.leads


def rows_needed(model: ErrorCorrection, regressors: int) -> int:
    """Return the fewest periods that leave one degree of freedom."""
    fixed = {"none": 0, "constant": 1, "trend": 2}[model.deterministic]
    parameters = fixed + 1 + regressors + model.lags + regressors * (model.lags + model.leads + 1)
    return model.lost + parameters + 1


def blocks(y: Floats, x: Floats, model: ErrorCorrection) -> tuple[Floats, Floats, Floats, Floats]:
    """Return changes, lagged levels, other columns and changes of regressors, over the same rows."""
    p, q = model.lags, model.leads
    n = y.shape[-1] - model.lost
    dx = np.diff(x, axis=-2)
    moves = np.concatenate([dx[..., p - lag : p - lag + n, :] for lag in range(-q, p + 1)], axis=-1)
    change, level, others = _without_leads(y, x, model, n)
    return change, level, others, moves


def _without_leads(y: Floats, x: Floats, model: ErrorCorrection, n: int) -> tuple[Floats, Floats, Floats]:
    """Return the first n changes that have their lags, lagged levels, and the other columns."""
    p = model.lags
    dy = np.diff(y, axis=-1)
    fixed = deterministic_columns(n, model.deterministic)
    fixed = np.broadcast_to(fixed, (*y.shape[:-1], *fixed.shape))
    own = [dy[..., p - lag : p - lag + n, None] for lag in range(1, p + 1)]
    others = np.concatenate([fixed, x[..., p : p + n, :], *own], axis=-1)
    return dy[..., p : p + n], y[..., p : p + n], others


def error_correction(y: Floats, x: Floats, model: ErrorCorrection) -> dict[str, Floats]:
    """Return by unit the speed of adjustment, its t statistic and what the panel statistics need.

    Parameters
    ----------
    y, x
        Shapes (m, T) and (m, T, k): many units, or draws of them, of one length.
    """
    if model.deterministic != "none":
        y, x = y - y.mean(axis=-1, keepdims=True), x - x.mean(axis=-2, keepdims=True)
    change, level, others, moves = blocks(y, x, model)
    columns = np.concatenate([others, moves, level[..., None]], axis=-1)
    length = np.sqrt((columns**2).sum(axis=-2))
    basis, triangle = np.linalg.qr(columns / length[..., None, :])
    slopes = np.linalg.solve(triangle, np.swapaxes(basis, -1, -2) @ change[..., None])[..., 0] / length
    left = change - (columns @ slopes[..., None])[..., 0]
    rows, parameters = columns.shape[-2:]
    counted = rows - parameters if model.df_correction else rows
    variance = (left**2).sum(axis=-1) / counted
    squares = (triangle[..., -1, -1] * length[..., -1]) ** 2
    speed = slopes[..., -1]
    # the last periods have no leads, but an error with respect to levels and lags
    change, level, others = _without_leads(y, x, model, rows + model.leads)
    apart = np.concatenate([others, level[..., None]], axis=-1)
    known = np.concatenate([slopes[..., : others.shape[-1]], slopes[..., -1:]], axis=-1)
    shock = change - (apart @ known[..., None])[..., 0]
    steps = np.diff(y, axis=-1)
    if model.deterministic == "trend":
        steps = steps - steps.mean(axis=-1, keepdims=True)
    ratio = np.sqrt(long_run(shock, model.kernel_lags) / long_run(steps, model.kernel_lags))
    return {
        "n_obs": np.full(speed.shape, float(rows)),
        "df_resid": np.full(speed.shape, float(counted)),
        "speed": speed,
        "t": speed / np.sqrt(variance / squares),
        "ratio": ratio,
        "variance": variance,
        "squares": squares,
    }


def four_statistics(parts: Mapping[str, Floats], pooled: Mapping[str, Floats] | None = None) -> Floats:
    """Return the statistics of `WESTERLUND`, shape (..., 4), of units along the last axis: those of groups of
    `parts`, those of the panel of `pooled`, by default the same.
    """
    common = parts if pooled is None else pooled
    ratio, squares = common["ratio"], common["squares"]
    total = squares.sum(axis=-1)
    speed = (squares * common["speed"] / ratio).sum(axis=-1) / total
    error = np.sqrt((common["variance"] / ratio**2).mean(axis=-1) / total)
    found = (
        parts["t"].mean(axis=-1),
        (parts["df_resid"] * parts["speed"] / parts["ratio"]).mean(axis=-1),
        speed / error,
        common["df_resid"].mean(axis=-1) * speed,
    )
    assert len(found) == len(WESTERLUND)  # noqa: S101
    return np.stack(found, axis=-1)
