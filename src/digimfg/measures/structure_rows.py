"""Read amounts or shares by sector: one vector, or one per row of an array or frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.kinds import Label, Number, Numbers
from digimfg.measures.indicators import first_rows
from digimfg.text import Text

__all__ = ["BySector", "Sectors", "one_row", "read_sectors", "same_sectors", "shares"]

Floats = NDArray[np.float64]
BySector = Numbers | Mapping[Label, Number]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Sectors:
    """Hold amounts by sector.

    Parameters
    ----------
    name
        What they are, for messages.
    amounts
        Shape (n, k), non-negative or missing.
    index
        Row labels, ``None`` for a single vector or an array.
    sectors
        Sector labels, ``None`` for arrays.
    single
        Whether one vector was given.
    """

    name: Text
    amounts: Floats
    index: pd.Index | None
    sectors: pd.Index | None
    single: bool

    @property
    def rows(self) -> pd.Index:
        """Return labels of the rows for messages."""
        return self.index if self.index is not None else pd.RangeIndex(len(self.amounts))

    def answer(self, values: Floats, name: str) -> Any:
        """Return `values` by row in the form of the input: a number, a Series or an array."""
        if self.single:
            return float(values[0])
        return values if self.index is None else pd.Series(values, index=self.index, name=name)


def read_sectors(data: Any, name: Text, *, positive: bool = False) -> Sectors:
    """Read amounts by sector.

    Parameters
    ----------
    data
        One vector (list, array, mapping, Series), or one per row (two-dimensional array, DataFrame). A
        missing amount makes its row missing.
    name
        What they are, for messages.
    positive
        Whether zeros are refused too.

    Raises
    ------
    MeasureError
        If an amount is negative, infinite, or (where `positive`) zero; a row sums to zero; or there are
        fewer than two sectors.
    """
    if isinstance(data, Mapping):
        data = pd.Series(dict(data))
    index = data.index if isinstance(data, pd.DataFrame) else None
    sectors = data.columns if isinstance(data, pd.DataFrame) else None
    if isinstance(data, pd.Series):
        sectors = data.index
    amounts = _numbers(data, name)
    single = amounts.ndim == 1
    amounts = np.atleast_2d(amounts)
    read = Sectors(name=name, amounts=amounts, index=index, sectors=sectors, single=single)
    if (bad := np.isinf(amounts)).any():
        raise MeasureError.of(
            "measures.sectors_infinite", where=name, rows=_rows(read, bad), which=_which(read, bad)
        )
    if (bad := amounts < 0).any():
        raise MeasureError.of(
            "measures.sectors_negative", where=name, rows=_rows(read, bad), which=_which(read, bad)
        )
    if positive and (bad := amounts == 0).any():
        raise MeasureError.of(
            "measures.sectors_zero", where=name, rows=_rows(read, bad), which=_which(read, bad)
        )
    if (bad := amounts.sum(axis=1, keepdims=True) == 0).any():
        raise MeasureError.of("measures.sectors_total_zero", where=name, rows=_rows(read, bad))
    return read


def same_sectors(first: Sectors, second: Sectors) -> Sectors:
    """Return `second` with its rows and sectors in the order of `first`.

    Raises
    ------
    MeasureError
        If they do not have the same shape or the same labels.
    """
    amounts = second.amounts
    matches = amounts.shape == first.amounts.shape and first.single == second.single
    labels = [(first.sectors, second.sectors, 1), (first.index, second.index, 0)]
    for wanted, found, axis in labels:
        if not matches or wanted is None or found is None or wanted.equals(found):
            continue
        matches = wanted.is_unique and found.is_unique and set(wanted) == set(found)
        if matches:
            amounts = np.take(amounts, found.get_indexer(wanted), axis=axis)
    if not matches:
        raise MeasureError.of(
            "measures.other_rows_or_sectors",
            first=first.name,
            second=second.name,
            first_shape=_shape(first),
            second_shape=_shape(second),
        )
    return Sectors(
        name=second.name, amounts=amounts, index=first.index, sectors=first.sectors, single=first.single
    )


def one_row(sectors: Sectors) -> Sectors:
    """Return the first row as a single vector: the shape that one vector for all rows must have."""
    return Sectors(
        name=sectors.name, amounts=sectors.amounts[:1], index=None, sectors=sectors.sectors, single=True
    )


def shares(sectors: Sectors) -> Floats:
    """Return each row over its total, shape (n, k); missing where an amount is."""
    parts: Floats = sectors.amounts / sectors.amounts.sum(axis=1, keepdims=True)
    return parts


def _numbers(data: Any, name: Text) -> Floats:
    try:
        amounts = (
            data.to_numpy(dtype=np.float64, na_value=np.nan)
            if isinstance(data, pd.Series | pd.DataFrame)
            else np.asarray(data, dtype=np.float64)
        )
    except (TypeError, ValueError) as error:
        raise MeasureError.of("measures.sectors_not_numbers", where=name, got=str(error)) from error
    if amounts.ndim not in (1, 2) or amounts.shape[-1] < 2:
        raise MeasureError.of("measures.too_few_sectors", where=name, shape=str(amounts.shape))
    return amounts


def _rows(sectors: Sectors, bad: NDArray[np.bool_]) -> str:
    return first_rows(sectors.rows, np.asarray(bad.any(axis=1)))


def _which(sectors: Sectors, bad: NDArray[np.bool_]) -> str:
    if sectors.sectors is None:
        return ""
    return "; " + ", ".join(str(label) for label in sectors.sectors[np.asarray(bad.any(axis=0))][:3])


def _shape(sectors: Sectors) -> str:
    labels = "" if sectors.sectors is None else f" ({', '.join(map(str, sectors.sectors[:4]))})"
    return f"{sectors.amounts.shape}{labels}"
