"""What red noise shows of a wavelet spectrum: its levels, and the largest patches of its series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.evolution.morlet import Scales, cone, global_freedom, red_spectrum, wavelet_power
from digimfg.evolution.red_noise import Detrend, RedNoise, memory, noise_like, without_trend
from digimfg.evolution.series import Series

__all__ = ["NoisyPatches", "RedNoiseTest"]

Floats = NDArray[np.float64]
_CHUNK = 64


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class NoisyPatches:
    """Of each noise series: its largest patch, its mean power over its level (draws, J), and the highest of
    these.
    """

    areas: Floats
    means: Floats
    peaks: Floats


class RedNoiseTest:
    """What a series and its noise are measured by: levels, the cone, the area of a point."""

    def __init__(
        self,
        series: Series,
        scales: Scales,
        noise: RedNoise,
        detrend: Detrend,
        level: float,
        *,
        refitted: bool,
    ) -> None:
        self.series, self.scales, self.red, self.detrend, self.level = series, scales, noise, detrend, level
        self.refitted = refitted
        self.local, self.whole = self.levels(noise.autocorrelation)
        self.cone = cone(len(series), series.step)
        self.inside = scales.periods[:, None] <= self.cone * (1 + 1e-12)
        self.area = series.step / scales.periods / scales.voices

    def levels(self, autocorrelation: float | Floats) -> tuple[Floats, Floats]:
        """Return what noise exceeds at a point and in the mean over time, shape (..., J)."""
        from scipy.stats import chi2

        expected = red_spectrum(self.scales, autocorrelation)
        freedom = global_freedom(self.scales, len(self.series))
        return (
            expected * float(chi2.ppf(self.level, 2)) / 2,
            np.asarray(expected * chi2.ppf(self.level, freedom) / freedom),
        )

    def labelled(self, power: NDArray[np.floating], local: Floats) -> tuple[NDArray[np.integer], Floats]:
        """Return the number of the patch of each point, 0 for none, and the areas of patches, the first that
        of none.
        """
        from scipy.ndimage import label

        beyond = (power > local[..., None]) & self.inside
        near = np.zeros((3,) * power.ndim, dtype=bool)
        near[(1,) * (power.ndim - 2)] = True
        found, count = label(beyond, structure=near)
        weights = np.broadcast_to(self.area[:, None], power.shape)[beyond]
        areas = np.bincount(found[beyond], weights=weights, minlength=count + 1)
        return found, areas.astype(np.float64)

    def noise(self, draws: int, seed: int) -> NoisyPatches:
        """Return noise measured as the series is: its memory fitted too, unless that was declared."""
        areas, means = [], []
        values = without_trend(noise_like(self.red, len(self.series), draws, seed), self.detrend)
        values /= values.std(axis=1, keepdims=True)
        fitted = memory(values)[0] if self.refitted else np.full(draws, self.red.autocorrelation)
        local, whole = self.levels(fitted)
        for start in range(0, draws, _CHUNK):
            part = slice(start, start + _CHUNK)
            power = wavelet_power(values[part].astype(np.float32), self.scales)
            found, sizes = self.labelled(power, local[part])
            areas.append(sizes[found.reshape(len(power), -1)].max(axis=1))
            means.append(power.mean(axis=2, dtype=np.float64))
        mean = np.concatenate(means) / whole
        return NoisyPatches(areas=np.concatenate(areas), means=mean, peaks=mean.max(axis=1))
