"""Resample one specification under the null of no effect, all draws at once (restricted wild bootstrap)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.covariance import WITHOUT_FACTOR, Clustered, DriscollKraay, Robust, Unadjusted
from digimfg.errors import SpecificationError
from digimfg.inference.cluster_ways import cluster_ways
from digimfg.inference.effect_projection import EffectProjection, group_sums
from digimfg.inference.kernels import kernel_periods
from digimfg.inference.linear_fit import LinearFit, linear_fit
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["null_draws", "supports_draws"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def supports_draws(design: Design) -> None:
    """Raise unless the errors of a design can be computed for every draw.

    Raises
    ------
    SpecificationError
        For errors that are not sandwiches of sums of scores.
    """
    covariance = design.specification.covariance
    plain = isinstance(covariance, Unadjusted | Robust | Clustered | DriscollKraay)
    if plain and covariance.small_sample not in WITHOUT_FACTOR:
        return
    raise SpecificationError.of("robustness.covariance_without_draws", got=repr(covariance))


def null_draws(design: Design, term: str, groups: Codes, signs: Floats) -> tuple[Floats, Floats]:
    r"""Return estimates and p values of one term over draws in which it has no effect.

    With :math:`\tilde e` the residuals of the regression without the term, each draw gives
    :math:`y^*=\hat y_0+v_g\tilde e`; the slope and its errors, of the specification's own kind, are linear
    and quadratic in v, so that no draw is estimated anew.

    Parameters
    ----------
    groups
        Which sign a row takes, shape (n,).
    signs
        Shape (draws, number of groups).
    """
    fit = linear_fit(design)
    place = design.terms.index(term)
    mass = np.ones(design.n_obs) if fit.weights is None else fit.weights
    influence = fit.regressors @ fit.bread[:, place]
    restricted = fit.residuals + influence * (fit.estimates[place] / fit.bread[place, place])
    present, code = np.unique(groups, return_inverse=True)
    drawn = signs[:, present]
    if drawn.shape[1] <= len(drawn):
        basis = np.zeros((design.n_obs, drawn.shape[1]))
        basis[np.arange(design.n_obs), code] = restricted
        mix = drawn.T
    else:
        basis = restricted[:, None] * drawn[:, code].T
        mix = np.eye(len(drawn))
    left = EffectProjection(list(design.effects.values()), fit.weights).residuals(basis)
    left = left - fit.regressors @ (fit.bread @ (fit.regressors.T @ (left * mass[:, None])))
    estimates: Floats = ((influence * mass) @ basis) @ mix
    variance, df = _variance(design, fit, place, influence * mass, left, mix, mass)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(variance > 0, estimates / np.sqrt(np.maximum(variance, 1e-300)), 0.0)
    return estimates, 2 * scipy.stats.t.sf(np.abs(statistic), df)


def _variance(
    design: Design, fit: LinearFit, place: int, weighted: Floats, left: Floats, mix: Floats, mass: Floats
) -> tuple[Floats, float]:
    covariance = design.specification.covariance
    n_slopes = len(fit.estimates)
    scores = left * weighted[:, None]
    groups = 0
    if isinstance(covariance, Unadjusted):
        total = fit.bread[place, place] / design.n_obs * _squares(left * np.sqrt(mass)[:, None], mix)
    elif isinstance(covariance, Clustered):
        total = np.zeros(mix.shape[1])
        for way in cluster_ways(design.clusters, covariance.small_sample):
            total += way.factor * _squares(group_sums(scores, way.codes, way.count), mix)
        groups = min(int(codes.max()) + 1 for codes in design.clusters.values())
    elif isinstance(covariance, DriscollKraay) and design.time is not None:
        from linearmodels.shared.covariance import cov_kernel

        groups = int(design.time.max()) + 1
        codes, n_places, weights = kernel_periods(design, covariance)
        sums = group_sums(scores, codes, n_places) @ mix
        total = np.array([float(cov_kernel(column[:, None], weights)[0, 0]) * n_places for column in sums.T])
    else:
        total = _squares(scores, mix)
    adjustment = small_sample_adjustment(design, n_slopes, groups)
    return total * adjustment.factor, adjustment.df


def _squares(rows: Floats, mix: Floats) -> Floats:
    """Return the sum of squares of every column of rows @ mix, by the smaller of two ways."""
    if mix.shape[0] < len(rows):
        inner = rows.T @ rows
        found: Floats = np.einsum("gb,gb->b", mix, inner @ mix)
        return found
    return np.asarray(((rows @ mix) ** 2).sum(axis=0))
