"""Computed columns at the prices of one year."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.derived.rows import Made, Rows, flagged
from digimfg.derived.rule import ColumnRule
from digimfg.kinds import Year
from digimfg.labels import term_label
from digimfg.measures.prices import deflate
from digimfg.text import Text

__all__ = ["Deflated"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True)
class Deflated(ColumnRule):
    """Express a column in prices of one year: `deflate`, with one deflator for every unit of the panel.

    Parameters
    ----------
    column
        At current prices.
    deflator
        Price index, a column of the panel.
    base_year
        Whose prices are wanted.
    deflator_base
        As in `deflate`: ``"fixed"``, or ``"previous_year"`` where 上年 = 100.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Deflated("gdp_100m_yuan", "gdp_deflator", base_year=2011).formula().en
    'Gross regional product at prices of 2011, by gdp_deflator'
    """

    column: str
    deflator: str
    _: KW_ONLY
    base_year: Year
    deflator_base: Literal["fixed", "previous_year"] | None = None

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the value and its deflator."""
        del known
        return (self.column, self.deflator)

    def formula(self) -> Text:
        """Return whose prices they are."""
        year, value, prices = self.base_year, term_label(self.column), term_label(self.deflator)
        return Text(
            f"{value.en} at prices of {year}, by {prices.en}",
            f"以{prices.zh}平减的{value.zh}，{year}年价格",
        )

    def compute(self, rows: Rows) -> Made:
        """Return the values at constant prices."""
        frame = rows.frame[[self.column, self.deflator]].assign(**{_UNIT: rows.units, _YEAR: rows.years})
        found = deflate(
            frame, self.column, self.deflator,
            base_year=self.base_year, entity=_UNIT, time=_YEAR, deflator_base=self.deflator_base,
        )  # fmt: skip
        return Made(values=found)

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return the rows flagged; where the deflator of the base year is, all of its unit; of a chain all
        beyond the link.
        """
        if column == self.column:
            return flags
        if self.deflator_base != "previous_year":
            return flags | flagged(flags, rows.at(self.base_year))
        links = [(rows.units[place], rows.years[place]) for place in np.flatnonzero(flags)]
        touched = np.zeros_like(flags)
        for unit, year in links:
            touched |= (rows.units == unit) & self._needs(rows.years, year)
        return touched

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return the row; for the deflator also the unit's row of the base year, of a chain every link
        between.
        """
        if column == self.column:
            return (row,)
        if self.deflator_base == "previous_year":
            same = rows.units == rows.units[row]
            return tuple(np.flatnonzero(same & self._needs(rows.years[row], rows.years)).tolist())
        base = int(rows.at(self.base_year)[row])
        return (row,) if base in (-1, row) else (row, base)

    def _needs(self, years: Floats | float, link: Floats | float) -> Any:
        """Return whether the chained index of a year needs the link of another: those after the earlier of
        it and the base.
        """
        base = float(self.base_year)
        return (np.minimum(years, base) < link) & (link <= np.maximum(years, base)) | (link == years)


_UNIT, _YEAR = "unit of a row ", "year of a row "
