"""Least squares on many reassigned regressors at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.covariance import WITHOUT_FACTOR, Clustered, Robust, Unadjusted
from digimfg.errors import SpecificationError
from digimfg.inference.cluster_ways import Way, cluster_ways
from digimfg.inference.effect_projection import EffectProjection
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit

__all__ = ["PlaceboModel", "placebo_fits", "placebo_model"]

Floats = NDArray[np.float64]

_GONE = 1e-12
_CANCELLED = 1e-14


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


def placebo_model(design: Design, fit: LinearFit, place: int, statistic: str) -> tuple[PlaceboModel, float]:
    """Return the model of a fit whose regressor at `place` will be replaced, and the degrees of freedom of
    its t.

    Parameters
    ----------
    statistic
        ``"t"``, whose errors follow the specification, or ``"coefficient"``, which needs none.

    Raises
    ------
    SpecificationError
        If the errors of t are other than unadjusted, robust or clustered.
    """
    covariance = design.specification.covariance
    ways: tuple[Way, ...] = ()
    groups = 0
    if isinstance(covariance, Clustered):
        no_factor = covariance.small_sample in WITHOUT_FACTOR
        rule = "stata" if no_factor else covariance.small_sample
        ways = cluster_ways(design.clusters, rule)
        groups = min(int(codes.max()) + 1 for codes in design.clusters.values())
        if no_factor:
            # The distribution of t is taken from the reassignments; a factor common to all of them does not
            # matter.
            specification = design.specification.replace(covariance=Clustered(covariance.columns))
            design = replace(design, specification=specification)
    elif not isinstance(covariance, Robust | Unadjusted) and statistic == "t":
        raise SpecificationError.of("inference.covariance_not_for_placebo", got=type(covariance).__name__)
    elif not isinstance(covariance, Robust | Unadjusted) or covariance.small_sample in WITHOUT_FACTOR:
        design = replace(design, specification=design.specification.replace(covariance=Robust()))
    adjustment = small_sample_adjustment(design, len(fit.estimates), groups)
    root = np.ones(len(fit.residuals)) if fit.weights is None else np.sqrt(fit.weights)
    others = np.delete(fit.regressors, place, axis=1)
    basis = np.linalg.qr(others * root[:, None])[0] / root[:, None] if others.shape[1] else others
    direction = fit.regressors @ fit.bread[:, place] / fit.bread[place, place]
    model = PlaceboModel(
        outcome=fit.residuals + fit.estimates[place] * direction,
        others=basis,
        projection=EffectProjection(list(design.effects.values()), fit.weights),
        weights=fit.weights,
        ways=ways,
        robust=not isinstance(covariance, Unadjusted),
        factor=adjustment.factor,
    )
    return model, adjustment.df


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
        # What cancels within clusters leaves rounding.
        variance = np.where(variance > _CANCELLED * np.abs(scores).sum(axis=0) ** 2, variance, 0.0)
        variance = variance / length**2
    elif model.robust:
        scores = weighted * residuals
        variance = np.einsum("nr,nr->r", scores, scores) / length**2
    else:
        variance = np.einsum("nr,nr->r", residuals * weights, residuals) / len(columns) / length
    with np.errstate(invalid="ignore"):
        return estimates, np.sqrt(np.where(variance > 0, variance, np.nan) * model.factor)
