"""Lay one column of a panel out by entity and period, gaps as missing values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import EstimationError, PanelError
from digimfg.magnitude import LARGEST, SMALLEST, size_outside
from digimfg.notes import note_of
from digimfg.periods import Calendar, calendar
from digimfg.text import Text

__all__ = ["PanelGrid", "panel_grid", "period_differences", "period_lags", "value_order"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class PanelGrid:
    """Hold columns of a panel by entity and period.

    Parameters
    ----------
    columns
        Column → array of shape (N, T), NaN where there is no value.
    entities
        Labels of the rows, sorted.
    calendar
        Where the periods of the frame lie; the grid has a column for each of its places, empty ones included.
    """

    columns: dict[str, Floats]
    entities: NDArray[np.generic]
    calendar: Calendar

    def step_note(self) -> tuple[Text, ...]:
        """Return a note where the step of the calendar is not one unit of time: lags count steps."""
        step = self.calendar.step
        if step == 1:
            return ()
        return (note_of("inference.spacing", step=step),)


def value_order(*grids: Floats) -> NDArray[np.int64]:
    """Return the places of units in the order of their values, first columns first.

    Draws of units hang on the order in which units stand. This one is the same whatever units are called;
    units that change places have the same values.

    Parameters
    ----------
    grids
        Arrays of shape (N, ...), missing values last.

    Examples
    --------
    >>> value_order(np.array([[2.0, 1.0], [1.0, 5.0], [1.0, 4.0]])).tolist()
    [2, 1, 0]
    """
    flat = np.concatenate([grid.reshape(len(grid), -1) for grid in grids], axis=1)
    return np.asarray(np.lexsort(flat.T[::-1]), dtype=np.int64)


def panel_grid(frame: pd.DataFrame, columns: tuple[str, ...], entity: str, time: str) -> PanelGrid:
    """Return the columns by entity and place on the calendar (see `digimfg.periods.calendar`).

    Raises
    ------
    PanelError
        If a column is missing, not numeric or infinite, a key is missing or occurs twice, or periods have no
        place on a calendar.
    EstimationError
        If numbers are so large or small that their powers cannot be held.
    """
    keys = frame[[entity, time]]
    if bool(keys.isna().to_numpy().any()) or bool(keys.duplicated().any()):
        bad = frame.index[keys.isna().any(axis=1) | keys.duplicated(keep=False)]
        raise PanelError.of(
            "inference.keys_not_unique", entity=repr(entity), time=repr(time), n=len(bad), bad=list(bad[:3])
        )
    entity_codes, entities = pd.factorize(frame[entity], sort=True)
    dates = calendar(frame[time], time)
    grids: dict[str, Floats] = {}
    for name in columns:
        values = frame[name].to_numpy(dtype=np.float64)
        if infinite := list(frame.index[np.isinf(values)]):
            raise PanelError.of(
                "inference.values_infinite", name=name, n=len(infinite), infinite=infinite[:3]
            )
        if (size := size_outside(values)) is not None:
            raise EstimationError.of(
                "inference.numbers_out_of_range", name=name, size=size, low=SMALLEST, high=LARGEST
            )
        grids[name] = np.full((len(entities), dates.length), np.nan)
        grids[name][entity_codes, dates.places] = values
    return PanelGrid(columns=grids, entities=np.asarray(entities), calendar=dates)


def period_lags(grid: Floats, lag: int) -> Floats:
    """Return the values `lag` periods earlier, NaN where there are none."""
    lagged = np.full_like(grid, np.nan)
    if lag < grid.shape[-1]:
        lagged[..., lag:] = grid[..., : grid.shape[-1] - lag]
    return lagged


def period_differences(grid: Floats) -> Floats:
    """Return first differences, NaN at gaps."""
    return np.asarray(grid - period_lags(grid, 1))
