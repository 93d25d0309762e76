"""Cross-products of columns freed of effects, for any multiplicities of the clusters: exact, without
refitting.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from digimfg.design.absorb import absorb
from digimfg.design.rows import compress_codes
from digimfg.parallel import run_parallel
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Block", "ClusterMoments", "cluster_moments"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_LARGEST_SUMS = 40_000_000
_MOST_LEVELS = 200
_NULL = 1e-11


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Hold the cross-products of clusters that share no level of an effect with the clusters of other blocks.

    Parameters
    ----------
    clusters
        Which clusters, shape (g,).
    n_levels
        Number K of levels of the effects that cross clusters.
    sums
        Cross-products of each cluster, shape (g, (K+p)²): indicators of the levels, then the columns, both
        freed of the effects nested in clusters.
    """

    clusters: Codes
    n_levels: int
    sums: Floats

    def at(self, multiplicities: Floats) -> Floats:
        """Return cross-products freed of all effects, shape (R, p, p)."""
        return self._freed(multiplicities[:, self.clusters] @ self.sums)

    def without_each(self) -> Floats:
        """Return cross-products freed of all effects without each cluster in turn, shape (g, p, p)."""
        total = self.sums.sum(axis=0)
        size = max(1, _LARGEST_SUMS // (10 * self.sums.shape[1]))
        parts = [
            self._freed(total - self.sums[start : start + size]) for start in range(0, len(self.sums), size)
        ]
        return np.concatenate(parts)

    def _freed(self, sums: Floats) -> Floats:
        size = round(sums.shape[1] ** 0.5)
        whole = sums.reshape(len(sums), size, size)
        inner = whole[:, self.n_levels :, self.n_levels :]
        if self.n_levels == 0:
            return inner
        values, vectors = np.linalg.eigh(whole[:, : self.n_levels, : self.n_levels])
        keep = values > np.maximum(values[:, -1:], 0) * _NULL
        scale = np.sqrt(np.where(keep, 1 / np.where(keep, values, 1), 0))
        cross = whole[:, : self.n_levels, self.n_levels :]
        turned = (vectors.transpose(0, 2, 1) @ cross) * scale[:, :, None]
        freed: Floats = inner - turned.transpose(0, 2, 1) @ turned
        return freed


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterMoments:
    """Give the cross-products of columns when every cluster stands in the sample any number of times.

    Parameters
    ----------
    n_clusters, n_columns
        Numbers G of clusters and p of columns.
    blocks
        Sums of the clusters; ``None`` where they are too large.
    columns, effects, clusters, weights
        The columns freed of all effects in the sample as it is, and what it takes to free them again.
    """

    n_clusters: int
    n_columns: int
    blocks: tuple[Block, ...] | None
    columns: Floats
    effects: tuple[Codes, ...]
    clusters: Codes
    weights: Floats | None

    def at(self, multiplicities: Floats) -> Floats:
        """Return cross-products freed of all effects, shape (R, p, p).

        Parameters
        ----------
        multiplicities
            How often each cluster stands in each of R samples, shape (R, G).
        """
        if self.blocks is None:
            task = partial(_absorbed_again, self)
            label = Text("Absorbing effects again", "重新吸收固定效应")
            return np.stack(run_parallel(task, list(multiplicities), label=label))
        found = np.zeros((len(multiplicities), self.n_columns, self.n_columns))
        for block in self.blocks:
            found += block.at(multiplicities)
        return found

    def without_each(self) -> Floats:
        """Return cross-products freed of all effects without each cluster in turn, shape (G, p, p)."""
        if self.blocks is None:
            task = partial(_absorbed_without, self)
            label = Text("Leaving out each cluster", "逐一剔除聚类")
            return np.stack(run_parallel(task, list(range(self.n_clusters)), label=label))
        everyone = np.ones((1, self.n_clusters))
        wholes = [block.at(everyone)[0] for block in self.blocks]
        total = np.sum(wholes, axis=0)
        found = np.empty((self.n_clusters, self.n_columns, self.n_columns))
        for whole, block in zip(wholes, self.blocks, strict=True):
            found[block.clusters] = total - whole + block.without_each()
        return found


def cluster_moments(
    columns: Floats, effects: Sequence[Codes], clusters: Codes, weights: Floats | None = None
) -> ClusterMoments:
    """Prepare the cross-products of columns under multiplicities of clusters.

    To count a cluster w times leaves its means within nested effects (firms in firms, firms in cities) as
    they are, so those effects are taken away once. Effects that cross clusters (years) are taken away anew
    in every sample, by the normal equations of their indicators: sums of the clusters' own cross-products.
    Clusters that share no level, as firms of different provinces where effects are those of provinces by
    year, are solved apart. Nothing is approximated. Where more than 200 levels hang together, or sums go
    beyond memory, effects are absorbed row by row in every sample instead.

    Parameters
    ----------
    columns
        Shape (n, p).
    effects
        Codes 0..L-1 of each effect, shape (n,).
    clusters
        Codes 0..G-1, shape (n,).
    weights
        Positive analytic weights, shape (n,).

    Examples
    --------
    >>> moments = cluster_moments(
    ...     np.array([[1.0], [3.0], [5.0]]), [np.zeros(3, dtype=np.int64)], np.array([0, 0, 1])
    ... )
    >>> moments.at(np.array([[1.0, 1.0], [1.0, 0.0]])).ravel().round(12).tolist()
    [8.0, 2.0]
    """
    freed = absorb(columns, effects, weights)
    return ClusterMoments(
        n_clusters=int(clusters.max()) + 1,
        n_columns=columns.shape[1],
        blocks=_blocks(freed, effects, clusters, weights),
        columns=freed,
        effects=tuple(effects),
        clusters=clusters,
        weights=weights,
    )


def _blocks(
    freed: Floats, effects: Sequence[Codes], clusters: Codes, weights: Floats | None
) -> tuple[Block, ...] | None:
    nested = [codes for codes in effects if _constant_within(codes, clusters)]
    crossing = _finest([codes for codes in effects if not _constant_within(codes, clusters)])
    part = _apart(crossing, clusters)
    members = [np.flatnonzero(part == place) for place in range(int(part.max()) + 1)]
    in_part = part[clusters]
    order = np.argsort(in_part, kind="stable")
    ends = np.searchsorted(in_part[order], np.arange(len(members) + 1))
    levels = [
        [np.unique(codes[order[start:end]], return_inverse=True)[1] for codes in crossing]
        for start, end in pairwise(ends)
    ]
    counts = [sum(int(codes.max()) + 1 for codes in own) for own in levels]
    needed = sum(
        len(member) * (count + freed.shape[1]) ** 2 for member, count in zip(members, counts, strict=True)
    )
    if max(counts) > _MOST_LEVELS or needed > _LARGEST_SUMS:
        return None
    blocks = []
    for place, (member, own) in enumerate(zip(members, levels, strict=True)):
        rows = order[ends[place] : ends[place + 1]]
        mass = None if weights is None else weights[rows]
        indicators = [(codes[:, None] == np.arange(int(codes.max()) + 1)).astype(np.float64) for codes in own]
        within = [compress_codes(codes[rows]) for codes in nested]
        known = absorb(np.hstack(indicators), within, mass) if own else np.empty((len(rows), 0))
        local = np.searchsorted(member, clusters[rows])
        sums = _sums_by_cluster(np.hstack([known, freed[rows]]), local, len(member), mass)
        blocks.append(Block(clusters=member, n_levels=counts[place], sums=sums))
    return tuple(blocks)


def _constant_within(codes: Codes, clusters: Codes) -> bool:
    """Return whether every level of `codes` lies in one cluster."""
    first = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    first[codes] = clusters
    return bool(np.array_equal(first[codes], clusters))


def _finest(effects: list[Codes]) -> list[Codes]:
    """Leave out effects that others contain, as years where there are provinces by year."""
    kept: list[Codes] = []
    for place, codes in enumerate(effects):
        others = [*kept, *effects[place + 1 :]]
        if not any(_constant_within(other, codes) for other in others):
            kept.append(codes)
    return kept


def _apart(crossing: list[Codes], clusters: Codes) -> Codes:
    """Return the part that each cluster belongs to: clusters of different parts share no level."""
    count = int(clusters.max()) + 1
    if not crossing:
        return np.zeros(count, dtype=np.int64)
    offsets = count + np.cumsum([0, *(int(codes.max()) + 1 for codes in crossing)])
    rows = np.tile(clusters, len(crossing))
    levels = np.concatenate([codes + offset for codes, offset in zip(crossing, offsets[:-1], strict=True)])
    total = int(offsets[-1])
    graph = sparse.coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, levels)), shape=(total, total))
    part = csgraph.connected_components(graph, directed=False)[1][:count]
    return np.unique(part, return_inverse=True)[1].astype(np.int64)


def _sums_by_cluster(columns: Floats, clusters: Codes, count: int, weights: Floats | None) -> Floats:
    order = np.argsort(clusters, kind="stable")
    ordered = columns[order]
    weighted = ordered if weights is None else ordered * weights[order, None]
    ends = np.cumsum(np.bincount(clusters, minlength=count))
    sums = np.empty((count, columns.shape[1] ** 2))
    start = 0
    for cluster, end in enumerate(ends):
        sums[cluster] = (weighted[start:end].T @ ordered[start:end]).ravel()
        start = end
    return sums


def _absorbed_without(moments: ClusterMoments, cluster: int) -> Floats:
    return _absorbed_again(moments, (np.arange(moments.n_clusters) != cluster).astype(np.float64))


def _absorbed_again(moments: ClusterMoments, multiplicity: Floats) -> Floats:
    mass = multiplicity[moments.clusters]
    if moments.weights is not None:
        mass = mass * moments.weights
    rows = mass > 0
    codes = [compress_codes(code[rows]) for code in moments.effects]
    freed = absorb(moments.columns[rows], codes, mass[rows])
    return np.asarray((freed * mass[rows, None]).T @ freed)
