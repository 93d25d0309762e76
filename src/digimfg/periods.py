"""Place periods on a calendar of equal steps, so that time is counted by dates and not by rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import PanelError
from digimfg.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Calendar", "calendar"]

Codes = NDArray[np.int64]
_SPARSE = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Calendar:
    """Hold where periods lie on a calendar.

    Parameters
    ----------
    places
        Steps from the first period to each, shape as the periods given.
    step
        Length of one step in the unit of the periods: the largest that all distances are multiples of.
    periods
        The distinct periods in order, shown in notes.
    """

    places: Codes
    step: float
    periods: tuple[Any, ...]

    @property
    def length(self) -> int:
        """Return the number of places from the first period to the last."""
        return int(self.places.max()) + 1 if len(self.places) else 0

    @property
    def n_missing(self) -> int:
        """Return how many places between the first period and the last have no period."""
        return self.length - len(self.periods)

    def gap_note(self) -> tuple[Text, ...]:
        """Return a note where places are empty, to stand with numbers that count time."""
        if not self.n_missing:
            return ()
        ends = f"{self.periods[0]}–{self.periods[-1]}"
        return (
            Text(
                f"{counted(self.n_missing, 'period')} without data within {ends}: time is counted by "
                f"the calendar "
                f"(one step is {self.step:g})",
                f"{ends}之间有{self.n_missing}期无数据：时间按日历计（一步为{self.step:g}）",
            ),
        )


def calendar(periods: Sequence[Any] | pd.Series[Any] | pd.Index[Any] | NDArray[Any], name: str) -> Calendar:
    """Return the places of periods on a calendar whose step is the largest common one.

    Parameters
    ----------
    periods
        Numbers, text that spells whole numbers, dates or periods, none missing, in any order, repeated or
        not. Dates of one day of the year count as years, dates of one day of the month (or last days of
        months) as months, others as days.
    name
        What they are, for messages.

    Raises
    ------
    PanelError
        If they are other text or true/false, or do not lie at multiples of one step.

    Examples
    --------
    >>> calendar([2001, 2003, 2007], "year").places.tolist()
    [0, 1, 3]
    >>> calendar(pd.to_datetime(["2001-12-31", "2004-12-31", "2005-12-31"]), "date").n_missing
    2
    """
    if isinstance(periods, np.ndarray) and periods.dtype.kind == "i":
        given, numbers = periods, periods.astype(np.int64)  # the usual ones, without a series
    else:
        series = periods if isinstance(periods, pd.Series) else pd.Series(periods)
        given, numbers = series.array, _numbers(series.reset_index(drop=True), name)
    distinct, first, codes = np.unique(numbers, return_index=True, return_inverse=True)
    if len(distinct) < 2:
        places, step = np.zeros(len(distinct), dtype=np.int64), 1.0
    elif distinct.dtype.kind == "i":
        step = float(np.gcd.reduce(np.diff(distinct)))
        places = (distinct - distinct[0]) // np.int64(step)
    else:
        places, step = _fractions(np.asarray(distinct, dtype=np.float64), given, name)
    if len(places) and places[-1] > _SPARSE * len(places):
        raise _not_placed(given, name)
    shown = tuple(_shown(given[int(row)]) for row in first)
    return Calendar(places=places[codes].astype(np.int64), step=step, periods=shown)


def _numbers(series: pd.Series[Any], name: str) -> NDArray[Any]:
    """Return whole numbers where the periods are whole, else fractions."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if isinstance(series.dtype, pd.PeriodDtype):
        return np.asarray(pd.PeriodIndex(series).asi8)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return _dates(pd.DatetimeIndex(series))
    if pd.api.types.is_bool_dtype(series.dtype):
        raise _not_placed(series, name)
    if pd.api.types.is_integer_dtype(series.dtype):
        return series.to_numpy(dtype=np.int64)
    numeric = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.all(np.isfinite(numeric)):
        dates = pd.to_datetime(series, errors="coerce") if _are_dates(series) else None
        if dates is None or dates.isna().any():
            raise _not_placed(series, name)
        return _dates(pd.DatetimeIndex(dates))
    whole = np.round(numeric)
    return (
        whole.astype(np.int64)
        if np.array_equal(whole, numeric) and np.all(np.abs(whole) < 2**53)
        else numeric
    )


def _are_dates(series: pd.Series[Any]) -> bool:
    from datetime import date

    return bool(series.map(lambda value: isinstance(value, date)).all())


def _dates(dates: pd.DatetimeIndex) -> NDArray[np.int64]:
    months = np.asarray(dates.year * 12 + dates.month - 1, dtype=np.int64)
    ends = bool(dates.is_month_end.all())
    if ends or len(np.unique(dates.day)) == 1:
        if len(np.unique(dates.month)) == 1:
            return np.asarray(dates.year, dtype=np.int64)
        return months
    naive = dates.tz_localize(None) if dates.tz is not None else dates
    return np.asarray(naive.normalize().to_numpy().astype("datetime64[D]").astype(np.int64))


def _fractions(distinct: NDArray[np.float64], periods: Any, name: str) -> tuple[Codes, float]:
    """Return places of fractions such as 2001.25, or 2001.083 where months were rounded."""
    apart = np.diff(distinct)
    smallest = float(apart.min())
    steps = np.round(apart / smallest)
    if np.any(np.abs(apart / smallest - steps) > 0.1):
        raise _not_placed(periods, name)
    places = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    return places, float(np.ptp(distinct)) / float(places[-1])


def _shown(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float | np.floating) else str(value)
    return text.removesuffix(" 00:00:00")


def _not_placed(periods: Any, name: str) -> PanelError:
    first = ", ".join(repr(value) for value in pd.Series(periods).drop_duplicates().head(3))
    return PanelError.of("periods.periods_not_equally_spaced", name=name, first=first)
