"""Kao's five statistics of the residuals of one pooled regression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.cointegration.series import UnitSeries, residual_of

__all__ = ["kao"]

Floats = NDArray[np.float64]


def kao(units: list[UnitSeries], lags: int, kernel_lags: int) -> dict[str, float]:
    """Return Kao's (1999) statistics, each standard normal under the null.

    With residuals of the regression with effects of units, rho of their pooled autoregression, and variances
    of the changes of the outcome given those of the regressors, short-run v and long-run 0v.
    """
    count = len(units)
    apart = [
        (unit.outcome - unit.outcome.mean(), unit.regressors - unit.regressors.mean(axis=0)) for unit in units
    ]
    outcome = np.concatenate([y for y, _ in apart])
    error = residual_of(outcome[:, None], np.concatenate([x for _, x in apart]))[:, 0]
    ends = np.cumsum([len(unit.outcome) for unit in units])[:-1]
    errors = np.split(error, ends)
    periods = len(outcome) / count
    level = np.concatenate([each[:-1] for each in errors])
    now = np.concatenate([each[1:] for each in errors])
    rho = float(level @ now / (level @ level))
    left = now - rho * level
    t_rho = float((rho - 1) * np.sqrt(level @ level) / np.sqrt(left @ left / len(left)))
    short, long = _variances(units, kernel_lags)
    ratio = short / long
    shift = np.sqrt(6 * count) / 2 * np.sqrt(ratio)
    scale = np.sqrt(1 / (2 * ratio) + 3 * ratio / 10)
    return {
        "modified_df_t": float(
            (np.sqrt(count) * periods * (rho - 1) + 3 * np.sqrt(count) * ratio)
            / np.sqrt(3 + 36 * ratio**2 / 5)
        ),
        "df_t": float((t_rho + shift) / scale),
        "adf_t": float((_augmented(errors, lags) + shift) / scale),
        "unadjusted_modified_df_t": float(
            (np.sqrt(count) * periods * (rho - 1) + 3 * np.sqrt(count)) / np.sqrt(10.2)
        ),
        "unadjusted_df_t": float(np.sqrt(1.25) * t_rho + np.sqrt(1.875 * count)),
    }


def _augmented(errors: list[Floats], lags: int) -> float:
    level, change, others = [], [], []
    for error in errors:
        step = np.diff(error)
        level.append(error[lags:-1])
        change.append(step[lags:])
        others.append(
            np.column_stack([step[lags - lag : len(step) - lag] for lag in range(1, lags + 1)])
            if lags
            else np.zeros((len(step), 0))
        )
    both = np.column_stack([np.concatenate(level), np.concatenate(change)])
    near = residual_of(both, np.concatenate(others))
    squares = float(near[:, 0] @ near[:, 0])
    slope = float(near[:, 0] @ near[:, 1]) / squares
    left = near[:, 1] - slope * near[:, 0]
    return float(slope * np.sqrt(squares) / np.sqrt(left @ left / len(left)))


def _variances(units: list[UnitSeries], kernel_lags: int) -> tuple[float, float]:
    """Return the short-run and the long-run variance of changes of the outcome given the regressors'."""
    changes = [np.diff(np.column_stack([unit.outcome, unit.regressors]), axis=0) for unit in units]
    scale = np.sqrt(np.mean(np.concatenate(changes) ** 2, axis=0))
    changes = [each / scale for each in changes]
    rows = sum(len(each) for each in changes)
    short = np.sum([each.T @ each for each in changes], axis=0) / rows
    long = short.copy()
    for lag in range(1, kernel_lags + 1):
        parts = [each[lag:].T @ each[:-lag] for each in changes if len(each) > lag]
        product = np.sum(parts, axis=0) / rows if parts else np.zeros_like(short)
        long = long + (1 - lag / (kernel_lags + 1)) * (product + np.transpose(product))
    given = [
        float(each[0, 0] - each[0, 1:] @ np.linalg.solve(each[1:, 1:], each[1:, 0])) for each in (short, long)
    ]
    return given[0], given[1]
