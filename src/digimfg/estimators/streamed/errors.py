"""Sums over groups of what rows add to the estimates, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.effect_projection import group_sums

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan

__all__ = ["GroupSums"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


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
        self._levels = np.zeros((self.n_levels, 2 * self.k))
        self._level_sizes = np.zeros((self.n_levels, self.k))

    def add(self, influence: Floats, squares: Floats, entity: Codes, other: Codes | None) -> None:
        """Add the rows of a piece."""
        self.size += np.abs(influence).sum(axis=0)
        both = np.hstack((influence, squares))
        for subset in self._products:
            if subset == (self.plan.other,):
                assert other is not None  # noqa: S101 - it is a clustering column
                self._levels += group_sums(both, other, self.n_levels)
                self._level_sizes += group_sums(np.abs(influence), other, self.n_levels)
                continue
            codes = np.arange(len(both)) if not subset else entity
            if len(subset) == 2:
                assert other is not None  # noqa: S101 - as above
                codes = np.unique(entity * self.n_levels + other, return_inverse=True)[1]
            count = int(codes.max()) + 1
            sums = both if not subset else group_sums(both, codes, count)
            sizes = np.abs(influence) if not subset else group_sums(np.abs(influence), codes, count)
            self._products[subset] += sums.T @ sums
            self._absolute[subset] += (sizes**2).sum(axis=0)
            self._counts[subset] += count
            if subset == (self.plan.entity,):
                self.own.append(sums[:, self.k :])

    def total(self) -> tuple[Floats, Floats]:
        """Return the products under all ways, shape (2 k, 2 k), and the same sums of absolute values."""
        alone = (str(self.plan.other),)
        if alone in self._products:
            self._products[alone] = self._levels.T @ self._levels
            self._absolute[alone] = (self._level_sizes**2).sum(axis=0)
            self._counts[alone] = self.n_levels
        products, absolute = np.zeros((2 * self.k, 2 * self.k)), np.zeros(self.k)
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
        found: dict[str, Floats] = {}
        for way in self.ways:
            found[way] = self._levels[:, self.k :] if way == self.plan.other else np.vstack(self.own)
        return found
