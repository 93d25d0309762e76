"""Hausman's test of random against fixed effects in a spatial panel, in Mundlak's form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse
from digimfg.estimators.spatial.choice import ChiSquared, wald
from digimfg.estimators.spatial.data import SpatialData, one_row_sum
from digimfg.estimators.spatial.information import observed_information
from digimfg.estimators.spatial.maximum import maximise

if TYPE_CHECKING:
    from digimfg.estimators.spatial.model import SpatialEstimate

__all__ = ["mundlak_test"]

Floats = NDArray[np.float64]


def mundlak_test(estimate: SpatialEstimate) -> ChiSquared:
    """Test that unit means of all columns add nothing to the random-effects model, period effects as they
    are.

    Parameters
    ----------
    estimate
        With effects of units, or of units and periods.
    """
    data, n_means = _with_means(estimate)
    fit = maximise(data, near=estimate.fit.parameters if len(estimate.fit.parameters) else None)
    covariance = scaled_inverse(observed_information(fit))
    first = data.n_within or 0
    gradient = np.zeros((n_means, len(covariance)))
    gradient[:, first : first + n_means] = np.eye(n_means)
    return wald(fit.coefficients[first : first + n_means], gradient, covariance)


def _with_means(estimate: SpatialEstimate) -> tuple[SpatialData, int]:
    """Return the data with unit means after the columns that vary, and how many means."""
    model, data = estimate.model, estimate.fit.likelihood.data
    n_periods, n_units, n_columns = data.regressors.shape
    means = data.regressors.mean(axis=0)
    varying = bool(np.all(np.ptp(means, axis=0) > 0))
    by_period = model.effects == "twoways"
    straight = model.error_weights is None or one_row_sum(model.error_weights)
    without_periods = by_period and straight and varying
    parts = [data.regressors]
    if by_period and not without_periods:
        parts.append(np.broadcast_to(np.eye(n_periods)[:, None, 1:], (n_periods, n_units, n_periods - 1)))
    n_within = sum(part.shape[2] for part in parts)
    parts.append(np.broadcast_to(means, data.regressors.shape))
    if varying and not without_periods:
        parts.append(np.ones((n_periods, n_units, 1)))
    found = replace(
        data,
        regressors=np.concatenate(parts, axis=2),
        effects="random",
        fewer_periods=False,
        fewer_units=False,
        without_periods=without_periods,
        n_within=n_within,
    )
    if n_within > n_columns:
        return found, n_columns
    # the columns vary within units as with effects, and their means do not
    root = data.roots_by_part[0]
    halves = np.split(root, 1 if model.error_weights is None else 2, axis=1)
    still = np.zeros((len(root), found.n_columns - data.n_columns))
    known = np.concatenate([each for half in halves for each in (half, still)], axis=1)
    return replace(found, known=known), n_columns
