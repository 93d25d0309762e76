"""The rows that a rule computes on, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import PanelError
from digimfg.terms.lags import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Made", "Rows", "flagged", "taken"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """Hold the values of a column, one a row, and what a reader must know of them."""

    values: Floats | Sequence[Any] | pd.Series[Any]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Hold a frame by its keys.

    Parameters
    ----------
    frame
        One row per key, numbered from 0.
    keys
        Names of its key columns.
    time
        The key that dates a row, where there is one.
    """

    frame: pd.DataFrame
    keys: tuple[str, ...]
    time: str | None

    @property
    def entity(self) -> tuple[str, ...]:
        """Return the keys that name a unit."""
        return tuple(key for key in self.keys if key != self.time)

    @cached_property
    def units(self) -> Codes:
        """Return the number of each row's unit."""
        return self.groups(self.entity)

    @cached_property
    def years(self) -> Floats:
        """Return each row's time.

        Raises
        ------
        PanelError
            If the keys hold none.
        SpecificationError
            If they are text, dates or periods: a year earlier is then not one less.
        """
        if self.time is None:
            raise PanelError.of("derived.panel_without_years", got=", ".join(self.keys))
        column = self.frame[self.time]
        try:
            if column.dtype.kind in "mM":
                raise TypeError
            return column.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError):
            return whole_periods(column, self.time)

    def groups(self, columns: Sequence[str]) -> Codes:
        """Return the number of each row's group, -1 where a key is missing; one group without columns."""
        if not columns:
            return np.zeros(len(self.frame), dtype=np.int64)
        found = self.frame.groupby(list(columns), sort=False, dropna=True, observed=True).ngroup()
        return np.asarray(found.fillna(-1), dtype=np.int64)

    def earlier(self, periods: float) -> Codes:
        """Return the place of each unit's row so many periods before, -1 where there is none."""
        return self._places(self.years - periods)

    def at(self, year: float) -> Codes:
        """Return the place of each unit's row of one year, -1 where there is none."""
        return self._places(np.full(len(self.frame), float(year)))

    def _places(self, years: Floats) -> Codes:
        held = {
            (unit, year): place
            for place, (unit, year) in enumerate(zip(self.units.tolist(), self.years.tolist(), strict=True))
        }
        wanted = zip(self.units.tolist(), years.tolist(), strict=True)
        return np.array([held.get(each, -1) for each in wanted], dtype=np.int64)


def taken(values: Floats, places: Codes) -> Floats:
    """Return the values at places, missing where the place is -1."""
    return np.where(places >= 0, values[places], np.nan)


def flagged(flags: NDArray[np.bool_], places: Codes) -> NDArray[np.bool_]:
    """Return the flags at places, none where the place is -1."""
    return np.where(places >= 0, flags[places], False)
