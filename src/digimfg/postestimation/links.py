"""The mean of an outcome by the index of an equation, with its derivatives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.specification import Link

__all__ = ["curvature", "index_at", "mean_at", "slope"]

Floats = NDArray[np.float64]


def mean_at(link: Link, index: Floats) -> Floats:
    """Return the mean of the outcome.

    Examples
    --------
    >>> mean_at("logit", np.array([0.0])).tolist()
    [0.5]
    """
    if link == "identity":
        return index
    if link == "log":
        return np.exp(index)
    return np.asarray(special.expit(index) if link == "logit" else special.ndtr(index))


def index_at(link: Link, mean: Floats) -> Floats:
    """Return the index whose mean is given."""
    if link == "identity":
        return mean
    if link == "log":
        return np.log(mean)
    return np.asarray(special.logit(mean) if link == "logit" else special.ndtri(mean))


def slope(link: Link, index: Floats) -> Floats:
    """Return the first derivative of the mean."""
    if link == "identity":
        return np.ones_like(index)
    if link == "log":
        return np.exp(index)
    if link == "logit":
        share = special.expit(index)
        return np.asarray(share * (1 - share))
    return np.asarray(np.exp(-(index**2) / 2) / np.sqrt(2 * np.pi))


def curvature(link: Link, index: Floats) -> Floats:
    """Return the second derivative of the mean."""
    if link == "identity":
        return np.zeros_like(index)
    if link == "log":
        return np.exp(index)
    if link == "logit":
        return slope(link, index) * (1 - 2 * np.asarray(special.expit(index)))
    return -index * slope(link, index)
