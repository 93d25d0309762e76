"""Rows of a panel beside the state of the period before and of the first one, gaps never bridged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.inference.panel_grid import panel_grid
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TransitionRows", "transition_rows"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_FEWEST_UNITS = 20


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class TransitionRows:
    """Hold one row per unit and period after its first.

    Parameters
    ----------
    now, before, initial
        State today, in the period before, and in the unit's first period.
    values, initial_values
        Column → today's and the first period's value.
    unit, period
        Codes of units, ascending, and places of periods.
    notes
        On rows left out.
    """

    now: Floats
    before: Floats
    initial: Floats
    values: Mapping[str, Floats]
    initial_values: Mapping[str, Floats]
    unit: Codes
    period: Codes
    notes: tuple[Text, ...]


def transition_rows(
    frame: pd.DataFrame, outcome: str, columns: tuple[str, ...], entity: str, time: str
) -> TransitionRows:
    """Return the steps of a binary state in units with three periods in a row or more.

    Raises
    ------
    MeasureError
        See `state_dependence`.
    """
    check_columns(frame, (outcome, *columns, entity, time))
    for name in (outcome, *columns):
        numbers(frame[name], name)
    where = note_of("evolution.outcome_of_transitions", outcome=outcome)
    others = sorted(set(np.unique(numbers(frame[outcome], outcome)).tolist()) - {0.0, 1.0})
    if others:
        raise MeasureError.of(
            "evolution.states_not_binary", where=where, values=[f"{value:g}" for value in others[:3]]
        )
    grid = panel_grid(frame, (outcome, *columns), entity, time).columns
    state = grid[outcome]
    seen = ~np.isnan(state)
    first = seen.argmax(axis=1)
    places = np.arange(state.shape[1])
    started = places >= first[:, None]
    unbroken = started & (np.cumsum(started & ~seen, axis=1) == 0)
    used = unbroken & (unbroken.sum(axis=1) >= 3)[:, None]
    rows, periods = np.nonzero(used & (places > first[:, None]))
    units = np.unique(rows)
    if len(units) < _FEWEST_UNITS:
        raise MeasureError.of(
            "evolution.too_few_units_in_a_row", where=where, n=_FEWEST_UNITS, n_found=len(units)
        )
    now, before = state[rows, periods], state[rows, periods - 1]
    table = [[int(((before == a) & (now == b)).sum()) for b in (0, 1)] for a in (0, 1)]
    if min(min(line) for line in table) == 0:
        raise MeasureError.of(
            "evolution.no_moves_both_ways",
            where=where,
            a=table[0][0],
            b=table[0][1],
            c=table[1][0],
            d=table[1][1],
        )
    start = first[rows]
    return TransitionRows(
        now=now,
        before=before,
        initial=state[rows, start],
        values={name: grid[name][rows, periods] for name in columns},
        initial_values={name: grid[name][rows, start] for name in columns},
        unit=np.searchsorted(units, rows).astype(np.int64),
        period=periods.astype(np.int64),
        notes=_notes(int(seen.sum()), int(used.sum())),
    )


def _notes(seen: int, used: int) -> tuple[Text, ...]:
    if seen == used:
        return ()
    return (note_of("evolution.not_used", n=seen - used),)
