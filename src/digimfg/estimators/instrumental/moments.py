"""Covariance of sums of instruments times residuals, under the covariance of the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Unadjusted
from digimfg.design.columns import lengths, side_by_side
from digimfg.inference.influence import Influence
from digimfg.inference.sandwich import Sandwich, sandwich

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["moment_covariance"]

Floats = NDArray[np.float64]


def moment_covariance(design: Design, columns: Floats, residuals: Floats) -> Sandwich:
    """Return the covariance of the sums over rows of columns times residuals.

    Parameters
    ----------
    columns
        Instruments times the root of the weights, of one scale, shape (n, l).
    residuals
        Of c equations, times the root of the weights, shape (n, c).

    Returns
    -------
    Sandwich
        Covariance of shape (c l, c l), equations outside, instruments inside. Homoskedastic: Σ ⊗ Z'Z with
        Σ = E'E/n; otherwise the sum of outer products that the specification's covariance asks for. Negative
        eigenvalues are set to zero in units of each equation's residuals.
    """
    if isinstance(design.specification.covariance, Unadjusted):
        shared = residuals.T @ residuals / len(residuals)
        return Sandwich(covariance=np.kron(shared, columns.T @ columns).astype(np.float64), n_groups=0)
    scores = side_by_side([columns * residual[:, None] for residual in residuals.T])
    size = lengths(residuals)
    units = np.repeat(np.where(size > 0, size, 1.0), columns.shape[1])
    return sandwich(design, Influence(names=(), rows=scores, units=units))
