"""Units of production: what they use, make and emit, read from a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.efficiency.options import EnvelopmentOptions
from digimfg.errors import MeasureError
from digimfg.labels import term_label
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.periods import calendar
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Units", "read_units"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """Hold units of production, sorted by period and name.

    Parameters
    ----------
    inputs, outputs, undesirable
        Shapes (units, columns); each column divided by its mean, which no measure here depends on.
    place
        Of each unit's row in the frame that was read.
    name, period
        Codes in sorted order; `period` counts steps of the calendar.
    names
        Columns of `inputs`, `outputs`, `undesirable`.
    scale
        The means.
    notes
        On rows left out, and on too few units.
    """

    inputs: Floats
    outputs: Floats
    undesirable: Floats
    place: NDArray[np.intp]
    name: NDArray[np.intp]
    period: NDArray[np.intp]
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    scale: Floats
    notes: tuple[Text, ...]

    def __len__(self) -> int:
        return len(self.inputs)

    def where(self, chosen: NDArray[Any]) -> Units:
        """Return some of the units."""
        return replace(
            self,
            inputs=self.inputs[chosen],
            outputs=self.outputs[chosen],
            undesirable=self.undesirable[chosen],
            place=self.place[chosen],
            name=self.name[chosen],
            period=self.period[chosen],
        )


def read_units(
    frame: pd.DataFrame,
    inputs: Sequence[str],
    outputs: Sequence[str],
    unit: str,
    time: str | None,
    options: EnvelopmentOptions,
) -> Units:
    """Return the units of a frame.

    Raises
    ------
    MeasureError
        If a column serves twice, a value is missing (``missing="raise"``), infinite or negative, a unit uses
        nothing or makes nothing, or stands twice in a period.
    """
    import pandas as pd

    undesirable = options.undesirable
    names = (tuple(inputs), tuple(outputs), tuple(undesirable))
    columns = [*inputs, *outputs, *undesirable]
    keys = [unit, *([time] if time is not None else [])]
    check_columns(frame, [*columns, *keys])
    _check_roles(columns, keys)
    values = frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~(np.isnan(values).any(axis=1) | frame[keys].isna().any(axis=1).to_numpy())
    if options.missing == "raise" and not known.all():
        raise _lacking(frame, columns, keys)
    held = frame[known]
    values = values[known]
    if not len(held):
        raise _lacking(frame, columns, keys)
    _check_values(held, values, names, keys)
    codes = pd.factorize(held[unit], sort=True)[0]
    steps = calendar(held[time], time).places if time is not None else np.zeros(len(held), dtype=np.int64)
    order = np.lexsort((codes, steps))
    _check_twice(held, keys)
    scale = np.sort(values, axis=0).mean(axis=0)
    scale[scale == 0] = 1.0
    scaled = (values / scale)[order]
    m, s = len(inputs), len(outputs)
    return Units(
        inputs=scaled[:, :m],
        outputs=scaled[:, m : m + s],
        undesirable=scaled[:, m + s :],
        place=np.flatnonzero(known)[order],
        name=codes[order],
        period=steps[order].astype(np.intp),
        names=names,
        scale=scale,
        notes=_notes(len(frame) - len(held), steps, m, s + len(undesirable)),
    )


def _notes(lost: int, steps: NDArray[Any], m: int, s: int) -> tuple[Text, ...]:
    notes: list[Text] = []
    if lost:
        notes.append(note_of("efficiency.rows_with_missing_values", n=lost))
    fewest = int(np.unique(steps, return_counts=True)[1].min())
    wanted = max(m * s, 3 * (m + s))
    if fewest < wanted:
        notes.append(note_of("efficiency.few_units", n=fewest, m=m, s=s, wanted=wanted))
    return tuple(notes)


def _check_roles(columns: list[str], keys: list[str]) -> None:
    every = [*columns, *keys]
    if len(set(every)) == len(every):
        return
    twice = sorted({name for name in every if every.count(name) > 1})
    raise MeasureError.of("efficiency.column_in_two_roles", names=twice)


def _lacking(frame: pd.DataFrame, columns: list[str], keys: list[str]) -> MeasureError:
    gaps = {name: int(frame[name].isna().sum()) for name in [*columns, *keys]}
    parts = [f"{term_label(name)} ({count})" for name, count in gaps.items() if count]
    return MeasureError.of(
        "efficiency.values_lacking",
        found=note_of("efficiency.missing_parts", parts=parts) if parts else Text("no row", "无行"),
    )


def _check_values(
    held: pd.DataFrame, values: Floats, names: tuple[tuple[str, ...], ...], keys: list[str]
) -> None:
    columns = [name for group in names for name in group]
    for place, name in enumerate(columns):
        bad = ~np.isfinite(values[:, place]) | (values[:, place] < 0)
        if bad.any():
            raise MeasureError.of(
                "efficiency.quantities_refused", name=name, n=int(bad.sum()), first=_first(held, bad, keys)
            )
    m, s = len(names[0]), len(names[1])
    idle: NDArray[np.bool_] = ~np.any(values[:, :m] > 0, axis=1)
    if idle.any():
        raise MeasureError.of(
            "efficiency.units_without_inputs", n=int(idle.sum()), first=_first(held, idle, keys)
        )
    idle = ~np.any(values[:, m : m + s] > 0, axis=1)
    if idle.any():
        raise MeasureError.of(
            "efficiency.units_without_outputs", n=int(idle.sum()), first=_first(held, idle, keys)
        )


def _first(held: pd.DataFrame, bad: NDArray[np.bool_], keys: list[str]) -> list[str]:
    return [" ".join(map(str, row)) for row in held.loc[bad, keys].head(3).to_numpy().tolist()]


def _check_twice(held: pd.DataFrame, keys: list[str]) -> None:
    twice = held.duplicated(keys).to_numpy()
    if twice.any():
        raise MeasureError.of(
            "efficiency.units_twice_in_a_period", n=int(twice.sum()), first=_first(held, twice, keys)
        )
