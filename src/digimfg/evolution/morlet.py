"""The Morlet wavelet's arithmetic: scales and periods, transform, cone of influence, spectrum of red
noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Scales",
    "cone",
    "global_freedom",
    "longest_seen",
    "needed_periods",
    "red_spectrum",
    "wavelet_power",
]

Floats = NDArray[np.float64]

_OMEGA = 6.0
_PERIOD_OF_SCALE = float(4 * np.pi / (_OMEGA + np.sqrt(2 + _OMEGA**2)))
_CONE = _PERIOD_OF_SCALE / float(np.sqrt(2))
_DECORRELATION = 2.32


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Scales:
    """Hold scales that grow by a fixed share of an octave.

    Parameters
    ----------
    scales
        Shape (J,), in units of time.
    step
        Distance of neighbouring periods.
    voices
        Scales per octave.
    """

    scales: Floats
    step: float
    voices: int

    @classmethod
    def between(cls, step: float, voices: int, shortest: float | None, longest: float) -> Scales:
        """Return the scales of Fourier periods up to `longest`; the first is two steps unless `shortest` is
        given.
        """
        first = 2 * step if shortest is None else shortest / _PERIOD_OF_SCALE
        most = np.log2(longest / (_PERIOD_OF_SCALE * first)) * voices
        return cls(scales=first * 2 ** (np.arange(int(most + 1e-9) + 1) / voices), step=step, voices=voices)

    @property
    def periods(self) -> Floats:
        """Return the Fourier period of each scale."""
        return self.scales * _PERIOD_OF_SCALE


def wavelet_power(values: Floats, scales: Scales) -> Floats:
    """Return the power of series (..., T) at each scale, shape (..., J, T); white noise of variance one has
    expectation one.

    Source: Torrence & Compo (1998), equations 4 and 6, zeros beyond both ends.
    """
    from scipy.fft import fft, ifft, next_fast_len

    n = values.shape[-1]
    reach = int(np.ceil(3 * scales.scales[-1] / scales.step))
    size = next_fast_len(n + reach)
    omega = 2 * np.pi * np.arange(size) / (size * scales.step)
    omega[size // 2 + 1 :] = 0.0
    stretched = scales.scales[:, None] * omega
    daughters = np.where(omega > 0, np.exp(-((stretched - _OMEGA) ** 2) / 2), 0.0)
    daughters *= np.sqrt(2 * np.pi * scales.scales / scales.step)[:, None] * np.pi**-0.25
    spectrum = fft(values, n=size)
    waves = ifft(spectrum[..., None, :] * daughters.astype(values.dtype))[..., :n]
    return np.asarray(waves.real**2 + waves.imag**2)


def cone(n_periods: int, step: float) -> Floats:
    """Return the longest period at each date that the ends of the series do not reach, shape (T,)."""
    place = np.arange(n_periods)
    return np.asarray(_CONE * step * np.minimum(place, place[::-1]))


def longest_seen(n_periods: int, step: float) -> float:
    """Return the longest period that some date sees."""
    return float(cone(n_periods, step).max())


def needed_periods(period: float, step: float) -> int:
    """Return how many periods a series needs for one date to see a cycle."""
    return 2 * int(np.ceil(period / (_CONE * step) - 1e-9)) + 1


def red_spectrum(scales: Scales, autocorrelation: float | Floats) -> Floats:
    """Return the expected power of red noise of variance one at each scale, shape (..., J) (equation 16)."""
    frequency = scales.step / scales.periods
    alpha = np.asarray(autocorrelation)[..., None]
    return np.asarray((1 - alpha**2) / (1 + alpha**2 - 2 * alpha * np.cos(2 * np.pi * frequency)))


def global_freedom(scales: Scales, n_periods: int) -> Floats:
    """Return the degrees of freedom of power averaged over the series (equation 23), 2 or more."""
    averaged = np.maximum(n_periods - scales.scales / scales.step, 1.0)
    return np.asarray(
        np.maximum(2 * np.sqrt(1 + (averaged * scales.step / (_DECORRELATION * scales.scales)) ** 2), 2.0)
    )
