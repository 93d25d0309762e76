"""The slopes of a design by least squares, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.collinearity import collinear_phrase
from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["LinearFit", "linear_fit", "nothing_left"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearFit:
    """Hold a least-squares fit on what the effects leave.

    Parameters
    ----------
    regressors
        X, shape (n, k), freed of the effects.
    bread
        (X'WX)⁻¹.
    estimates, residuals
        Shapes (k,) and (n,).
    weights
        Scaled to mean one, shape (n,), or ``None``.
    """

    regressors: Floats
    bread: Floats
    estimates: Floats
    residuals: Floats
    weights: Floats | None

    @property
    def scores(self) -> Floats:
        """Return residual times regressor times weight, shape (n, k)."""
        return self.regressors * self.weighted(self.residuals)[:, None]

    @cached_property
    def directions(self) -> Floats:
        """Return the regressors times the bread, each freed of the others up to scale, shape (n, k)."""
        return np.asarray((self.bread.T @ self.regressors.T).T)

    @property
    def influence(self) -> Floats:
        """Return what each row adds to the estimates, its score times the bread, shape (n, k)."""
        return self.directions * self.weighted(self.residuals)[:, None]

    @property
    def own(self) -> Floats:
        """Return each regressor freed of the others, up to scale, times the root of the weights, shape (n,
        k).
        """
        return self.directions if self.weights is None else self.directions * np.sqrt(self.weights)[:, None]

    def weighted(self, column: Floats) -> Floats:
        """Return a column times the weights."""
        return column if self.weights is None else column * self.weights


def linear_fit(design: Design) -> LinearFit:
    """Solve the normal equations of what the effects leave (Frisch-Waugh-Lovell), with one step of
    refinement.

    Raises
    ------
    EstimationError
        If no term is left.
    """
    x, y = design.absorbed.regressors, design.absorbed.outcome
    if x.shape[1] == 0:
        raise nothing_left(design)
    weights = None if design.weights is None else design.weights / design.weights.mean()
    weighted = x if weights is None else x * weights[:, None]
    normal = weighted.T @ x
    bread = scaled_inverse(normal)
    estimates = bread @ (weighted.T @ y)
    residuals = y - x @ estimates
    # The normal equations square the condition number, this step takes it back.
    correction = bread @ (weighted.T @ residuals)
    return LinearFit(
        regressors=x,
        bread=bread,
        estimates=estimates + correction,
        residuals=residuals - x @ correction,
        weights=weights,
    )


def nothing_left(design: Design) -> EstimationError:
    """Return the error for a design of which effects and collinearity leave no regressor."""
    gone = collinear_phrase(design.collinear)
    return EstimationError.of("inference.nothing_left", gone=gone)
