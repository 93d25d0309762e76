"""Quantities of firms at the prices of one year, by deflators of industries or provinces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import StoredFrame
from digimfg.measures.prices import deflate
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables.unit_names import unit_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Deflated", "Deflator", "price_levels"]

Deflated = Literal["output", "value_added", "materials", "investment", "wages"]
_COLUMNS: dict[Deflated, tuple[str, ...]] = {
    "output": ("output",),
    "value_added": ("value_added", "value_added_income", "value_added_production", "value_added_reported"),
    "materials": ("materials", "intermediate_inputs"),
    "investment": ("investment", "capital"),
    "wages": ("wages",),
}
"""Which columns a deflator is for."""


@checked
@dataclass(frozen=True)
class Deflator:
    """Declare a price index and the quantities of firms that it deflates.

    Parameters
    ----------
    quantities
        ``"output"``, ``"value_added"``, ``"materials"`` (intermediate inputs too), ``"investment"`` (capital
        too), ``"wages"``; one or more.
    table
        One row per year, or per year and `by`; columns ``year``, `by` and `column`. Industries and provinces
        by code or name.
    column
        The index.
    by
        ``"industry"``, ``"province"``, or ``None`` for one series.
    chained
        Whether the index has the previous year = 100; else one base.

    Examples
    --------
    >>> import pandas as pd
    >>> ppi = pd.DataFrame({"industry": ["C39", "C39"], "year": [2019, 2020], "ppi": [98.5, 98.0]})
    >>> Deflator(("output", "value_added"), ppi, "ppi", by="industry", chained=True).quantities
    ('output', 'value_added')
    """

    quantities: tuple[Deflated, ...]
    table: StoredFrame
    column: str
    _: KW_ONLY
    by: Literal["industry", "province"] | None = None
    chained: bool = False

    def __post_init__(self) -> None:
        lacking = [
            name for name in ("year", self.by, self.column) if name is not None and name not in self.table
        ]
        if lacking:
            raise MeasureError.of(
                "firms.deflator_table_columns",
                names=lacking,
                names_found=[str(name) for name in self.table.columns[:10]],
            )


def price_levels(
    frame: pd.DataFrame, deflators: Sequence[Deflator], base_year: int | None
) -> tuple[dict[str, NDArray[np.float64]], list[Text]]:
    """Return, for each column of quantities with a deflator, the price level of each row (base year = 1).

    Raises
    ------
    MeasureError
        If two deflators are for one quantity, there are deflators and no base year, the firms have no such
        industry or province, or an index lacks the base year.
    """
    found: dict[str, NDArray[np.float64]] = {}
    notes: list[Text] = []
    if deflators and base_year is None:
        raise MeasureError.of("firms.no_base_year")
    for each in deflators:
        columns = [name for quantity in each.quantities for name in _COLUMNS[quantity]]
        twice = [name for name in columns if name in found]
        if twice:
            raise MeasureError.of("firms.deflator_twice", names=twice)
        level, unmatched = _levels(frame, each, int(base_year or 0))
        found |= dict.fromkeys(columns, level)
        if unmatched:
            notes.append(
                note_of(
                    "firms.no_deflator", n=unmatched, column=each.column, quantities=list(each.quantities)
                )
            )
    return found, notes


def _levels(frame: pd.DataFrame, each: Deflator, base_year: int) -> tuple[NDArray[np.float64], int]:
    by = each.by
    if by is not None and by not in frame:
        raise MeasureError.of(
            "firms.deflator_column_lacking", by=by, names=[str(name) for name in frame.columns[:12]]
        )
    table = pd.DataFrame(
        {
            "unit": _units(each.table[by], by) if by is not None else "all",
            "year": each.table["year"].astype("float64"),
            "index": each.table[each.column].astype("float64"),
            "one": 1.0,
        }
    )
    table["level"] = 1 / deflate(
        table,
        "one",
        "index",
        base_year=base_year,
        entity="unit",
        time="year",
        deflator_base="previous_year" if each.chained else "fixed",
    )
    units = _units(frame[by], by) if by is not None else pd.Series("all", index=frame.index)
    keys = pd.DataFrame({"unit": units.to_numpy(), "year": frame["year"].to_numpy(dtype=np.float64)})
    level = keys.merge(table[["unit", "year", "level"]], on=["unit", "year"], how="left")["level"]
    values = level.to_numpy(dtype=np.float64)
    return values, int(np.isnan(values).sum())


def _units(values: pd.Series, by: str) -> pd.Series:
    """Return codes of industries or provinces; what is none stays as it is."""
    codes = {value: unit_code(by, value) or str(value) for value in values.dropna().unique()}
    return values.map(codes).astype(object)
