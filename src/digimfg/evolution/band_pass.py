"""Cycles of given lengths by a filter, beside those that the same filter makes of noise without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.band_filter import BandPassMethod, expected_share, filtered
from digimfg.evolution.red_noise import (
    detrended,
    fitted_noise,
    literature,
    memory,
    noise_like,
    share_as_large,
    without_trend,
)
from digimfg.evolution.series import Series, read_series
from digimfg.kinds import Above, AtLeast, Below, Count, Draws, NumberColumn, Positive, Seed
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BandPass", "band_pass"]

Floats = NDArray[np.float64]
Null = Literal["red_noise", "random_walk"]


@checked
@shown(Text("Band-pass filter", "带通滤波"))
@dataclass(frozen=True, kw_only=True, eq=False)
class BandPass:
    """Hold a filtered cycle and what the same filter makes of noise.

    Parameters
    ----------
    spurious
        Index ``variance_share`` (of the cycle in the series without its trend), ``mean_period`` (between
        crossings of zero upwards), ``n_cycles``; columns ``series noise_mean noise_low noise_high p_value``:
        mean and middle 95 % of filtered noise, and of the variance share the share of noise series with as
        much, each over what noise of the memory fitted to it has in the mean.
    cycle
        Index the date; ``observed cycle rest``, the last two adding up to the first; missing where the
        filter does not reach.
    statistics
        ``n_obs autocorrelation truncation draws``; the truncation in periods, missing for Christiano &
        Fitzgerald's filter.
    notes
        What a reader must know.
    """

    spurious: pd.DataFrame
    cycle: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def band_pass(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    time: NumberColumn = "year",
    shortest: Positive,
    longest: Positive,
    method: BandPassMethod = "christiano_fitzgerald",
    drift: bool = True,
    truncation: Count | None = None,
    null: Null = "red_noise",
    autocorrelation: Annotated[float, Above(-1), Below(1)] | None = None,
    draws: Annotated[Draws, AtLeast(19)] = 999,
    seed: Seed = 0,
) -> BandPass:
    r"""Filter the cycles between two periods out of a series, and say what the filter finds where there are
    none.

    Christiano & Fitzgerald (2003, doi:10.1111/1468-2354.t01-1-00076): best for a random walk, asymmetric,
    reaches both ends. Baxter & King (1999, doi:10.1162/003465399558454): symmetric, loses as many dates at
    each end as its truncation. Any such filter makes regular waves of irregular noise (Slutsky 1937,
    doi:10.2307/1907241; Yule 1927; Cogley & Nason 1995, doi:10.1016/0165-1889(93)00781-X), so each answer
    stands beside the same filter's answers to simulated noise.

    Parameters
    ----------
    frame
        One row per period, equally spaced.
    value, time
        Columns; lengths are in the unit of time.
    shortest, longest
        Of the cycles kept.
    method
        ``"christiano_fitzgerald"`` or ``"baxter_king"``.
    drift
        Take the line between first and last value out first (Christiano & Fitzgerald only; the other removes
        lines by itself).
    truncation
        Leads and lags of Baxter & King's filter; by default three eighths of the longest period, their own
        12 quarters for 32.
    null
        Noise to compare with: ``"red_noise"``, a first-order autoregression fitted to the series without its
        line, or ``"random_walk"``.
    autocorrelation
        Of red noise; by default as fitted.
    draws, seed
        Simulated series.

    Raises
    ------
    MeasureError
        If periods have gaps or are repeated, the series is shorter than two of the longest cycles or leaves
        the filter no dates, with what would be enough, or the shortest cycle is below two steps or not below
        the longest.

    Examples
    --------
    >>> import pandas as pd
    >>> years = np.arange(1800, 2000)
    >>> frame = pd.DataFrame({"year": years, "x": np.sin(2 * np.pi * years / 50) + 0.01 * (years - 1800)})
    >>> found = band_pass(frame, "x", shortest=40, longest=60, draws=99)
    >>> found.spurious.loc["mean_period", ["series", "noise_mean"]].astype(float).round().to_dict()
    {'series': 50.0, 'noise_mean': 48.0}
    """
    import pandas as pd

    ends = (shortest, longest)
    series = _read(frame, value, time, ends, method, truncation)
    reach = truncation or int(np.ceil(longest / series.step * 3 / 8 - 1e-9))
    rest = detrended(series, series.values, "linear")
    noise = fitted_noise(rest, autocorrelation)
    band = (shortest / series.step, longest / series.step)
    cycle = filtered(series.values[:, None], band, method, drift, reach)[:, 0]
    if null == "red_noise":
        drawn = noise_like(noise, len(series), draws, seed).T
    else:
        drawn = np.cumsum(np.random.default_rng(seed).normal(size=(draws, len(series))), axis=1).T
    inside = slice(reach, -reach) if method == "baxter_king" else slice(None)
    alike = without_trend(drawn.T, "linear")
    of_noise = _summary(
        filtered(drawn, band, method, drift, reach).T,
        alike[:, inside],
        series.step,
    )
    own = _summary(cycle[None], rest[None, inside], series.step)[0]
    refitted = null == "red_noise" and autocorrelation is None
    expected = expected_share(len(series), band, method, drift, reach) if refitted else np.ones_like
    p_value = share_as_large(
        of_noise[:, 0] / expected(memory(alike)[0]), float(own[0] / expected(memory(rest)[0]))
    )
    whole = np.full(len(series), np.nan)
    whole[inside] = cycle
    return BandPass(
        spurious=_spurious(own, of_noise, p_value),
        cycle=pd.DataFrame(
            {"observed": series.values, "cycle": whole, "rest": series.values - whole},
            index=pd.Index(series.dates, name="time"),
        ),
        statistics={
            "n_obs": float(len(series)),
            "autocorrelation": noise.autocorrelation if null == "red_noise" else 1.0,
            "truncation": float(reach) if method == "baxter_king" else np.nan,
            "draws": float(draws),
        },
        notes=(
            *_notes(own, of_noise, ends, reach if method == "baxter_king" else 0),
            *(noise.notes if null == "red_noise" else ()),
            *literature(*ends),
        ),
    )


def _read(
    frame: pd.DataFrame,
    value: str,
    time: str,
    ends: tuple[float, float],
    method: BandPassMethod,
    truncation: int | None,
) -> Series:
    series = read_series(
        frame, value, time, at_least=8, why=Text("a cycle twice over", "至少包含两个完整周期")
    )
    shortest, longest = ends
    where = note_of("evolution.cycles_of", value=value)
    if not 2 * series.step * (1 - 1e-9) <= shortest < longest:
        raise MeasureError.of(
            "evolution.band_not_in_order", where=where, least=2 * series.step, first=shortest, last=longest
        )
    whole = int(np.ceil(2 * longest / series.step - 1e-9))
    if method == "baxter_king" and truncation is not None:
        whole = max(whole, 2 * truncation + 8)
    if len(series) < whole:
        raise MeasureError.of(
            "evolution.series_too_short_for_band",
            where=where,
            n=whole,
            longest=longest,
            n_found=len(series),
            step=series.step,
        )
    return series


def _summary(cycles: Floats, series: Floats, step: float) -> Floats:
    """Return of each row: the cycle's share of variance, its mean period, the number of its periods."""
    rows = []
    shares = cycles.var(axis=1) / np.maximum(series.var(axis=1), 1e-300)
    for share, cycle in zip(shares, cycles - cycles.mean(axis=1, keepdims=True), strict=True):
        upward = np.flatnonzero((cycle[:-1] < 0) & (cycle[1:] >= 0))
        at = upward + cycle[upward] / (cycle[upward] - cycle[upward + 1])
        periods = np.diff(at) * step
        rows.append((share, periods.mean() if len(periods) else np.nan, len(periods)))
    return np.asarray(rows, dtype=np.float64)


def _spurious(own: Floats, of_noise: Floats, p_value: float) -> pd.DataFrame:
    import pandas as pd

    known = np.where(np.isnan(of_noise).all(axis=0), 0.0, of_noise)
    low, high = np.nanpercentile(known, [2.5, 97.5], axis=0)
    return pd.DataFrame(
        {
            "series": own,
            "noise_mean": np.nanmean(known, axis=0),
            "noise_low": low,
            "noise_high": high,
            "p_value": [p_value, np.nan, np.nan],
        },
        index=pd.Index(["variance_share", "mean_period", "n_cycles"], name="quantity"),
    )


def _notes(own: Floats, of_noise: Floats, ends: tuple[float, float], lost: int) -> tuple[Text, ...]:
    notes: list[Text] = [
        note_of(
            "evolution.slutsky_yule",
            noise=float(np.nanmean(of_noise[:, 1])) if not np.isnan(of_noise[:, 1]).all() else np.nan,
            shortest=ends[0],
            longest=ends[1],
        )
    ]
    if own[2] < 3:
        notes.append(note_of("evolution.few_cycles", n=int(own[2])))
    if lost:
        notes.append(note_of("evolution.lost_ends", n=lost))
    return tuple(notes)
