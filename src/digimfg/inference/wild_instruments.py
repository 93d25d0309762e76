r"""The wild restricted efficient bootstrap of two-stage least squares: all draws from sums over clusters, no
refit.

A draw gives the residuals of the equation under the null and those of the first stages one random weight per
cluster. With outcome, endogenous terms and instruments freed of effects and exogenous terms, and Q
orthonormal instruments, its estimates need Q'y and Q'Y, and its clustered variance their sums by cluster:
all linear in the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_slopes
from digimfg.errors import EstimationError
from digimfg.inference.cluster_ways import clustered_variance
from digimfg.inference.effect_projection import group_sums
from digimfg.inference.wild_draws import Equation, cluster_map

__all__ = ["InstrumentedDraws", "InstrumentedEquation", "instrumented_draws"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_LARGEST = 60_000_000
_CHUNK = 4_000_000
_ZERO = 1e-12
_SINGULAR = 1e-14


@dataclass(frozen=True, kw_only=True, eq=False)
class InstrumentedEquation:
    """Hold an equation with instruments, freed of effects and exogenous terms, times the roots of the
    weights.

    Parameters
    ----------
    exogenous
        What the columns are freed of: its regressors, the projection on the effects, the terms of the
        clustered variance.
    outcome, endogenous
        Shapes (n,) and (n, m).
    basis
        Orthonormal instruments Q, shape (n, l).
    place
        Of the tested one among the endogenous.
    """

    exogenous: Equation
    outcome: Floats
    endogenous: Floats
    basis: Floats
    place: int

    @property
    def columns(self) -> Floats:
        """Return outcome, endogenous terms and instruments, shape (n, 1 + m + l)."""
        return np.column_stack([self.outcome, self.endogenous, self.basis])

    @property
    def estimates(self) -> Floats:
        """Return the estimates of two-stage least squares, shape (m,)."""
        return scaled_slopes(self.basis.T @ self.endogenous, self.basis.T @ self.outcome)

    @property
    def direction(self) -> Floats:
        """Return the tested term as the instruments see it, freed of the others: b = d'y."""
        fitted = self.basis.T @ self.endogenous
        size = np.linalg.norm(fitted, axis=0)
        found: Floats = self.basis @ (np.linalg.pinv(fitted / size)[self.place] / size[self.place])
        return found

    @property
    def variance(self) -> float:
        """Return the clustered variance of the tested estimate, without a factor for small samples."""
        scores = self.direction * (self.outcome - self.endogenous @ self.estimates)
        return clustered_variance(self.exogenous.ways, scores)


@dataclass(frozen=True, kw_only=True, eq=False)
class _WaySums:
    """Sums by the clusters of one way.

    Parameters
    ----------
    factor
        Of the way.
    maps
        From weights to the sums of Q_a times column c of the draw, shape (l, 1 + m + l, H, G).
    basis
        Sums of Q_a Q_b, shape (l, l, H).
    """

    factor: float
    maps: Floats
    basis: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class InstrumentedDraws:
    """Hold what gives the t statistics of every draw under any null.

    Parameters
    ----------
    equation
        See `InstrumentedEquation`.
    restricted
        Whether residuals are those under the null.
    blocks
        Weight vectors, shape (draws, G) each.
    products
        Q'(column times the indicator of a cluster), shape (l, 1 + m + l, G).
    ways
        Sums of each way.
    """

    equation: InstrumentedEquation
    restricted: bool
    blocks: Sequence[Floats]
    products: Floats
    ways: Sequence[_WaySums]

    def statistics(self, null: float) -> Floats:
        """Return t of every draw under a null, NaN where the variance is not positive."""
        first_stage, coefficients = self._process(null)
        size = max(1, _CHUNK // max(way.basis[0].size * coefficients.shape[1] for way in self.ways))
        return np.concatenate(
            [
                self._of_block(first_stage, coefficients, block[start : start + size])
                for block in self.blocks
                for start in range(0, len(block), size)
            ]
        )

    def _process(self, null: float) -> tuple[Floats, Floats]:
        """Return Π, shape (l, m), and the residuals u, V in terms of the columns, shape (1 + m + l, 1 +
        m).
        """
        equation = self.equation
        n_endogenous, n_instruments = equation.endogenous.shape[1], equation.basis.shape[1]
        seen = equation.basis.T @ np.column_stack([equation.outcome, equation.endogenous])
        slopes = equation.estimates
        if self.restricted:
            others = np.delete(np.arange(n_endogenous), equation.place)
            slopes = np.full(n_endogenous, null)
            rest = seen[:, 0] - null * seen[:, 1 + equation.place]
            slopes[others] = scaled_slopes(seen[:, 1 + others], rest)
        residual = equation.outcome - equation.endogenous @ slopes
        in_basis = equation.basis.T @ residual
        left = residual - equation.basis @ in_basis
        # The residual in the first stages makes them efficient (Davidson & MacKinnon 2010).
        response = (left @ equation.endogenous) / (left @ left)
        first_stage = seen[:, 1:] - np.outer(in_basis, response)
        coefficients = np.zeros((1 + n_endogenous + n_instruments, 1 + n_endogenous))
        coefficients[0, 0] = 1.0
        coefficients[1 : 1 + n_endogenous, 0] = -slopes
        coefficients[1 : 1 + n_endogenous, 1:] = np.eye(n_endogenous)
        coefficients[1 + n_endogenous :, 1:] = -first_stage
        return first_stage, coefficients

    def _of_block(self, first_stage: Floats, coefficients: Floats, block: Floats) -> Floats:
        # b draws; a instruments; c columns; e the equation (0) and the endogenous; h, g clusters.
        moved = np.einsum("acg,ce->gae", self.products, coefficients)
        seen = np.tensordot(block, moved, axes=1)
        seen[:, :, 1:] += first_stage
        response = seen[:, :, 1:]
        inverse, regular = _inverses(np.einsum("bae,baf->bef", response, response))
        changes = np.einsum("bef,baf,ba->be", inverse, response, seen[:, :, 0], optimize=True)
        direction = np.einsum("bae,be->ba", response, inverse[:, :, self.equation.place])
        along = np.column_stack([np.ones(len(block)), -changes])
        variance = np.zeros(len(block))
        scale = np.zeros(len(block))
        for way in self.ways:
            maps = np.einsum("achg,ce->gahe", way.maps, coefficients)
            sums = np.tensordot(block, maps, axes=1)
            sums[..., 1:] += np.einsum("adh,de->ahe", way.basis, first_stage)
            scores = np.einsum("bahe,ba,be->bh", sums, direction, along, optimize=True)
            squares = np.einsum("bh,bh->b", scores, scores)
            variance += way.factor * squares
            scale += abs(way.factor) * squares
        with np.errstate(divide="ignore", invalid="ignore"):
            found = changes[:, self.equation.place] / np.sqrt(variance)
        return np.where(regular & (variance > _ZERO * scale), found, np.nan)


def instrumented_draws(
    equation: InstrumentedEquation,
    groups: Codes,
    count: int,
    blocks: Sequence[Floats],
    *,
    restricted: bool = True,
) -> InstrumentedDraws:
    """Prepare the draws of one coefficient.

    Parameters
    ----------
    groups, count
        The clusters that share a weight: codes 0..G-1 and G.
    blocks
        Weight vectors, shape (draws, G) each.
    restricted
        Whether residuals are those under the null; otherwise they are the equation's own.

    Raises
    ------
    EstimationError
        If there are too many clusters for the memory.
    """
    columns, basis = equation.columns, equation.basis
    n_columns, n_instruments = columns.shape[1], basis.shape[1]
    rows = sum(way.count for way in equation.exogenous.ways)
    if n_columns * n_instruments * rows * count > _LARGEST:
        raise _too_many(rows, count, n_instruments)
    return InstrumentedDraws(
        equation=equation,
        restricted=restricted,
        blocks=blocks,
        products=np.stack([group_sums(columns * q[:, None], groups, count).T for q in basis.T]),
        ways=[_way_sums(equation, place, groups, count) for place in range(len(equation.exogenous.ways))],
    )


def _way_sums(equation: InstrumentedEquation, place: int, groups: Codes, count: int) -> _WaySums:
    way = equation.exogenous.ways[place]
    weights = equation.exogenous.fit.weights
    root = np.ones(len(equation.outcome)) if weights is None else np.sqrt(weights)
    columns, basis = equation.columns / root[:, None], equation.basis
    maps = [
        [cluster_map(equation.exogenous, root * q, column, way, groups, count).dense for column in columns.T]
        for q in basis.T
    ]
    return _WaySums(
        factor=way.factor,
        maps=np.array(maps),
        basis=np.stack([group_sums(basis * q[:, None], way.codes, way.count).T for q in basis.T]),
    )


def _inverses(matrices: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the inverses of symmetric matrices, shape (b, m, m), and which are not singular."""
    values, vectors = np.linalg.eigh(matrices)
    regular = values[:, 0] > _SINGULAR * values[:, -1]
    safe = np.where(regular[:, None], values, 1.0)
    return np.einsum("bij,bj,bkj->bik", vectors, 1 / safe, vectors), regular


def _too_many(rows: int, count: int, n_instruments: int) -> EstimationError:
    return EstimationError.of(
        "inference.too_many_clusters_for_memory", rows=rows, count=count, n_instruments=n_instruments
    )
