"""The likelihood of ordered categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.estimators.limited.rows import Derivatives

__all__ = ["OrderedRows", "cumulative", "density", "density_slope"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Shape = Literal["logit", "probit"]


def cumulative(shape: Shape, z: Floats) -> Floats:
    """Return the distribution function."""
    return np.asarray(special.expit(z) if shape == "logit" else special.ndtr(z))


def density(shape: Shape, z: Floats) -> Floats:
    """Return the density, zero at infinity."""
    if shape == "logit":
        share = special.expit(z)
        return np.asarray(share * special.expit(-z))
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def density_slope(shape: Shape, z: Floats) -> Floats:
    """Return the derivative of the density, zero at infinity."""
    own = density(shape, z)
    if shape == "logit":
        return np.asarray(own * (special.expit(-z) - special.expit(z)))
    return np.asarray(-np.where(np.isfinite(z), z, 0.0) * own)


@dataclass(frozen=True, kw_only=True, eq=False)
class OrderedRows:
    """Give the likelihood of categories 0..J-1 cut out of a latent index by J-1 cut points, the further
    parameters.

    Examples
    --------
    >>> rows = OrderedRows(outcome=np.array([0, 1]), shape="logit")
    >>> rows.at(np.zeros(2), np.zeros(1)).value.round(6).tolist()
    [-0.693147, -0.693147]
    """

    outcome: Codes
    shape: Shape

    def at(self, index: Floats, further: Floats) -> Derivatives:
        """Return values and derivatives; NaN where cut points are not in order."""
        n, m = len(index), len(further)
        cuts = np.r_[-np.inf, further, np.inf]
        low, high = cuts[self.outcome] - index, cuts[self.outcome + 1] - index
        turn = np.where(low > 0, -1.0, 1.0)  # in the upper tail the difference is taken from the other side
        share = cumulative(self.shape, np.where(turn > 0, high, -low)) - cumulative(
            self.shape, np.where(turn > 0, low, -high)
        )
        share = np.where(np.all(np.diff(further) > 0), share, np.nan)
        f_low, f_high = density(self.shape, low) / share, density(self.shape, high) / share
        s_low, s_high = density_slope(self.shape, low) / share, density_slope(self.shape, high) / share
        first = f_low - f_high
        by, cross, twice = np.zeros((n, m + 2)), np.zeros((n, m + 2)), np.zeros((n, m + 2, m + 2))
        rows = np.arange(n)
        below, above = self.outcome, self.outcome + 1
        by[rows, above], by[rows, below] = f_high, -f_low
        cross[rows, above], cross[rows, below] = -s_high, s_low
        cross -= first[:, None] * by
        twice[rows, above, above], twice[rows, below, below] = s_high, -s_low
        twice -= by[:, :, None] * by[:, None, :]
        inner = slice(1, m + 1)
        return Derivatives(
            value=np.log(share),
            index=first,
            index_twice=s_high - s_low - first**2,
            further=by[:, inner],
            cross=cross[:, inner],
            further_twice=twice[:, inner, inner],
        )
