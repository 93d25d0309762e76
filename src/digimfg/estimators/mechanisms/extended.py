"""Give a design further columns, and let least squares do the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.design.absorb import absorb
from digimfg.design.collinearity import keep_independent

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.text import Text

__all__ = ["Columns", "extended"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """Name the columns to add before the others, after them, and the terms to leave out."""

    first: Mapping[str, Floats] = field(default_factory=dict)
    last: Mapping[str, Floats] = field(default_factory=dict)
    without: tuple[str, ...] = ()


def extended(design: Design, columns: Columns) -> Design:
    """Return a design with other regressors, freed of its effects, collinear ones out with a note."""
    given = dict(zip(design.terms, design.regressors.T, strict=True))
    intercept = {INTERCEPT: given.pop(INTERCEPT)} if INTERCEPT in given else {}
    kept = {name: values for name, values in given.items() if name not in columns.without}
    chosen = {**intercept, **columns.first, **kept, **columns.last}
    names = tuple(chosen)
    values = np.column_stack(list(chosen.values()))
    effects = list(design.effects.values())
    freed = absorb(values, effects, design.weights) if effects else values
    notes: list[Text] = []
    places, collinear = keep_independent(names, values, freed, design.weights, notes, absorbing=bool(effects))
    known = set(design.notes)
    return replace(
        design,
        terms=tuple(names[place] for place in places),
        regressors=values[:, places],
        absorbed=replace(design.absorbed, regressors=freed[:, places]),
        collinear={**design.collinear, **collinear},
        notes=(*design.notes, *(note for note in notes if note not in known)),
    )
