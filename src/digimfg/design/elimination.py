"""The largest of several effects eliminated: sums by level, and the normal equations of the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Elimination", "Grouped", "is_sparse"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Table: TypeAlias = Any  # an array, or a sparse one where most cells are empty

_CELLS = 4
_REPEATS = 4


def is_sparse(table: Table) -> bool:
    """Return whether a table is sparse."""
    return bool(sparse.issparse(table))


class Grouped:
    """Add up rows by the levels of one effect, and give rows the value of their level.

    Parameters
    ----------
    codes
        0..G-1, each present, shape (n,); where they ascend no row is looked up, nor where all recur in
        order, as the periods of a balanced panel do.

    Attributes
    ----------
    count
        G.
    starts
        First row of each level where codes ascend.
    length
        How many rows each level has, where codes ascend and all have as many; else 0.
    rounds
        How often 0..G-1 recur in order; else 0.
    """

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self.count = int(codes.max(initial=-1)) + 1
        self.starts: Codes | None = None
        self._sizes: Codes | None = None
        self.length, self.rounds = 0, 0
        n = len(codes)
        if self.count * 2 > n:
            return
        step = codes[1:] != codes[:-1]
        if np.count_nonzero(step) == self.count - 1 and np.all(codes[1:] >= codes[:-1]):
            self.starts = np.concatenate([[0], np.flatnonzero(step) + 1])
            self._sizes = np.diff(self.starts, append=n)
            if n % self.count == 0 and np.all(self._sizes == n // self.count):
                self.length = n // self.count
        elif n % self.count == 0 and np.array_equal(codes[: self.count], np.arange(self.count)):
            table = codes.reshape(-1, self.count)
            self.rounds = len(table) if np.all(table == table[0]) else 0

    def sums(self, column: Floats) -> Floats:
        """Return the sums of a column (n,) by level, shape (G,)."""
        if self.length:
            return np.asarray(np.einsum("ij->i", column.reshape(self.count, self.length)))
        if self.rounds:
            return np.asarray(np.einsum("ij->j", column.reshape(self.rounds, self.count)))
        if self.starts is not None:
            return np.asarray(np.add.reduceat(column, self.starts))
        return np.asarray(np.bincount(self.codes, column, self.count), dtype=np.float64)

    def rows(self, values: Floats) -> Floats:
        """Return the value of each row's level, shape (n,)."""
        if self.rounds:
            return np.repeat(values[None], self.rounds, axis=0).ravel()
        return values[self.codes] if self._sizes is None else np.repeat(values, self.length or self._sizes)


class Elimination:
    r"""Hold the normal equations of effects, of which the largest is eliminated.

    With :math:`D` the indicators of the largest effect, :math:`E` those of the others and :math:`W` the
    weights, :math:`S=E'WE-C'(D'WD)^{-1}C` with :math:`C=D'WE`.

    Parameters
    ----------
    effects
        Codes 0..G-1 of each effect, each present, shape (n,).
    weights
        Positive, shape (n,), or ``None``.

    Attributes
    ----------
    order
        Places of the effects, the largest first.
    n_rows, others
        Rows, and how many levels the other effects have together.
    size, own
        Mass of each level of the largest effect, and of the others.
    is_dense
        Whether tables of levels by levels are arrays, since few of their cells are empty.
    """

    def __init__(self, effects: Sequence[Codes], weights: Floats | None) -> None:
        self.order = sorted(range(len(effects)), key=lambda place: -int(effects[place].max(initial=0)))
        self._first, *self._others = (Grouped(effects[place]) for place in self.order)
        self._weights = weights
        self.n_rows = len(self._first.codes)
        self._mass = np.ones(self.n_rows) if weights is None else weights
        self.size = _positive(self._first.sums(self._mass))
        self._parts = [slice(0, 0)]
        for other in self._others:
            self._parts.append(slice(self._parts[-1].stop, self._parts[-1].stop + other.count))
        self._parts.pop(0)
        self.others = sum(other.count for other in self._others)
        self.own = _positive(
            np.concatenate([np.empty(0), *(other.sums(self._mass) for other in self._others)])
        )
        self._cross = [_table(self._first, other, self._mass) for other in self._others]
        self._between = {
            (i, j): _table(self._others[i], self._others[j], self._mass)
            for i, j in combinations(range(len(self._others)), 2)
        }
        self.is_dense = not any(is_sparse(table) for table in (*self._cross, *self._between.values()))

    def weighted(self, column: Floats) -> Floats:
        """Return a column times the weights."""
        return column if self._weights is None else column * self._weights

    def demeaned(self, column: Floats) -> Floats:
        """Return a column (n,) freed of the largest effect."""
        means = self._first.sums(self.weighted(column)) / self.size
        out = self._first.rows(means)
        return np.subtract(column, out, out=out)

    def means(self, columns: Floats, values: Floats) -> Floats:
        """Return the means by level of the largest effect of columns (n, k) plus the others' values (others,
        k), shape (G, k).
        """
        sums = np.empty((len(self.size), columns.shape[1]))
        for place, column in enumerate(columns.T):
            sums[:, place] = self._first.sums(self.weighted(column))
        if self.others:
            sums += self._down(values)
        return np.asarray(sums / self.size[:, None])

    def sums(self, column: Floats) -> Floats:
        """Return the sums of a column by level of the others, shape (others,)."""
        weighted = self.weighted(column)
        parts = [other.sums(weighted) for other in self._others]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def absolute(self, column: Floats) -> float:
        """Return the length of the sums of absolute values by level of the others."""
        sums = self.sums(np.abs(column))
        return math.sqrt(float(sums @ sums))

    def length(self, column: Floats) -> float:
        """Return the length of a column with its weights, which `absolute` is never below."""
        weighted = self.weighted(column)
        return math.sqrt(float(weighted @ weighted) * len(self._others))

    def without(self, column: Floats, solution: Floats) -> Floats:
        """Return a column less the others' values and plus their means by the largest effect, shape (n,)."""
        out = self._first.rows(self._down(solution) / self.size)
        out += column
        for other, part in zip(self._others, self._parts, strict=True):
            out -= other.rows(solution[part])
        return out

    def product(self, values: Floats) -> Floats:
        """Return S times values, shape (others, k)."""
        out = self.own[:, None] * values
        for (i, j), table in self._between.items():
            out[self._parts[i]] += table @ values[self._parts[j]]
            out[self._parts[j]] += table.T @ values[self._parts[i]]
        inner = self._down(values) / self.size[:, None]
        for table, part in zip(self._cross, self._parts, strict=True):
            out[part] -= table.T @ inner
        return out

    @property
    def counts(self) -> tuple[int, ...]:
        """Return how many levels each of the others has."""
        return tuple(other.count for other in self._others)

    def work(self, i: int, j: int) -> float:
        """Return how many products of cells make a block of S."""
        return float(np.sum(_filled(self._cross[i]) * _filled(self._cross[j]) * np.ones(len(self.size))))

    def block(self, i: int, j: int) -> Table:
        """Return the block of S of two of the others, sparse unless both have dense tables."""
        left, right = self._cross[i], self._cross[j]
        is_array = not (is_sparse(left) or is_sparse(right))
        own: Any
        if i == j:
            diagonal = self.own[self._parts[i]]
            own = np.diag(diagonal) if is_array else sparse.diags_array(diagonal)
        else:
            own = self._between[i, j] if i < j else self._between[j, i].T
        if is_array:
            taken = left.T @ (right / self.size[:, None])
            return np.asarray((own.toarray() if is_sparse(own) else own) - taken)
        thin = sparse.diags_array(1 / self.size) @ sparse.csr_array(right)
        found = sparse.csr_array(own) - sparse.csr_array(left).T @ thin
        return sparse.csr_array(found)

    def matrix(self) -> Table:
        """Return S, shape (others, others), sparse unless every table is dense."""
        places = range(len(self._others))
        if len(places) == 1:
            return self.block(0, 0)
        upper = {(i, j): self.block(i, j) for i in places for j in places if i <= j}
        blocks = [[upper[i, j] if i <= j else upper[j, i].T for j in places] for i in places]
        if self.is_dense:
            return np.block(blocks)
        return sparse.csr_array(
            sparse.block_array([[sparse.csr_array(each) for each in row] for row in blocks])
        )

    def _down(self, values: Floats) -> Floats:
        """Return the sums of the others' values by level of the largest effect, shape (G,) or (G, k)."""
        if len(self._cross) == 1:
            return np.asarray(self._cross[0] @ values)
        return np.asarray(
            sum(table @ values[part] for table, part in zip(self._cross, self._parts, strict=True))
        )


def _filled(table: Table) -> Floats | float:
    """Return how many cells of each row are filled."""
    return np.diff(table.indptr).astype(float) if is_sparse(table) else float(table.shape[1])


def _positive(size: Floats) -> Floats:
    return np.where(size > 0, size, 1.0)


def _table(down: Grouped, across: Grouped, mass: Floats) -> Table:
    """Return the mass of rows by level of two effects, sparse where most cells would be empty."""
    n, shape = len(mass), (down.count, across.count)
    if down.length and down.length == across.count and across.rounds:
        return mass.reshape(shape)
    if shape[0] * shape[1] <= _CELLS * n + 1_000:
        return np.bincount(down.codes * shape[1] + across.codes, mass, shape[0] * shape[1]).reshape(shape)
    if down.starts is None:
        return sparse.csr_array((mass, (down.codes, across.codes)), shape=shape)
    table = sparse.csr_array((mass, across.codes.astype(np.int32), np.append(down.starts, n)), shape=shape)
    repeats = np.count_nonzero((across.codes[1:] == across.codes[:-1]) & (down.codes[1:] == down.codes[:-1]))
    if repeats * _REPEATS > n:
        table = table.copy()
        table.sum_duplicates()
    return table
