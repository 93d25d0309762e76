"""Slopes of a stream, and the sums over its rows that their errors need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Unadjusted
from digimfg.design.scaled import scaled_inverse
from digimfg.estimators.streamed.errors import GroupPart, GroupSums

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.estimators.streamed.kept import Block
    from digimfg.specification import Specification

__all__ = ["Added", "Slopes", "Sums", "guessed", "slopes_of"]

Floats = NDArray[np.float64]

_NEAR = 1e-11
_DEPENDENT = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Hold slopes of some of the columns.

    Parameters
    ----------
    places
        Of the columns that have one.
    bread, estimates
        The inverse of their cross products, and the slopes.
    length
        Of the columns.
    is_exact
        Whether they come from a triangle of all rows.
    """

    places: list[int]
    bread: Floats
    estimates: Floats
    length: Floats
    is_exact: bool


def slopes_of(triangle: Floats, places: list[int]) -> Slopes:
    """Return the slopes of the last column of a triangle on some of the others."""
    x, y = triangle[:, places], triangle[:, -1]
    bread = scaled_inverse(x.T @ x)
    estimates = bread @ (x.T @ y)
    estimates += bread @ (x.T @ (y - x @ estimates))
    length = np.linalg.norm(x, axis=0)
    return Slopes(places=places, bread=bread, estimates=estimates, length=length, is_exact=True)


def guessed(products: Floats) -> Slopes | None:
    """Return slopes from cross products that rounding has touched, ``None`` where columns may depend on each
    other.
    """
    k = len(products) - 1
    square = np.diag(products)[:k]
    if not np.all(square > 0):
        return None
    length = np.sqrt(square)
    if not k or np.linalg.eigvalsh(products[:k, :k] / length / length[:, None])[0] < _DEPENDENT:
        return None
    bread = scaled_inverse(products[:k, :k])
    estimates = bread @ products[:k, -1]
    return Slopes(places=[*range(k)], bread=bread, estimates=estimates, length=length, is_exact=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """Hold what the rows of a block add.

    Parameters
    ----------
    rss, score
        Sum of squared residuals, and of residuals times regressors.
    groups
        Sums by cluster, ``None`` where errors need none.
    """

    rss: float
    score: Floats
    groups: GroupPart | None


class Added:
    """Add up residuals, scores and their products by cluster at slopes that are about right.

    Attributes
    ----------
    sums
        Of influences by cluster.
    """

    def __init__(
        self, specification: Specification, plan: Plan, slopes: Slopes, bounds: tuple[int, ...]
    ) -> None:
        covariance, k = specification.covariance, len(slopes.places)
        self.sums = GroupSums(
            plan=plan,
            ways=tuple(dict.fromkeys(covariance.cluster_columns)),
            k=k,
            bounds=bounds,
            cgm=covariance.small_sample == "cgm",
        )
        self._slopes = slopes
        self._is_summed = not isinstance(covariance, Unadjusted)
        self._rss, self._score = 0.0, np.zeros(k)

    def part(self, rest: Floats, block: Block) -> Sums:
        """Return what the rows of a block, freed of the effects, shape (columns, n), add."""
        slopes = self._slopes
        columns = rest[:-1] if len(slopes.places) == len(rest) - 1 else rest[slopes.places]
        residuals = rest[-1] - slopes.estimates @ columns
        heavy = block.weighted(residuals)
        groups = None
        if self._is_summed:
            directions = slopes.bread @ columns
            rooted = directions if block.weights is None else directions * np.sqrt(block.weights)
            groups = self.sums.part(directions * heavy, rooted * rooted, block)
        return Sums(rss=float(residuals @ heavy), score=columns @ heavy, groups=groups)

    def add(self, sums: Sums) -> None:
        """Add what a block adds."""
        self._rss += sums.rss
        self._score += sums.score
        if sums.groups is not None:
            self.sums.add(sums.groups)

    def serve(self, exact: Slopes) -> bool:
        """Return whether sums at these slopes are those at the exact ones up to rounding."""
        own = self._slopes
        if own.is_exact:
            return True
        if own.places != exact.places:
            return False
        size = np.sqrt(np.diag(exact.bread))
        apart = np.abs(exact.bread - own.bread) / size / size[:, None]
        change = np.abs(exact.bread @ self._score) * exact.length
        return bool(apart.max() <= _NEAR and np.all(change <= _NEAR * np.sqrt(self._rss)))

    def refined(self, exact: Slopes) -> tuple[Floats, float]:
        """Return the slopes after one step more, and the sum of squares there."""
        change = exact.bread @ self._score
        return self._slopes.estimates + change, self._rss - float(self._score @ change)
