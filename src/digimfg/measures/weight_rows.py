"""The rows that weights are made from: normalized indicators, training years, key columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from digimfg.measures.indicators import Indicators
    from digimfg.measures.normalization import Scale

__all__ = ["Rows", "Weighed", "fill_indicators", "key_column", "normalized_rows", "training_rows"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Hold the rows a method sees: normalized and raw columns of the indicators that vary.

    Parameters
    ----------
    names
        Indicators.
    normalized, raw
        One array each per indicator, shape (n,).
    """

    names: tuple[str, ...]
    normalized: tuple[Floats, ...]
    raw: tuple[Floats, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighed:
    """Hold what a method answers for some rows.

    Parameters
    ----------
    weights
        Shape (m,), sum one.
    columns
        Further columns of the table, shape (m,) each.
    coefficients, offset
        What scores are made with where it is not the weights (PCA), shape (m,), and what is added to them.
    statistics, tables, notes
        See `WeightsResult`.
    """

    weights: Floats
    columns: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    coefficients: Floats | None = None
    offset: float = 0.0
    statistics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    tables: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Text, ...] = ()


def training_rows(
    table: pd.DataFrame, indicators: Indicators, time: str | None, train_years: Collection[Any] | None
) -> tuple[NDArray[np.bool_] | None, tuple[Text, ...]]:
    """Return which kept rows lie in the training years, or ``None`` for all, and a note.

    Raises
    ------
    MeasureError
        If there is no such column, or fewer than two rows lie in those years.
    """
    if train_years is None:
        return None, ()
    years = key_column(table, time, "time", indicators)
    train = np.isin(years, list(train_years))
    if train.sum() < 2:
        raise MeasureError.of("measures.too_few_training_rows", n=int(train.sum()), span=_span(years))
    listed = _span(np.unique(years[train]))
    count = int(train.sum())
    return train, (note_of("measures.window", listed=listed, count=count, n_train=len(train)),)


def normalized_rows(names: Sequence[str], scales: Sequence[Scale | None], columns: Sequence[Floats]) -> Rows:
    """Return the columns that have a scale, normalized and raw."""
    used = [
        (name, scale.apply(column), column)
        for name, scale, column in zip(names, scales, columns, strict=True)
        if scale is not None
    ]
    kept, normalized, raw = zip(*used, strict=True)
    return Rows(names=kept, normalized=normalized, raw=raw)


def fill_indicators(
    names: Sequence[str], used: Sequence[str], values: Floats, empty: float = np.nan
) -> Floats:
    """Return `values` of the used indicators in the order of all `names`; the others are `empty`."""
    if len(used) == len(names):
        return values
    by_name = dict(zip(used, values, strict=True))
    return np.array([by_name.get(name, empty) for name in names])


def key_column(table: pd.DataFrame, name: str | None, option: str, indicators: Indicators) -> NDArray[Any]:
    """Return the key column that an option names, kept rows only.

    Raises
    ------
    MeasureError
        If the frame has no such column.
    """
    if name is None or name not in table.columns:
        raise MeasureError.unknown(
            name,
            table.columns,
            where=note_of("measures.place_of_option", option=option),
            expected=Text("a column of the frame", "数据中的一列"),
            of="columns",
        )
    values = table[name].to_numpy()
    return values if indicators.kept is None else values[indicators.kept]


def _span(years: NDArray[Any]) -> str:
    found = np.unique(years)
    if len(found) < 2:
        return ", ".join(str(year) for year in found)
    whole = np.issubdtype(found.dtype, np.integer) and found[-1] - found[0] + 1 == len(found)
    return f"{found[0]}–{found[-1]}" if whole else ", ".join(str(year) for year in found[:12])
