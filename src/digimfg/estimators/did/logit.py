"""Logit by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Logit", "fit_logit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logit:
    """Hold slopes, fitted probabilities and the inverse information."""

    slopes: Floats
    probability: Floats
    covariance: Floats


def fit_logit(x: Floats, d: Floats, *, tolerance: float = 1e-10, steps: int = 100) -> Logit | None:
    """Return the maximum-likelihood fit of d in {0, 1} on the columns of x; ``None`` where they separate it
    perfectly.

    Columns are scaled to unit deviation while iterating, so units do not matter.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [0.0, 0, 1, 1]])
    >>> fit = fit_logit(x, np.array([0.0, 1, 1, 0]))
    >>> fit.probability.round(6).tolist()
    [0.5, 0.5, 0.5, 0.5]
    """
    spread = x.std(axis=0)
    centre = np.where(spread > 0, x.mean(axis=0), 0.0)
    scale = np.where(spread > 0, spread, np.maximum(np.abs(x[0]), 1e-300))
    has_constant = bool(np.any((spread == 0) & (x[0] != 0)))
    if not has_constant:
        centre = np.zeros_like(centre)
    z = (x - centre) / scale
    slopes = np.zeros(x.shape[1])
    for _ in range(steps):
        index = z @ slopes
        probability = 1 / (1 + np.exp(-np.clip(index, -700, 700)))
        weight = probability * (1 - probability)
        information = z.T @ (weight[:, None] * z)
        if np.linalg.cond(information) > 1e14 or np.abs(index).max() > 500:
            return None
        step = np.linalg.solve(information, z.T @ (d - probability))
        slopes = slopes + step
        if np.abs(step).max() < tolerance:
            break
    else:
        return None
    index = z @ slopes
    probability = 1 / (1 + np.exp(-np.clip(index, -700, 700)))
    information = z.T @ ((probability * (1 - probability))[:, None] * z)
    if np.linalg.cond(information) > 1e14:
        return None
    # z = x A with A the change of columns: slopes of x are A times those of z.
    change = np.diag(1 / scale)
    if has_constant:
        constant = int(np.flatnonzero((spread == 0) & (x[0] != 0))[0])
        change[constant] -= np.where(spread > 0, centre / scale / x[0, constant], 0.0)
    return Logit(
        slopes=change @ slopes,
        probability=probability,
        covariance=change @ np.linalg.inv(information) @ change.T,
    )
