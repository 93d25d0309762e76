"""What a series without any cycle looks like: its trend taken out, its autocorrelation, and noise that has
no more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.evolution.series import Series
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = [
    "Detrend",
    "RedNoise",
    "detrended",
    "fitted_noise",
    "literature",
    "memory",
    "noise_like",
    "share_as_large",
    "without_trend",
]

Floats = NDArray[np.float64]
Detrend = Literal["linear", "mean"]

_LONG = (40.0, 60.0)
_MOST = 0.999


@dataclass(frozen=True, kw_only=True, slots=True)
class RedNoise:
    """Hold a first-order autoregression as the null of a spectrum.

    Parameters
    ----------
    autocorrelation
        Of the noise; declared, or the mean of lag 1 and the root of lag 2.
    lag_1, lag_2
        Autocorrelations of the series.
    notes
        On how it was found.
    """

    autocorrelation: float
    lag_1: float
    lag_2: float
    notes: tuple[Text, ...]


def detrended(series: Series, values: Floats, how: Detrend) -> Floats:
    """Return values, shape (T,) or (R, T), without their mean or their straight line.

    Raises
    ------
    MeasureError
        If nothing is left of the series.
    """
    rest = without_trend(values, how)
    if not (np.ptp(rest) > 1e-10 * max(float(np.abs(values).max()), 1e-300)):
        raise MeasureError.of("evolution.no_movement_about_trend", value=series.name)
    return rest


def without_trend(values: Floats, how: Detrend) -> Floats:
    """Return values, shape (..., T), without their mean or their straight line."""
    rest = values - values.mean(axis=-1, keepdims=True)
    if how == "linear":
        clock = np.arange(values.shape[-1]) - (values.shape[-1] - 1) / 2
        rest = rest - (rest @ clock)[..., None] / (clock @ clock) * clock
    return np.asarray(rest)


def fitted_noise(values: Floats, declared: float | None) -> RedNoise:
    r"""Return the noise with the memory of a series: :math:`\alpha=(r_1+\sqrt{r_2})/2`, or what was declared.

    Source: Torrence & Compo (1998), section 4, doi:10.1175/1520-0477(1998)079<0061:APGTWA>2.0.CO;2.
    """
    alpha, *lags = (float(each) for each in memory(values))
    notes: tuple[Text, ...] = ()
    if declared is not None:
        alpha = declared
    elif lags[1] <= 0:
        notes = (note_of("evolution.second_lag", lag=lags[1], alpha=alpha),)
    return RedNoise(autocorrelation=min(alpha, _MOST), lag_1=lags[0], lag_2=lags[1], notes=notes)


def memory(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the fitted memory of series (..., T) about zero, and their first and second autocorrelations."""
    total = (values**2).sum(axis=-1)
    one, two = ((values[..., k:] * values[..., :-k]).sum(axis=-1) / total for k in (1, 2))
    alpha = np.where(two > 0, (one + np.sqrt(np.maximum(two, 0.0))) / 2, one)
    return np.minimum(alpha, _MOST), np.asarray(one), np.asarray(two)


def noise_like(noise: RedNoise, n_periods: int, draws: int, seed: int) -> Floats:
    """Return stationary first-order autoregressions, shape (draws, n_periods)."""
    from scipy.signal import lfilter

    shocks = np.random.default_rng(seed).normal(size=(draws, n_periods))
    shocks[:, 0] /= np.sqrt(1 - noise.autocorrelation**2)
    return np.asarray(lfilter([1.0], [1.0, -noise.autocorrelation], shocks, axis=1))


def share_as_large(drawn: Floats, value: float) -> float:
    """Return the p value of a simulation: the share of draws at least as large, the value itself counted as
    one.
    """
    return float((1 + np.sum(drawn >= value)) / (1 + len(drawn)))


def literature(shortest: float, longest: float) -> tuple[Text, ...]:
    """Return what is held for and against waves of about half a century, where these periods are looked
    at.
    """
    if longest < _LONG[0] or shortest > _LONG[1]:
        return ()
    return (note_of("evolution.literature"),)
