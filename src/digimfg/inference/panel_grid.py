"""Lay one column of a panel out by entity and period, gaps as missing values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import PanelError
from digimfg.text import Text

__all__ = ["PanelGrid", "panel_grid", "period_differences", "period_lags"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class PanelGrid:
    """Hold columns of a panel by entity and period.

    Parameters
    ----------
    columns
        Column → array of shape (N, T), NaN where there is no value.
    entities
        Labels of the rows, sorted.
    periods
        Labels of the columns: every whole number from the first to the last period, or the sorted distinct
        values where periods are not whole numbers.
    """

    columns: dict[str, Floats]
    entities: NDArray[np.generic]
    periods: NDArray[np.generic]


def panel_grid(frame: pd.DataFrame, columns: tuple[str, ...], entity: str, time: str) -> PanelGrid:
    """Return the columns by entity and period.

    Raises
    ------
    PanelError
        If a column is missing or not numeric, a key is missing, or a key occurs twice.
    """
    for name in (entity, time, *columns):
        if name not in frame.columns:
            raise PanelError(
                where=Text(f"column {name!r}", f"列 {name!r}"),
                expected=Text("a column of the frame", "数据框中的列"),
                got=Text(f"{len(frame.columns)} other columns", f"{len(frame.columns)} 个其他列"),
                remedy=Text("check its spelling", "检查拼写"),
            )
    keys = frame[[entity, time]]
    if bool(keys.isna().to_numpy().any()) or bool(keys.duplicated().any()):
        bad = frame.index[keys.isna().any(axis=1) | keys.duplicated(keep=False)]
        raise PanelError(
            where=Text(f"keys {entity!r}, {time!r}", f"键 {entity!r}、{time!r}"),
            expected=Text("one row per entity and period, no key missing", "每个个体每期一行，键不缺失"),
            got=Text(
                f"{len(bad)} rows otherwise, the first at {list(bad[:3])}",
                f"{len(bad)} 行不符，前几行位于 {list(bad[:3])}",
            ),
            remedy=Text("drop or merge the repeated rows", "删除或合并重复行"),
        )
    entity_codes, entities = pd.factorize(frame[entity], sort=True)
    moments = pd.to_numeric(frame[time], errors="coerce").to_numpy(dtype=np.float64)
    if np.all(np.isfinite(moments)) and np.array_equal(moments, np.round(moments)):
        first = int(moments.min()) if len(moments) else 0
        period_codes = (moments - first).astype(np.int64)
        n_periods = int(period_codes.max()) + 1 if len(moments) else 0
        periods = np.arange(first, first + n_periods)
    else:
        codes, labels = pd.factorize(frame[time], sort=True)
        period_codes, periods = codes.astype(np.int64), np.asarray(labels)
    grids: dict[str, Floats] = {}
    for name in columns:
        grid = np.full((len(entities), len(periods)), np.nan)
        grid[entity_codes, period_codes] = _numbers(frame[name])
        grids[name] = np.where(np.isfinite(grid), grid, np.nan)
    return PanelGrid(columns=grids, entities=np.asarray(entities), periods=periods)


def period_lags(grid: Floats, lag: int) -> Floats:
    """Return the values `lag` periods earlier, NaN where there are none."""
    lagged = np.full_like(grid, np.nan)
    if lag < grid.shape[-1]:
        lagged[..., lag:] = grid[..., : grid.shape[-1] - lag]
    return lagged


def period_differences(grid: Floats) -> Floats:
    """Return first differences, NaN at gaps."""
    return np.asarray(grid - period_lags(grid, 1))


def _numbers(column: pd.Series) -> Floats:
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise PanelError(
            where=Text(f"column {column.name!r}", f"列 {column.name!r}"),
            expected=Text("numbers", "数值"),
            got=Text(f"values of type {column.dtype}", f"类型为 {column.dtype} 的取值"),
            remedy=Text("convert the column to numbers first", "先将该列转换为数值"),
        ) from error
