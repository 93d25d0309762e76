"""Read the columns that a distribution measure needs: values, keys, groups, weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from digimfg.column_names import names_fault
from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Missing",
    "check_columns",
    "group_codes",
    "numbers",
    "positive_total",
    "refuse_infinite",
    "same_rows",
    "weights_of",
]

Missing = Literal["raise", "drop"]


def check_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise unless a frame has these columns.

    Raises
    ------
    MeasureError
        With the columns that it has.
    """
    if fault := names_fault(frame):
        raise fault.error(MeasureError, where=Text("the columns of the frame", "数据框的列"))
    for name in names:
        if name not in frame.columns:
            raise MeasureError.unknown(
                name, frame.columns, where=Text("the columns of the frame", "数据框的列"), of="columns"
            )


def numbers(values: Any, name: str, *, minimum: float | None = None, exclusive: bool = False) -> Floats:
    """Return `values` as finite numbers in their order.

    Parameters
    ----------
    values
        Anything one-dimensional: a Series, a list, an array.
    name
        What they are, for messages.
    minimum, exclusive
        Smallest value allowed, or with `exclusive` the bound that must be exceeded.

    Raises
    ------
    MeasureError
        If they are empty, not numbers, missing, infinite or below the minimum; with the count and the first
        rows.
    """
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).ravel())
    where = note_of("measures.place_of_values", name=name)
    array = as_numbers(series)
    if series.empty or array is None:
        raise MeasureError.of(
            "measures.column_not_numbers",
            where=where,
            found=Text(
                "nothing" if series.empty else str(series.dtype), "空" if series.empty else str(series.dtype)
            ),
        )
    bad = ~np.isfinite(array)
    if bad.any():
        raise MeasureError.of("measures.values_not_finite", where=where, rows=_rows(series, bad))
    if minimum is not None:
        bad = array <= minimum if exclusive else array < minimum
        if bad.any():
            sign = ">" if exclusive else "≥"
            raise MeasureError.of(
                "measures.values_below_minimum",
                where=where,
                sign=sign,
                minimum=minimum,
                rows=_rows(series, bad),
            )
    return array


def refuse_infinite(values: Any, name: str) -> None:
    """Raise where numbers are infinite, as no measure takes them; missing ones will do.

    Raises
    ------
    MeasureError
        With their count and the first rows.
    """
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).ravel())
    array = as_numbers(series)
    if array is None or not np.isinf(array).any():
        return
    infinite = np.isinf(array)
    raise MeasureError.of(
        "measures.column_infinite",
        name=name,
        n=int(infinite.sum()),
        first=", ".join(str(index) for index in series.index[infinite][:3]),
    )


def positive_total(array: Floats, name: str) -> float:
    """Return the sum of `array`.

    Raises
    ------
    MeasureError
        If it is zero.
    """
    total = float(array.sum())
    if total <= 0:
        raise MeasureError.of("measures.total_not_positive", got=f"{total:g}", name=name)
    return total


def same_rows(values: Any, other: Any, name: str) -> None:
    """Refuse two Series whose labels differ or stand in another order: rows are matched by position.

    Raises
    ------
    MeasureError
        Saying how many labels differ.
    """
    if (
        not isinstance(values, pd.Series)
        or not isinstance(other, pd.Series)
        or values.index.equals(other.index)
    ):
        return
    if len(values) == len(other):
        differing = str(int((values.index.to_numpy() != other.index.to_numpy()).sum()))
        raise MeasureError.of("measures.rows_in_another_order", name=name, differing=differing)


def group_codes(groups: Any, size: int, name: str = "groups") -> tuple[NDArray[np.intp], list[Hashable]]:
    """Return codes 0…k−1 and the labels in sorted order.

    Raises
    ------
    MeasureError
        If there is not one label per value, or one is missing.
    """
    labels = pd.Series(groups).reset_index(drop=True)
    where = note_of("phrases.place_of_column", name=name)
    remedy = Text("give one label per row", "每行给出一个标签")
    if len(labels) != size:
        raise MeasureError.of(
            "measures.number_of_labels", where=where, got=str(len(labels)), remedy=remedy, size=size
        )
    if labels.isna().any():
        raise MeasureError.of(
            "measures.labels_missing",
            where=where,
            remedy=remedy,
            rows=_rows(labels, labels.isna().to_numpy()),
        )
    codes, found = pd.factorize(labels, sort=True)
    return codes, list(found)


def weights_of(weights: Any, size: int) -> Floats:
    """Return weights scaled to sum to one; equal ones for ``None``.

    Raises
    ------
    MeasureError
        If there is not one per value, one is negative or missing, or all are zero.
    """
    if weights is None:
        return np.full(size, 1.0 / size)
    array = numbers(weights, "weights", minimum=0.0)
    if len(array) != size:
        raise MeasureError.of("measures.number_of_row_weights", got=str(len(array)), size=size)
    return array / positive_total(np.sort(array), "weights")


def _rows(series: pd.Series[Any], bad: NDArray[np.bool_], limit: int = 3) -> str:
    positions = np.flatnonzero(bad)
    shown = ", ".join(f"{series.index[i]}: {series.iloc[i]}" for i in positions[:limit])
    return f"{len(positions)} ({shown}{', …' if len(positions) > limit else ''})"
