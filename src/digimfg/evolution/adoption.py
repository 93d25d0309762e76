"""Curves of adoption: the share that has adopted by a time, its density, and where it turns."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "adopted_share", "adoption_density", "inflection"]

Floats = NDArray[np.float64]
Curve = Literal["bass", "logistic", "gompertz", "fisher_pry"]


def adopted_share(curve: Curve, times: Floats, parameters: tuple[float, float]) -> Floats:
    r"""Return the share of those who will ever adopt that has adopted by each time.

    Bass (1969, doi:10.1287/mnsc.15.5.215): :math:`F=(1-e^{-(p+q)t})/(1+(q/p)e^{-(p+q)t})`, zero before the
    origin; logistic and Fisher–Pry (1971, doi:10.1016/S0040-1625(71)80005-7): :math:`1/(1+e^{-b(t-t_0)})`;
    Gompertz: :math:`e^{-e^{-b(t-t_0)}}`.

    Parameters
    ----------
    curve
        Its name.
    times
        For Bass periods since the origin, else dates.
    parameters
        ``(p, q)`` of Bass, else ``(b, t0)``.

    Examples
    --------
    >>> adopted_share("bass", np.array([1.0, 5.0, 10.0, 15.0]), (0.03, 0.38)).round(8).tolist()
    [0.03575816, 0.33119864, 0.81280322, 0.97160964]
    """
    first, second = parameters
    if curve == "bass":
        since = np.maximum(times, 0.0)
        fading = np.exp(-(first + second) * since)
        return np.asarray((1 - fading) / (1 + second / first * fading))
    scaled = np.clip(first * (times - second), -700, 700)
    if curve == "gompertz":
        return np.asarray(np.exp(-np.exp(-scaled)))
    return np.asarray(1 / (1 + np.exp(-scaled)))


def adoption_density(curve: Curve, times: Floats, parameters: tuple[float, float]) -> Floats:
    """Return the derivative of `adopted_share` in time."""
    first, second = parameters
    share = adopted_share(curve, times, parameters)
    if curve == "bass":
        return np.asarray(np.where(times >= 0, (first + second * share) * (1 - share), 0.0))
    if curve == "gompertz":
        scaled = np.clip(first * (times - second), -700, 700)
        return np.asarray(first * np.exp(-scaled) * share)
    return np.asarray(first * share * (1 - share))


def inflection(curve: Curve, parameters: tuple[float, float]) -> float:
    r"""Return the time of fastest adoption: :math:`\ln(q/p)/(p+q)` of Bass (0 where q is not above p), else
    :math:`t_0`.

    Examples
    --------
    >>> round(inflection("bass", (0.03, 0.38)), 6)
    6.192619
    """
    first, second = parameters
    if curve != "bass":
        return second
    return float(np.log(second / first) / (first + second)) if second > first else 0.0
