"""Cross-products of columns freed of effects, for any multiplicities of the clusters: exact, without refitting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.absorb import absorb
from digimfg.design_rows import compress_codes
from digimfg.parallel import run_parallel
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ClusterMoments", "cluster_moments"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_LARGEST_SUMS = 40_000_000
_MOST_LEVELS = 200
_NULL = 1e-11


@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterMoments:
    """Give the cross-products of columns when every cluster stands in the sample any number of times.

    Parameters
    ----------
    n_clusters, n_columns
        Numbers G of clusters and p of columns.
    sums
        Cross-products of each cluster, shape (G, (K+p)²): indicators of the K levels of the effects that cross
        clusters, then the columns, both freed of the effects nested in clusters. ``None`` where that is too large.
    columns, effects, clusters, weights
        The columns freed of all effects in the sample as it is, and what it takes to free them again.
    """

    n_clusters: int
    n_columns: int
    sums: Floats | None
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
        if self.sums is None:
            task = partial(_absorbed_again, self)
            label = Text("Absorbing effects again", "重新吸收固定效应")
            return np.stack(run_parallel(task, list(multiplicities), label=label))
        n_levels = round(self.sums.shape[1] ** 0.5) - self.n_columns
        size = n_levels + self.n_columns
        whole = (multiplicities @ self.sums).reshape(len(multiplicities), size, size)
        inner = whole[:, n_levels:, n_levels:]
        if n_levels == 0:
            return inner
        values, vectors = np.linalg.eigh(whole[:, :n_levels, :n_levels])
        keep = values > values[:, -1:] * _NULL
        scale = np.sqrt(np.where(keep, 1 / np.where(keep, values, 1), 0))
        turned = (vectors.transpose(0, 2, 1) @ whole[:, :n_levels, n_levels:]) * scale[:, :, None]
        freed: Floats = inner - turned.transpose(0, 2, 1) @ turned
        return freed


def cluster_moments(
    columns: Floats, effects: Sequence[Codes], clusters: Codes, weights: Floats | None = None
) -> ClusterMoments:
    """Prepare the cross-products of columns under multiplicities of clusters.

    To count a cluster w times leaves its means within nested effects (firms in firms, firms in cities) as they are, so
    those effects are taken away once. Effects that cross clusters (years) are taken away anew in every sample, by the
    normal equations of their indicators: sums of the clusters' own cross-products. Nothing is approximated. Effects of
    more than 200 crossing levels, or sums beyond memory, are absorbed row by row in every sample instead.

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
    n_clusters = int(clusters.max()) + 1
    nested = [codes for codes in effects if _nested(codes, clusters)]
    crossing = [codes for codes in effects if not _nested(codes, clusters)]
    n_levels = sum(int(codes.max()) + 1 for codes in crossing)
    size = n_levels + columns.shape[1]
    sums = None
    if n_levels <= _MOST_LEVELS and n_clusters * size**2 <= _LARGEST_SUMS:
        indicators = [
            (codes[:, None] == np.arange(int(codes.max()) + 1)).astype(np.float64) for codes in crossing
        ]
        levels = absorb(np.hstack(indicators), nested, weights) if crossing else np.empty((len(freed), 0))
        sums = _sums_by_cluster(np.hstack([levels, freed]), clusters, n_clusters, weights)
    return ClusterMoments(
        n_clusters=n_clusters,
        n_columns=columns.shape[1],
        sums=sums,
        columns=freed,
        effects=tuple(effects),
        clusters=clusters,
        weights=weights,
    )


def _nested(codes: Codes, clusters: Codes) -> bool:
    first = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    first[codes] = clusters
    return bool(np.array_equal(first[codes], clusters))


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


def _absorbed_again(moments: ClusterMoments, multiplicity: Floats) -> Floats:
    mass = multiplicity[moments.clusters]
    if moments.weights is not None:
        mass = mass * moments.weights
    rows = mass > 0
    codes = [compress_codes(code[rows]) for code in moments.effects]
    freed = absorb(moments.columns[rows], codes, mass[rows])
    return np.asarray((freed * mass[rows, None]).T @ freed)
