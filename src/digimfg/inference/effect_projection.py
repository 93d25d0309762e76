"""Products of the projection on absorbed effects between sums by cluster, without a matrix of rows by
clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.design.columns import side_by_side
from digimfg.design.elimination import Grouped
from digimfg.errors import EstimationError

__all__ = ["EffectProjection", "LevelSums", "Table", "as_array", "block_sums", "cell_sums", "group_sums"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Table: TypeAlias = Any  # an array, or a sparse one where it is large

_DENSE = 4_000
_CELLS = 2**22
_FEW = 2**15
_MANY = 2_000


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelSums:
    """Sums of a column by level of the effects (rows) and by group (columns).

    Parameters
    ----------
    largest
        Of the effect with most levels, divided by nothing.
    others
        Of the other effects, freed of the largest, shape (levels, groups).
    """

    largest: Table
    others: Floats


class EffectProjection:
    """Hold the normal equations of the effects E, (E'WE)⁻, with the largest effect eliminated.

    Parameters
    ----------
    effects
        Codes 0..L-1 of each effect, shape (n,); none is allowed.
    weights
        Shape (n,), or ``None``.

    Raises
    ------
    EstimationError
        If the effects but the largest have more than 4,000 levels together.
    """

    def __init__(self, effects: Sequence[Codes], weights: Floats | None = None) -> None:
        order = sorted(range(len(effects)), key=lambda place: -int(effects[place].max(initial=0)))
        self._codes = [effects[place] for place in order]
        self._counts = [int(code.max(initial=-1)) + 1 for code in self._codes]
        others = sum(self._counts[1:])
        if others > _DENSE:
            raise EstimationError.of("inference.too_many_levels", dense=_DENSE, others=others)
        if not self._codes:
            return
        n = len(self._codes[0])
        mass = np.ones(n) if weights is None else weights
        self._mass = weights
        self._size = np.bincount(self._codes[0], mass, self._counts[0])
        offsets = np.cumsum([0, *self._counts[1:]])
        self._stacked = [code + offset for code, offset in zip(self._codes[1:], offsets[:-1], strict=True)]
        several = len(self._stacked)
        places = np.concatenate(self._stacked) if several else np.empty(0, dtype=np.int64)
        first = np.tile(self._codes[0], several)
        self._cross = cell_sums(np.tile(mass, several), first, places, (self._counts[0], others))
        normal = np.zeros((others, others))
        for one in self._stacked:
            for other in self._stacked:
                normal += as_array(cell_sums(mass, one, other, (others, others)))
        normal -= as_array(self._cross.T @ (self._cross / self._size[:, None]))
        values, vectors = np.linalg.eigh(normal) if others else (np.empty(0), np.empty((0, 0)))
        keep = values > (max(values[-1], 0.0) if others else 0.0) * 1e-12
        self._root: Floats = vectors[:, keep] / np.sqrt(values[keep])

    @cached_property
    def _sum_first(self) -> sparse.csr_array:
        return _indicators(self._codes[:1], self._counts[0])

    @cached_property
    def _sum_others(self) -> sparse.csr_array:
        return _indicators(self._stacked, sum(self._counts[1:]))

    def residuals(self, columns: Floats) -> Floats:
        """Return columns (n, k) freed of the effects."""
        if not self._codes:
            return columns
        weighted = columns if self._mass is None else columns * self._mass[:, None]
        first = self._sum_first @ weighted
        out: Floats = columns
        if self._stacked:
            sums = self._sum_others @ weighted - self._cross.T @ (first / self._size[:, None])
            solution = self._root @ (self._root.T @ sums)
            first = first - self._cross @ solution
            out = out - self._sum_others.T @ solution
        return np.asarray(out - (first / self._size[:, None])[self._codes[0]], dtype=np.float64)

    def level_sums(self, column: Floats, groups: Codes, count: int) -> LevelSums:
        """Return E' times the column split by group.

        Parameters
        ----------
        column
            Shape (n,), already multiplied by the weights where the projection has them.
        groups, count
            Codes 0..G-1, shape (n,), and G.
        """
        if not self._codes:
            return LevelSums(largest=sparse.csr_array((0, count)), others=np.empty((0, count)))
        first = cell_sums(column, self._codes[0], groups, (self._counts[0], count))
        total = sum(self._counts[1:])
        others = np.zeros(total * count)
        for codes in self._stacked:
            others += np.bincount(codes * count + groups, column, total * count)
        freed = others.reshape(total, count) - as_array(self._cross.T @ (first / self._size[:, None]))
        return LevelSums(largest=first, others=freed)

    def between(self, left: LevelSums, right: LevelSums) -> tuple[Table, Floats, Floats]:
        """Return S + L R', the matrix left' (E'WE)⁻ right, groups × groups: S and low-rank L, R."""
        if not self._codes:
            shape = (left.largest.shape[1], right.largest.shape[1])
            return sparse.csr_array(shape), np.empty((shape[0], 0)), np.empty((shape[1], 0))
        near = (left.largest / self._size[:, None]).T @ right.largest
        return near, left.others.T @ self._root, right.others.T @ self._root

    def largest_within(self, groups: Codes) -> bool:
        """Return whether every level of the largest effect lies in one group; true without effects."""
        if not self._codes:
            return True
        home = np.zeros(self._counts[0], dtype=np.int64)
        home[self._codes[0]] = groups
        return bool(np.array_equal(home[self._codes[0]], groups))

    def largest_block(self, rows: Codes) -> Floats:
        """Return the part of E_g (E'WE)⁻ E_g' that the largest effect alone has among some rows, shape
        (rows, rows).
        """
        if not self._codes:
            return np.zeros((len(rows), len(rows)))
        first = self._codes[0][rows]
        return np.asarray((first[:, None] == first[None, :]) / self._size[first][None, :], dtype=np.float64)

    def diagonal(self, n: int) -> Floats:
        """Return the diagonal of E (E'WE)⁻ E' over n rows, shape (n,)."""
        if not self._codes:
            return np.zeros(n)
        found: Floats = 1 / self._size[self._codes[0]]
        if self._stacked and self._root.size:
            step = max(1, _CELLS // self._root.shape[1])
            for start in range(0, n, step):
                rows = np.arange(start, min(start + step, n))
                found[rows] += np.einsum("ij,ij->i", *(2 * (self.others_root(rows),)))
        return found

    def others_root(self, rows: Codes) -> Floats:
        """Return R with R R' the rest of E_g (E'WE)⁻ E_g', shape (rows, rank)."""
        if not self._codes or not self._stacked:
            return np.zeros((len(rows), 0))
        first = self._codes[0][rows]
        found = -(as_array(self._cross[first]) / self._size[first][:, None]) @ self._root
        for codes in self._stacked:
            found += self._root[codes[rows]]
        return np.asarray(found, dtype=np.float64)


def group_sums(columns: Floats, groups: Codes, count: int) -> Floats:
    """Return the sums of columns (n, k) by group, shape (count, k)."""
    return block_sums([columns], groups, count)


def block_sums(blocks: Sequence[Floats], groups: Codes, count: int) -> Floats:
    """Return the sums of blocks of columns (n, k) by group, side by side, shape (count, k)."""
    width = sum(block.shape[1] for block in blocks)
    if width == 0:
        return np.zeros((count, 0))
    if count == len(groups) and np.array_equal(groups, np.arange(count)):
        return side_by_side(blocks)
    columns = [column for block in blocks for column in block.T]
    grouped = Grouped(groups) if len(groups) >= _MANY else None
    out = np.empty((count, width), order="F")
    for place, column in enumerate(columns):
        if grouped is not None and grouped.count == count:
            out[:, place] = grouped.sums(column)
        else:
            out[:, place] = np.bincount(groups, column, count)
    return out


def cell_sums(values: Floats, rows: Codes, columns: Codes, shape: tuple[int, int]) -> Table:
    """Return the sums of values by cell of a table: an array where it is small, else sparse.

    Examples
    --------
    >>> cell_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 0, 1]), np.array([1, 1, 0]), (2, 2)).tolist()
    [[0.0, 3.0], [4.0, 0.0]]
    """
    if shape[0] * shape[1] > _FEW:
        return sparse.csr_array((values, (rows, columns)), shape=shape)
    found = np.bincount(rows * shape[1] + columns, values, shape[0] * shape[1])
    return np.asarray(found, dtype=np.float64).reshape(shape)


def as_array(table: Table) -> Floats:
    """Return a table as an array."""
    return table if isinstance(table, np.ndarray) else np.asarray(table.toarray(), dtype=np.float64)


def _indicators(stacked: Sequence[Codes], total: int) -> sparse.csr_array:
    """Return the sums by level that rows add to, shape (levels, n)."""
    places = np.concatenate(stacked)
    n = len(stacked[0])
    rows = np.tile(np.arange(n), len(stacked))
    return sparse.csr_array((np.ones(len(places)), (places, rows)), shape=(total, n))
