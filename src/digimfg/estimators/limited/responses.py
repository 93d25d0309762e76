"""What rows are expected to be by their index: outcomes, shares of categories, averages over units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.estimators.limited.ordered_rows import Shape, cumulative, density, density_slope

__all__ = ["AveragedShare", "CategoryShare", "CensoredMean", "Response", "averaged_share"]

Floats = NDArray[np.float64]

_STEP = 1e-4


class Response(Protocol):
    """Give a mean and its derivatives by the index; `share` says whether it lies between zero and one."""

    @property
    def share(self) -> bool:
        """Return whether it lies between zero and one."""
        ...

    def mean(self, index: Floats) -> Floats:
        """Return the mean."""
        ...

    def slope(self, index: Floats) -> Floats:
        """Return its first derivative."""
        ...

    def curvature(self, index: Floats) -> Floats:
        """Return its second derivative."""
        ...


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def _times(z: Floats, factor: Floats) -> Floats:
    """Return z times what vanishes where z is infinite."""
    return np.where(np.isfinite(z), z, 0.0) * factor


@dataclass(frozen=True, kw_only=True, eq=False)
class CensoredMean:
    """Give what is expected of a normal latent outcome that is seen between limits.

    Parameters
    ----------
    lower, upper
        Limits; infinite for none.
    sigma
        Standard deviation around the index.
    scale
        ``"mean"`` of the outcome with rows at the limits, ``"probability"`` to lie between them,
        ``"uncensored"``: the mean there.

    Examples
    --------
    >>> one = CensoredMean(lower=0.0, upper=np.inf, sigma=1.0, scale="mean")
    >>> one.mean(np.zeros(1)).round(6).tolist(), one.slope(np.zeros(1)).tolist()
    ([0.398942], [0.5])
    """

    lower: float
    upper: float
    sigma: float
    scale: Literal["mean", "probability", "uncensored"]

    @property
    def share(self) -> bool:
        """Return whether it lies between zero and one."""
        return self.scale == "probability"

    def _limits(self, index: Floats) -> tuple[Floats, Floats]:
        return (self.lower - index) / self.sigma, (self.upper - index) / self.sigma

    def _inside(self, a: Floats, b: Floats) -> Floats:
        turn = a > 0  # in the upper tail from the other side
        return np.asarray(special.ndtr(np.where(turn, -a, b)) - special.ndtr(np.where(turn, -b, a)))

    def mean(self, index: Floats) -> Floats:
        """Return the mean."""
        a, b = self._limits(index)
        inside, fall = self._inside(a, b), _density(a) - _density(b)
        if self.scale == "probability":
            return inside
        if self.scale == "uncensored":
            return np.asarray(index + self.sigma * fall / inside)
        found = index * inside + self.sigma * fall
        if np.isfinite(self.lower):
            found = found + self.lower * special.ndtr(a)
        if np.isfinite(self.upper):
            found = found + self.upper * special.ndtr(-b)
        return np.asarray(found)

    def slope(self, index: Floats) -> Floats:
        """Return its first derivative."""
        a, b = self._limits(index)
        inside, fall = self._inside(a, b), _density(a) - _density(b)
        if self.scale == "probability":
            return np.asarray(fall / self.sigma)
        if self.scale == "mean":
            return inside
        tilt = _times(a, _density(a)) - _times(b, _density(b))
        return np.asarray(1 + tilt / inside - (fall / inside) ** 2)

    def curvature(self, index: Floats) -> Floats:
        """Return its second derivative."""
        a, b = self._limits(index)
        if self.scale == "mean":
            return np.asarray((_density(a) - _density(b)) / self.sigma)
        if self.scale == "probability":
            return np.asarray((_times(a, _density(a)) - _times(b, _density(b))) / self.sigma**2)
        step = _STEP * self.sigma
        return (self.slope(index + step) - self.slope(index - step)) / (2 * step)


@dataclass(frozen=True, kw_only=True, eq=False)
class CategoryShare:
    """Give the probability of category `place` of those that cut points make.

    Examples
    --------
    >>> one = CategoryShare(cuts=np.zeros(1), place=1, shape="logit")
    >>> one.mean(np.zeros(1)).tolist(), one.slope(np.zeros(1)).tolist()
    ([0.5], [0.25])
    """

    cuts: Floats
    place: int
    shape: Shape

    share: bool = True

    def _limits(self, index: Floats) -> tuple[Floats, Floats]:
        cuts = np.r_[-np.inf, self.cuts, np.inf]
        return cuts[self.place] - index, cuts[self.place + 1] - index

    def mean(self, index: Floats) -> Floats:
        """Return the mean."""
        low, high = self._limits(index)
        turn = low > 0
        return cumulative(self.shape, np.where(turn, -low, high)) - cumulative(
            self.shape, np.where(turn, -high, low)
        )

    def slope(self, index: Floats) -> Floats:
        """Return its first derivative."""
        low, high = self._limits(index)
        return density(self.shape, low) - density(self.shape, high)

    def curvature(self, index: Floats) -> Floats:
        """Return its second derivative."""
        low, high = self._limits(index)
        return density_slope(self.shape, high) - density_slope(self.shape, low)


@dataclass(frozen=True, kw_only=True, eq=False)
class AveragedShare:
    """Give a probability averaged over normal effects of units of standard deviation `spread`.

    Examples
    --------
    >>> one = CategoryShare(cuts=np.zeros(1), place=1, shape="probit")
    >>> AveragedShare(given=one, spread=1.0).mean(np.ones(1)).round(6).tolist()  # Φ(1 / √2)
    [0.76025]
    """

    given: Response
    spread: float

    share: bool = True

    def _averaged(self, rows: str, index: Floats) -> Floats:
        places, weights = np.polynomial.hermite_e.hermegauss(64)
        total = np.zeros_like(index)
        for place, weight in zip(places, weights / weights.sum(), strict=True):
            total += weight * getattr(self.given, rows)(index + self.spread * place)
        return total

    def mean(self, index: Floats) -> Floats:
        """Return the mean."""
        return self._averaged("mean", index)

    def slope(self, index: Floats) -> Floats:
        """Return its first derivative."""
        return self._averaged("slope", index)

    def curvature(self, index: Floats) -> Floats:
        """Return its second derivative."""
        return self._averaged("curvature", index)


def averaged_share(shape: Shape) -> Callable[[Floats], Response]:
    """Return spread of units' effects → the averaged probability of a one."""

    def made(further: Floats) -> Response:
        given = CategoryShare(cuts=np.zeros(1), place=1, shape=shape)
        return AveragedShare(given=given, spread=float(further[0]))

    return made
