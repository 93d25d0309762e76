"""Sums over groups of what rows add to the estimates, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.estimators.streamed.kept import Block

__all__ = ["GroupPart", "GroupSums"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupPart:
    """Hold what the rows of a block add.

    Parameters
    ----------
    size
        Sums of absolute influences, shape (k,).
    products
        Ways → products of sums by cluster, the same of absolute influences, and how many clusters.
    own, levels
        Sums of squares by unit, and all sums by level of the further column, where they are clusters.
    """

    size: Floats
    products: Mapping[tuple[str, ...], tuple[Floats, Floats, int]]
    own: Floats | None
    levels: Floats | None


@dataclass(eq=False)
class GroupSums:
    """Add up products of sums by cluster, of k influences and k squared regressors.

    Parameters
    ----------
    plan, ways
        Names of the clustering columns; none for products of rows.
    k, n_levels, cgm
        Terms, levels of the further column, and whether each way has a factor of its own.
    """

    plan: Plan
    ways: Sequence[str]
    k: int
    n_levels: int
    cgm: bool
    size: Floats = field(init=False)
    own: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = np.zeros(self.k)
        subsets = [each for many in (1, 2) for each in combinations(self.ways, many)] or [()]
        self._products = {each: np.zeros((2 * self.k, 2 * self.k)) for each in subsets}
        self._absolute = {each: np.zeros(self.k) for each in subsets}
        self._counts = dict.fromkeys(subsets, 0)
        self._levels = np.zeros((self.n_levels, 3 * self.k))

    def part(self, columns: Floats, residuals: Floats, block: Block) -> GroupPart:
        """Return what the rows of a block add.

        Parameters
        ----------
        columns
            The regressors times the inverse of their cross products, shape (k, n).
        """
        k = self.k
        both = np.empty((3 * k, len(residuals)))
        np.multiply(columns, residuals, out=both[:k])
        np.multiply(columns, columns, out=both[k : 2 * k])
        np.abs(both[:k], out=both[2 * k :])
        products, own, levels = {}, None, None
        for subset in self._products:
            if subset == (self.plan.other,):
                levels = block.level_sums(both, self.n_levels)
                continue
            sums = both
            if subset:
                sums = block.sums(both) if len(subset) == 1 else self._by_cell(both, block)
            absolute = np.einsum("kg,kg->k", sums[2 * k :], sums[2 * k :])
            products[subset] = sums[: 2 * k] @ sums[: 2 * k].T, absolute, sums.shape[1]
            if subset == (self.plan.entity,):
                own = sums[k : 2 * k].T.copy()
        return GroupPart(size=both[2 * k :].sum(axis=1), products=products, own=own, levels=levels)

    def add(self, part: GroupPart) -> None:
        """Add what a block adds."""
        self.size += part.size
        for subset, (products, absolute, count) in part.products.items():
            self._products[subset] += products
            self._absolute[subset] += absolute
            self._counts[subset] += count
        if part.own is not None:
            self.own.append(part.own)
        if part.levels is not None:
            self._levels += part.levels

    def _by_cell(self, columns: Floats, block: Block) -> Floats:
        """Return the sums by unit and level."""
        assert block.codes is not None  # noqa: S101 - it is a clustering column
        cells = block.entity * self.n_levels + block.codes
        if np.all(cells[1:] > cells[:-1]):
            return columns
        found = np.unique(cells, return_inverse=True)[1]
        return np.array([np.bincount(found, column) for column in columns])

    def total(self) -> tuple[Floats, Floats]:
        """Return the products under all ways, shape (2 k, 2 k), and the same sums of absolute values."""
        alone, k = (str(self.plan.other),), self.k
        if alone in self._products:
            self._products[alone] = self._levels[:, : 2 * k].T @ self._levels[:, : 2 * k]
            self._absolute[alone] = (self._levels[:, 2 * k :] ** 2).sum(axis=0)
            self._counts[alone] = self.n_levels
        products, absolute = np.zeros((2 * k, 2 * k)), np.zeros(k)
        for subset, found in self._products.items():
            count = self._counts[subset]
            factor = (-1.0 if len(subset) == 2 else 1.0) * (
                count / (count - 1) if self.cgm and subset else 1.0
            )
            products += factor * found
            absolute += abs(factor) * self._absolute[subset]
        return products, absolute

    def own_sums(self) -> dict[str, Floats]:
        """Return the sums of the squares by cluster, name of the way → (clusters, k)."""
        k = self.k
        return {
            way: self._levels[:, k : 2 * k] if way == self.plan.other else np.vstack(self.own)
            for way in self.ways
        }
