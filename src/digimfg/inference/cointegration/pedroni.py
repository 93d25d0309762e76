"""Pedroni's seven residual-based statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.inference.cointegration.moments import PEDRONI
from digimfg.inference.cointegration.series import UnitSeries, long_run, one_sided, residual_of
from digimfg.inference.dickey_fuller import Deterministic, deterministic_columns

__all__ = ["pedroni"]

Floats = NDArray[np.float64]


def pedroni(
    units: list[UnitSeries], deterministic: Deterministic, lags: int, kernel_lags: int
) -> tuple[dict[str, float], pd.DataFrame]:
    """Return the statistics before they are standardized, and what each unit brings to them.

    Pedroni (1999), Table 1; weights are the inverse of the long-run variance of changes of the outcome given
    those of the regressors; the variance of the parametric panel t takes them too, without which (as printed)
    the statistic would hang on the units of the outcome. Units of different length keep their own T, means
    stand in where T is common.
    """
    table = pd.DataFrame([_of_unit(unit, deterministic, lags, kernel_lags) for unit in units])
    part = {name: table[name].to_numpy() for name in table}
    count = len(units)
    periods = part["n_periods"]
    weight = 1 / part["long_run_variance"]
    squares = part["level_squares"]
    moved = part["product"] - (periods - 1) * part["lambda"]
    common = float(periods.mean())
    pooled = float((weight * squares).sum())
    error = part["error_long_run_variance"]
    shock = float((weight * part["adf_variance"]).mean())
    values = (
        common**2 * count**1.5 / pooled,
        common * np.sqrt(count) * float((weight * moved).sum()) / pooled,
        float((weight * moved).sum()) / np.sqrt(float((weight * error).mean()) * pooled),
        float((weight * part["adf_product"]).sum())
        / np.sqrt(shock * float((weight * part["adf_squares"]).sum())),
        float((periods * moved / squares).sum()) / np.sqrt(count),
        float((moved / np.sqrt(error * squares)).sum()) / np.sqrt(count),
        float((part["adf_product"] / np.sqrt(part["adf_variance"] * part["adf_squares"])).sum())
        / np.sqrt(count),
    )
    return dict(zip(PEDRONI, map(float, values), strict=True)), table


def _of_unit(unit: UnitSeries, deterministic: Deterministic, lags: int, kernel_lags: int) -> dict[str, float]:
    y, x = unit.outcome, unit.regressors
    fixed = deterministic_columns(len(y), deterministic)
    if fixed.shape[1]:
        y, x = y - y.mean(), x - x.mean(axis=0)
    error = residual_of(y[:, None], np.column_stack([fixed, x]))[:, 0]
    given = residual_of(np.diff(y)[:, None], np.diff(x, axis=0))[:, 0]
    level, change = error[:-1], np.diff(error)
    squares, product = level @ level, level @ change
    shock = change - product / squares * level
    lagged = [change[lags - lag : len(change) - lag] for lag in range(1, lags + 1)]
    others = np.column_stack(lagged) if lagged else np.zeros((len(change), 0))
    near = residual_of(np.column_stack([level[lags:], change[lags:]]), others)
    adf_squares, adf_product = near[:, 0] @ near[:, 0], near[:, 0] @ near[:, 1]
    left = near[:, 1] - adf_product / adf_squares * near[:, 0]
    one = float(one_sided(shock, kernel_lags))
    return {
        "n_periods": float(len(y)),
        "rho": float(1 + product / squares),
        "long_run_variance": float(long_run(given, kernel_lags)),
        "lambda": one,
        "error_variance": float(shock @ shock) / len(shock),
        "error_long_run_variance": float(shock @ shock) / len(shock) + 2 * one,
        "level_squares": float(squares),
        "product": float(product),
        "adf_variance": float(left @ left) / len(left),
        "adf_squares": float(adf_squares),
        "adf_product": float(adf_product),
    }
