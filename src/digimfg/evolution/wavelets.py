"""Which cycles a series has and when: Morlet wavelet power against red noise, with its cone of influence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.morlet import Scales, longest_seen, needed_periods, wavelet_power
from digimfg.evolution.red_noise import Detrend, detrended, fitted_noise, literature, share_as_large
from digimfg.evolution.series import Series, read_series
from digimfg.evolution.wavelet_noise import NoisyPatches, RedNoiseTest
from digimfg.kinds import Above, AtLeast, AtMost, Below, Draws, NumberColumn, Positive, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WaveletSpectrum", "read_cycles", "wavelet_spectrum"]

Floats = NDArray[np.float64]

_FEWEST = 16
_FITTED = Text("the memory fitted to each series", "每条序列各自拟合的自相关")
_DECLARED = Text("the memory declared", "给定的自相关")


@checked
@shown(Text("Wavelet spectrum", "小波谱"), first="patches")
@dataclass(frozen=True, kw_only=True, eq=False)
class WaveletSpectrum:
    """Hold wavelet power by period and date, and what red noise would show.

    Parameters
    ----------
    patches
        Connected regions of locally significant power inside the cone, largest first: ``start end shortest
        longest peak_period peak_time ratio area p_value``; the ratio is power over its local level at the
        peak, the area is in cycles × octaves, and its p value that of the largest patch of noise: the
        areawise test.
    global_spectrum
        Index ``period``: mean power, its level, and the share of noise series with as much (``power level
        p_value``).
    power
        Periods × dates, in units of the series' variance.
    local_level
        Index ``period``: power that red noise exceeds with probability one minus `level`.
    cone
        Index the date: ``longest_period`` that the ends of the series do not reach.
    series
        Index the date: ``observed detrended``.
    statistics
        ``n_obs step variance lag_1 lag_2 autocorrelation p_value p_value_global draws``; both p values are
        of the series as a whole: of its largest patch, and of its highest global power over its level.
    level
        Of significance, 0.95 for 5 %.
    notes
        What a reader must know.
    """

    patches: pd.DataFrame
    global_spectrum: pd.DataFrame
    power: pd.DataFrame
    local_level: pd.Series[float]
    cone: pd.DataFrame
    series: pd.DataFrame
    statistics: Mapping[str, float]
    level: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
def wavelet_spectrum(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    time: NumberColumn = "year",
    shortest: Positive | None = None,
    longest: Positive | None = None,
    voices: Annotated[int, AtLeast(1), AtMost(32)] = 8,
    detrend: Detrend = "linear",
    autocorrelation: Annotated[float, Above(-1), Below(1)] | None = None,
    level: Share = 0.95,
    draws: Draws = 999,
    seed: Seed = 0,
) -> WaveletSpectrum:
    r"""Return the Morlet wavelet spectrum of a series and test it against red noise.

    With :math:`\psi_0(\eta)=\pi^{-1/4}e^{i6\eta}e^{-\eta^2/2}`, power :math:`|W_t(s)|^2` is in units of the
    variance, a scale's Fourier period is 1.033 s, and the ends reach :math:`\sqrt2s` into the series
    (Torrence & Compo 1998, doi:10.1175/1520-0477(1998)079<0061:APGTWA>2.0.CO;2). Locally it is compared with
    :math:`P_s\chi^2_2/2`, P the spectrum of a first-order autoregression. As one point in twenty exceeds
    that level in noise, regions are judged by their area against the largest region of noise (areawise:
    Maraun, Kurths & Holschneider 2007, doi:10.1103/PhysRevE.75.016707; Schulte, Duffy & Najjar 2015,
    doi:10.5194/npg-22-139-2015). A series' own memory follows its cycles, so each noise series is set
    against the levels of the memory fitted to it, as the series is.

    Parameters
    ----------
    frame
        One row per period, equally spaced.
    value
        Column, usually a logarithm or a growth rate.
    time
        Column of periods: years, or fractions of them; cycles are in its unit.
    shortest, longest
        Of the Fourier periods; by default from about two steps to the longest that some date sees.
    voices
        Scales per octave.
    detrend
        Take out a straight line or the mean before.
    autocorrelation
        Of the noise; by default the mean of the series' lag 1 and the root of lag 2.
    level
        Of significance.
    draws, seed
        Simulated noise series, treated as the series is.

    Raises
    ------
    MeasureError
        If the series has gaps, repeated or too few periods or no movement, or a cycle is longer than any
        date sees, with the number of periods that would be enough.

    Examples
    --------
    >>> import pandas as pd
    >>> years = np.arange(1800, 2000)
    >>> noise = np.random.default_rng(1).normal(size=200)
    >>> frame = pd.DataFrame({"year": years, "x": 1.5 * np.sin(2 * np.pi * years / 20) + noise})
    >>> found = wavelet_spectrum(frame, "x", draws=99)
    >>> round(float(found.patches.loc[0, "peak_period"]), 1), found.statistics["p_value_global"]
    (19.7, 0.01)
    """
    series, scales = read_cycles(frame, value, time, shortest, longest, voices)
    rest = detrended(series, series.values, detrend)
    noise = fitted_noise(rest, autocorrelation)
    test = RedNoiseTest(series, scales, noise, detrend, level, refitted=autocorrelation is None)
    power = wavelet_power(rest / rest.std(), scales)
    noisy = test.noise(draws, seed)
    return _answer(test, rest, power, noisy, draws)


def read_cycles(
    frame: pd.DataFrame, value: str, time: str, shortest: float | None, longest: float | None, voices: int
) -> tuple[Series, Scales]:
    """Return a series and the scales between two periods that it can show.

    Raises
    ------
    MeasureError
        If the periods cannot be seen in a series of this length and step.
    """
    series = read_series(
        frame,
        value,
        time,
        at_least=_FEWEST,
        why=Text("the ends of a shorter series reach every cycle", "更短的序列中两端影响所有周期"),
    )
    where = note_of("evolution.cycles_of", value=value)
    most = longest_seen(len(series), series.step)
    last = most if longest is None else longest
    first = 2 * series.step if shortest is None else shortest
    if last > most * (1 + 1e-9):
        raise MeasureError.of(
            "evolution.series_too_short_for_wavelet",
            where=where,
            n=needed_periods(last, series.step),
            last=last,
            n_found=len(series),
            step=series.step,
            most=most,
        )
    if not 2 * series.step * (1 - 1e-9) <= first < last:
        raise MeasureError.of(
            "evolution.band_not_in_order", where=where, least=2 * series.step, first=first, last=last
        )
    return series, Scales.between(series.step, voices, shortest, last)


def _answer(
    test: RedNoiseTest, rest: Floats, power: Floats, noisy: NoisyPatches, draws: int
) -> WaveletSpectrum:
    import pandas as pd

    series, periods = test.series, pd.Index(test.scales.periods, name="period")
    dates = pd.Index(series.dates, name="time")
    mean = power.mean(axis=1)
    patches = _patches(test, power, noisy)
    shares = [share_as_large(noisy.means[:, j], value) for j, value in enumerate(mean / test.whole)]
    statistics = {
        "n_obs": float(len(series)),
        "step": series.step,
        "variance": float(rest.var()),
        "lag_1": test.red.lag_1,
        "lag_2": test.red.lag_2,
        "autocorrelation": test.red.autocorrelation,
        "p_value": float(patches["p_value"].min()) if len(patches) else 1.0,
        "p_value_global": share_as_large(noisy.peaks, float((mean / test.whole).max())),
        "draws": float(draws),
    }
    return WaveletSpectrum(
        patches=patches,
        global_spectrum=pd.DataFrame({"power": mean, "level": test.whole, "p_value": shares}, index=periods),
        power=pd.DataFrame(power, index=periods, columns=dates),
        local_level=pd.Series(test.local, index=periods, name="local_level"),
        cone=pd.DataFrame({"longest_period": test.cone}, index=dates),
        series=pd.DataFrame({"observed": series.values, "detrended": rest}, index=dates),
        statistics=statistics,
        level=test.level,
        notes=_notes(test, power, patches, statistics),
    )


def _patches(test: RedNoiseTest, power: Floats, noisy: NoisyPatches) -> pd.DataFrame:
    import pandas as pd

    found, areas = test.labelled(power, test.local)
    ratio, times, periods = power / test.local[:, None], test.series.dates, test.scales.periods
    rows = []
    for number in range(1, len(areas)):
        places, moments = np.nonzero(found == number)
        top = int(np.argmax(ratio[places, moments]))
        rows.append(
            {
                "start": times[moments.min()],
                "end": times[moments.max()],
                "shortest": periods[places.min()],
                "longest": periods[places.max()],
                "peak_period": periods[places[top]],
                "peak_time": times[moments[top]],
                "ratio": ratio[places[top], moments[top]],
                "area": areas[number],
                "p_value": share_as_large(noisy.areas, float(areas[number])),
            }
        )
    columns = ["start", "end", "shortest", "longest", "peak_period", "peak_time", "ratio", "area", "p_value"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["area", "start", "shortest"], ascending=[False, True, True], ignore_index=True)


def _notes(
    test: RedNoiseTest, power: Floats, patches: pd.DataFrame, statistics: Mapping[str, float]
) -> tuple[Text, ...]:
    beyond = float((power > test.local[:, None])[test.inside].mean())
    notes: list[Text] = [
        note_of(
            "evolution.areawise",
            share=beyond,
            level=1 - test.level,
            n=int((patches["p_value"] <= 1 - test.level).sum()),
            all=len(patches),
        ),
        note_of(
            "evolution.noise_of_wavelet",
            alpha=test.red.autocorrelation,
            draws=int(statistics["draws"]),
            levels=_FITTED if test.refitted else _DECLARED,
        ),
        *test.red.notes,
        *literature(float(test.scales.periods[0]), float(test.scales.periods[-1])),
    ]
    return tuple(notes)
