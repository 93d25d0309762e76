"""Sums over groups of what rows add to the estimates, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.streamed.kept import LevelSums, add_levels

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.estimators.streamed.kept import Block

__all__ = ["GroupPart", "GroupSums"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_WAITING = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupPart:
    """Hold what the rows of a block add.

    Parameters
    ----------
    size
        Sums of absolute influences, shape (k,).
    products
        Ways → products of sums by cluster, the same of absolute influences, and how many clusters.
    own
        Sums of squares by unit, where they are clusters.
    levels
        Name of a further column → all sums by its level, where they are clusters.
    cells
        Several further columns → their joint codes, and all sums there.
    """

    size: Floats
    products: Mapping[tuple[str, ...], tuple[Floats, Floats, int]]
    own: Floats | None
    levels: Mapping[str, LevelSums]
    cells: Mapping[tuple[str, ...], tuple[Codes, Floats]]


class Cells:
    """Add up sums at joint codes of levels, as many as the rows have."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Codes, Floats]] = []
        self._size = self._least = 0

    def add(self, codes: Codes, sums: Floats) -> None:
        """Add sums, shape (cells, c), at distinct codes."""
        self._waiting.append((codes, sums))
        self._size += len(codes)
        if self._size > 2 * self._least + _WAITING:
            self.sums()

    def sums(self) -> Floats:
        """Return the sums by cell, in the order of the codes."""
        codes = np.concatenate([each for each, _ in self._waiting])
        kept, found = np.unique(codes, return_inverse=True)
        parts = np.concatenate([each for _, each in self._waiting])
        whole = np.array([np.bincount(found, column) for column in parts.T]).T
        self._waiting, self._size, self._least = [(kept, whole)], len(kept), len(kept)
        return whole


@dataclass(eq=False)
class GroupSums:
    """Add up products of sums by cluster, of k influences and k squared regressors.

    Parameters
    ----------
    plan, ways
        Names of the clustering columns; none for products of rows.
    k, bounds, cgm
        Terms, where the levels of each further column start and how many there are, and whether each way has
        a factor of its own.
    """

    plan: Plan
    ways: Sequence[str]
    k: int
    bounds: tuple[int, ...]
    cgm: bool
    size: Floats = field(init=False)
    own: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = np.zeros(self.k)
        subsets = [each for many in (1, 2, 3) for each in combinations(self.ways, many)] or [()]
        self._products = {each: np.zeros((2 * self.k, 2 * self.k)) for each in subsets}
        self._absolute = {each: np.zeros(self.k) for each in subsets}
        self._counts = dict.fromkeys(subsets, 0)
        self._place = {name: place for place, name in enumerate(self.plan.others)}
        alone = [each[0] for each in subsets if each and len(each) == 1 and each[0] in self._place]
        self._levels = {name: np.zeros((self.bounds[self._place[name] + 1], 3 * self.k)) for name in alone}
        self._cells = {each: Cells() for each in subsets if len(each) > 1 and self.plan.entity not in each}

    def part(self, influences: Floats, squares: Floats, block: Block) -> GroupPart:
        """Return what the rows of a block add.

        Parameters
        ----------
        influences, squares
            Of the rows on each slope, and squares of the regressors freed of each other, up to scale, times
            the weights; shape (k, n).
        """
        k = self.k
        both = np.concatenate((influences, squares, influences))
        np.abs(both[:k], out=both[2 * k :])
        products, own, levels, cells = {}, None, {}, {}
        for subset in self._products:
            if len(subset) == 1 and subset[0] in self._levels:
                levels[subset[0]] = block.level_sums(both, (self._place[subset[0]],))
                continue
            if subset in self._cells:
                cells[subset] = self._of_cells(both, block, subset)
                continue
            sums = both
            if subset:
                sums = block.sums(both) if len(subset) == 1 else self._by_cell(both, block, subset)
            absolute = np.einsum("kg,kg->k", sums[2 * k :], sums[2 * k :])
            products[subset] = sums[: 2 * k] @ sums[: 2 * k].T, absolute, sums.shape[1]
            if subset == (self.plan.entity,):
                own = sums[k : 2 * k].T.copy()
        return GroupPart(
            size=both[2 * k :].sum(axis=1), products=products, own=own, levels=levels, cells=cells
        )

    def add(self, part: GroupPart) -> None:
        """Add what a block adds."""
        self.size += part.size
        for subset, (products, absolute, count) in part.products.items():
            self._products[subset] += products
            self._absolute[subset] += absolute
            self._counts[subset] += count
        if part.own is not None:
            self.own.append(part.own)
        for name, sums in part.levels.items():
            add_levels(self._levels[name], sums)
        for subset, (codes, found) in part.cells.items():
            self._cells[subset].add(codes, found)

    def _by_cell(self, columns: Floats, block: Block, subset: tuple[str, ...]) -> Floats:
        """Return the sums by unit and level."""
        cells = self._joint(block, subset, block.entity)
        if np.all(cells[1:] > cells[:-1]):
            return columns
        found = np.unique(cells, return_inverse=True)[1]
        return np.array([np.bincount(found, column) for column in columns])

    def _of_cells(self, columns: Floats, block: Block, subset: tuple[str, ...]) -> tuple[Codes, Floats]:
        """Return joint codes of levels, and the sums there, shape (cells, c)."""
        cells = self._joint(block, subset, np.zeros(columns.shape[1], dtype=np.int64))
        codes, found = np.unique(cells, return_inverse=True)
        return codes, np.array([np.bincount(found, column) for column in columns]).T

    def _joint(self, block: Block, subset: tuple[str, ...], first: Codes) -> Codes:
        """Return codes of the levels that rows have in several further columns, after those given."""
        joint = first
        for place in (self._place[name] for name in subset if name in self._place):
            start, stop = self.bounds[place : place + 2]
            joint = joint * (stop - start) + (block.codes[place] - start)
        return joint

    def total(self) -> tuple[Floats, Floats]:
        """Return the products under all ways, shape (2 k, 2 k), and the same sums of absolute values."""
        k = self.k
        for name in self._levels:
            self._put((name,), self.own_levels(name))
        for subset, cells in self._cells.items():
            self._put(subset, cells.sums())
        products, absolute = np.zeros((2 * k, 2 * k)), np.zeros(k)
        for subset, found in self._products.items():
            count = self._counts[subset]
            factor = (-1.0 if len(subset) == 2 else 1.0) * (
                count / (count - 1) if self.cgm and subset else 1.0
            )
            products += factor * found
            absolute += abs(factor) * self._absolute[subset]
        return products, absolute

    def own_levels(self, name: str) -> Floats:
        """Return all sums by level of a further column."""
        return self._levels[name][self.bounds[self._place[name]] :]

    def _put(self, subset: tuple[str, ...], sums: Floats) -> None:
        k = self.k
        self._products[subset] = sums[:, : 2 * k].T @ sums[:, : 2 * k]
        self._absolute[subset] = (sums[:, 2 * k :] ** 2).sum(axis=0)
        self._counts[subset] = len(sums)

    def own_sums(self) -> dict[str, Floats]:
        """Return the sums of the squares by cluster, name of the way → (clusters, k)."""
        k = self.k
        return {
            way: self.own_levels(way)[:, k : 2 * k] if way in self._levels else np.vstack(self.own)
            for way in self.ways
        }
