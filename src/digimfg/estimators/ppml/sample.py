"""Leave rows out of a design that is already built: their reason, their counts, what is left of its codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.contracts import Dropped
from digimfg.design import Absorbed
from digimfg.design.absorb import absorb
from digimfg.design.collinearity import keep_independent
from digimfg.design.columns import side_by_side, taken
from digimfg.design.rows import compress_codes
from digimfg.errors import EstimationError
from digimfg.filled import recounted
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design

__all__ = ["leave_out", "singletons"]

Codes = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def leave_out(design: Design, reasons: Sequence[tuple[Booleans, Text]]) -> Design:
    """Return a design without some of its rows; terms that the rows left cannot tell apart go too.

    Parameters
    ----------
    reasons
        Masks of rows, shape (n,) each, no row in two of them, and why each goes.

    Raises
    ------
    EstimationError
        If no row or no term is left.
    """
    gone = np.zeros(design.n_obs, dtype=bool)
    dropped = []
    for mask, reason in reasons:
        if mask.any():
            gone |= mask
            dropped.append(Dropped(reason=reason, n_rows=int(np.count_nonzero(mask))))
    if not dropped:
        return design
    keep = ~gone
    if not keep.any():
        raise _nothing(design, dropped)
    effects = {name: _compress(codes[keep]) for name, codes in design.effects.items()}
    weights = None if design.weights is None else design.weights[keep]
    rows_kept = np.flatnonzero(keep)
    outcome, regressors = design.outcome[keep], taken(design.regressors, rows_kept)
    freed = absorb(side_by_side([outcome, taken(design.near, rows_kept)]), list(effects.values()), weights)
    notes: list[Text] = []
    kept, collinear = keep_independent(
        design.terms, regressors, freed[:, 1:], weights, notes, absorbing=bool(effects)
    )
    if not kept:
        raise _nothing(design, dropped)
    entity, entity_values = _key(design.entity, design.entity_values, keep)
    time, time_values = _key(design.time, design.time_values, keep)
    rows = design.rows[keep]
    kept_notes = recounted(design.notes, design.evaluator.frame, design.specification, rows)
    return replace(
        design,
        outcome=outcome,
        terms=tuple(design.terms[place] for place in kept),
        regressors=regressors[:, kept],
        endogenous=design.endogenous[keep],
        instruments=design.instruments[keep],
        weights=weights,
        effects=effects,
        clusters={name: _compress(codes[keep]) for name, codes in design.clusters.items()},
        entity=entity,
        time=time,
        entity_values=entity_values,
        time_values=time_values,
        rows=rows,
        dropped=(*design.dropped, *dropped),
        collinear={**design.collinear, **collinear},
        notes=(*kept_notes, *(each.note for each in dropped), *notes),
        absorbed=Absorbed(
            outcome=freed[:, 0],
            regressors=freed[:, 1:][:, kept],
            endogenous=design.absorbed.endogenous[keep],
            instruments=design.absorbed.instruments[keep],
        ),
    )


def singletons(effects: Sequence[Codes], keep: Booleans) -> Booleans:
    """Return which of the rows kept stand alone in a category, until none is left that does."""
    single = np.zeros(len(keep), dtype=bool)
    while True:
        inside = keep & ~single
        found = np.zeros(len(keep), dtype=bool)
        for codes in effects:
            counts = np.bincount(codes[inside], minlength=int(codes.max(initial=0)) + 1)
            found |= inside & (counts[codes] == 1)
        if not found.any():
            return single
        single |= found


def _key(
    codes: Codes | None, values: NDArray[np.generic] | None, keep: Booleans
) -> tuple[Codes | None, NDArray[np.generic] | None]:
    if codes is None or values is None:
        return None, None
    present, compressed = np.unique(codes[keep], return_inverse=True)
    return compressed.astype(np.int64), values[present]


def _compress(codes: Codes) -> Codes:
    return compress_codes(codes)


def _nothing(design: Design, dropped: Sequence[Dropped]) -> EstimationError:
    return EstimationError.of(
        "ppml.no_usable_row",
        outcome=design.specification.outcome,
        reasons=[note_of("ppml.reason_with_count", reason=each.reason, n=each.n_rows) for each in dropped],
    )
