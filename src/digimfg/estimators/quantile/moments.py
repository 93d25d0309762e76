"""Quantiles via moments (Machado and Santos Silva 2019): a location, a scale, and quantiles of what they
leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design.absorb import absorb
from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError

__all__ = ["MomentFit", "fit_moments", "influence", "scaled_quantile"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class MomentFit:
    """Slopes of location and scale, shape (k,); residuals and fitted scale, shape (n,); quantiles, shape
    (q,).

    `freed` holds the regressors freed of the effects, `bread` the inverse of their weighted cross products
    over n.
    """

    location: Floats
    scale: Floats
    quantiles: Floats
    residuals: Floats
    spread: Floats
    freed: Floats
    bread: Floats

    def slopes(self) -> Floats:
        """Return the slopes of every quantile, shape (q, k)."""
        return self.location + self.quantiles[:, None] * self.scale


def fit_moments(
    outcome: Floats, regressors: Floats, effects: Sequence[Codes], levels: Sequence[float], weights: Floats
) -> MomentFit:
    r"""Estimate :math:`y=\alpha+x'\beta+(\delta+x'\gamma)U` with effects in location and scale.

    β by least squares; γ by least squares of :math:`|\hat R|`; :math:`\hat q(\tau)` minimises
    :math:`\sum\rho_\tau(\hat R-(\hat\delta+x'\hat\gamma)q)`.
    """
    together = absorb(np.column_stack([outcome, regressors]), effects, weights)
    y, x = together[:, 0], together[:, 1:]
    weighted = x * weights[:, None]
    bread = scaled_inverse(weighted.T @ x)
    location = bread @ (weighted.T @ y)
    residuals = y - x @ location
    correction = bread @ (weighted.T @ residuals)
    location, residuals = location + correction, residuals - x @ correction
    size = np.abs(residuals)
    freed = absorb(size[:, None], effects, weights)[:, 0]
    slopes = bread @ (weighted.T @ freed)
    spread = size - (freed - x @ slopes)
    if not spread.any():
        raise EstimationError.of("quantile.no_residuals", n=len(y))
    quantiles = np.array([scaled_quantile(residuals, spread, level, weights) for level in levels])
    return MomentFit(
        location=location,
        scale=slopes,
        quantiles=quantiles,
        residuals=residuals,
        spread=spread,
        freed=x,
        bread=bread * len(y),
    )


def scaled_quantile(residuals: Floats, spread: Floats, level: float, weights: Floats) -> float:
    r"""Return the q that minimises :math:`\sum w\rho_\tau(R-sq)`: a quantile of R/s weighted by w|s|.

    Where a fitted scale is negative its row counts from the other side; rows with scale zero have no say.
    """
    used = spread != 0
    ratio, mass = residuals[used] / spread[used], weights[used] * spread[used]
    order = np.argsort(ratio, kind="stable")
    ratio, mass = ratio[order], mass[order]
    start = -np.sum(np.where(mass > 0, level * mass, (1 - level) * -mass))
    rising = start + np.cumsum(np.abs(mass))
    place = int(np.searchsorted(rising, -1e-12 * abs(start)))
    return float(ratio[min(place, len(ratio) - 1)])


def influence(fit: MomentFit, levels: Sequence[float], weights: Floats) -> Floats:
    r"""Return the influence of every row on the slopes of every quantile, shape (n, q k).

    With :math:`V=2R(1\{R\ge0\}-P(R\ge0))-s`, :math:`Q=E[\tilde x\tilde x']`, f the density of U:

    .. math:: \psi_{\beta(\tau)}=Q^{-1}\tilde x(R+qV)+\gamma\psi_q,\quad
       \psi_q=\{s(\tau-1\{R\le sq\})/f(q)-R-qV\}/E(s)
    """
    upper = float(np.average(fit.residuals >= 0, weights=weights))
    surprise = 2 * fit.residuals * ((fit.residuals >= 0) - upper) - fit.spread
    mean_spread = float(np.average(fit.spread, weights=weights))
    parts = []
    leverage = fit.freed @ fit.bread
    for level, quantile in zip(levels, fit.quantiles, strict=True):
        inner = fit.residuals + quantile * surprise
        density = _density(fit, float(quantile), weights)
        at = fit.spread * quantile
        # the row that is the quantile counts as below, whatever rounding says
        below = fit.residuals - at <= 1e-12 * (np.abs(fit.residuals) + np.abs(at))
        score = fit.spread * (level - below) / density
        parts.append(leverage * inner[:, None] + np.outer((score - inner) / mean_spread, fit.scale))
    found: Floats = np.hstack(parts) * weights[:, None]
    return found


def _density(fit: MomentFit, quantile: float, weights: Floats) -> float:
    """Return the density of U at a quantile: Gaussian kernel, Silverman's bandwidth."""
    good = fit.spread > 0
    u, mass = fit.residuals[good] / fit.spread[good], weights[good]
    deviation = float(np.sqrt(np.average((u - np.average(u, weights=mass)) ** 2, weights=mass)))
    ones = np.ones_like(u)
    middle = scaled_quantile(u, ones, 0.75, mass) - scaled_quantile(u, ones, 0.25, mass)
    width = min(deviation, middle / 1.349) if middle > 0 else deviation
    bandwidth = 0.9 * width * len(u) ** -0.2
    if not bandwidth > 0:
        raise EstimationError.of("quantile.scaled_residuals_alike", n=len(u))
    kernel = np.exp(-0.5 * ((u - quantile) / bandwidth) ** 2) / np.sqrt(2 * np.pi)
    return float(np.average(kernel, weights=mass) / bandwidth)
