"""One-step and two-step GMM of a linear panel model on plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from digimfg.errors import EstimationError

__all__ = [
    "Inverter",
    "Step",
    "System",
    "estimate_first_step",
    "estimate_steps",
    "invert_bread",
    "invert_moments",
    "moments_by_entity",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Inverter = Callable[[Floats], tuple[Floats, bool]]
"""Moment matrix → its inverse, and whether it was singular."""


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    r"""Hold the stacked equations of a panel model.

    Parameters
    ----------
    outcome, regressors, instruments
        Shapes (n,), (n, k), (n, l); the transformed rows stand above the level rows.
    entity
        Entity of each row, 0..N-1.
    n_entities
        Number of entities N.
    error_map
        The matrix M of :math:`u = M\varepsilon` from errors in levels to errors of the stacked rows, shape
        (n, n_levels).
    weight_map
        The matrix that stands for M in the weight of the first step.
    """

    outcome: Floats
    regressors: Floats
    instruments: Floats
    entity: Codes
    n_entities: int
    error_map: sparse.csr_array
    weight_map: sparse.csr_array


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    r"""Hold one GMM step: estimates and what its tests need.

    Parameters
    ----------
    coefficients
        Shape (k,).
    residuals
        Of the stacked rows.
    weight
        Inverse of the moment matrix the step used, shape (l, l).
    bread
        :math:`(X'Z A Z'X)^{-1}`.
    cross
        :math:`Z'X`.
    moments
        :math:`Z_i'\hat e_i` per entity, shape (N, l).
    singular
        True if the moment matrix had to be inverted in the generalised sense.
    """

    coefficients: Floats
    residuals: Floats
    weight: Floats
    bread: Floats
    cross: Floats
    moments: Floats
    singular: bool

    @property
    def criterion(self) -> float:
        r"""Return :math:`\hat e'Z A Z'\hat e`."""
        total = self.moments.sum(axis=0)
        return float(total @ self.weight @ total)

    @property
    def robust_covariance(self) -> Floats:
        """Return the sandwich with moments clustered by entity."""
        half = self.moments @ (self.weight @ self.cross @ self.bread)
        return half.T @ half


def estimate_steps(system: System, inverse: Inverter | None = None) -> tuple[Step, Step]:
    r"""Return the one-step and the two-step estimates.

    The first step weighs with :math:`A_1 = (Z'MM'Z)^{-1}`, the second with
    :math:`A_2 = (\sum_i Z_i'\hat e_i\hat e_i'Z_i)^{-1}` (Arellano and Bond 1991).

    Parameters
    ----------
    inverse
        Of the second step's moment matrix; by default `invert_moments`.

    Raises
    ------
    EstimationError
        If the instruments do not identify the coefficients.
    """
    first = estimate_first_step(system)
    weight, singular = (inverse or invert_moments)(first.moments.T @ first.moments)
    return first, _solve(system, weight, singular)


def estimate_first_step(system: System) -> Step:
    """Return the one-step estimates alone."""
    spread = system.weight_map.T @ system.instruments
    return _solve(system, *invert_moments(spread.T @ spread))


def moments_by_entity(instruments: Floats, residuals: Floats, entity: Codes, n_entities: int) -> Floats:
    r"""Return :math:`Z_i'e_i` for every entity, shape (N, l)."""
    selector = sparse.csr_array(
        (residuals, (entity, np.arange(len(entity)))), shape=(n_entities, len(entity))
    )
    return np.asarray(selector @ instruments)


def invert_moments(matrix: Floats) -> tuple[Floats, bool]:
    """Return the (generalised) inverse of a moment matrix and whether it was singular.

    The matrix is scaled to a unit diagonal first, so that units do not decide what counts as singular.
    """
    scale = np.sqrt(np.diag(matrix))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = matrix / np.outer(scale, scale)
    try:
        factor = np.linalg.cholesky(scaled)
    except np.linalg.LinAlgError:
        factor = np.zeros((1, 1))
    if float(np.min(np.diagonal(factor))) > 1e-5:
        half = linalg.solve_triangular(factor, np.diag(1.0 / scale), lower=True)
        return np.asarray(half.T @ half), False
    eigenvalues, vectors = linalg.eigh(scaled)
    tolerance = max(len(scale), 1) * 1e-13 * float(eigenvalues[-1])
    kept = eigenvalues > tolerance
    half = vectors[:, kept] / np.sqrt(eigenvalues[kept])
    inverse = (half @ half.T) / np.outer(scale, scale)
    return inverse, not bool(np.all(kept))


def _solve(system: System, weight: Floats, singular: bool) -> Step:
    cross = system.instruments.T @ system.regressors
    weighted = weight @ cross
    bread = invert_bread(cross.T @ weighted)
    coefficients = bread @ (weighted.T @ (system.instruments.T @ system.outcome))
    residuals = system.outcome - system.regressors @ coefficients
    return Step(
        coefficients=coefficients,
        residuals=residuals,
        weight=weight,
        bread=bread,
        cross=cross,
        moments=moments_by_entity(system.instruments, residuals, system.entity, system.n_entities),
        singular=singular,
    )


def invert_bread(matrix: Floats) -> Floats:
    """Return the inverse of X'ZAZ'X.

    Raises
    ------
    EstimationError
        If it is singular.
    """
    scale = np.sqrt(np.abs(np.diag(matrix)))
    if np.all(scale > 0):
        scaled = matrix / np.outer(scale, scale)
        smallest = float(linalg.eigvalsh(scaled)[0])
        if smallest > 1e-12:
            return np.asarray(linalg.inv(scaled) / np.outer(scale, scale))
    raise EstimationError.of("gmm.coefficients_not_identified", n_coefficients=matrix.shape[0])
