"""Turn a specification and a frame into arrays, once for every estimator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["Design", "Dropped"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """Count the rows that one step removed, and say why."""

    reason: Text
    n_rows: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """Hold what estimators need: numbers, category codes, and what was left out.

    Rows are in canonical order (entity, time, then values), whatever the order of the frame; every array has
    ``n`` rows. Nothing is absorbed yet: linear estimators call `digimfg.absorb`.

    Parameters
    ----------
    specification
        As given.
    outcome
        Shape (n,).
    terms, regressors
        Names and values, shape (n, k), regressors before controls; collinear ones are already out.
    endogenous_terms, endogenous
        Shape (n, m).
    instrument_terms, instruments
        Excluded instruments, shape (n, l).
    weights
        Shape (n,), or ``None``.
    effects
        Name → codes 0..G-1, shape (n,), one per absorbed effect.
    clusters
        Name → codes, one per clustering column.
    entity, time
        Codes of the keys, or ``None`` where the specification has none.
    time_values
        Sorted distinct values of the time column, so that ``time_values[time]`` is the column.
    entity_values
        Likewise for entities.
    rows
        Positions of the kept rows in the frame given, shape (n,).
    dropped
        Every removal of rows with its reason; counts add up to ``len(frame) - n``.
    collinear
        Term → what it is collinear with.
    notes
        What a reader must know about the sample.
    data_hash
        SHA-256 over the arrays in canonical order.
    """

    specification: Specification
    outcome: Floats
    terms: tuple[str, ...]
    regressors: Floats
    endogenous_terms: tuple[str, ...]
    endogenous: Floats
    instrument_terms: tuple[str, ...]
    instruments: Floats
    weights: Floats | None
    effects: Mapping[str, Codes]
    clusters: Mapping[str, Codes]
    entity: Codes | None
    time: Codes | None
    entity_values: NDArray[np.generic] | None
    time_values: NDArray[np.generic] | None
    rows: Codes
    dropped: tuple[Dropped, ...]
    collinear: Mapping[str, Text]
    notes: tuple[Text, ...]
    data_hash: str

    @property
    def n_obs(self) -> int:
        """Return the number of rows kept."""
        return len(self.outcome)
