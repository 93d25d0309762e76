"""Least squares on many reassigned regressors at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.inference.cluster_ways import Way
from digimfg.inference.effect_projection import EffectProjection
from digimfg.inference.linear_fit import LinearFit

__all__ = ["PlaceboModel", "placebo_fits"]

Floats = NDArray[np.float64]

_GONE = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceboModel:
    """Hold what stays when one regressor is replaced.

    Parameters
    ----------
    outcome
        Freed of the effects and of the other regressors, shape (n,).
    others
        The other regressors, orthonormal under the weights, shape (n, k - 1).
    projection
        On the effects.
    weights
        Shape (n,), or ``None``.
    ways
        Terms of a clustered variance; none gives robust or homoskedastic ones.
    robust
        Whether the variance without clusters is heteroskedasticity-robust.
    factor
        On the variance.
    """

    outcome: Floats
    others: Floats
    projection: EffectProjection
    weights: Floats | None
    ways: Sequence[Way]
    robust: bool
    factor: float

    @staticmethod
    def of(
        fit: LinearFit,
        place: int,
        projection: EffectProjection,
        ways: Sequence[Way],
        *,
        robust: bool,
        factor: float,
    ) -> PlaceboModel:
        """Return the model of a fit whose regressor at `place` will be replaced."""
        root = np.ones(len(fit.residuals)) if fit.weights is None else np.sqrt(fit.weights)
        others = np.delete(fit.regressors, place, axis=1)
        basis = np.linalg.qr(others * root[:, None])[0] / root[:, None] if others.shape[1] else others
        direction = fit.regressors @ fit.bread[:, place] / fit.bread[place, place]
        return PlaceboModel(
            outcome=fit.residuals + fit.estimates[place] * direction,
            others=basis,
            projection=projection,
            weights=fit.weights,
            ways=ways,
            robust=robust,
            factor=factor,
        )


def placebo_fits(model: PlaceboModel, columns: Floats) -> tuple[Floats, Floats]:
    """Return the coefficient and the standard error of each column in turn, NaN where nothing is left of it.

    Parameters
    ----------
    columns
        Shape (n, replications).
    """
    weights = np.ones((len(columns), 1)) if model.weights is None else model.weights[:, None]
    freed = model.projection.residuals(columns)
    if model.others.shape[1]:
        freed = freed - model.others @ ((model.others * weights).T @ freed)
    weighted = freed * weights
    length = np.einsum("nr,nr->r", weighted, freed)
    full = np.einsum("nr,nr->r", columns * weights, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.where(length > _GONE * full, length, np.nan)
        estimates = (weighted.T @ model.outcome) / length
    residuals = model.outcome[:, None] - freed * estimates
    if model.ways:
        scores = weighted * residuals
        variance = np.zeros(columns.shape[1])
        for way in model.ways:
            rows = np.arange(len(way.codes))
            sums = np.asarray(
                sparse.csr_array((np.ones(len(rows)), (way.codes, rows)), shape=(way.count, len(rows)))
                @ scores
            )
            variance += way.factor * np.einsum("hr,hr->r", sums, sums)
        variance = variance / length**2
    elif model.robust:
        scores = weighted * residuals
        variance = np.einsum("nr,nr->r", scores, scores) / length**2
    else:
        variance = np.einsum("nr,nr->r", residuals * weights, residuals) / len(columns) / length
    with np.errstate(invalid="ignore"):
        return estimates, np.sqrt(np.where(variance > 0, variance, np.nan) * model.factor)
