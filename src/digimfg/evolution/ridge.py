"""Whether waves grow shorter: the ridge of a wavelet spectrum, its trend, and the trends of ridges of
noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.morlet import Scales, cone, needed_periods, wavelet_power
from digimfg.evolution.red_noise import (
    Detrend,
    RedNoise,
    detrended,
    fitted_noise,
    literature,
    noise_like,
    share_as_large,
    without_trend,
)
from digimfg.evolution.series import Series
from digimfg.evolution.wavelets import read_cycles
from digimfg.kinds import Above, AtLeast, Below, Draws, NumberColumn, Positive, Seed
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WaveRidge", "wave_ridge"]

Floats = NDArray[np.float64]

_VOICES = 16
_FEWEST = 8
_CHUNK = 64


@checked
@shown(Text("Period over time", "周期长度的变动"))
@dataclass(frozen=True, kw_only=True, eq=False)
class WaveRidge:
    """Hold the period of greatest power by date, and its trend.

    Parameters
    ----------
    trend
        Index ``slope`` (change of the period per unit of time) and ``start end`` (periods of the fitted line
        at the first and last date seen); columns ``estimate constant_low constant_high p_constant p_noise
        p_value``: middle 95 % of a wave of constant period, and the p values of the slope.
    ridge
        Index the date; ``period power``, missing where power has no greatest value within the band.
    statistics
        ``n_obs n_seen n_ridge constant_period autocorrelation share_noise draws``: dates; those that see the
        whole band; those with a ridge; period of the constant wave that fits best; autocorrelation of the
        red noise; share of its series with a ridge on half of the dates seen.
    seen_from, seen_to
        First and last date that see the whole band.
    notes
        What a reader must know.
    """

    trend: pd.DataFrame
    ridge: pd.DataFrame
    statistics: Mapping[str, float]
    seen_from: float
    seen_to: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
def wave_ridge(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    time: NumberColumn = "year",
    shortest: Positive,
    longest: Positive,
    detrend: Detrend = "linear",
    autocorrelation: Annotated[float, Above(-1), Below(1)] | None = None,
    draws: Annotated[Draws, AtLeast(19)] = 999,
    seed: Seed = 0,
) -> WaveRidge:
    """Follow the period of greatest Morlet power within a band, and test its trend against two series
    without one.

    A ridge is the greatest of the powers of a date (Delprat et al. 1992, doi:10.1109/18.119728), between its
    neighbours by a parabola. A wave of constant period bends its ridge by the noise around it, and noise
    without any cycle has ridges too. The slope is compared with slopes of the best wave of constant period
    in the band plus the red noise around it (``p_constant``), and its t ratio with those of ridges of red
    noise alone (``p_noise``). Only what neither does is a trend of a wave: ``p_value`` is the larger of both.

    Parameters
    ----------
    frame, value, time, detrend, autocorrelation, seed
        As in `wavelet_spectrum`.
    shortest, longest
        Ends of the band, in units of time.
    draws
        Simulated noise series.

    Raises
    ------
    MeasureError
        As `wavelet_spectrum`; also if fewer than eight dates see the whole band or have a ridge, with what
        would be enough.

    Examples
    --------
    >>> import pandas as pd
    >>> years = np.arange(1700, 2000)
    >>> phase = np.cumsum(2 * np.pi / np.linspace(63, 43, 300))
    >>> noise = np.random.default_rng(0).normal(size=300)
    >>> frame = pd.DataFrame({"year": years, "x": np.sin(phase) + 0.5 * noise})
    >>> found = wave_ridge(frame, "x", shortest=30, longest=75, draws=99)
    >>> round(float(found.trend.loc["slope", "estimate"]), 3), bool(found.trend.loc["slope",
    ...     "p_value"] < 0.05)
    (-0.052, True)
    """
    import pandas as pd

    series, scales = read_cycles(frame, value, time, shortest, longest, _VOICES)
    seen = cone(len(series), series.step) >= longest * (1 - 1e-12)
    if len(scales.scales) < 3 or seen.sum() < _FEWEST:
        raise _refusal(series, shortest, longest, int(seen.sum()))
    rest = detrended(series, series.values, detrend)
    noise = fitted_noise(rest, autocorrelation)
    clock = series.times[seen]
    periods, powers = _ridge(wavelet_power(rest / rest.std(), scales)[:, seen], scales)
    there = ~np.isnan(periods)
    if there.sum() < _FEWEST:
        raise _no_ridge(series, int(there.sum()), int(seen.sum()))
    line = _lines(periods[None], clock)
    alone = noise_like(noise, len(series), draws, seed)
    wave, around, period = _constant_wave(rest, scales, series.step)
    steady = wave + around.std() * _unit_noise(fitted_noise(around, None), len(series), draws, seed)
    compared = [_drawn_lines(without_trend(each, detrend), scales, seen, clock) for each in (steady, alone)]
    dates = pd.Index(series.dates, name="time")
    ridge = pd.DataFrame({"period": np.nan, "power": np.nan}, index=dates)
    ridge.loc[seen, "period"], ridge.loc[seen, "power"] = periods, powers
    statistics = {
        "n_obs": float(len(series)),
        "n_seen": float(seen.sum()),
        "n_ridge": float(there.sum()),
        "constant_period": period,
        "autocorrelation": noise.autocorrelation,
        "share_noise": len(compared[1]) / draws,
        "draws": float(draws),
    }
    return WaveRidge(
        trend=_trend(line[0], *compared),
        ridge=ridge,
        statistics=statistics,
        seen_from=float(clock[0]),
        seen_to=float(clock[-1]),
        notes=(*_notes(clock, statistics), *noise.notes, *literature(shortest, longest)),
    )


def _ridge(power: NDArray[np.floating], scales: Scales) -> tuple[Floats, Floats]:
    """Return the period and power of the greatest value at each date, missing where it lies at an end of the
    band.
    """
    top = power.argmax(axis=-2)
    inner = np.clip(top, 1, power.shape[-2] - 2)
    near = [np.take_along_axis(power, (inner + k)[..., None, :], axis=-2)[..., 0, :] for k in (-1, 0, 1)]
    below, middle, above = (np.asarray(each, dtype=np.float64) for each in near)
    bend = below - 2 * middle + above
    shift = np.clip(np.where(bend < 0, (below - above) / np.where(bend < 0, 2 * bend, -1.0), 0.0), -0.5, 0.5)
    period = scales.periods[0] * 2 ** ((inner + shift) / scales.voices)
    height = middle - (below - above) * shift / 4
    lost = top != inner
    return np.where(lost, np.nan, period), np.where(lost, np.nan, height)


def _lines(periods: Floats, clock: Floats) -> Floats:
    """Return slope, fitted periods at the first and last date, and t ratio of ridges (R, T) with missing
    dates.
    """
    there = ~np.isnan(periods)
    count = there.sum(axis=1)
    known = np.where(there, periods, 0.0)
    middle, mean = (there * clock).sum(axis=1) / count, known.sum(axis=1) / count
    moved = np.where(there, clock - middle[:, None], 0.0)
    spread = (moved**2).sum(axis=1)
    slope = (moved * known).sum(axis=1) / spread
    apart = np.where(there, periods - mean[:, None], 0.0) - slope[:, None] * moved
    error = np.sqrt((apart**2).sum(axis=1) / np.maximum(count - 2, 1) / spread)
    ends = [mean + slope * (end - middle) for end in clock[[0, -1]]]
    return np.column_stack([slope, *ends, slope / np.maximum(error, 1e-300)])


def _constant_wave(rest: Floats, scales: Scales, step: float) -> tuple[Floats, Floats, float]:
    """Return the wave of constant period in the band that fits best, what it leaves, and its period."""
    best: tuple[Floats, Floats, float] | None = None
    for period in scales.periods:
        turn = 2 * np.pi * np.arange(len(rest)) * step / period
        wave = np.column_stack([np.cos(turn), np.sin(turn)])
        fitted = np.asarray(wave @ np.linalg.lstsq(wave, rest, rcond=None)[0])
        left = rest - fitted
        if best is None or left @ left < best[1] @ best[1]:
            best = fitted, left, float(period)
    assert best is not None  # noqa: S101 - a band has three scales or more
    return best


def _unit_noise(noise: RedNoise, n_periods: int, draws: int, seed: int) -> Floats:
    return noise_like(noise, n_periods, draws, seed) * float(np.sqrt(1 - noise.autocorrelation**2))


def _drawn_lines(values: Floats, scales: Scales, seen: NDArray[np.bool_], clock: Floats) -> Floats:
    """Return the lines of those series that have a ridge on half of the dates seen."""
    found = []
    values = values / values.std(axis=1, keepdims=True)
    for start in range(0, len(values), _CHUNK):
        power = wavelet_power(values[start : start + _CHUNK].astype(np.float32), scales)[..., seen]
        periods, _ = _ridge(power, scales)
        found.append(periods[(~np.isnan(periods)).mean(axis=1) >= 0.5])
    return _lines(np.concatenate(found), clock)


def _trend(line: Floats, steady: Floats, alone: Floats) -> pd.DataFrame:
    import pandas as pd

    low, high = np.percentile(steady[:, :3], [2.5, 97.5], axis=0) if len(steady) else np.full((2, 3), np.nan)
    constant = share_as_large(np.abs(steady[:, 0]), abs(float(line[0])))
    noise = share_as_large(np.abs(alone[:, 3]), abs(float(line[3])))
    values = {"p_constant": constant, "p_noise": noise, "p_value": max(constant, noise)}
    return pd.DataFrame(
        {
            "estimate": line[:3],
            "constant_low": low,
            "constant_high": high,
            **{name: [value, np.nan, np.nan] for name, value in values.items()},
        },
        index=pd.Index(["slope", "start", "end"], name="quantity"),
    )


def _notes(clock: Floats, statistics: Mapping[str, float]) -> tuple[Text, ...]:
    notes: list[Text] = [
        note_of(
            "evolution.seen",
            first=clock[0],
            last=clock[-1],
            n=int(statistics["n_ridge"]),
            all=int(statistics["n_seen"]),
        ),
        note_of(
            "evolution.noise_of_ridge",
            period=statistics["constant_period"],
            alpha=statistics["autocorrelation"],
            draws=int(statistics["draws"]),
            share=statistics["share_noise"],
        ),
    ]
    if statistics["n_ridge"] < statistics["n_seen"] / 2:
        notes.append(note_of("evolution.broken_ridge"))
    return tuple(notes)


def _refusal(series: Series, shortest: float, longest: float, seen: int) -> MeasureError:
    return MeasureError.of(
        "evolution.series_too_short_for_cycle",
        value=series.name,
        n=needed_periods(longest, series.step) + _FEWEST - 1,
        dates=_FEWEST,
        longest=longest,
        n_found=len(series),
        seen=seen,
        shortest=shortest,
    )


def _no_ridge(series: Series, found: int, seen: int) -> MeasureError:
    return MeasureError.of("evolution.no_ridge_in_band", value=series.name, n=_FEWEST, found=found, seen=seen)
