"""The equations of a panel VAR on arrays: one system for the GMM core, and quick estimates with units
weighted for draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.estimators.gmm.moments import Inverter, System, invert_bread, invert_moments

if TYPE_CHECKING:
    from digimfg.estimators.gmm.assembly import Assembly

__all__ = ["Equations", "equations_of", "pseudo_inverse", "stacked_system"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, kw_only=True, eq=False)
class Equations:
    """Hold transformed rows, sorted by entity, and what the first step weighs with.

    Parameters
    ----------
    outcomes, regressors, instruments
        Shapes (n, m), (n, k), (n, l).
    starts
        First row of each of the N entities.
    spread, spread_entity
        Instruments carried back to rows in levels, shape (n_levels, l), and the entity of each: their cross
        product is the moment matrix of the first step.
    steps, inverse
        As in `PanelVAR`.
    error_scale
        Variance of a transformed error over that of an error in levels: 1 or 2.
    """

    outcomes: Floats
    regressors: Floats
    instruments: Floats
    starts: Codes
    spread: Floats
    spread_entity: Codes
    steps: int
    inverse: Inverter
    error_scale: float

    @property
    def n_entities(self) -> int:
        """Return N."""
        return len(self.starts)

    def estimates(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return coefficients, shape (m, k), and the covariance of errors, with each entity counted so many
        times.

        Parameters
        ----------
        weights
            Shape (N,): ones, or how often a bootstrap drew each.
        """
        n_rows, n_variables = self.outcomes.shape
        row = np.repeat(weights, np.diff(np.append(self.starts, n_rows)))
        weighted = self.instruments * row[:, None]
        cross, moments = weighted.T @ self.regressors, weighted.T @ self.outcomes
        first = invert_moments((self.spread * weights[self.spread_entity][:, None]).T @ self.spread)[0]
        pulled = cross.T @ first
        coefficients = (invert_bread(pulled @ cross) @ (pulled @ moments)).T
        if self.steps == 2:
            errors = self.outcomes - self.regressors @ coefficients.T
            by_entity = np.hstack(
                [
                    np.add.reduceat(self.instruments * errors[:, [each]], self.starts)
                    for each in range(n_variables)
                ]
            )
            second = self.inverse((by_entity * weights[:, None]).T @ by_entity)[0]
            size = self.instruments.shape[1]
            blocks = second.reshape(n_variables, size, n_variables, size)
            half = np.einsum("zk,azbw->akbw", cross, blocks, optimize=True)
            k = self.regressors.shape[1]
            bread = np.einsum("akbw,wj->akbj", half, cross, optimize=True).reshape(
                n_variables * k, n_variables * k
            )
            right = np.einsum("akbw,wb->ak", half, moments, optimize=True).ravel()
            coefficients = (invert_bread(bread) @ right).reshape(n_variables, k)
        errors = self.outcomes - self.regressors @ coefficients.T
        return coefficients, (errors * row[:, None]).T @ errors / row.sum() / self.error_scale


def equations_of(
    assembly: Assembly, outcomes: Floats, *, steps: int, inverse: Inverter, differenced: bool
) -> Equations:
    """Return the equations whose shared right-hand side and instruments are assembled.

    Parameters
    ----------
    outcomes
        In levels, shape (n_levels, m).
    """
    linear = assembly.system
    present, entity = np.unique(linear.entity, return_inverse=True)
    spread = np.asarray(linear.weight_map.T @ linear.instruments)
    used = np.asarray(abs(linear.weight_map).sum(axis=0)).ravel() > 0
    owner = np.zeros(spread.shape[0], dtype=np.int64)
    rows, columns = linear.weight_map.nonzero()
    owner[columns] = entity[rows]
    return Equations(
        outcomes=np.asarray(assembly.transformation.matrix @ outcomes),
        regressors=linear.regressors,
        instruments=linear.instruments,
        starts=np.searchsorted(entity, np.arange(len(present))).astype(np.int64),
        spread=spread[used],
        spread_entity=owner[used],
        steps=steps,
        inverse=inverse,
        error_scale=2.0 if differenced else 1.0,
    )


def stacked_system(assembly: Assembly, outcomes: Floats) -> System:
    """Return all equations one under the other, each with instruments of its own."""
    linear, count = assembly.system, outcomes.shape[1]
    moved = np.asarray(assembly.transformation.matrix @ outcomes)
    maps = sparse.csr_array(sparse.block_diag([linear.weight_map] * count))
    return System(
        outcome=moved.T.ravel(),
        regressors=np.asarray(np.kron(np.eye(count), linear.regressors), dtype=np.float64),
        instruments=np.asarray(np.kron(np.eye(count), linear.instruments), dtype=np.float64),
        entity=np.tile(linear.entity, count),
        n_entities=linear.n_entities,
        error_map=maps,
        weight_map=maps,
    )


def pseudo_inverse(matrix: Floats) -> tuple[Floats, bool]:
    """Return the Moore–Penrose inverse without directions below 1.49e-8 of the largest, and whether there
    are any.
    """
    eigenvalues, vectors = np.linalg.eigh(matrix)
    kept = eigenvalues > TOLERANCE * eigenvalues[-1]
    half = vectors[:, kept] / np.sqrt(eigenvalues[kept])
    return half @ half.T, not bool(np.all(kept))
