"""Regression of values that are seen only above one: the normal truncated from the left, by maximum
likelihood.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr
from scipy.stats import truncnorm

__all__ = ["Truncated", "fit_truncated", "truncated_draws"]

Floats = NDArray[np.float64]
Truncated = tuple[Floats, float, float]
_STEPS = 200


def fit_truncated(y: Floats, z: Floats) -> Truncated | None:
    """Return coefficients, σ and the log likelihood of y = zβ + ε, y > 1; ``None`` without a maximum.

    Newton's method in β/σ and 1/σ, in which the likelihood has one maximum at most (Orme & Ruud 2002,
    doi:10.1016/S0165-1765(02)00144-0).
    """
    ordinary = np.linalg.lstsq(z, y, rcond=None)[0]
    spread = float(np.sqrt(np.mean((y - z @ ordinary) ** 2)))
    if spread <= 0:
        return None
    point = np.r_[ordinary, 1.0] / spread
    design = np.column_stack([z, -np.ones(len(y))])  # zγ - h
    residual = np.column_stack([-z, y])  # hy - zγ
    value = _likelihood(point, design, residual)
    for _ in range(_STEPS):
        e, edge = residual @ point, design @ point
        ratio = np.exp(-0.5 * edge**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(edge))
        slope = -residual.T @ e - design.T @ ratio
        slope[-1] += len(y) / point[-1]
        curve = -residual.T @ residual + (design * (ratio * (ratio + edge))[:, None]).T @ design
        curve[-1, -1] -= len(y) / point[-1] ** 2
        try:
            step = np.linalg.solve(curve, -slope)
        except np.linalg.LinAlgError:
            return None
        if step @ slope <= 0:
            step = slope / max(1.0, float(np.linalg.norm(slope)))
        length = 1.0
        while length > 1e-12:
            trial = point + length * step
            found = _likelihood(trial, design, residual)
            if found >= value - 1e-14 * abs(value):
                break
            length /= 2
        else:
            return None
        done = float(np.abs(length * step).max()) <= 1e-11 * float(np.abs(point).max())
        point, value = trial, found
        if done:
            break
    else:
        return None
    sigma = 1.0 / float(point[-1])
    return point[:-1] * sigma, sigma, value


def truncated_draws(z: Floats, beta: Floats, sigma: float, rng: np.random.Generator) -> Floats:
    """Return one draw of y = zβ + ε, given that it exceeds one, for each row."""
    mean = z @ beta
    drawn = truncnorm.ppf(rng.random(len(z)), (1.0 - mean) / sigma, np.inf, loc=mean, scale=sigma)
    above: Floats = np.maximum(drawn, 1.0)
    return above


def _likelihood(point: Floats, design: Floats, residual: Floats) -> float:
    if point[-1] <= 0:
        return -np.inf
    e = residual @ point
    constant = np.log(point[-1]) - 0.5 * np.log(2 * np.pi)
    return float(len(e) * constant - 0.5 * e @ e - log_ndtr(design @ point).sum())
