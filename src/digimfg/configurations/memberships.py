"""Memberships of cases in sets, and how far one set lies inside another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cases", "consistency", "coverage", "proportional_reduction", "read_cases", "relevance"]

Floats = NDArray[np.float64]
_MOST = 14


@dataclass(frozen=True, kw_only=True, eq=False)
class Cases:
    """Hold the cases that have every membership.

    Parameters
    ----------
    conditions
        Shape (cases, conditions), from 0 to 1.
    outcome
        Shape (cases,), from 0 to 1.
    names
        One per case.
    notes
        On cases left out.
    """

    conditions: Floats
    outcome: Floats
    names: tuple[str, ...]
    notes: tuple[Text, ...]


def read_cases(
    frame: pd.DataFrame, outcome: str, conditions: Sequence[str], case: str | None, *, negate: bool
) -> Cases:
    """Return the complete cases of a frame.

    Raises
    ------
    MeasureError
        If there are no conditions or too many, the outcome is one of them, a membership lies outside [0, 1],
        or fewer than two cases are complete.
    """
    names = list(conditions)
    check_columns(frame, [outcome, *names, *([case] if case else [])])
    if outcome in names or len(names) > _MOST:
        raise MeasureError.of(
            "configurations.number_of_conditions", n=_MOST, n_found=len(names), names=names[:8]
        )
    used = frame[[outcome, *names]]
    complete = used.notna().all(axis=1)
    held = frame[complete]
    for name in (outcome, *names):
        _check_membership(held, name, case)
    if len(held) < 2:
        raise MeasureError.of("configurations.too_few_cases", n=len(held))
    values = held[outcome].to_numpy(dtype=np.float64)
    lost = len(frame) - len(held)
    notes = []
    if lost:
        notes.append(note_of("configurations.cases_without_membership", n=lost))
    labels = held[case].astype(str).tolist() if case else [str(k + 1) for k in np.flatnonzero(complete)]
    return Cases(
        conditions=held[names].to_numpy(dtype=np.float64),
        outcome=1 - values if negate else values,
        names=tuple(labels),
        notes=tuple(notes),
    )


def _sum(values: Floats) -> float:
    """Return the exact sum, rounded once: the same whatever the order of cases."""
    return math.fsum(values)


def consistency(x: Floats, y: Floats) -> float:
    r"""Return :math:`\sum\min(x,y)/\sum x`: how far x lies inside y; NaN where x is empty."""
    return _ratio(_sum(np.minimum(x, y)), _sum(x))


def coverage(x: Floats, y: Floats) -> float:
    r"""Return :math:`\sum\min(x,y)/\sum y`: how much of y lies inside x."""
    return _ratio(_sum(np.minimum(x, y)), _sum(y))


def proportional_reduction(x: Floats, y: Floats) -> float:
    """Return the proportional reduction in inconsistency: consistency without what x shares with y and its
    negation at once.
    """
    both = _sum(np.minimum(np.minimum(x, y), 1 - y))
    return _ratio(_sum(np.minimum(x, y)) - both, _sum(x) - both)


def relevance(x: Floats, y: Floats) -> float:
    r"""Return the relevance of necessity, :math:`\sum(1-x)/\sum(1-\min(x,y))` (Schneider & Wagemann 2012)."""
    return _ratio(_sum(1 - x), _sum(1 - np.minimum(x, y)))


def _ratio(top: float, bottom: float) -> float:
    return float(top / bottom) if bottom > 1e-12 else float("nan")


def _check_membership(held: pd.DataFrame, name: str, case: str | None) -> None:
    values = held[name].to_numpy(dtype=np.float64)
    bad = ~((values >= 0) & (values <= 1))
    if not bad.any():
        return
    first = [
        f"{held[case].iloc[k] if case else held.index[k]}: {values[k]:g}" for k in np.flatnonzero(bad)[:3]
    ]
    raise MeasureError.of("configurations.membership_outside_unit", name=name, n=int(bad.sum()), first=first)
