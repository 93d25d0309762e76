"""The rows that equations share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from digimfg.contracts import Dropped
from digimfg.design import Absorbed, Design
from digimfg.design.absorb import absorb
from digimfg.design.columns import side_by_side
from digimfg.design.rows import compress_codes
from digimfg.errors import EstimationError
from digimfg.notes import note_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["shared_rows"]


def shared_rows(designs: Mapping[str, Design], where: str) -> dict[str, Design]:
    """Return the designs on the rows that all of them have, in one order.

    Raises
    ------
    EstimationError
        If they share none.
    """
    rows: NDArray[np.int64] = reduce(np.intersect1d, [design.rows for design in designs.values()])
    if not len(rows):
        raise EstimationError.of(
            "estimators.no_shared_row",
            where=where,
            rows=[
                note_of("estimators.name_with_count", name=name, n=design.n_obs)
                for name, design in designs.items()
            ],
        )
    first = next(iter(designs.values())).rows
    order = first[np.isin(first, rows)]
    return {name: _on(design, order) for name, design in designs.items()}


def _on(design: Design, rows: NDArray[np.int64]) -> Design:
    order = np.argsort(design.rows, kind="stable")
    places = order[np.searchsorted(design.rows[order], rows)]
    if np.array_equal(places, np.arange(design.n_obs)):
        return design
    lost: tuple[Dropped, ...] = ()
    if len(places) < design.n_obs:
        reason = note_of("estimators.absent_from_equation")
        lost = (Dropped(reason=reason, n_rows=design.n_obs - len(places)),)
    effects = {name: compress_codes(codes[places]) for name, codes in design.effects.items()}
    weights = None if design.weights is None else design.weights[places]
    blocks = [design.regressors, design.endogenous, design.instruments]
    together = side_by_side([design.outcome[:, None], *blocks])[places]
    names = ("", *design.terms, *design.endogenous_terms, *design.instrument_terms)
    shift = np.array([design.shift.get(name, 0.0) for name in names])
    freed = absorb(together, list(effects.values()), weights) if effects else together - shift
    cuts = np.cumsum([1, *(block.shape[1] for block in blocks)])[:-1]
    _, x, endogenous, instruments = np.split(together, cuts, axis=1)
    y, x_freed, endogenous_freed, instruments_freed = np.split(freed, cuts, axis=1)

    def key(codes: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
        return None if codes is None else compress_codes(codes[places])

    def values(
        codes: NDArray[np.int64] | None, known: NDArray[np.generic] | None
    ) -> NDArray[np.generic] | None:
        return None if codes is None or known is None else known[np.unique(codes[places])]

    return replace(
        design,
        outcome=design.outcome[places],
        regressors=x,
        endogenous=endogenous,
        instruments=instruments,
        weights=weights,
        effects=effects,
        clusters={name: compress_codes(codes[places]) for name, codes in design.clusters.items()},
        entity=key(design.entity),
        time=key(design.time),
        entity_values=values(design.entity, design.entity_values),
        time_values=values(design.time, design.time_values),
        rows=design.rows[places],
        dropped=(*design.dropped, *lost),
        notes=(*design.notes, *(each.note for each in lost)),
        absorbed=Absorbed(
            outcome=y[:, 0], regressors=x_freed, endogenous=endogenous_freed, instruments=instruments_freed
        ),
    )
