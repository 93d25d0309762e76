"""Read the indicators of an index from a frame: which columns, in which direction, over which rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.filled import filled_column_notes
from digimfg.frames import as_numbers
from digimfg.measures.columns import Missing
from digimfg.measures.directions import Directions, TargetRange, read_directions
from digimfg.say import say
from digimfg.text import Text

__all__ = [
    "Indicators",
    "as_frame",
    "first_rows",
    "read_indicators",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Indicators:
    """Hold the indicator columns as read.

    Parameters
    ----------
    names
        One name per indicator.
    columns
        One array per indicator, shape (n,), the kept rows; no copy where the frame allows it.
    directions
        +1 more is better, -1 less is better, or a `TargetRange`.
    index
        Index of the frame given, all rows.
    kept
        Positions of the kept rows, or ``None`` where all are kept.
    notes
        What was assumed or left out.
    """

    names: tuple[str, ...]
    columns: tuple[Floats, ...]
    directions: tuple[int | TargetRange, ...]
    index: pd.Index
    kept: NDArray[np.int64] | None
    notes: tuple[Text, ...]

    @property
    def n_rows(self) -> int:
        """Return the number of kept rows."""
        return len(self.columns[0])

    def series(self, values: Floats, name: str) -> pd.Series:
        """Return `values` of the kept rows on the frame's index; dropped rows are missing."""
        if self.kept is None:
            return pd.Series(values, index=self.index, name=name)
        full = np.full(len(self.index), np.nan)
        full[self.kept] = values
        return pd.Series(full, index=self.index, name=name)

    def select(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> tuple[Floats, ...]:
        """Return the columns at some of the kept rows."""
        return tuple(column[rows] for column in self.columns)


def read_indicators(
    frame: pd.DataFrame | Mapping[str, Any] | Floats,
    directions: Directions = None,
    *,
    missing: Missing = "raise",
    keys: Iterable[str | None] = (),
) -> Indicators:
    """Read the indicators that `directions` names from `frame`.

    Parameters
    ----------
    frame
        One row per observation; a mapping of columns or a two-dimensional array will do (its columns are then
        named ``x1 x2 …``).
    directions
        Column → direction: then exactly these columns are indicators and other columns may stand beside
        them. Or one direction per column, or one for all; ``None`` takes every column as positive and notes
        it.
    missing
        ``"raise"``, or ``"drop"``: rows with a missing indicator are left out, counted in a note.
    keys
        Columns that are never indicators.

    Raises
    ------
    MeasureError
        If columns are missing or not numeric, directions do not match, a value is missing
        (``missing="raise"``) or infinite, or fewer than two rows remain.
    """
    table = as_frame(frame)
    signs, assumed = read_directions(table, directions, [key for key in keys if key is not None])
    columns = [_numbers(table, name) for name in signs]
    if not columns:
        raise MeasureError(
            where=Text("the indicators of an index", "指数的指标"),
            expected=Text("at least one column", "至少一列"),
            got=Text("none", "没有"),
            remedy=Text("give a frame with one column per indicator", "请提供每个指标一列的数据框"),
        )
    kept, dropped = _complete_rows(table, tuple(signs), columns, missing)
    if kept is not None:
        columns = [column[kept] for column in columns]
    if len(columns[0]) < 2:
        raise MeasureError(
            where=Text("the rows of an index", "指数的样本行"),
            expected=Text("at least two complete rows", "至少两行完整数据"),
            got=say("{n}", "{n}行", n=len(columns[0])),
            remedy=Text("an index compares rows: give more of them", "指数靠行间比较：请提供更多样本"),
        )
    return Indicators(
        names=tuple(signs),
        columns=tuple(columns),
        directions=tuple(signs.values()),
        index=table.index,
        kept=kept,
        notes=(*assumed, *filled_column_notes(table, signs), *dropped),
    )


def as_frame(data: pd.DataFrame | Mapping[str, Any] | Floats) -> pd.DataFrame:
    """Return a frame made of `data`: as it is, from a mapping of columns, or from an array with columns ``x1
    …``.
    """
    if isinstance(data, Mapping):
        single = [str(name) for name, values in data.items() if np.ndim(values) == 0]
        if single:
            raise MeasureError(
                where=Text("the indicators of an index", "指数的指标"),
                expected=Text("one value per row for each indicator", "每个指标每行一个值"),
                got=say("single values: {single}", "单个值：{single}", single=single[:3]),
                remedy=Text("give a DataFrame, or a dict of columns", "请给出 DataFrame，或列的字典"),
            )
        data = pd.DataFrame(dict(data))
    if isinstance(data, pd.DataFrame):
        named = all(isinstance(name, str) for name in data.columns)
        return data if named else data.set_axis([str(name) for name in data.columns], axis=1)
    array = np.asarray(data)
    if array.ndim != 2:
        raise MeasureError(
            where=Text("the indicators of an index", "指数的指标"),
            expected=Text(
                "a table: rows are observations, columns are indicators", "二维表：行为样本，列为指标"
            ),
            got=say("{ndim} dimension(s)", "{ndim}维", ndim=array.ndim),
            remedy=Text("give a DataFrame or a two-dimensional array", "请提供 DataFrame 或二维数组"),
        )
    return pd.DataFrame(array, columns=[f"x{j + 1}" for j in range(array.shape[1])])


def first_rows(index: pd.Index, bad: NDArray[np.bool_], limit: int = 3) -> str:
    """Return the count and the first keys of the rows marked in `bad`."""
    positions = np.flatnonzero(bad)
    shown = ", ".join(repr(_plain(index[position])) for position in positions[:limit])
    return f"{len(positions)} ({shown}{', …' if len(positions) > limit else ''})"


def _plain(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(_plain(part) for part in key)
    return key.item() if isinstance(key, np.generic) else key


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    values = as_numbers(table[name])
    if values is None:
        raise MeasureError(
            where=say("indicator '{name}'", "指标“{name}”", name=name),
            expected=Text("one numeric column", "一个数值列"),
            got=str(table[name].dtype),
            remedy=Text(
                "convert it, or name the indicators: directions={column: 1 or -1}",
                "请转换为数值，或用 directions={列名: 1 或 -1}指明指标",
            ),
        )
    return np.ascontiguousarray(values)


def _complete_rows(
    table: pd.DataFrame, names: tuple[str, ...], columns: Sequence[Floats], missing: Missing
) -> tuple[NDArray[np.int64] | None, tuple[Text, ...]]:
    if len(table) and all(np.isfinite(column.min()) and np.isfinite(column.max()) for column in columns):
        return None, ()
    bad = np.zeros(len(table), dtype=bool)
    counts = {}
    for name, column in zip(names, columns, strict=True):
        if np.isinf(column).any():
            raise MeasureError(
                where=say("indicator '{name}'", "指标“{name}”", name=name),
                expected=Text("finite numbers", "有限数值"),
                got=say(
                    "infinite rows: {first_rows}",
                    "无穷值行：{first_rows}",
                    first_rows=first_rows(table.index, np.isinf(column)),
                ),
                remedy=Text("find the division by zero behind them", "请检查产生它们的除零"),
            )
        absent = np.isnan(column)
        if absent.any():
            counts[name] = int(absent.sum())
        bad |= absent
    if not bad.any():
        return None, ()
    listed = ", ".join(f"{name}: {count}" for name, count in counts.items())
    if missing == "raise":
        raise MeasureError(
            where=Text("missing values in the indicators", "指标缺失值"),
            expected=Text("complete rows", "完整的行"),
            got=say(
                "rows with a missing value: {first_rows}; {listed}",
                "含缺失值的行：{first_rows}；{listed}",
                first_rows=first_rows(table.index, bad),
                listed=listed,
            ),
            remedy=Text(
                'fill them with a documented rule, drop the indicator, or missing="drop"',
                '用有依据的规则补全、去掉该指标，或 missing="drop"',
            ),
        )
    note = say(
        "{total} of {n_bad} rows left out: a missing indicator ({listed}); their scores are missing",
        "{n_bad}行中有{total}行因指标缺失（{listed}）未参与计算，其得分为缺失",
        kind="dropped",
        total=int(bad.sum()),
        n_bad=len(bad),
        listed=listed,
    )
    return np.flatnonzero(~bad), (note,)
