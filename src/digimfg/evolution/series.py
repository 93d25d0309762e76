"""Read one series in time from a frame: sorted, finite, one value a period, without gaps where a method
needs none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.magnitude import size_outside
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Series", "check_size", "read_series"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Series:
    """Hold one series in the order of time.

    Parameters
    ----------
    name
        Column of the values.
    times
        Periods, ascending, shape (T,).
    values
        Shape (T,), finite.
    step
        Distance of neighbouring periods; where they differ, the smallest.
    """

    name: str
    times: Floats
    values: Floats
    step: float

    def __len__(self) -> int:
        return len(self.times)

    @property
    def dates(self) -> NDArray[np.int64] | Floats:
        """Return the periods, as whole numbers where all of them are."""
        whole = np.round(self.times)
        return whole.astype(np.int64) if np.array_equal(whole, self.times) else self.times


def read_series(
    frame: pd.DataFrame,
    value: str,
    time: str,
    *,
    at_least: int,
    why: Text,
    regular: bool = True,
    minimum: float | None = None,
    exclusive: bool = False,
) -> Series:
    """Return one column of a frame as a series in time.

    Parameters
    ----------
    frame
        One row per period, in any order.
    value, time
        Columns; periods are numbers (years, or fractions of them).
    at_least
        Fewest periods that the method can use.
    why
        What needs them, for the message.
    regular
        Refuse periods that are not equally spaced.
    minimum, exclusive
        Smallest value, or with `exclusive` the bound that values must exceed.

    Raises
    ------
    MeasureError
        If a column is absent or holds other than finite numbers, a period comes twice, periods have gaps, or
        are too few.
    """
    check_columns(frame, (value, time))
    times, values = (
        numbers(frame[time], time),
        numbers(frame[value], value, minimum=minimum, exclusive=exclusive),
    )
    check_size(times, time, most=1e6)
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    where = note_of("evolution.series_of_diffusion", value=value)
    steps = np.diff(times)
    if (steps <= 0).any():
        twice = times[1:][steps <= 0]
        raise MeasureError.of("evolution.period_twice", where=where, n=len(twice), first=twice[0])
    if len(times) < at_least:
        raise MeasureError.of(
            "evolution.series_too_short", where=where, n=at_least, why=why, n_found=len(times)
        )
    step = float(steps.min()) if len(steps) else 1.0
    wide = np.flatnonzero(~np.isclose(steps, step, rtol=1e-6)) if regular else np.empty(0, dtype=np.int64)
    if len(wide):
        raise MeasureError.of("evolution.steps_not_equal", where=where, n=len(wide), first=times[wide[0]])
    return Series(name=value, times=times, values=values, step=step)


def check_size(values: Floats, name: str, *, most: float = 1e100) -> None:
    """Refuse numbers so large or so small that their squares are none.

    Raises
    ------
    MeasureError
        If a value exceeds `most` in size, or none other than zero reaches 1e-100.
    """
    size = size_outside(values, low=1e-100, high=most)
    if size is not None:
        raise MeasureError.of("evolution.numbers_too_large", name=name, most=most, size=size)
