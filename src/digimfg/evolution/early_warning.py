"""Whether a series slows down before a change of regime: rolling variance and autocorrelation, and their
trends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.red_noise import (
    RedNoise,
    fitted_noise,
    memory,
    noise_like,
    share_as_large,
    without_trend,
)
from digimfg.evolution.series import Series, read_series
from digimfg.kinds import AtLeast, AtMost, Draws, NumberColumn, Seed
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EarlyWarning", "early_warning"]

Floats = NDArray[np.float64]
Smoothing = Literal["gaussian", "linear", "none"]

_FEWEST = 10
_QUARTILE = 0.675


@checked
@shown(Text("Early warning", "临界转变预警"))
@dataclass(frozen=True, kw_only=True, eq=False)
class EarlyWarning:
    """Hold rolling indicators of critical slowing down and their trends.

    Parameters
    ----------
    trends
        Index ``variance``, ``autocorrelation``; Kendall's ``tau`` with time, ``noise_low noise_high``
        (middle 95 % of stationary noise) and the one-sided ``p_value``: the share of noise series that rise
        as much.
    indicators
        Index the date at which a window ends: ``variance autocorrelation``.
    noise
        The same dates: middle 95 % of the indicators of stationary noise that after smoothing has the
        variance and memory of the series over all dates, ``variance_low variance_high autocorrelation_low
        autocorrelation_high``.
    series
        Index the date: ``observed smooth rest``.
    statistics
        ``n_obs n_window n_windows autocorrelation p_joint draws``; the joint p value is the share of noise in
        which the less unusual of both rises is as unusual.
    notes
        What a reader must know.
    """

    trends: pd.DataFrame
    indicators: pd.DataFrame
    noise: pd.DataFrame
    series: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def early_warning(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    time: NumberColumn = "year",
    window: Annotated[float, AtLeast(0.2), AtMost(0.8)] = 0.5,
    smoothing: Smoothing = "gaussian",
    bandwidth: Annotated[float, AtLeast(0.02), AtMost(1.0)] = 0.2,
    draws: Annotated[Draws, AtLeast(99)] = 999,
    seed: Seed = 0,
) -> EarlyWarning:
    r"""Say whether variance and autocorrelation rise over a series more than in stationary noise.

    Near a fold a system returns more slowly, so that both rise (Scheffer et al. 2009,
    doi:10.1038/nature08227; Dakos et al. 2012, doi:10.1371/journal.pone.0041010). Windows overlap, so that
    Kendall's tables do not apply: tau is compared with that of simulated first-order autoregressions of
    constant memory, smoothed in the same manner. Their memory is that which smoothing leaves as small as
    the series' own rest has.

    Parameters
    ----------
    frame
        One row per period, equally spaced: the stretch before the supposed change, not the change itself.
    value, time
        Columns.
    window
        Share of the series in each window.
    smoothing
        What is taken out first: a ``"gaussian"`` kernel's smooth, a ``"linear"`` trend, or ``"none"``.
    bandwidth
        Of the kernel, as a share of the series: half of its weight lies within half a bandwidth.
    draws, seed
        Simulated series.

    Raises
    ------
    MeasureError
        If periods have gaps, are repeated or too few for windows of ten, with how many would be enough, or
        nothing moves.

    Examples
    --------
    >>> import pandas as pd
    >>> rng, x = np.random.default_rng(1), np.zeros(200)
    >>> for t in range(1, 200):
    ...     x[t] = 0.95 * t / 200 * x[t - 1] + rng.normal()
    >>> found = early_warning(pd.DataFrame({"year": range(200), "x": x}), "x", draws=99)
    >>> found.trends["tau"].round(2).tolist(), found.statistics["p_joint"]
    ([0.57, 0.65], 0.09)
    """
    import pandas as pd

    fewest = int(np.ceil(max(_FEWEST / window, 2 * _FEWEST) - 1e-9))
    why = note_of("evolution.at_least_windows", n=_FEWEST)
    series = read_series(frame, value, time, at_least=fewest, why=why)
    smooth = _smooth(series.values, smoothing, bandwidth)
    rest = series.values - smooth
    _check(series, rest)
    length = int(window * len(series) + 1e-9)
    indicators = _rolling(rest, length)
    noise = _noise(rest, smoothing, bandwidth, draws, seed)
    drawn = noise_like(noise, len(series), draws, seed)
    drawn = drawn - _smooth(drawn, smoothing, bandwidth)
    own = np.array([_taus(each[None])[0] for each in indicators])
    taus = np.stack([_taus(each) for each in _rolling(drawn, length)])
    shares = [share_as_large(drawn_taus, tau) for drawn_taus, tau in zip(taus, own, strict=True)]
    low, high = np.quantile(taus, [0.025, 0.975], axis=1)
    band = _rolling(drawn * (rest.std() / drawn.std(axis=1, keepdims=True)), length)
    dates = series.dates
    ends = pd.Index(dates[length - 1 :], name="time")
    return EarlyWarning(
        trends=pd.DataFrame(
            {"tau": own, "noise_low": low, "noise_high": high, "p_value": shares},
            index=pd.Index(["variance", "autocorrelation"], name="indicator"),
        ),
        indicators=pd.DataFrame(
            {"variance": indicators[0], "autocorrelation": indicators[1]},
            index=ends,
        ),
        noise=pd.DataFrame(
            {
                f"{name}_{end}": np.quantile(each, share, axis=0)
                for name, each in zip(("variance", "autocorrelation"), band, strict=True)
                for end, share in (("low", 0.025), ("high", 0.975))
            },
            index=ends,
        ),
        series=pd.DataFrame(
            {"observed": series.values, "smooth": smooth, "rest": rest}, index=pd.Index(dates, name="time")
        ),
        statistics={
            "n_obs": float(len(series)),
            "n_window": float(length),
            "n_windows": float(len(series) - length + 1),
            "autocorrelation": noise.autocorrelation,
            "p_joint": _joint(own, taus),
            "draws": float(draws),
        },
        notes=(
            note_of("evolution.not_only_folds"),
            note_of("evolution.noise_of_windows", draws=draws, alpha=noise.autocorrelation),
            *noise.notes,
        ),
    )


def _noise(rest: Floats, smoothing: Smoothing, bandwidth: float, draws: int, seed: int) -> RedNoise:
    """Return the noise that, once smoothed, remembers as the rest does: smoothing takes memory away."""
    noise = fitted_noise(rest - rest.mean(), None)
    drawn = noise_like(noise, len(rest), draws, seed)
    drawn = drawn - _smooth(drawn, smoothing, bandwidth)
    lost = noise.autocorrelation - float(memory(drawn - drawn.mean(axis=1, keepdims=True))[0].mean())
    return replace(noise, autocorrelation=float(np.clip(noise.autocorrelation + lost, -0.99, 0.99)))


def _joint(own: Floats, taus: Floats) -> float:
    """Return the p value of both rising at once: the larger of two p values among those of noise.

    That each is as large at once is rarer than either; taken as a p value it would be far too small.
    """
    from scipy.stats import rankdata

    pool = np.column_stack([own, taus])
    rarer = np.stack([rankdata(-each, method="max") for each in pool]).max(axis=0)
    return float((rarer <= rarer[0]).sum() / len(rarer))


def _smooth(values: Floats, how: Smoothing, bandwidth: float) -> Floats:
    from scipy.ndimage import gaussian_filter1d

    if how == "none":
        return np.zeros_like(values)
    if how == "linear":
        return np.asarray(values - without_trend(values, "linear"))
    sd = 0.25 / _QUARTILE * bandwidth * values.shape[-1]
    return np.asarray(gaussian_filter1d(values, sigma=sd, axis=-1, mode="reflect"))


def _rolling(values: Floats, length: int) -> tuple[Floats, Floats]:
    """Return variance and first autocorrelation of each window, each of shape (..., windows)."""
    windows = np.lib.stride_tricks.sliding_window_view(values, length, axis=-1)
    variance = windows.var(axis=-1, ddof=1)
    before, after = windows[..., :-1], windows[..., 1:]
    moved = [part - part.mean(axis=-1, keepdims=True) for part in (before, after)]
    products = (moved[0] * moved[1]).sum(axis=-1)
    size = np.sqrt((moved[0] ** 2).sum(axis=-1) * (moved[1] ** 2).sum(axis=-1))
    return np.asarray(variance), np.asarray(products / np.maximum(size, 1e-300))


def _taus(values: Floats) -> Floats:
    """Return Kendall's tau-b of each row with time."""
    count = values.shape[-1]
    found = np.empty(len(values))
    upper = np.triu_indices(count, 1)
    for place, row in enumerate(values):
        signs = np.sign(row[upper[1]] - row[upper[0]])
        distinct = np.abs(signs).sum()
        found[place] = signs.sum() / np.sqrt(distinct * len(signs)) if distinct else 0.0
    return found


def _check(series: Series, rest: Floats) -> None:
    if np.ptp(rest) > 1e-10 * max(float(np.abs(series.values).max()), 1e-300):
        return
    raise MeasureError.of("evolution.no_movement_about_smooth", value=series.name)
