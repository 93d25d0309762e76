"""Winsorizing: values beyond two quantiles are set to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.column_names import names_fault
from digimfg.errors import MeasureError
from digimfg.kinds import Above, Below, ColumnOf, Key, StoredFrame
from digimfg.measures.columns import refuse_infinite
from digimfg.measures.contract import measure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["winsorize"]

Floats = NDArray[np.float64]


@measure("frame", gaps="carried", gives={})
@checked
def winsorize(
    frame: StoredFrame,
    columns: Annotated[str | Iterable[str], ColumnOf("numbers")],
    share: Annotated[float, Above(0), Below(0.5)] = 0.01,
    *,
    by: Key | None = None,
) -> pd.DataFrame:
    """Set the values of columns that lie beyond their quantiles at `share` and 1 - `share` to these
    quantiles.

    Quantiles are interpolated as by Stata's ``_pctile`` and ``winsor2``: with p = n·share, the mean of the
    p-th and the next value in order where p is whole, else the value at the next whole place.

    Parameters
    ----------
    frame
        One row per observation; it is not changed.
    columns
        Numeric columns. Missing values stay missing and do not count.
    share
        Of the values at each end, above 0 and below 0.5.
    by
        Column within whose values quantiles are taken, as the year in ``winsor2 x, by(year)``; rows without
        a value in it stay as they are.

    Returns
    -------
    DataFrame
        The frame with the columns replaced; the others as they were.

    Raises
    ------
    MeasureError
        If a column is not numeric or holds an infinite value, or `share` is out of bounds.
    SpecificationError
        If a column is unknown (the nearest are named).

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100]})
    >>> winsorize(frame, "x", 0.1)["x"].tolist()
    [1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 54.5]
    """
    if fault := names_fault(frame):
        raise fault.error(MeasureError, where="dm.winsorize")
    names = (columns,) if isinstance(columns, str) else tuple(columns)
    result = frame.copy()
    for name in names:
        column = frame[name]
        if column.dtype == bool:
            raise MeasureError.of("measures.winsorized_not_numbers", got=str(column.dtype), name=name)
        refuse_infinite(column, name)
        bounded: Floats = column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
        if by is None:
            bounded = _bounded(bounded, float(share))
        else:
            for rows in frame.reset_index(drop=True).groupby(by).indices.values():
                bounded[rows] = _bounded(bounded[rows], float(share))
        result[name] = bounded
    return result


def _bounded(values: Floats, share: float) -> Floats:
    ordered = np.sort(values[~np.isnan(values)])
    if len(ordered) == 0:
        return values
    return np.clip(values, _percentile(ordered, share), _percentile(ordered, 1 - share))


def _percentile(ordered: Floats, share: float) -> float:
    """Return the percentile; a place within rounding of a whole number, as 100 x 0.07, is whole."""
    place, last = len(ordered) * share, len(ordered) - 1
    if abs(place - round(place)) > 1e-9:
        return float(ordered[int(place)])
    return float((ordered[max(round(place) - 1, 0)] + ordered[min(round(place), last)]) / 2)
