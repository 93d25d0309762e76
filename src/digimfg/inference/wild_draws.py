r"""The fast wild cluster bootstrap: t statistics of all draws from products over clusters, no refit (Roodman
et al. 2019).

A draw multiplies the residuals u of the null by one weight per cluster. Its coefficient needs d'u by
cluster, d the regressor freed of everything else; its clustered variance needs the sums by cluster of d
times the residuals of the weighted u, which are linear in the weights: a matrix of clusters by clusters does
for every draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.cluster_ways import Way, clustered_variance
from digimfg.inference.effect_projection import EffectProjection, Table, as_array, cell_sums, group_sums
from digimfg.inference.linear_fit import LinearFit
from digimfg.inference.sign_forms import Signs

__all__ = [
    "ClusterMap",
    "Draws",
    "Equation",
    "cluster_map",
    "sample_variance",
    "signs_as_extreme",
    "wild_draws",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_DENSE = 500
_DOUBTFUL = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Equation:
    """A fitted linear equation with its effects and the terms of its clustered variance.

    Parameters
    ----------
    fit
        Freed of the effects.
    projection
        On the effects.
    ways
        Terms of the variance.
    """

    fit: LinearFit
    projection: EffectProjection
    ways: Sequence[Way]

    def direction(self, place: int) -> Floats:
        """Return one regressor freed of the others, scaled so that b = d'Wy: d = X (X'WX)⁻¹ e_j."""
        return self.fit.regressors @ self.fit.bread[:, place]


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Hold numerators and squared denominators of every draw as functions of the null value r.

    The numerator is n0 - r n1 and the variance q00 - 2 r q01 + r² q11, each of shape (draws,). ``scale`` is
    the size of the parts the variance was added up from: below 1e-12 of it a variance is rounding.
    """

    n0: Floats
    n1: Floats
    q00: Floats
    q01: Floats
    q11: Floats
    scale: Floats

    def statistics(self, null: float) -> Floats:
        """Return t of every draw under a null, NaN where the variance is not positive."""
        variance = self.q00 - 2 * null * self.q01 + null**2 * self.q11
        numerator = self.n0 - null * self.n1
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(variance > 1e-12 * self.scale, numerator / np.sqrt(variance), np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterMap:
    """Hold a matrix ways × clusters, one part less a low-rank part."""

    near: Table
    left: Floats
    right: Floats
    factor: float

    @property
    def dense(self) -> Floats:
        """Return the matrix."""
        return as_array(self.near) - self.left @ self.right.T


def sample_variance(equation: Equation, place: int) -> float:
    """Return the clustered variance of one coefficient: Σ over ways of factor · Σ_h (d'u in h)²."""
    scores = equation.fit.weighted(equation.direction(place)) * equation.fit.residuals
    return clustered_variance(equation.ways, scores)


def wild_draws(
    equation: Equation,
    place: int,
    groups: Codes,
    count: int,
    blocks: Iterable[Floats],
    *,
    restricted: bool = True,
    every_null: bool = True,
) -> Draws:
    """Return the draws of one coefficient.

    Parameters
    ----------
    place
        Of the coefficient.
    groups, count
        The clusters that share a weight: codes 0..G-1 and G.
    blocks
        Weight vectors, shape (draws, G) each.
    restricted
        Whether residuals are those under the null; otherwise they are the equation's own.
    every_null
        Whether the null may be other than zero; half the work where it may not.
    """
    direction = equation.direction(place)
    weighted = equation.fit.weighted(direction)
    if restricted:
        bases = [_under_zero(equation, place, direction, weighted)]
        bases += [direction / float(weighted @ direction)] * every_null
    else:
        bases = [equation.fit.residuals]
    numerators = [np.bincount(groups, weighted * base, count) for base in bases]
    maps = [
        [cluster_map(equation, weighted, base, way, groups, count) for base in bases] for way in equation.ways
    ]
    parts = [
        (np.column_stack([block @ each for each in numerators]), *_quadratics(maps, block))
        for block in blocks
    ]
    heads = np.concatenate([part[0] for part in parts])
    forms = np.concatenate([part[1] for part in parts])
    scale = np.concatenate([part[2] for part in parts])
    nothing = np.zeros(len(heads))
    if len(bases) == 1:
        return Draws(n0=heads[:, 0], n1=nothing, q00=forms[:, 0], q01=nothing, q11=nothing, scale=scale)
    return Draws(
        n0=heads[:, 0], n1=heads[:, 1], q00=forms[:, 0], q01=forms[:, 1], q11=forms[:, 2], scale=scale
    )


def signs_as_extreme(
    equation: Equation, least: Mapping[int, float], groups: Codes, block: Floats, signs: Signs
) -> list[tuple[int, int]]:
    r"""Return for some coefficients how many draws have a t, the null of zero imposed, at least that large,
    and how many have one.

    With s the scores by cluster and Σ f D'D the variance as a form in the signs v, :math:`|t|\ge c` where
    :math:`v'(ss'-c^2\sum f D'D)v\ge0`. Vectors for which this, or the variance in several ways, all but
    cancels are told by `wild_draws`.

    Parameters
    ----------
    least
        Place of a coefficient → the least size of t that counts, positive.
    groups
        The clusters that share a sign: codes 0..G-1.
    block, signs
        Vectors of signs, shape (draws, G), and the same by their patterns.
    """
    count = block.shape[1]
    several = len(equation.ways) > 1
    matrices = np.empty((len(least) * (1 + several), count, count))
    sizes = np.empty(len(matrices))
    for row, (place, bound) in enumerate(least.items()):
        direction = equation.direction(place)
        weighted = equation.fit.weighted(direction)
        base = _under_zero(equation, place, direction, weighted)
        scores = np.bincount(groups, weighted * base, count)
        variance, size = np.zeros((count, count)), 0.0
        for way in equation.ways:
            dense = cluster_map(equation, weighted, base, way, groups, count).dense
            part = way.factor * (dense.T @ dense)
            variance += part
            size += float(np.abs(part).sum())
        matrices[row] = np.outer(scores, scores) - bound**2 * variance
        sizes[row] = float(np.abs(scores).sum()) ** 2 + bound**2 * size
        if several:
            matrices[len(least) + row], sizes[len(least) + row] = variance, size
    forms = signs.forms(matrices)
    doubtful = np.abs(forms) <= _DOUBTFUL * sizes[:, None]
    found = []
    for row, (place, bound) in enumerate(least.items()):
        rows = slice(row, None, len(least))
        told = ~doubtful[rows].any(axis=0)
        usable = told if not several else told & (forms[rows][1] > 0)
        extreme = int(np.count_nonzero(usable & (forms[row] > 0)))
        n_usable = int(np.count_nonzero(usable))
        if not told.all():
            drawn = wild_draws(equation, place, groups, count, [block[~told]], every_null=False)
            left = np.abs(drawn.statistics(0.0))
            extreme += int(np.count_nonzero(left[np.isfinite(left)] >= bound))
            n_usable += int(np.count_nonzero(np.isfinite(left)))
        found.append((extreme, n_usable))
    return found


def cluster_map(
    equation: Equation, weighted: Floats, base: Floats, way: Way, groups: Codes, count: int
) -> ClusterMap:
    """Return the map from weights to sums by cluster of d times the refitted residuals of the weighted base.

    Parameters
    ----------
    weighted
        d times the weights of the equation, shape (n,).
    base
        What each cluster's weight multiplies, shape (n,).
    way
        Whose clusters the sums are by.
    groups, count
        The clusters that share a weight: codes 0..G-1 and G.
    """
    split = equation.fit.weighted(base)
    near = cell_sums(weighted * base, way.codes, groups, (way.count, count))
    projection = equation.projection
    close, left, right = projection.between(
        projection.level_sums(weighted, way.codes, way.count), projection.level_sums(split, groups, count)
    )
    x = equation.fit.regressors
    return ClusterMap(
        near=near - close,
        left=np.column_stack(
            [left, group_sums(x * weighted[:, None], way.codes, way.count) @ equation.fit.bread]
        ),
        right=np.column_stack([right, group_sums(x * split[:, None], groups, count)]),
        factor=way.factor,
    )


def _under_zero(equation: Equation, place: int, direction: Floats, weighted: Floats) -> Floats:
    """Return the residuals of the equation with a coefficient of zero."""
    size = float(equation.fit.estimates[place]) / float(weighted @ direction)
    return np.asarray(equation.fit.residuals + size * direction, dtype=np.float64)


def _quadratics(maps: Sequence[Sequence[ClusterMap]], block: Floats) -> tuple[Floats, Floats]:
    """Return the sums of squares and products of mapped weights, shape (draws, 1 or 3), and their scale."""
    pairs = [(0, 0)] if len(maps[0]) == 1 else [(0, 0), (0, 1), (1, 1)]
    total = np.zeros((len(block), len(pairs)))
    scale = np.zeros(len(block))
    for way in maps:
        if way[0].near.shape[0] <= block.shape[1]:
            mapped = [_mapped(one, block) for one in way]
            forms = [np.einsum("bh,bh->b", mapped[i], mapped[j]) for i, j in pairs]
        else:
            forms = [np.einsum("bg,bg->b", block @ _gram(way[i], way[j]), block) for i, j in pairs]
        total += way[0].factor * np.column_stack(forms)
        scale += abs(way[0].factor) * np.abs(forms[0])
    return total, scale


def _mapped(one: ClusterMap, block: Floats) -> Floats:
    """Return the mapped weights, shape (draws, ways)."""
    if block.shape[1] <= _DENSE:
        return np.asarray(block @ one.dense.T, dtype=np.float64)
    return np.asarray((one.near @ block.T).T - (block @ one.right) @ one.left.T, dtype=np.float64)


def _gram(one: ClusterMap, other: ClusterMap) -> Floats:
    """Return the product of two maps, clusters × clusters; `left` is common to both."""
    found: Floats = (
        as_array(one.near.T @ other.near)
        - (one.near.T @ one.left) @ other.right.T
        - one.right @ (other.near.T @ one.left).T
        + one.right @ (one.left.T @ one.left) @ other.right.T
    )
    return found
