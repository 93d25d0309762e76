"""Remove entity effects by first differences or forward orthogonal deviations, gaps and all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Transformation", "TransformationName", "first_differences", "orthogonal_deviations", "row_lookup"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
TransformationName = Literal["difference", "orthogonal"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Transformation:
    """Hold a matrix that maps rows in levels to rows free of the entity effect.

    Parameters
    ----------
    matrix
        Sparse, shape (n_transformed, n_levels).
    entity, period
        Keys of the transformed rows. An orthogonal deviation that starts at `t` is kept under ``t + 1``, so
        that instrument lag 2 is valid for the lagged outcome under either transformation.
    """

    matrix: sparse.csr_array
    entity: Codes
    period: Codes

    @property
    def n_rows(self) -> int:
        """Return the number of transformed rows."""
        return len(self.entity)


def row_lookup(entity: Codes, period: Codes, n_entities: int, n_periods: int) -> Codes:
    """Return the row of each (entity, period), -1 where there is none; shape (n_entities, n_periods)."""
    rows = np.full((n_entities, n_periods), -1, dtype=np.int64)
    rows[entity, period] = np.arange(len(entity))
    return rows


def first_differences(entity: Codes, period: Codes) -> Transformation:
    """Return first differences; a row needs its own and the previous period (a gap gives no row).

    Parameters
    ----------
    entity, period
        Integer keys of the rows in levels, sorted by entity, then period.
    """
    follows = (entity[1:] == entity[:-1]) & (period[1:] == period[:-1] + 1)
    later = np.flatnonzero(follows) + 1
    n_rows = len(later)
    positions = np.arange(n_rows)
    matrix = sparse.csr_array(
        (
            np.concatenate([np.ones(n_rows), -np.ones(n_rows)]),
            (np.concatenate([positions, positions]), np.concatenate([later, later - 1])),
        ),
        shape=(n_rows, len(entity)),
    )
    return Transformation(matrix=matrix, entity=entity[later], period=period[later])


def orthogonal_deviations(entity: Codes, period: Codes) -> Transformation:
    r"""Return forward orthogonal deviations: each row less the mean of all later rows of its entity.

    .. math:: \tilde x_{it} = \sqrt{\tfrac{c}{c+1}}\,\bigl(x_{it} - \tfrac1c \sum_{s>t} x_{is}\bigr)

    with `c` the number of later rows there are; gaps cost no further rows (Arellano and Bover 1995).
    """
    n = len(entity)
    n_in_entity = np.bincount(entity)
    ends = np.cumsum(n_in_entity)[entity]
    remaining = ends - np.arange(n) - 1
    starts = np.flatnonzero(remaining > 0)
    counts = remaining[starts]
    scale = np.sqrt(counts / (counts + 1.0))
    row_of = np.repeat(np.arange(len(starts)), counts)
    offset = np.arange(len(row_of)) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = np.repeat(starts, counts) + 1 + offset
    matrix = sparse.csr_array(
        (
            np.concatenate([scale, np.repeat(-scale / counts, counts)]),
            (np.concatenate([np.arange(len(starts)), row_of]), np.concatenate([starts, columns])),
        ),
        shape=(len(starts), n),
    )
    return Transformation(matrix=matrix, entity=entity[starts], period=period[starts] + 1)
