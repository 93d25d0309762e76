"""The fit of a kink between values of the threshold variable, where it is a ratio of two parabolas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bends"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Bends:
    r"""Hold the stretches between neighbouring values of q, on each of which the fit of a kink is known in
    closed form.

    There the same rows lie below γ, and the added column is :math:`a-\gamma b` with :math:`a=q1(q\le\gamma)`,
    :math:`b=1(q\le\gamma)`, so that the fall of the sum of squares is :math:`(t's)^2/(t'Pt)`,
    :math:`t=(1,\,c-\gamma)`, with P the cross products of (q - c, 1) below γ and s their sums with
    residuals: its only maximum lies along :math:`P^{-1}s`.

    Parameters
    ----------
    low, high
        Ends of the stretches, shape (c,).
    products
        P, freed of the null model and entity means, shape (c, 2, 2).
    centre
        c.
    """

    low: Floats
    high: Floats
    products: Floats
    centre: float

    def best(self, sums: Floats) -> tuple[Floats, Floats]:
        """Return the largest fall inside the stretches and the γ where it is, shape (m,) each; -inf where
        there is none.

        Parameters
        ----------
        sums
            s, shape (2, m, c).
        """
        first, second = self._direction(sums)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = self.centre - second / first
        inside = (value > self.low) & (value < self.high)
        gain = np.where(inside, self._gain(sums, np.where(inside, value, self.low)), -np.inf)
        place = np.argmax(gain, axis=1)
        rows = np.arange(len(gain))
        return gain[rows, place], value[rows, place]

    def interval(self, sums: Floats, least: float) -> tuple[float, float]:
        """Return the smallest and largest γ at which the fall is at least `least`; NaN where it is nowhere.

        Parameters
        ----------
        sums
            s of one set of residuals, shape (2, 1, c).
        """
        (a, b), (_, d) = self.products.transpose(1, 2, 0)
        one, two = sums[:, 0]
        # (s₁ + s₂x)² - least (P₁₁ + 2P₁₂x + P₂₂x²) ≥ 0 in x = c - γ
        square, linear, constant = two**2 - least * d, one * two - least * b, one**2 - least * a
        ends = [self.low, self.high]
        with np.errstate(divide="ignore", invalid="ignore"):
            root = np.sqrt(linear**2 - square * constant)
            for sign in (-1.0, 1.0):
                crossing = self.centre - (-linear + sign * root) / square
                ends.append(np.where((crossing > self.low) & (crossing < self.high), crossing, np.nan))
        points = np.stack(ends)
        slack = least * (1 - 1e-9)
        reached = points[np.isfinite(points) & (self._gain(sums, points) >= slack)]
        return (float(reached.min()), float(reached.max())) if len(reached) else (np.nan, np.nan)

    def _direction(self, sums: Floats) -> tuple[Floats, Floats]:
        (a, b), (_, d) = self.products.transpose(1, 2, 0)
        return d * sums[0] - b * sums[1], a * sums[1] - b * sums[0]

    def _gain(self, sums: Floats, value: Floats) -> Floats:
        x = self.centre - value
        (a, b), (_, d) = self.products.transpose(1, 2, 0)
        spread = a + 2 * b * x + d * x**2
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = (sums[0] + sums[1] * x) ** 2 / spread
        return np.where(spread > 1e-9 * (a + d * x**2), gain, -np.inf)
