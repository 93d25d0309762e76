"""Describe a sample: moments and coverage. Pure functions of columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError
from digimfg.frames import as_numbers, out_of_range
from digimfg.measures.columns import refuse_infinite
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "STATISTICS",
    "coverage_counts",
    "describe_variables",
    "numeric_column",
    "percentile_of",
]


def describe_variables(
    frame: pd.DataFrame,
    variables: Sequence[str],
    statistics: Sequence[str] = ("n", "mean", "std", "min", "median", "max"),
) -> pd.DataFrame:
    """Return statistics of each variable: by default N, mean, standard deviation, minimum, median, maximum.

    Parameters
    ----------
    frame
        One row per observation.
    variables
        Numeric or boolean columns. Missing values are left out, variable by variable.
    statistics
        Of `STATISTICS`, or a percentile: ``"p25"``, ``"p99"``, ``"p2.5"``.

    Returns
    -------
    pandas.DataFrame
        Indexed by variable; one column per statistic. The standard deviation divides by n - 1; percentiles
        average the two values where the rank is whole, as Stata's; skewness and kurtosis are m3/m2^1.5 and
        m4/m2² (3 for a normal distribution).

    Raises
    ------
    MeasureError
        If a column is missing, not numeric or holds an infinite value, or a statistic is unknown.

    Examples
    --------
    >>> describe_variables(pd.DataFrame({"x": [1.0, 2.0, 6.0, None]}), ["x"]).loc["x"].tolist()
    [3.0, 3.0, 2.6457513110645907, 1.0, 2.0, 6.0]
    >>> describe_variables(pd.DataFrame({"x": [1.0, 2.0, 6.0, 8.0]}), ["x"], ["p25", "p75"]).loc["x"].tolist()
    [1.5, 7.0]
    """
    rows = {}
    for variable in variables:
        values = np.asarray(numeric_column(frame, variable).dropna(), dtype=np.float64)
        rows[variable] = {name: _statistic(name, values) for name in statistics}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(statistics)).rename_axis("variable")


def percentile_of(statistic: str) -> float | None:
    """Return the percentile that a statistic names, 0 to 100; None where it names none.

    Examples
    --------
    >>> percentile_of("p2.5"), percentile_of("mean")
    (2.5, None)
    """
    found = _PERCENTILE.fullmatch(statistic)
    return float(found[1]) if found and float(found[1]) <= 100 else None


def _statistic(name: str, values: NDArray[np.float64]) -> float:
    percentile = percentile_of(name)
    if name not in STATISTICS and percentile is None:
        raise MeasureError.of("measures.statistic_unknown", got=name, statistics=list(STATISTICS))
    if name == "n":
        return float(len(values))
    if not len(values):
        return np.nan
    if percentile is not None:
        return float(np.percentile(values, percentile, method="averaged_inverted_cdf"))
    return STATISTICS[name](values)


def _spread(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else np.nan


def _moment(values: NDArray[np.float64], power: int) -> float:
    centred = values - values.mean()
    variance = float(centred @ centred) / len(values)
    return float((centred**power).mean()) / variance ** (power / 2) if variance else np.nan


STATISTICS: dict[str, Callable[[NDArray[np.float64]], float]] = {
    "n": lambda values: float(len(values)),
    "mean": lambda values: float(values.mean()),
    "std": _spread,
    "variance": lambda values: _spread(values) ** 2,
    "min": lambda values: float(values.min()),
    "median": lambda values: float(np.median(values)),
    "max": lambda values: float(values.max()),
    "range": lambda values: float(np.ptp(values)),
    "sum": lambda values: float(values.sum()),
    "cv": lambda values: _spread(values) / float(values.mean()) if values.mean() else np.nan,
    "skewness": lambda values: _moment(values, 3),
    "kurtosis": lambda values: _moment(values, 4),
}
"""Name → function of the values that are there."""
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)")


def coverage_counts(frame: pd.DataFrame, variables: Sequence[str], time: str) -> pd.DataFrame:
    """Return how many values each variable has in each period, variables × periods in ascending order.

    Raises
    ------
    MeasureError
        If a column is missing.

    Examples
    --------
    >>> coverage_counts(pd.DataFrame({"year": [1, 1, 2], "x": [0.5, None, 1.0]}), ["x"],
    ...     "year").loc["x"].tolist()
    [1, 1]
    """
    for name in (*variables, time):
        _require(frame, name)
    counts = frame[list(variables)].notna().groupby(frame[time], sort=True).sum().T
    return counts.astype("int64").rename_axis(index="variable")


def numeric_column(frame: pd.DataFrame, variable: str) -> pd.Series[float]:
    """Return a column as finite numbers, missing where it is.

    Raises
    ------
    MeasureError
        If it is not there, not numeric, holds an infinite value or numbers whose squares cannot be held.
    """
    _require(frame, variable)
    column = frame[variable]
    values = as_numbers(column)
    if values is None:
        raise MeasureError.of(
            "measures.described_column_not_numbers", got=str(column.dtype), variable=variable
        )
    refuse_infinite(column, variable)
    if (fault := out_of_range(values)) is not None:
        raise fault.error(MeasureError, where=Text(f"column '{variable}'", f"列“{variable}”"))
    return pd.Series(values, index=column.index, name=column.name)


def _require(frame: pd.DataFrame, name: str) -> None:
    if name not in frame.columns:
        raise MeasureError.unknown(
            name, frame.columns, where=Text("the columns of the frame", "数据框的列"), of="columns"
        )
