"""The statistics of panel unit-root tests, from the regressions of each entity."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.inference.dickey_fuller import Deterministic, DickeyFuller, long_run_variance
from digimfg.inference.unit_root_moments import im_pesaran_shin_moments, levin_lin_chu_adjustment

__all__ = ["fisher", "im_pesaran_shin", "levin_lin_chu"]

Floats = NDArray[np.float64]


def levin_lin_chu(
    values: Floats,
    fits: list[DickeyFuller],
    lags: list[int],
    deterministic: Deterministic,
    entities: NDArray[np.generic],
    df_correction: bool,
) -> tuple[dict[str, float], float]:
    """Return the adjusted t of Levin, Lin and Chu (2002) and its p value.

    Raises
    ------
    EstimationError
        If an entity is missing a period.
    """
    if not np.all(np.isfinite(values)):
        short = [str(name) for name in entities[~np.all(np.isfinite(values), axis=1)]]
        raise EstimationError.of("inference.units_incomplete", n=len(short), short=short[:3])
    lost = np.array([fit.n_terms if df_correction else 0 for fit in fits])
    rows = np.array([fit.n_obs for fit in fits])
    deviations = np.sqrt(np.array([fit.sum_of_squares for fit in fits]) / (rows - lost))
    ratios = np.array([np.sqrt(long_run_variance(series, deterministic)) for series in values]) / deviations
    change = np.concatenate([fit.change / scale for fit, scale in zip(fits, deviations, strict=True)])
    level = np.concatenate([fit.level / scale for fit, scale in zip(fits, deviations, strict=True)])
    slope = float(level @ change) / float(level @ level)
    periods = values.shape[1] - float(np.mean(lags)) - 1
    n_rows = len(values) * periods
    residual = change - slope * level
    variance = float(residual @ residual) / n_rows
    error = float(np.sqrt(residual @ residual / (len(change) - int(df_correction)) / (level @ level)))
    mean, deviation = levin_lin_chu_adjustment(periods, deterministic)
    unadjusted = slope / error
    statistic = (unadjusted - n_rows * float(np.mean(ratios)) / variance * error * mean) / deviation
    return {"adjusted_t": statistic, "unadjusted_t": unadjusted, "common_root": slope}, float(
        scipy.stats.norm.cdf(statistic)
    )


def im_pesaran_shin(
    fits: list[DickeyFuller], lags: list[int], deterministic: Deterministic
) -> tuple[dict[str, float], float]:
    """Return W-t-bar of Im, Pesaran and Shin (2003) and its p value.

    Raises
    ------
    EstimationError
        If there is no constant, or the moments are not tabulated for so many lags in so few rows.
    """
    if deterministic == "none":
        raise EstimationError.of("inference.no_constant")
    periods = [fit.n_obs for fit in fits]
    moments = np.array(
        [im_pesaran_shin_moments(n, count, deterministic) for n, count in zip(periods, lags, strict=True)]
    )
    if not np.all(np.isfinite(moments)):
        raise EstimationError.of("inference.moments_not_tabulated", lags=max(lags), periods=min(periods))
    t_bar = float(np.mean([fit.statistic for fit in fits]))
    mean, variance = moments.mean(axis=0)
    statistic = float(np.sqrt(len(fits)) * (t_bar - mean) / np.sqrt(variance))
    return {"w_t_bar": statistic, "t_bar": t_bar}, float(scipy.stats.norm.cdf(statistic))


def fisher(p_values: Floats) -> tuple[dict[str, float], float]:
    """Return the combinations of p values of Maddala and Wu (1999) and Choi (2001), and the first one's p
    value.
    """
    p = np.clip(p_values, 1e-16, 1 - 1e-16)
    n = len(p)
    inverse = float(-2 * np.sum(np.log(p)))
    logit = float(np.sum(np.log(p / (1 - p)))) * np.sqrt(3 * (5 * n + 4) / (np.pi**2 * n * (5 * n + 2)))
    return {
        "inverse_chi_squared": inverse,
        "inverse_normal": float(np.sum(scipy.stats.norm.ppf(p)) / np.sqrt(n)),
        "inverse_logit": float(logit),
        "modified_inverse_chi_squared": (inverse - 2 * n) / (2 * np.sqrt(n)),
        "inverse_normal_p": float(scipy.stats.norm.cdf(np.sum(scipy.stats.norm.ppf(p)) / np.sqrt(n))),
        "inverse_logit_p": float(scipy.stats.t.cdf(logit, 5 * n + 4)),
        "modified_p": float(scipy.stats.norm.sf((inverse - 2 * n) / (2 * np.sqrt(n)))),
    }, float(scipy.stats.chi2.sf(inverse, 2 * n))
