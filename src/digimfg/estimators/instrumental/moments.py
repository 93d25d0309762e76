"""Covariance of sums of instruments times residuals, under the covariance of the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.covariance import Unadjusted
from digimfg.inference.sandwich import score_covariance
from digimfg.inference.small_sample import Adjustment, small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.text import Text

__all__ = ["Moments", "moment_covariance"]

Floats = NDArray[np.float64]


class Moments:
    """The covariance of moments, the groups it rests on, and notes."""

    def __init__(self, matrix: Floats, counts: dict[str, float], notes: tuple[Text, ...]) -> None:
        self.matrix = matrix
        self.counts = counts
        self.notes = notes

    @property
    def n_groups(self) -> int:
        """Return the number of clusters, or of periods under a kernel over time; zero without groups."""
        return int(self.counts.get("n_clusters", self.counts.get("n_periods_kernel", 0)))

    def adjustment(self, design: Design, n_slopes: int) -> Adjustment:
        """Return the small-sample adjustment for an equation with so many slopes."""
        return small_sample_adjustment(design, n_slopes, self.n_groups)


def moment_covariance(design: Design, columns: Floats, residuals: Floats) -> Moments:
    """Return the covariance of the sums over rows of columns times residuals.

    Parameters
    ----------
    columns
        Instruments times the root of the weights, shape (n, l).
    residuals
        Of c equations, times the root of the weights, shape (n, c).

    Returns
    -------
    Moments
        Matrix of shape (c l, c l), equations outside, instruments inside. Homoskedastic: Σ ⊗ Z'Z with
        Σ = E'E/n; otherwise the sum of outer products that the specification's covariance asks for.
    """
    if isinstance(design.specification.covariance, Unadjusted):
        shared = residuals.T @ residuals / len(residuals)
        matrix: Floats = np.kron(shared, columns.T @ columns).astype(np.float64)
        return Moments(matrix, {}, ())
    scores = (residuals[:, :, None] * columns[:, None, :]).reshape(len(columns), -1)
    meat, counts, notes = score_covariance(design, scores)
    return Moments((meat + meat.T) / 2, counts, notes)
