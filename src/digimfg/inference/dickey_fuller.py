"""Augmented Dickey–Fuller regressions of one series or of many replications of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.exact_series import only_rounding
from digimfg.inference.panel_grid import period_differences, period_lags

__all__ = [
    "Deterministic",
    "DickeyFuller",
    "LagRule",
    "choose_lags",
    "deterministic_columns",
    "dickey_fuller",
    "long_run_variance",
    "t_statistics",
]

Floats = NDArray[np.float64]
Deterministic = Literal["none", "constant", "trend"]
LagRule = Literal["aic", "bic", "hall"]


@dataclass(frozen=True, kw_only=True, eq=False)
class DickeyFuller:
    """Hold one regression of the change on the lagged level.

    Parameters
    ----------
    statistic
        t statistic of the lagged level.
    n_obs, n_terms
        Rows and regressors.
    sum_of_squares
        Of the residuals.
    change, level
        The change and the lagged level after everything else is regressed out.
    is_exact
        Nothing but rounding is left of the change, the level or the residuals: there is no noise to test
        against.
    """

    statistic: float
    n_obs: int
    n_terms: int
    sum_of_squares: float
    change: Floats
    level: Floats
    is_exact: bool


def dickey_fuller(
    series: Floats,
    lags: int,
    deterministic: Deterministic,
    *,
    extra: Floats | None = None,
    df_correction: bool = True,
    rows: NDArray[np.bool_] | None = None,
) -> DickeyFuller | None:
    r"""Regress :math:`\Delta y_t` on :math:`y_{t-1}`, its own lags, deterministic terms and `extra`.

    Parameters
    ----------
    series
        By period, NaN at gaps, shape (T,). A row needs all of its lags.
    extra
        Further regressors, shape (T, q).
    df_correction
        Divide the sum of squares by rows less regressors instead of rows.
    rows
        Rows to use at most.

    Returns
    -------
    DickeyFuller or None
        ``None`` where there are fewer than two rows more than regressors.
    """
    change, level, others = _regression(series, lags, deterministic, extra)
    usable = np.isfinite(change) & np.isfinite(level) & np.all(np.isfinite(others), axis=1)
    if rows is not None:
        usable &= rows
    n_obs, n_terms = int(usable.sum()), others.shape[1] + 1
    if n_obs < n_terms + 2:
        return None
    basis = np.linalg.qr(others[usable])[0] if others.shape[1] else np.zeros((n_obs, 0))
    left_change = change[usable] - basis @ (basis.T @ change[usable])
    left_level = level[usable] - basis @ (basis.T @ level[usable])
    spread = float(left_level @ left_level)
    slope = float(left_level @ left_change) / spread if spread > 0 else 0.0
    residual = left_change - slope * left_level
    total = float(residual @ residual)
    divisor = n_obs - n_terms if df_correction else n_obs
    known = series[np.isfinite(series)]
    is_exact = any(only_rounding(left, known) for left in (left_level, left_change, residual))
    return DickeyFuller(
        statistic=float("nan") if is_exact else slope / np.sqrt(total / divisor / spread),
        n_obs=n_obs,
        n_terms=n_terms,
        sum_of_squares=total,
        change=left_change,
        level=left_level,
        is_exact=is_exact,
    )


def choose_lags(
    series: Floats, rule: LagRule, deterministic: Deterministic, max_lags: int, *, df_correction: bool = True
) -> int:
    """Return the number of lags by AIC, BIC, or Hall's rule (drop the longest while its t is below 1.96).

    All candidates use the rows that the longest can use.
    """
    change, level, others = _regression(series, max_lags, deterministic, None)
    rows = np.isfinite(change) & np.isfinite(level) & np.all(np.isfinite(others), axis=1)
    best, best_value = 0, np.inf
    for lags in range(max_lags, -1, -1):
        found = dickey_fuller(series, lags, deterministic, df_correction=df_correction, rows=rows)
        if found is None:
            continue
        if found.is_exact:
            return lags
        if rule == "hall":
            if lags == 0:
                return 0
            shorter = dickey_fuller(series, lags - 1, deterministic, rows=rows)
            divisor = found.n_obs - found.n_terms if df_correction else found.n_obs
            if shorter is not None and not shorter.is_exact:
                squared = (shorter.sum_of_squares - found.sum_of_squares) / (found.sum_of_squares / divisor)
                if squared >= 1.96**2:
                    return lags
            continue
        penalty = 2.0 if rule == "aic" else np.log(found.n_obs)
        value = np.log(found.sum_of_squares / found.n_obs) + penalty * found.n_terms / found.n_obs
        if value < best_value:
            best, best_value = lags, value
    return best


def long_run_variance(series: Floats, deterministic: Deterministic) -> float:
    r"""Return the Bartlett long-run variance of the change with :math:`3.21T^{1/3}` lags (Levin, Lin and
    Chu).
    """
    n_periods = len(series)
    bandwidth = round(3.21 * n_periods ** (1 / 3))
    change = np.diff(series)
    columns = deterministic_columns(len(change), deterministic)
    if columns.shape[1]:
        change = change - columns @ np.linalg.lstsq(columns, change, rcond=None)[0]
    total = float(change @ change)
    for lag in range(1, min(bandwidth, len(change) - 1) + 1):
        total += 2.0 * (1.0 - lag / (bandwidth + 1.0)) * float(change[lag:] @ change[:-lag])
    return total / (n_periods - 1)


def t_statistics(change: Floats, level: Floats, others: Floats, df_correction: bool) -> Floats:
    """Return t statistics of `level` for many replications at once.

    Parameters
    ----------
    change, level
        Shape (r, n).
    others
        Shape (r, n, q).
    """
    columns = np.concatenate([others, level[:, :, None]], axis=2)
    basis, root = np.linalg.qr(columns)
    scores = np.einsum("rnq,rn->rq", basis, change)
    total = np.einsum("rn,rn->r", change, change) - np.einsum("rq,rq->r", scores, scores)
    divisor = change.shape[1] - columns.shape[2] if df_correction else change.shape[1]
    return np.asarray(scores[:, -1] * np.sign(root[:, -1, -1]) / np.sqrt(total / divisor))


def deterministic_columns(n_periods: int, deterministic: Deterministic) -> Floats:
    """Return nothing, a constant, or a constant and a trend, shape (T, 0, 1 or 2)."""
    constant, trend = np.ones(n_periods), np.arange(1.0, n_periods + 1)
    columns = {"none": [], "constant": [constant], "trend": [constant, trend]}[deterministic]
    return np.column_stack(columns) if columns else np.zeros((n_periods, 0))


def _regression(
    series: Floats, lags: int, deterministic: Deterministic, extra: Floats | None
) -> tuple[Floats, Floats, Floats]:
    change = period_differences(series)
    columns = [period_lags(change, lag)[:, None] for lag in range(1, lags + 1)]
    columns.append(deterministic_columns(len(series), deterministic))
    if extra is not None:
        columns.append(extra)
    return change, period_lags(series, 1), np.hstack(columns)
