"""Rows that follow another of their unit by one period, and the design of what changes between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.contracts import Dropped
from digimfg.design.rows import compress_codes
from digimfg.periods import calendar
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["design_of_changes", "rows_on_end"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def rows_on_end(entity: Codes, time: Codes, time_values: NDArray[np.generic]) -> tuple[Codes, Codes]:
    """Return positions of the rows that have one of their unit a period before, and of these.

    Parameters
    ----------
    entity, time
        Codes by row; a unit has one row in a period.
    time_values
        Of the codes of time; a gap in the calendar is one.
    """
    places = calendar(list(time_values), "time").places[time]
    key = entity * (int(places.max()) + 2) + places
    order = np.argsort(key, kind="stable")
    before = order[np.minimum(np.searchsorted(key[order], key - 1), len(order) - 1)]
    after = np.flatnonzero(key[before] == key - 1)
    return after, before[after]


def design_of_changes(
    design: Design,
    after: Codes,
    *,
    outcome: Floats,
    terms: tuple[str, ...],
    regressors: Floats,
    endogenous: Floats,
    instruments: Floats,
) -> Design:
    """Return a design whose rows are those with a period before, holding what changed since.

    Parameters
    ----------
    after
        Positions of these rows.
    outcome, regressors, endogenous, instruments
        Their changes, shapes (n,) and (n, …).
    terms
        Of the regressors.
    """
    from digimfg.design import Absorbed

    assert design.entity is not None  # noqa: S101
    assert design.time is not None  # noqa: S101
    assert design.entity_values is not None  # noqa: S101
    assert design.time_values is not None  # noqa: S101
    units = np.unique(design.entity[after], return_inverse=True)
    present = np.unique(design.time[after], return_inverse=True)
    lost = Dropped(
        reason=Text("no row of the unit one period before", "该个体前一期无观测"),
        n_rows=design.n_obs - len(after),
    )
    return replace(
        design,
        outcome=outcome,
        terms=terms,
        regressors=regressors,
        endogenous=endogenous,
        instruments=instruments,
        clusters={name: compress_codes(codes[after]) for name, codes in design.clusters.items()},
        entity=units[1].astype(np.int64),
        entity_values=design.entity_values[units[0]],
        time=present[1].astype(np.int64),
        time_values=design.time_values[present[0]],
        rows=design.rows[after],
        dropped=(*design.dropped, lost),
        notes=(*design.notes, lost.note),
        absorbed=Absorbed(
            outcome=outcome, regressors=regressors, endogenous=endogenous, instruments=instruments
        ),
        shift={},
    )
