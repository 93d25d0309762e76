"""Solve the normal equations of effects: exactly where they are few, by conjugate gradients otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import spilu

from digimfg.design.elimination import is_sparse

__all__ = ["EffectSolver", "conjugate_gradients"]

Floats = NDArray[np.float64]

_EXACT = 400
_DENSE = 4_000
_THIN = 10
_CHEAP = 20
_COSTLY = 2_000
_PATIENCE = 80
_LIMIT = 20_000
_RELATIVE = 1e-8
_LOST = 1e6


class NormalEquations(Protocol):
    """Hold S of the effects but one: see `digimfg.design.elimination.Elimination`."""

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""
        ...

    @property
    def others(self) -> int:
        """Return how many levels there are together."""
        ...

    @property
    def counts(self) -> tuple[int, ...]:
        """Return how many levels each effect has."""
        ...

    @property
    def own(self) -> Floats:
        """Return the mass of each level."""
        ...

    @property
    def is_dense(self) -> bool:
        """Return whether S is an array."""
        ...

    def product(self, values: Floats) -> Floats:
        """Return S times values, shape (others, k)."""
        ...

    def work(self, i: int, j: int) -> float:
        """Return how many products of cells make a block of S."""
        ...

    def block(self, i: int, j: int) -> Any:
        """Return the block of S of two effects."""
        ...

    def matrix(self) -> Any:
        """Return S, shape (others, others)."""
        ...


class EffectSolver:
    """Solve S b = r for the effects but the largest; S lacks a rank for each group of levels that only their
    sum tells from others, and any solution will do.

    Parameters
    ----------
    kernel
        Of the effects.
    """

    def __init__(self, kernel: NormalEquations) -> None:
        self._kernel = kernel
        self._diagonal = kernel.own
        self._inverse: Floats | None = None
        self._matrix: Any = None
        self._is_hard, self._has_helped = False, False
        self._strong: Callable[[Floats], Floats] | None = None
        if kernel.is_dense and kernel.others <= _EXACT:
            values, vectors = np.linalg.eigh(kernel.matrix())
            keep = values > max(float(values[-1]), 0.0) * 1e-12
            self._inverse = (vectors[:, keep] / values[keep]) @ vectors[:, keep].T
        elif not kernel.is_dense and sum(self._work()) <= _CHEAP * kernel.n_rows:
            self._matrix = kernel.matrix()
            # A level that nothing links to another has nothing left but rounding.
            diagonal = self._matrix.diagonal()
            self._diagonal = np.where(diagonal > 1e-10 * kernel.own, diagonal, kernel.own)

    @property
    def is_exact(self) -> bool:
        """Return whether solutions are exact but for rounding, whatever the tolerance."""
        return self._inverse is not None

    def solve(self, right: Floats, tolerance: Floats) -> Floats:
        """Return a solution for columns of sums by level, shape (others, k).

        Parameters
        ----------
        right
            Shape (others, k).
        tolerance
            Length of a residual that will do, shape (k,).
        """
        if self._inverse is not None:
            return np.asarray(self._inverse @ right)
        wanted = np.maximum(_RELATIVE * np.sqrt(_dot(right, right)), tolerance)
        found = np.zeros_like(right)
        if not self._is_hard:
            found, left = conjugate_gradients(self._product, self._by_diagonal, right, wanted, _PATIENCE)
            if not left.any():
                return found
            self._is_hard = True
            self._strong = self._factored()
        if self._strong is not None:
            more, left = conjugate_gradients(
                self._product, self._strong, right - self._product(found), wanted, _PATIENCE
            )
            found += more
            if self._has_helped or not left.any():
                # Where it has helped before, what is left now is rounding.
                self._has_helped = True
                return found
            self._strong = None
        more, _ = conjugate_gradients(
            self._product, self._by_diagonal, right - self._product(found), wanted, _LIMIT
        )
        return found + more

    def _product(self, values: Floats) -> Floats:
        if self._matrix is None:
            return self._kernel.product(values)
        return np.asarray(self._matrix @ values)

    def _by_diagonal(self, residual: Floats) -> Floats:
        return residual / self._diagonal[:, None]

    def _work(self) -> list[float]:
        places = range(len(self._kernel.counts))
        return [self._kernel.work(i, j) for i in places for j in places]

    def _factored(self) -> Callable[[Floats], Floats] | None:
        """Return the solution of equations near S, or ``None`` where several effects beside the largest have
        many levels: factors keep nearly all where levels hang together loosely, and conjugate gradients alone
        would take long. Effects of few levels are solved with the large one.
        """
        kernel, counts = self._kernel, self._kernel.counts
        ends = np.cumsum([0, *counts])
        parts = [slice(ends[i], ends[i + 1]) for i in range(len(counts))]
        large = [i for i in range(len(counts)) if counts[i] > _EXACT]
        small = [i for i in range(len(counts)) if counts[i] <= _EXACT]
        if len(large) != 1 or sum(counts[i] for i in small) > _DENSE:
            return None
        (wide,) = large
        solve = self._solve_alone(wide)
        if not small:
            return solve
        here = np.concatenate([np.arange(parts[i].start, parts[i].stop) for i in small])
        beside = np.hstack([_array(kernel.block(wide, i)) for i in small])
        own = np.block([[_array(kernel.block(i, j)) for j in small] for i in small])
        moved = solve(beside)
        inverse = linalg.pinvh(own - beside.T @ moved, rtol=1e-10, check_finite=False)

        def both(residual: Floats) -> Floats:
            out = np.empty_like(residual)
            first = solve(residual[parts[wide]])
            out[here] = inverse @ (residual[here] - beside.T @ first)
            out[parts[wide]] = first - moved @ out[here]
            return out

        return both

    def _solve_alone(self, i: int) -> Callable[[Floats], Floats]:
        """Return the solution of one effect's own equations, in which one level of each group that hangs
        together is held near zero.
        """
        kernel, count = self._kernel, self._kernel.counts[i]
        ends = np.cumsum([0, *kernel.counts])
        own = kernel.own[ends[i] : ends[i + 1], None]
        if kernel.work(i, i) > _COSTLY * kernel.n_rows:
            return lambda residual: residual / own
        matrix = kernel.block(i, i)
        held = np.zeros(count)
        groups = csgraph.connected_components(sparse.csr_array(matrix), directed=False)[1]
        places = np.unique(groups, return_index=True)[1]
        held[places] = own[places, 0]
        filled = matrix.nnz if is_sparse(matrix) else count**2
        if count <= _DENSE and filled * _THIN > count**2:
            full = _array(matrix)
            full[np.diag_indices_from(full)] += held
            factor = linalg.cho_factor(full, lower=True, overwrite_a=True, check_finite=False)
            return lambda residual: np.asarray(linalg.cho_solve(factor, residual, check_finite=False))
        near = spilu(
            sparse.csc_array(matrix + sparse.diags_array(held)),
            drop_tol=1e-4, fill_factor=10, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )  # fmt: skip
        return lambda residual: np.asarray(near.solve(residual))


def _array(matrix: Any) -> Floats:
    return np.asarray(matrix.toarray() if is_sparse(matrix) else matrix)


def conjugate_gradients(
    product: Callable[[Floats], Floats],
    precondition: Callable[[Floats], Floats],
    right: Floats,
    tolerance: Floats,
    limit: int,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return solutions of symmetric equations for columns at once, and which are not yet within tolerance.

    Parameters
    ----------
    product, precondition
        Of columns, shape (m, k).
    right
        Shape (m, k).
    tolerance
        Length of the residual that ends a column, shape (k,).
    limit
        Most steps.

    Examples
    --------
    >>> matrix = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> found, left = conjugate_gradients(lambda b: matrix @ b, lambda r: r, np.array([[3.0], [4.0]]),
    ...     np.array([1e-12]), 10)
    >>> found.round(9).ravel().tolist(), left.tolist()
    ([1.0, 1.0], [False])
    """
    solution = np.zeros_like(right)
    size = np.sqrt(_dot(right, right))
    left: NDArray[np.bool_] = size > tolerance
    active = np.flatnonzero(left)
    residual = right[:, active]
    best = size[active]
    direction = precondition(residual)
    slope = _dot(residual, direction)
    for _ in range(limit):
        if not len(active):
            break
        image = product(direction)
        curve = _dot(direction, image)
        step = np.where(curve > 0, slope / np.where(curve > 0, curve, 1.0), 0.0)
        solution[:, active] += step * direction
        change = step * image
        residual = residual - change
        now = np.sqrt(_dot(residual, residual))
        done, lost = now <= tolerance[active], ~(now <= _LOST * best)
        left[active[done]] = False
        solution[:, active[lost & ~(now <= size[active])]] = 0.0
        on = ~(done | lost) & (step > 0)
        if not on.all():
            active, residual, change, direction = active[on], residual[:, on], change[:, on], direction[:, on]
            slope, best, now = slope[on], best[on], now[on]
            if not len(active):
                break
        best = np.minimum(best, now)
        better = precondition(residual)
        # The change of the residual, not the residual: so the preconditioner need not be quite symmetric.
        turn = -_dot(change, better) / slope
        slope = _dot(residual, better)
        direction = better + turn * direction
    return solution, left


def _dot(left: Floats, right: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->j", left, right))
