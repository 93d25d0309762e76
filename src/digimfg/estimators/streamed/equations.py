"""The normal equations of several effects, their levels in memory and the rows on disk."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.design.effect_solver import EffectSolver, conjugate_gradients
from digimfg.estimators.streamed.kept import add_levels
from digimfg.estimators.streamed.side_by_side import in_order

if TYPE_CHECKING:
    from digimfg.estimators.streamed.kept import Block
    from digimfg.estimators.streamed.stream import Stream

__all__ = ["Equations"]

Floats = NDArray[np.float64]

_MOST_CELLS = 30_000_000
_MOST_WORK = 200
_WAITING = 4_000_000
_RELATIVE = 1e-8
_LIMIT = 20_000


class Equations:
    r"""Hold the normal equations of effects, of which that of the units is eliminated.

    With :math:`D` the indicators of the units, :math:`E` those of the other effects and :math:`C=D'E`,
    :math:`S=E'E-C'(D'D)^{-1}C`, rows weighed. It is written out, in memory, where few of its cells are
    filled; otherwise each product with it is a pass over the codes of the rows. See
    `digimfg.design.elimination.Elimination`, which holds all of it in memory.

    Attributes
    ----------
    n_rows, others
        Rows, and how many levels the other effects have together.
    own
        Rows of each level, or their weights.
    is_dense
        Never.
    """

    is_dense = False

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._bounds = stream.bounds[: stream.plan.n_absorbed + 1]
        self.others = self._bounds[-1]
        self.own = np.zeros(self.others)
        self._work = np.zeros((len(self.counts), len(self.counts)))
        self.n_rows = 0
        for rows, sums, work in in_order(_rows_of, stream.again(linked=True)):
            self.n_rows += rows
            add_levels(self.own[:, None], sums)
            self._work += work
        table = np.outer(self.counts, self.counts)
        self._is_written = bool(
            np.minimum(self._work, table).sum() <= _MOST_CELLS
            and self._work.sum() <= _MOST_WORK * self.n_rows
        )
        self._solver = EffectSolver(self) if self._is_written else None

    def solve(self, right: Floats, tolerance: Floats) -> Floats:
        """Return levels whose product with S is near sums by level; see `EffectSolver.solve`."""
        if self._solver is not None:
            return self._solver.solve(right, tolerance)
        wanted = np.maximum(_RELATIVE * np.linalg.norm(right, axis=0), tolerance)
        return conjugate_gradients(self.product, self._by_rows, right, wanted, _LIMIT)[0]

    def _by_rows(self, residual: Floats) -> Floats:
        return residual / self.own[:, None]

    @property
    def counts(self) -> tuple[int, ...]:
        """Return how many levels each of the others has."""
        return tuple(np.diff(self._bounds).tolist())

    def work(self, i: int, j: int) -> float:
        """Return how many products of cells make a block of S."""
        return float(self._work[i, j])

    def block(self, i: int, j: int) -> Any:
        """Return the block of S of two of the others."""
        ends = self._bounds
        return self._whole[ends[i] : ends[i + 1], ends[j] : ends[j + 1]]

    def matrix(self) -> Any:
        """Return S, shape (others, others)."""
        return self._whole

    def product(self, values: Floats) -> Floats:
        """Return S times values, shape (others, k)."""
        if self._is_written:
            return np.asarray(self._whole @ values)
        out = np.zeros_like(values)
        columns = np.ascontiguousarray(values.T)
        for sums in in_order(partial(_product, columns), self._stream.again(linked=True)):
            add_levels(out, sums)
        return out

    @cached_property
    def _whole(self) -> Any:
        shape = (self.others, self.others)
        whole, waiting = sparse.csr_array(shape), 0
        cells: list[Any] = []
        for part in in_order(partial(_cells, others=self.others), self._stream.again(linked=True)):
            cells.append(part)
            waiting += part.nnz
            if waiting > _WAITING:
                whole, cells, waiting = _added(whole, cells), [], 0
        return _added(whole, cells)


def _added(whole: Any, cells: list[Any]) -> Any:
    """Return a table plus cells at places that may recur."""
    parts = [whole.tocoo(), *cells]
    values = np.concatenate([part.data for part in parts])
    down, across = (np.concatenate([part.coords[axis] for part in parts]) for axis in (0, 1))
    return sparse.csr_array((values, (down, across)), shape=whole.shape)


def _crossed(block: Block, others: int) -> Any:
    """Return the mass of rows by unit and level of every other effect, shape (G, others)."""
    codes = block.codes[: block.n_absorbed]
    ones = np.tile(block.weighted(np.ones(len(block.entity))), len(codes))
    entity = np.tile(block.entity, len(codes))
    return sparse.csr_array((ones, (entity, codes.ravel())), shape=(len(block.sizes), others))


def _rows_of(block: Block) -> tuple[int, Any, Floats]:
    """Return the rows of a block, those of each level, and how many products of cells S takes of them."""
    n = len(block.entity)
    filled = []
    for way in block.absorbed:
        start, stop = block.bounds[way : way + 2]
        cells = np.unique(block.entity * (stop - start) + (block.codes[way] - start))
        filled.append(np.bincount(cells // (stop - start), minlength=len(block.sizes)).astype(float))
    sums = block.level_sums(block.weighted(np.ones((1, n))), block.absorbed)
    return n, sums, np.array(filled) @ np.array(filled).T


def _cells(block: Block, *, others: int) -> Any:
    """Return what the rows of a block add to S."""
    codes = block.codes[: block.n_absorbed]
    crossed = _crossed(block, others)
    taken = (crossed.T @ (sparse.diags_array(1 / block.mass) @ crossed)).tocoo()
    down, across = (
        np.concatenate([(one, other)[axis] for one in codes for other in codes]) for axis in (0, 1)
    )
    mass = np.tile(block.weighted(np.ones(codes.shape[1])), len(codes) ** 2)
    values = np.concatenate((mass, -taken.data))
    places = (
        np.concatenate((down, taken.coords[0])),
        np.concatenate((across, taken.coords[1])),
    )
    found = sparse.coo_array((values, places), shape=(others, others))
    found.sum_duplicates()
    return found


def _product(values: Floats, block: Block) -> Any:
    rest = np.zeros((len(values), len(block.entity)))
    for row, own in zip(rest, values, strict=True):
        for way in block.absorbed:
            row += own.take(block.codes[way])
    return block.level_sums(block.weighted(block.demeaned(rest)), block.absorbed)
