"""Iteratively reweighted least squares with effects absorbed anew at every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from digimfg.design.absorb import absorb
from digimfg.design.columns import side_by_side
from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError

__all__ = ["PoissonFit", "deviance", "fit_poisson", "log_likelihood"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_STEPS = 200
_TOLERANCE = 1e-10
_LEAST = 1e-4


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class PoissonFit:
    """Estimates, the inverse of their information, fitted means, and the regressors freed of the effects.

    `mean` has shape (n,), `freed` (n, k), both at the last step.
    """

    estimates: Floats
    bread: Floats
    mean: Floats
    freed: Floats
    deviance: float
    iterations: int


def fit_poisson(
    outcome: Floats,
    regressors: Floats,
    *,
    effects: Sequence[Codes],
    weights: Floats,
    offset: Floats,
) -> PoissonFit:
    r"""Maximise the Poisson pseudo-likelihood of :math:`\mu=\exp(X\beta+D\alpha+o)`.

    Each step regresses :math:`z=X\beta+D\alpha+(y-\mu)/\mu` on the columns with weights :math:`w\mu`; steps
    that raise the deviance are halved. It ends one step after the deviance has moved by less than 1e-10 of
    itself, or of 1e-4 of the weighted sum of outcomes where the fit is nearly perfect.

    Raises
    ------
    EstimationError
        If it does not within 200 steps.
    """
    level = float(np.average(outcome, weights=weights))
    least = _LEAST * level * float(weights.sum())
    mean = (outcome + level) / 2
    index = np.log(mean)
    last = deviance(outcome, mean, weights)
    settled = False
    for step in range(1, _STEPS + 1):
        working = index - offset + (outcome - mean) / mean
        mass = weights * mean
        freed = absorb(side_by_side([working, regressors]), effects, mass)
        x, z = freed[:, 1:], freed[:, 0]
        weighted = x * mass[:, None]
        normal = weighted.T @ x
        bread = scaled_inverse(normal)
        estimates = bread @ (weighted.T @ z)
        proposed = working - (z - x @ estimates) + offset
        mean_new = np.exp(np.minimum(proposed, 700.0))
        now = deviance(outcome, mean_new, weights)
        halvings = 0
        while step > 1 and (not np.isfinite(now) or now > last + 1e-9 * max(last, least)) and halvings < 20:
            proposed = (proposed + index) / 2
            mean_new = np.exp(np.minimum(proposed, 700.0))
            now = deviance(outcome, mean_new, weights)
            halvings += 1
        moved = abs(now - last)
        index, mean, last = proposed, np.maximum(mean_new, 1e-300), now
        # One step more once the deviance has settled: it is flat where slopes and weights still move.
        if settled:
            return PoissonFit(
                estimates=estimates, bread=bread, mean=mean, freed=x, deviance=now, iterations=step
            )
        settled = step > 1 and halvings == 0 and moved <= _TOLERANCE * max(abs(now), least)
    raise EstimationError.of("ppml.deviance_not_settled", steps=_STEPS)


def deviance(outcome: Floats, mean: Floats, weights: Floats) -> float:
    r"""Return :math:`2\sum w[y\ln(y/\mu)-(y-\mu)]`."""
    return float(2 * np.sum(weights * (xlogy(outcome, outcome / mean) - (outcome - mean))))


def log_likelihood(outcome: Floats, mean: Floats, weights: Floats) -> float:
    r"""Return :math:`\sum w[y\ln\mu-\mu-\ln\Gamma(y+1)]`."""
    return float(np.sum(weights * (xlogy(outcome, mean) - mean - gammaln(outcome + 1))))
