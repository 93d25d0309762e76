"""Computed columns of one row or one unit: ratios, growth, values of a year, winsorized ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.derived.rows import Made, Rows, flagged, taken
from digimfg.derived.rule import ColumnRule
from digimfg.errors import PanelError
from digimfg.frames import as_numbers
from digimfg.kinds import Above, AtLeast, AtMost, Below, Positive, Year
from digimfg.labels import term_label
from digimfg.measures.winsorize import winsorize
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables import dictionary

__all__ = ["AtYear", "Growth", "Ratio", "Winsorized", "numbers_of", "unit_of"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True)
class Ratio(ColumnRule):
    """Divide one column by another; missing where either is, or where the divisor is 0, which a note counts.

    Parameters
    ----------
    numerator, denominator
        Columns of numbers.
    scale
        What the ratio is multiplied by: 100 for per cent.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Ratio("rd_100m_yuan", "gdp_100m_yuan", scale=100).unit().en
    '%'
    """

    numerator: str
    denominator: str
    _: KW_ONLY
    scale: Positive = 1.0

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the two columns."""
        del known
        return (self.numerator, self.denominator)

    def unit(self) -> Text | None:
        """Return per cent, where the scale is 100."""
        return Text("%", "%") if self.scale == 100 else None

    def formula(self) -> Text:
        """Return the division."""
        scale = "" if self.scale == 1 else f"{self.scale:g} × "
        top, bottom = term_label(self.numerator), term_label(self.denominator)
        return Text(f"{scale}{top.en} / {bottom.en}", f"{scale}{top.zh} / {bottom.zh}")

    def compute(self, rows: Rows) -> Made:
        """Return the ratios."""
        top, bottom = (numbers_of(rows, name) for name in self.inputs())
        zero = bottom == 0
        values = self.scale * top / np.where(zero, np.nan, bottom)
        count = int(np.count_nonzero(zero & ~np.isnan(top)))
        note = note_of(
            "derived.divisor_zero",
            n=count,
            numerator=term_label(self.numerator),
            denominator=term_label(self.denominator),
        )
        return Made(values=values, notes=(note,) if count else ())


@checked
@dataclass(frozen=True)
class Growth(ColumnRule):
    """Compute growth against some periods before, unit by unit; a gap gives missing, never the row before it.

    Parameters
    ----------
    column
        Numbers.
    kind
        ``"percent"`` 100 (x_t / x_{t-k} - 1), missing where the earlier value is not positive; ``"log"`` 100
        ln(x_t / x_{t-k}), missing where either is not positive.
    periods
        k.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Growth("gdp", periods=2).formula().en
    'growth of gdp over 2 periods, per cent'
    """

    column: str
    _: KW_ONLY
    kind: Literal["percent", "log"] = "percent"
    periods: Annotated[int, AtLeast(1), AtMost(9_999)] = 1

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the column."""
        del known
        return (self.column,)

    def unit(self) -> Text | None:
        """Return per cent, or log points in hundreds."""
        return Text("%", "%") if self.kind == "percent" else Text("log points × 100", "对数点 × 100")

    def formula(self) -> Text:
        """Return what is compared."""
        return note_of(
            "derived.growth_formula",
            measure=_KINDS[self.kind],
            column=term_label(self.column),
            n=self.periods,
        )

    def compute(self, rows: Rows) -> Made:
        """Return the growth."""
        now = numbers_of(rows, self.column)
        before = taken(now, rows.earlier(self.periods))
        here, there = np.where(before > 0, now, np.nan), np.where(before > 0, before, np.nan)
        if self.kind == "percent":
            values = 100 * (here / there - 1)
        else:
            values = 100 * np.log(np.where(here > 0, here, np.nan) / there)
        count = int(np.count_nonzero(~np.isnan(now) & ~np.isnan(before) & np.isnan(values)))
        note = note_of("derived.growth_of_non_positive", n=count, column=term_label(self.column))
        return Made(values=values, notes=(note,) if count else ())

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return the rows whose value or earlier value is flagged."""
        del column
        return flags | flagged(flags, rows.earlier(self.periods))

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return the row and the earlier one."""
        del column
        before = int(rows.earlier(self.periods)[row])
        return (row,) if before < 0 else (row, before)


@checked
@dataclass(frozen=True)
class AtYear(ColumnRule):
    """Repeat a unit's value of one year in all its years: what was there before, as telephones in 1984.

    Parameters
    ----------
    column
        Numbers.
    year
        Of the time key; units without a row of that year are missing, which a note counts.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.AtYear("telephones", 1984).formula().en
    'telephones in 1984'
    """

    column: str
    year: Year

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the column."""
        del known
        return (self.column,)

    def unit(self) -> Text | None:
        """Return the unit of the column, where the dictionary knows it."""
        return unit_of(self.column)

    def formula(self) -> Text:
        """Return which year."""
        label = term_label(self.column)
        return Text(f"{label.en} in {self.year}", f"{label.zh}的{self.year}年取值")

    def compute(self, rows: Rows) -> Made:
        """Return the value of the year in every row of the unit."""
        values = taken(numbers_of(rows, self.column), rows.at(self.year))
        lacking = len(np.unique(rows.units[np.isnan(values)]))
        note = note_of(
            "derived.no_value_in_base_year", n=lacking, column=term_label(self.column), year=str(self.year)
        )
        return Made(values=values, notes=(note,) if lacking else ())

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return all rows of the units whose value of that year is flagged."""
        del column
        return flagged(flags, rows.at(self.year))

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return the unit's row of that year."""
        del column
        place = int(rows.at(self.year)[row])
        return (place,) if place >= 0 else ()


@checked
@dataclass(frozen=True)
class Winsorized(ColumnRule):
    """Set the values beyond two quantiles to these: `winsorize`.

    Parameters
    ----------
    column
        Numbers.
    share
        Of the values at each end.
    by
        Column within whose values quantiles are taken, as the year.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Winsorized("debt", 0.01).formula().en
    'debt winsorized at 1 % and 99 %'
    """

    column: str
    share: Annotated[float, Above(0), Below(0.5)] = 0.01
    _: KW_ONLY
    by: str | None = None

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the column, and the one that groups its values."""
        del known
        return (self.column,) if self.by is None else (self.column, self.by)

    def unit(self) -> Text | None:
        """Return the unit of the column, where the dictionary knows it."""
        return unit_of(self.column)

    def formula(self) -> Text:
        """Return the quantiles."""
        label = term_label(self.column)
        low, high = f"{100 * self.share:g}", f"{100 * (1 - self.share):g}"
        within = (
            Text("", "")
            if self.by is None
            else Text(f" within {term_label(self.by).en}", f"（按{term_label(self.by).zh}分组）")
        )
        return Text(
            f"{label.en} winsorized at {low} % and {high} %{within.en}",
            f"{label.zh}在{low}%与{high}%分位缩尾{within.zh}",
        )

    def compute(self, rows: Rows) -> Made:
        """Return the bounded values."""
        numbers_of(rows, self.column)
        return Made(values=winsorize(rows.frame, self.column, self.share, by=self.by)[self.column])


def numbers_of(rows: Rows, column: str) -> Floats:
    """Return a column as numbers.

    Raises
    ------
    PanelError
        If it holds something else.
    """
    values = as_numbers(rows.frame[column])
    if values is None:
        raise PanelError.of("derived.column_not_numbers", got=str(rows.frame[column].dtype), column=column)
    return values


def unit_of(column: str) -> Text | None:
    """Return the unit of a column that the dictionary knows."""
    known = dictionary().get(column)
    return None if known is None else known.unit


_KINDS = {"percent": Text("growth", "增长率"), "log": Text("log growth", "对数增长")}
