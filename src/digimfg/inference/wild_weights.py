"""Random signs and their kin for wild bootstraps, drawn in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import WildWeights
from digimfg.inference.sign_forms import Signs, read_signs

__all__ = ["choose_weights", "enumerates", "known_signs", "weight_blocks"]

Floats = NDArray[np.float64]

_BLOCK = 2_000_000
_WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
_GOLDEN = (np.sqrt(5) + 1) / 2


def choose_weights(weights: WildWeights | None, n_clusters: int) -> WildWeights:
    """Return the weights asked for, by default Webb's with fewer than 12 clusters and Rademacher's
    otherwise.
    """
    if weights is not None:
        return weights
    return "webb" if n_clusters < 12 else "rademacher"


def enumerates(weights: WildWeights, draws: int, n_clusters: int) -> bool:
    """Return whether all 2^G vectors of signs are used: they are no more than the draws asked for."""
    return weights == "rademacher" and n_clusters < 60 and 2**n_clusters <= draws


def weight_blocks(weights: WildWeights, draws: int, n_clusters: int, seed: int) -> Iterator[Floats]:
    """Yield blocks of weight vectors, shape (draws in the block, clusters): random, or every vector of signs.

    Parameters
    ----------
    weights
        ``"rademacher"``: ±1. ``"webb"``: ±√½, ±1, ±√1½ (Webb 2023). ``"mammen"``: −(√5−1)/2 with probability
        (√5+1)/(2√5), else (√5+1)/2. Each has mean 0 and variance 1.
    """
    if draws * n_clusters <= _BLOCK:
        yield _small(weights, draws, n_clusters, seed)
        return
    if enumerates(weights, draws, n_clusters):
        yield _every_sign(n_clusters)
        return
    rng = np.random.default_rng(seed)
    size = max(1, _BLOCK // n_clusters)
    for start in range(0, draws, size):
        yield _draw(weights, min(size, draws - start), n_clusters, rng)


@lru_cache(maxsize=4)
def known_signs(weights: WildWeights, draws: int, n_clusters: int, seed: int) -> Signs | None:
    """Return the vectors of `weight_blocks` by their patterns; ``None`` where they are no signs, or many.

    Examples
    --------
    >>> known_signs("webb", 99, 8, 0) is None
    True
    """
    if weights != "rademacher" or n_clusters < 2 or draws * n_clusters > _BLOCK:
        return None
    return read_signs(_small(weights, draws, n_clusters, seed))


@lru_cache(maxsize=4)
def _small(weights: WildWeights, draws: int, n_clusters: int, seed: int) -> Floats:
    if enumerates(weights, draws, n_clusters):
        found = _every_sign(n_clusters)
    else:
        found = _draw(weights, draws, n_clusters, np.random.default_rng(seed))
    found.setflags(write=False)
    return found


def _draw(weights: WildWeights, draws: int, n_clusters: int, rng: np.random.Generator) -> Floats:
    shape = (draws, n_clusters)
    if weights == "rademacher":
        return np.asarray(2.0 * rng.integers(0, 2, shape, dtype=np.int8) - 1.0, dtype=np.float64)
    if weights == "webb":
        return np.asarray(_WEBB[rng.integers(0, 6, shape, dtype=np.int8)], dtype=np.float64)
    return np.asarray(
        np.where(rng.random(shape) < _GOLDEN / np.sqrt(5), 1 - _GOLDEN, _GOLDEN), dtype=np.float64
    )


def _every_sign(n_clusters: int) -> Floats:
    numbers = np.arange(2**n_clusters, dtype=np.int64)
    return np.asarray(1.0 - 2.0 * ((numbers[:, None] >> np.arange(n_clusters)) & 1), dtype=np.float64)
