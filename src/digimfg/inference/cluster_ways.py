"""The terms of a clustered variance: every subset of the ways, with its sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError

if TYPE_CHECKING:
    from digimfg.covariance import SmallSample

__all__ = ["Way", "cluster_ways", "clustered_variance", "one_way"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_CANCELLED = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """One term of a clustered variance.

    Parameters
    ----------
    codes, count
        The cluster of each row, 0..H-1, and H.
    factor
        What its sum of squares is multiplied with: the sign of inclusion and exclusion, and H/(H-1) under
        the rule ``"cgm"``.
    """

    codes: Codes
    count: int
    factor: float


def cluster_ways(clusters: Mapping[str, Codes], small_sample: SmallSample) -> tuple[Way, ...]:
    """Return the terms of the variance clustered in one, two or three ways.

    Cameron, Gelbach & Miller (2011, doi:10.1198/jbes.2010.07136): plus each way, minus each intersection of
    two, plus that of three.

    Raises
    ------
    SpecificationError
        If there is none, or more than three.
    EstimationError
        If a way has only one cluster.
    """
    ways = list(clusters.items())
    if not 1 <= len(ways) <= 3:
        raise SpecificationError.of("inference.number_of_cluster_columns", got=str(len(ways)))
    for name, codes in ways:
        if int(codes.max()) < 1:
            raise EstimationError.of("inference.one_cluster", name=name)
    found = []
    for size in range(1, len(ways) + 1):
        for subset in combinations([codes for _, codes in ways], size):
            codes = _intersection(subset)
            count = int(codes.max()) + 1
            sign = -1.0 if size % 2 == 0 else 1.0
            found.append(
                Way(
                    codes=codes,
                    count=count,
                    factor=sign * (count / (count - 1) if small_sample == "cgm" else 1.0),
                )
            )
    return tuple(found)


def clustered_variance(ways: Sequence[Way], scores: Floats) -> float:
    """Return the clustered variance of one sum of scores, zero where they cancel but for rounding.

    Parameters
    ----------
    ways
        See `cluster_ways`.
    scores
        By row, shape (n,).

    Examples
    --------
    >>> way = Way(codes=np.array([0, 0, 1]), count=2, factor=1.0)
    >>> clustered_variance([way], np.array([1.0, 1.0, 3.0]))
    13.0
    """
    found, absolute = 0.0, 0.0
    for way in ways:
        found += way.factor * float(np.sum(np.bincount(way.codes, scores, way.count) ** 2))
        absolute += abs(way.factor) * float(np.sum(np.bincount(way.codes, np.abs(scores), way.count) ** 2))
    return found if abs(found) > _CANCELLED * absolute else 0.0


def one_way(clusters: Mapping[str, Codes], rule: SmallSample) -> Way:
    """Return the only way of clustering, for rules that know no other.

    Raises
    ------
    SpecificationError
        If errors are clustered in several ways.
    EstimationError
        If there is only one cluster.
    """
    ways = cluster_ways(clusters, "none")
    if len(ways) > 1:
        raise SpecificationError.of(
            "inference.one_cluster_column_wanted",
            where=f"dm.Clustered(small_sample={rule!r})",
            got=", ".join(clusters),
        )
    return ways[0]


def _intersection(codes: Sequence[Codes]) -> Codes:
    joint = codes[0]
    for code in codes[1:]:
        joint = np.unique(joint * (int(code.max()) + 1) + code, return_inverse=True)[1]
    return joint
