"""Panels of entities that are seen in the same periods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import MeasureError
from digimfg.labels import value_labels
from digimfg.measures.columns import Missing, check_columns, numbers, refuse_infinite
from digimfg.notes import note_of
from digimfg.periods import Calendar, calendar
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "UnbrokenPanel",
    "check_keys",
    "unbroken_panel",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class UnbrokenPanel:
    """Hold one variable of entities that are seen in the same periods.

    Parameters
    ----------
    values
        Entities × periods, sorted both ways.
    name
        Of the variable.
    notes
        On entities left out.
    """

    values: pd.DataFrame
    name: str
    notes: tuple[Text, ...]

    @cached_property
    def calendar(self) -> Calendar:
        """Return where the periods lie on the calendar, for whatever counts time.

        Raises
        ------
        PanelError
            If they have no place on one.
        """
        return calendar(self.values.columns, str(self.values.columns.name))

    def require_every_period(self, what: Text) -> None:
        """Refuse periods without data between the first and the last: what needs equal steps cannot bridge
        them.

        Raises
        ------
        MeasureError
            With the first periods next to a gap.
        """
        dates = self.calendar
        if not dates.n_missing:
            return
        ends = np.flatnonzero(np.diff(dates.places) > 1)
        named = [f"{dates.periods[i]} → {dates.periods[i + 1]}" for i in ends[:3]]
        raise MeasureError.of(
            "measures.periods_without_data", name=self.name, what=what, n_missing=dates.n_missing, named=named
        )


def unbroken_panel(
    frame: pd.DataFrame, value: str, entity: str, time: str, missing: Missing = "raise"
) -> UnbrokenPanel:
    """Return the values of entities seen in every period of the frame.

    A period that no entity has is left to the reader of `UnbrokenPanel.calendar`.

    Parameters
    ----------
    frame
        One row per entity and period.
    value, entity, time
        Columns.
    missing
        ``"raise"``, or ``"drop"``: entities without a value in some period are left out and noted.

    Raises
    ------
    MeasureError
        If a column is missing, a key occurs twice, a value is not a number, or (``missing="raise"``) an
        entity lacks a period; if fewer than two entities or periods remain.
    """
    check_columns(frame, (value, entity, time))
    check_keys(frame, (entity, time))
    twice = frame.duplicated([entity, time])
    if twice.any():
        first = frame.loc[twice, [entity, time]].head(3).to_numpy().tolist()
        raise MeasureError.of(
            "measures.panel_keys_repeated", entity=entity, time=time, n=int(twice.sum()), first=first
        )
    present = frame[frame[value].notna()] if missing == "drop" else frame
    present = present[[entity, time]].assign(**{value: numbers(present[value], value)})
    table = present.pivot(index=entity, columns=time, values=value)  # noqa: PD010 - no key repeats
    table = table.sort_index().sort_index(axis=1)
    gaps = table.isna().to_numpy()
    notes: tuple[Text, ...] = ()
    if gaps.any() and missing == "raise":
        rows, columns = np.nonzero(gaps)
        named = [f"{table.index[i]} {table.columns[j]}" for i, j in zip(rows[:3], columns[:3], strict=True)]
        raise MeasureError.of("measures.panel_with_gaps", value=value, n=int(gaps.sum()), named=named)
    if gaps.any():
        whole: NDArray[np.bool_] = ~np.any(gaps, axis=1)
        left_out = table.index[~whole].tolist()
        listed = value_labels(left_out, entity, most=5)
        notes = (
            note_of(
                "measures.entities_left_out", n_left_out=len(left_out), n_table=len(table), listed=listed
            ),
        )
        table = table.loc[whole]
    if min(table.shape) < 2:
        raise MeasureError.of(
            "measures.panel_too_small", value=value, n_entities=table.shape[0], n_periods=table.shape[1]
        )
    return UnbrokenPanel(values=table, name=value, notes=notes)


def check_keys(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse keys that are no single values, are infinite, or have no common order.

    Raises
    ------
    MeasureError
        Naming the key and its kinds.
    """
    for name in names:
        refuse_infinite(frame[name], name)
        if frame[name].dtype != np.dtype(object):
            continue
        try:
            sorted(set(frame[name].dropna()))
        except TypeError:
            kinds = ", ".join(sorted({type(key).__name__ for key in frame[name].dropna()}))
            raise MeasureError.of("measures.keys_of_several_kinds", got=kinds, name=name) from None
