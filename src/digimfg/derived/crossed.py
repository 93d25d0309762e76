"""Computed columns across units: sums and means of groups, and a cross-section times a time series."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.derived.arithmetic import numbers_of
from digimfg.derived.rows import Made, Rows, flagged, taken
from digimfg.derived.rule import ColumnRule
from digimfg.errors import PanelError
from digimfg.kinds import Entries, Year
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["Aggregate", "Crossed"]

Booleans = NDArray[np.bool_]


@checked
@dataclass(frozen=True)
class Aggregate(ColumnRule):
    """Repeat the sum or the mean of a group's values in all its rows: national users of each year.

    Parameters
    ----------
    column
        Numbers; missing ones are left out of the group, and a note counts them. A group without values is
        missing.
    by
        Columns that name the groups, such as the year.
    statistic
        Sum or unweighted mean.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Aggregate("internet_users_10k", by="year").formula().en
    'sum of Internet users by Year'
    """

    column: str
    _: KW_ONLY
    by: Annotated[tuple[str, ...], Entries(1)] | str
    statistic: Literal["sum", "mean"] = "sum"

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the columns that name the groups."""
        return (self.by,) if isinstance(self.by, str) else self.by

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the column and those of the groups."""
        del known
        return (self.column, *self.groups)

    def formula(self) -> Text:
        """Return what is added up."""
        return note_of(
            "derived.grouped_formula",
            what=_STATISTICS[self.statistic],
            column=term_label(self.column),
            names=[term_label(name) for name in self.groups],
        )

    def compute(self, rows: Rows) -> Made:
        """Return the statistic of each row's group."""
        values, groups = numbers_of(rows, self.column), rows.groups(self.groups)
        there = ~np.isnan(values) & (groups >= 0)
        size = max(int(groups.max(initial=0)) + 1, 1)
        total = np.bincount(groups[there], weights=values[there], minlength=size)
        count = np.bincount(groups[there], minlength=size)
        found = np.where(count > 0, total / (1 if self.statistic == "sum" else np.maximum(count, 1)), np.nan)
        lacking = int(np.count_nonzero(np.isnan(values)))
        note = note_of(
            "derived.missing_left_out_by_group",
            what=_STATISTICS[self.statistic],
            column=term_label(self.column),
            names=[term_label(name) for name in self.groups],
            n=lacking,
        )
        return Made(values=taken(found, groups), notes=(note,) if lacking else ())

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return all rows of the groups in which a value is flagged."""
        groups = rows.groups(self.groups)
        if column != self.column:
            return flags
        there = np.zeros(max(int(groups.max(initial=0)) + 1, 1), dtype=bool)
        there[groups[flags & (groups >= 0)]] = True
        return flagged(there, groups)

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return all rows of the group."""
        groups = rows.groups(self.groups)
        if column != self.column or groups[row] < 0:
            return (row,)
        return tuple(np.flatnonzero(groups == groups[row]).tolist())


@checked
@dataclass(frozen=True)
class Crossed(ColumnRule):
    """Multiply a cross-section by a time series: telephones of 1984 × national users, the shares' and the
    shocks' instrument.

    Parameters
    ----------
    cross_section
        Column of numbers: one value a unit, or that of `year`.
    series
        Column of numbers: one value a year, the same for all units.
    year
        Whose value of the cross-section is taken; without it the column must not change within a unit.
    lag
        Periods by which the series is lagged.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Crossed("telephones_per_100", "national_users", year=1984, lag=1).formula().en
    'telephones_per_100 in 1984 × national_users, lag 1'
    """

    cross_section: str
    series: str
    _: KW_ONLY
    year: Year | None = None
    lag: Literal[0, 1, 2, 3] = 0

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the two columns."""
        del known
        return (self.cross_section, self.series)

    def formula(self) -> Text:
        """Return what is multiplied."""
        section, series = term_label(self.cross_section), term_label(self.series)
        when = Text("", "") if self.year is None else Text(f" in {self.year}", f"（{self.year}年）")
        lag = Text("", "") if self.lag == 0 else Text(f", lag {self.lag}", f"（滞后{self.lag}期）")
        return Text(
            f"{section.en}{when.en} × {series.en}{lag.en}",
            f"{section.zh}{when.zh}×{series.zh}{lag.zh}",
        )

    def compute(self, rows: Rows) -> Made:
        """Return the products.

        Raises
        ------
        PanelError
            If the cross-section changes within a unit and no year is named, or the series differs between
            units of a year.
        """
        section, series = numbers_of(rows, self.cross_section), numbers_of(rows, self.series)
        if self.year is None:
            _check_constant(section, rows.units, self.cross_section, _OF_UNITS)
        _check_constant(series, np.unique(rows.years, return_inverse=True)[1], self.series, _OF_YEARS)
        values = self._section(rows, section) * self._series(rows, series)
        return Made(values=values)

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return the rows whose cross-section or series is flagged."""
        nothing = np.zeros_like(flags)
        section = flags if self.year is None else flagged(flags, rows.at(self.year))
        series = flags if self.lag == 0 else flagged(flags, rows.earlier(self.lag))
        first = section if column == self.cross_section else nothing
        return first | (series if column == self.series else nothing)

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return the row of the year of the cross-section, and that of the series."""
        places = set()
        if column == self.cross_section:
            places.add(row if self.year is None else int(rows.at(self.year)[row]))
        if column == self.series:
            places.add(row if self.lag == 0 else int(rows.earlier(self.lag)[row]))
        return tuple(sorted(place for place in places if place >= 0))

    def _section(self, rows: Rows, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values if self.year is None else taken(values, rows.at(self.year))

    def _series(self, rows: Rows, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values if self.lag == 0 else taken(values, rows.earlier(self.lag))


def _check_constant(
    values: NDArray[np.float64], groups: NDArray[np.int64], column: str, expected: tuple[Text, Text]
) -> None:
    there = ~np.isnan(values) & (groups >= 0)
    size = int(groups.max(initial=0)) + 1
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, groups[there], values[there])
    np.maximum.at(high, groups[there], values[there])
    differ = int(np.count_nonzero(high > low))
    if differ:
        raise PanelError.of(
            "derived.crossed_column_varies",
            expected=expected[0],
            remedy=expected[1],
            column=column,
            differ=differ,
        )


_OF_UNITS = (
    Text("one value a unit", "每个个体一个取值"),
    Text("name the year whose value counts: year=1984", "指明取哪一年的值：year=1984"),
)
_OF_YEARS = (
    Text("one value a year, the same for all units", "每年一个取值，各个体相同"),
    Text("add it up first: dm.Aggregate(…, by='year')", "请先加总：dm.Aggregate(…, by='year')"),
)
_STATISTICS = {"sum": Text("sum", "合计"), "mean": Text("mean", "均值")}
