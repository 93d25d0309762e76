"""Where industries are: location quotients and co-agglomeration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.kinds import NonNegative
from digimfg.measures.contract import Gives, measure
from digimfg.measures.indicators import first_rows
from digimfg.text import Text

__all__ = ["coagglomeration", "ellison_glaeser_coagglomeration", "location_quotient"]

Floats = NDArray[np.float64]


@measure("amounts", gaps="refused", gives={"": Gives("ratio", 0, direction=1)})
@checked
def location_quotient(amounts: pd.DataFrame | Floats) -> Any:
    """Return location quotients LQ_ik = (x_ik/x_i) / (x_k/x) of regions i and industries k.

    Parameters
    ----------
    amounts
        Employment or output, regions × industries, of one date (call it on each year's rows of a panel).

    Returns
    -------
    DataFrame or array
        As the input; 1 where a region holds an industry's average share. Averages to one with weights x_i/x
        in every industry.

    Raises
    ------
    MeasureError
        If an amount is negative, missing or infinite, or a region or an industry is empty.

    References
    ----------
    Florence, P. S. (1939). Report on the location of industry. Political and Economic Planning (the
    quotient).

    Examples
    --------
    >>> location_quotient([[30.0, 10.0], [10.0, 50.0]]).round(4).tolist()
    [[1.875, 0.4167], [0.4167, 1.3889]]
    """
    table = _table(amounts)
    values = table.to_numpy(dtype=np.float64)
    quotients = (values / values.sum(axis=1, keepdims=True)) / (values.sum(axis=0) / values.sum())
    if isinstance(amounts, pd.DataFrame):
        return pd.DataFrame(quotients, index=amounts.index, columns=amounts.columns)
    return quotients


@measure("first", "second", gaps="carried", gives={"": Gives("index", 0, direction=1)})
@checked
def coagglomeration(
    first: pd.Series[float] | NonNegative | Floats, second: pd.Series[float] | NonNegative | Floats
) -> Any:
    """Return the co-agglomeration of two industries by region, 1 - abs(S_i - S_j)/(S_i + S_j) + (S_i + S_j).

    S are location quotients of the two industries in a region (`location_quotient`): the index is high where
    both are concentrated, and alike.

    Parameters
    ----------
    first, second
        Location quotients: numbers, or one per region (Series are aligned by their labels).

    Returns
    -------
    float, Series or array
        As the input; ≥ 0, missing where a quotient is missing or both are 0 (0/0).

    Raises
    ------
    MeasureError
        If a quotient is negative or infinite, or regions differ.

    References
    ----------
    陈国亮、陈建军 (2012). 产业关联、空间地理与二三产业共同集聚——来自中国 212 个城市的经验考察. 管理世界 (4),
    82-100.

    Examples
    --------
    >>> coagglomeration(1.5, 0.5)
    2.5
    >>> coagglomeration(np.array([1.5, 1.0]), np.array([0.5, 1.0])).tolist()
    [2.5, 3.0]
    """
    a, b, index = _two(first, second)
    for values, name in ((a, Text("first", "第一个")), (b, Text("second", "第二个"))):
        bad = (values < 0) | np.isinf(values)
        if bad.any():
            rows = first_rows(index if index is not None else pd.RangeIndex(len(values)), bad)
            raise MeasureError.of("measures.quotients_not_finite", name=name, rows=rows)
    total = a + b
    empty = total == 0
    index_values = np.where(empty, np.nan, 1.0 - np.abs(a - b) / np.where(empty, 1.0, total) + total)
    if index is not None:
        return pd.Series(index_values, index=index, name="coagglomeration")
    return float(index_values[0]) if np.ndim(first) == 0 and np.ndim(second) == 0 else index_values


@measure("amounts", gaps="refused", gives={"": Gives("index", direction=1)})
@checked
def ellison_glaeser_coagglomeration(amounts: pd.DataFrame | Floats) -> Any:
    """Return γᶜ_ij = Σ_m (s_mi - x_m)(s_mj - x_m) / (1 - Σ_m x_m²) for every pair of industries.

    s_mi is region m's share of industry i, x_m the mean of these shares over the industries.

    Parameters
    ----------
    amounts
        Employment or output, regions × industries, no missing values.

    Returns
    -------
    DataFrame or array
        Industries × industries, symmetric. Off the diagonal: positive where two industries gather in the
        same regions. The diagonal is raw concentration G/(1 - Σx²), without the correction for plant sizes.

    Raises
    ------
    MeasureError
        As `location_quotient`; also if all activity is in one region.

    References
    ----------
    Ellison, G., Glaeser, E. L. and Kerr, W. R. (2010). What causes industry agglomeration? Evidence from
    coagglomeration patterns. American Economic Review, 100(3), 1195-1213.
    https://doi.org/10.1257/aer.100.3.1195

    Examples
    --------
    >>> ellison_glaeser_coagglomeration([[30.0, 10.0, 20.0], [10.0, 50.0, 20.0]]).round(4).tolist()
    [[0.3096, -0.3406, 0.031], [-0.3406, 0.3746, -0.0341], [0.031, -0.0341, 0.0031]]
    """
    table = _table(amounts)
    values = table.to_numpy(dtype=np.float64)
    regional = values / values.sum(axis=0)
    mean = regional.mean(axis=1)
    room = 1.0 - float((mean**2).sum())
    if room < 1e-12:
        raise MeasureError.of("measures.one_region")
    deviations = regional - mean[:, None]
    gamma = deviations.T @ deviations / room
    if isinstance(amounts, pd.DataFrame):
        return pd.DataFrame(gamma, index=amounts.columns, columns=amounts.columns)
    return gamma


def _table(amounts: Any) -> pd.DataFrame:
    where = Text("amounts by region and industry", "分地区分产业数额")
    table = amounts if isinstance(amounts, pd.DataFrame) else pd.DataFrame(np.atleast_2d(np.asarray(amounts)))
    columns = [as_numbers(table.iloc[:, place]) for place in range(table.shape[1])]
    read = [column for column in columns if column is not None]
    values = np.column_stack(read) if columns and len(read) == len(columns) else np.empty((0, 0))
    if values.ndim != 2 or min(values.shape) < 2:
        raise MeasureError.of(
            "measures.location_table_shape",
            where=where,
            shape=str(table.shape),
            types=str(sorted({str(k) for k in table.dtypes})),
        )
    bad = ~(np.isfinite(values) & (values >= 0))
    empty_rows = values.sum(axis=1) == 0
    empty_columns = values.sum(axis=0) == 0
    if bad.any() or empty_rows.any() or empty_columns.any():
        wrong = first_rows(table.index, np.asarray(bad.any(axis=1)))
        raise MeasureError.of(
            "measures.location_amounts",
            where=where,
            wrong=str(wrong),
            regions=first_rows(table.index, empty_rows),
            industries=first_rows(table.columns, empty_columns),
        )
    return table


def _two(first: Any, second: Any) -> tuple[Floats, Floats, pd.Index | None]:
    if (
        isinstance(first, pd.Series)
        and isinstance(second, pd.Series)
        and not first.index.equals(second.index)
    ):
        alike = first.index.is_unique and second.index.is_unique and set(first.index) == set(second.index)
        second = second.reindex(first.index) if alike else second.iloc[:0]
    index = next((data.index for data in (first, second) if isinstance(data, pd.Series)), None)
    a, b = (np.atleast_1d(np.asarray(data, dtype=np.float64)) for data in (first, second))
    if a.shape != b.shape or a.ndim != 1:
        raise MeasureError.of("measures.quotients_of_other_regions", got=f"{a.shape} / {b.shape}")
    return a, b, index
