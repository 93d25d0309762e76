"""Price bases and currencies: chained indices, deflators, real values, exchange; pure functions of
columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Finite, Key, NumberColumn, Positive
from digimfg.measures.contract import Gives, measure
from digimfg.measures.price_checks import (
    check_base_year,
    check_keys,
    check_one_base,
    check_one_series,
    check_positive,
    in_base_year,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["chain_index", "deflate", "exchange", "implied_deflator"]

_SHOWN = 3


@measure("frame", gaps="carried", gives={"": Gives("index", 0)})
@checked
def chain_index(
    frame: pd.DataFrame, column: NumberColumn, *, base_year: Finite, entity: Key, time: NumberColumn = "year"
) -> pd.Series[float]:
    """Chain an index with the previous year = 100 into one with the base year = 100.

    P_t = P_{t-1} g_t / 100 after the base year and P_{t-1} = 100 P_t / g_t before it, unit by unit.

    Parameters
    ----------
    frame
        One row per unit and year.
    column
        Index, previous year = 100 (上年 = 100), positive.
    base_year
        Year that becomes 100. A unit needs a row in that year, but no value of `column`.
    entity, time
        Key columns.

    Returns
    -------
    pandas.Series
        Index, base year = 100, aligned with `frame`. A missing value or year breaks the chain: years beyond
        it are missing, never bridged.

    Raises
    ------
    MeasureError
        If a column is not there, a value is not positive, a key repeats, or a unit has no row in the base
        year.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"province": ["京"] * 3, "year": [2019, 2020, 2021], "cpi": [102.3, 101.7,
    ...     101.1]})
    >>> dm.chain_index(frame, "cpi", base_year=2020, entity="province").round(3).tolist()
    [98.328, 100.0, 101.1]
    """
    check_keys(frame, (column, entity, time), (entity, time))
    check_positive(frame, column, entity, time)
    level = np.full(len(frame), np.nan)
    absent = []
    for unit, rows in frame.groupby(entity, sort=False).indices.items():
        order = rows[np.argsort(frame[time].to_numpy()[rows], kind="stable")]
        years = frame[time].to_numpy()[order]
        if base_year not in years:
            absent.append(str(unit))
            continue
        level[order] = _chained(years, frame[column].to_numpy(dtype="float64")[order] / 100.0, base_year)
    check_base_year(absent, base_year, entity)
    return pd.Series(level, index=frame.index, name=f"{column}_base{base_year:g}")


@measure("frame", gaps="carried", gives={"": Gives("index", 0)})
@checked
def implied_deflator(
    frame: pd.DataFrame,
    nominal: NumberColumn,
    volume_index: NumberColumn,
    *,
    base_year: Finite,
    entity: Key,
    time: NumberColumn = "year",
) -> pd.Series[float]:
    """Return the deflator that nominal values and an index of their volume imply, base year = 100.

    P_t = 100 (Y_t / Y_b) / (Q_t / Q_b), the GDP deflator of a province from nominal GDP and its index at
    constant prices.

    Parameters
    ----------
    frame
        One row per unit and year.
    nominal
        Values at current prices, positive.
    volume_index
        Index of volume with any one base (see `chain_index` for one with the previous year = 100), positive.
    base_year, entity, time
        As in `chain_index`.

    Returns
    -------
    pandas.Series
        Aligned with `frame`; missing where either is, and for units without both in the base year.

    Raises
    ------
    MeasureError
        If a column is not there, a value is not positive, a key repeats, or a unit has no row in the base
        year.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"p": ["a", "a"], "year": [2020, 2021], "gdp": [100.0, 121.0], "volume": [100.0,
    ...     110.0]})
    >>> dm.implied_deflator(frame, "gdp", "volume", base_year=2020, entity="p").round(6).tolist()
    [100.0, 110.0]
    """
    check_keys(frame, (nominal, volume_index, entity, time), (entity, time))
    for column in (nominal, volume_index):
        check_positive(frame, column, entity, time)
    ratio = frame[nominal] / frame[volume_index]
    return (100.0 * ratio / in_base_year(frame, ratio, base_year, entity, time)).rename(f"{nominal}_deflator")


@measure("frame", gaps="carried", gives={"": Gives("as given")})
@checked
def deflate(
    frame: pd.DataFrame,
    column: NumberColumn,
    deflator: NumberColumn,
    *,
    base_year: Finite,
    entity: Key | None = None,
    time: NumberColumn = "year",
    deflator_base: Literal["fixed", "previous_year"] | None = None,
) -> pd.Series[float]:
    """Return values at the prices of a base year: x_it P_ib / P_it.

    Parameters
    ----------
    frame
        One row per unit and year.
    column
        Values at current prices.
    deflator
        Price index, positive, with one base over all years (which need not be `base_year`) or with the
        previous year = 100: see `deflator_base`.
    base_year
        Year whose prices are wanted.
    entity, time
        Key columns; without `entity` the deflator is one series of years.
    deflator_base
        ``"fixed"``: one base over all years, whatever the values look like; ``"previous_year"``: chained
        first, as `chain_index` does. By default one base is expected, and an index that never leaves 80 to
        125 over ten years and more without a trend is refused, since both kinds can look so.

    Returns
    -------
    pandas.Series
        In the unit of `column` at prices of the base year, named ``<column><base_year>``; missing where
        value or deflator is.

    Raises
    ------
    MeasureError
        If a column is not there, the deflator is not positive, a key repeats, a unit has no deflator in the
        base year, a year has two deflators without `entity`, or nothing is declared and the deflator may
        have the previous year = 100.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"p": ["a", "a"], "year": [2011, 2012], "gdp_yuan": [50.0, 63.0],
    ...     "deflator": [200.0, 210.0]})
    >>> dm.deflate(frame, "gdp_yuan", "deflator", base_year=2011, entity="p").round(6).tolist()
    [50.0, 60.0]
    """
    keys = (time,) if entity is None else (entity, time)
    check_keys(frame, (column, deflator, *keys), keys)
    check_positive(frame, deflator, *keys)
    if deflator_base is None:
        check_one_base(frame, deflator, time)
    if entity is None:
        check_one_series(frame, deflator, time)
    prices = frame[deflator]
    if deflator_base == "previous_year":
        prices = _chained_prices(frame, deflator, base_year, entity, time)
    base = in_base_year(frame, prices, base_year, entity, time)
    return (frame[column] * base / prices).rename(f"{column}{base_year:g}")


@measure("frame", gaps="carried", gives={"": Gives("as given")})
@checked
def exchange(
    frame: pd.DataFrame,
    column: NumberColumn,
    rates: Mapping[Finite, Positive],
    *,
    time: NumberColumn = "year",
) -> pd.Series[float]:
    """Return values in another currency: multiplied by the rate of their year.

    Parameters
    ----------
    frame
        Any rows with a year.
    column
        Values in the first currency.
    rates
        Year → units of the second currency per unit of the first, positive; state their source in your text.
    time
        Column of years.

    Returns
    -------
    pandas.Series
        Aligned with `frame`; missing where the value is.

    Raises
    ------
    MeasureError
        If a column is not there, a year with a value has no rate, or a rate is not positive.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"year": [2020, 2021], "fdi_10k_usd": [10.0, 20.0]})
    >>> dm.exchange(frame, "fdi_10k_usd", {2020: 7.0, 2021: 6.5}).tolist()
    [70.0, 130.0]
    """
    check_keys(frame, (column, time), ())
    found = frame[time].map(dict(rates)).astype("float64")
    lacking = sorted(set(frame.loc[found.isna() & frame[column].notna(), time].tolist()))
    if lacking:
        raise MeasureError.of("measures.years_without_rate", lacking=lacking[:_SHOWN])
    return frame[column] * found


def _chained_prices(
    frame: pd.DataFrame, deflator: str, base_year: float, entity: str | None, time: str
) -> pd.Series[float]:
    if entity is not None:
        return chain_index(frame, deflator, base_year=base_year, entity=entity, time=time)
    years = frame[[time, deflator]].drop_duplicates().sort_values(time, kind="stable").dropna(subset=[time])
    years = years[years[deflator].notna() | ~years[time].duplicated(keep=False)]
    check_base_year([] if (years[time] == base_year).any() else [time], base_year, time)
    level = _chained(years[time].to_numpy(), years[deflator].to_numpy(dtype="float64") / 100.0, base_year)
    return frame[time].map(dict(zip(years[time], level, strict=True))).astype("float64")


def _chained(years: np.ndarray, growth: np.ndarray, base_year: float) -> np.ndarray:
    level = np.full(len(years), np.nan)
    start = int(np.flatnonzero(years == base_year)[0])
    level[start] = 100.0
    for place in range(start + 1, len(years)):
        level[place] = level[place - 1] * growth[place] if years[place] == years[place - 1] + 1 else np.nan
    for place in range(start - 1, -1, -1):
        level[place] = (
            level[place + 1] / growth[place + 1] if years[place] == years[place + 1] - 1 else np.nan
        )
    return level
