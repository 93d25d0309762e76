"""Lags that see gaps: where each unit stood so many periods before, by the calendar and not by rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.notes import note_of
from digimfg.terms.categories import category_codes
from digimfg.text import Text

__all__ = ["PeriodOrder", "whole_periods"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_MOST_CELLS = 2**62


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class PeriodOrder:
    """Hold the unit and the period of every row, -1 where either is missing; periods count from the first.

    Parameters
    ----------
    entity, time
        Codes, shape (n,).
    span
        Number of periods from the first to the last.
    """

    entity: Codes
    time: Codes
    span: int

    @classmethod
    def of(
        cls, entity: pd.Series[Any], time: pd.Series[Any], names: tuple[str, str], where: Text
    ) -> PeriodOrder:
        """Return the order of two key columns.

        Parameters
        ----------
        names
            Of the columns.
        where
            The term that asks for a lag, for the error that a key is repeated.

        Raises
        ------
        SpecificationError
            If periods are no whole numbers, lie too far apart, or a unit has two rows in one.
        """
        unit, units = category_codes(entity, Text.of("`entity`"))
        years = whole_periods(time, names[1])
        first = int(np.nanmin(years)) if np.isfinite(years).any() else 0
        period = np.where(np.isfinite(years), years - first, -1).astype(np.int64)
        unit = np.where(period < 0, -1, unit)
        span = int(period.max()) + 1 if len(period) else 1
        if span > _MOST_CELLS // max(len(units), 1):
            raise SpecificationError.of("terms.periods_too_far_apart", time=names[1], span=span)
        keys = pd.Series(unit * span + period)[unit >= 0]
        repeated = keys[keys.duplicated()]
        if len(repeated):
            row = int(repeated.index[0])
            raise SpecificationError.of(
                "terms.keys_repeated",
                where=where,
                n_repeated=len(repeated),
                entity=entity.iloc[row],
                period=time.iloc[row],
            )
        return cls(entity=unit, time=period, span=span)

    def shifted(self, values: Floats, periods: int) -> Floats:
        """Return what each row's unit had so many periods before, NaN where it had no row."""
        wanted = self.time - periods
        keys = self.entity * self.span + self.time
        order = np.argsort(keys, kind="stable")
        target = self.entity * self.span + wanted
        place = np.searchsorted(keys[order], target)
        inside = (wanted >= 0) & (wanted < self.span) & (place < len(order)) & (self.entity >= 0)
        row = order[np.minimum(place, len(order) - 1)]
        hit = inside & (keys[row] == target)
        return np.where(hit, values[row], np.nan)


def whole_periods(column: pd.Series[Any], name: str) -> Floats:
    """Return a time column as whole numbers (NaN where missing).

    Raises
    ------
    SpecificationError
        If it holds text, dates or fractions.
    """
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan) if numeric else np.array([])
    if not numeric or np.any(values[np.isfinite(values)] % 1 != 0) or np.isinf(values).any():
        first = ", ".join(repr(value) for value in column.dropna().drop_duplicates().tolist()[:3])
        raise SpecificationError.of(
            "terms.time_not_whole", remedy=_numbered(column, name), name=name, dtype=column.dtype, first=first
        )
    return values


def _numbered(column: pd.Series[Any], name: str) -> Text:
    """Return how to number the periods of a column."""
    own = f"frame['{name}']"
    years, quarters = f"{own}.astype(int)", f"pd.PeriodIndex({own}, freq='Q').astype('int64')"
    if isinstance(column.dtype, pd.PeriodDtype):
        years, quarters = f"{own}.dt.year", f"{own}.astype('int64')"
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        years, quarters = f"{own}.dt.year", f"4 * {own}.dt.year + {own}.dt.quarter - 1"
    return note_of("terms.number_the_periods", years=years, quarters=quarters)
