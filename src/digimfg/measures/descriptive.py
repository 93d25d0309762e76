"""Describe a sample: moments, correlations, collinearity, coverage. Pure functions of columns."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.measures.columns import refuse_infinite
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "STATISTICS",
    "Correlations",
    "VarianceInflation",
    "correlations",
    "coverage_counts",
    "describe_variables",
    "numeric_column",
    "percentile_of",
    "variance_inflation",
]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Correlations:
    """Pairwise correlations, variables × variables.

    Parameters
    ----------
    pearson, spearman
        Coefficients in [-1, 1]; missing where a pair has fewer than three rows or a constant column.
    pearson_p, spearman_p
        Two-sided p-values of no correlation, from t with n - 2 degrees of freedom.
    n_obs
        Rows that both variables share.
    """

    pearson: pd.DataFrame
    pearson_p: pd.DataFrame
    spearman: pd.DataFrame
    spearman_p: pd.DataFrame
    n_obs: pd.DataFrame


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class VarianceInflation:
    """Variance inflation factors and the condition number of the same columns.

    Parameters
    ----------
    factors
        Indexed by variable; columns ``vif`` (>= 1, infinite where a variable is a combination of the others)
        and ``tolerance`` (1/VIF).
    mean
        Mean of the factors.
    condition_number
        Largest over smallest singular value of the columns and a constant, each scaled to unit length.
    n_obs
        Rows without a missing value.
    """

    factors: pd.DataFrame
    mean: float
    condition_number: float
    n_obs: int


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
        raise MeasureError(
            where=Text("descriptive statistics", "描述性统计"),
            expected=Text(
                f"one of {', '.join(STATISTICS)}, or a percentile such as p25",
                f"{'、'.join(STATISTICS)}之一，或百分位数如 p25",
            ),
            got=name,
            remedy=Text("write it so", "请照此书写"),
        )
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


def correlations(frame: pd.DataFrame, variables: Sequence[str]) -> Correlations:
    """Return Pearson and Spearman correlations of every pair over the rows that have both.

    Spearman's coefficient is Pearson's of the mid-ranks; t = r sqrt((n - 2) / (1 - r²)).

    Raises
    ------
    MeasureError
        If a column is missing, not numeric or holds an infinite value.

    Examples
    --------
    >>> found = correlations(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 4.0, 9.0, 16.0]}), ["x",
    ...     "y"])
    >>> found.pearson.loc["x"].round(4).tolist(), found.spearman.loc["x"].tolist()
    ([1.0, 0.9844], [1.0, 1.0])
    """
    columns = {
        variable: np.asarray(numeric_column(frame, variable), dtype=np.float64) for variable in variables
    }
    size = len(columns)
    found = {
        name: np.full((size, size), np.nan)
        for name in ("pearson", "pearson_p", "spearman", "spearman_p", "n")
    }
    for i, first in enumerate(columns.values()):
        for j, second in enumerate(columns.values()):
            shared = ~(np.isnan(first) | np.isnan(second))
            x, y = first[shared], second[shared]
            found["n"][i, j] = len(x)
            found["pearson"][i, j], found["pearson_p"][i, j] = _correlation(x, y)
            found["spearman"][i, j], found["spearman_p"][i, j] = _correlation(_ranks(x), _ranks(y))
    tables = {
        name: pd.DataFrame(values, index=list(columns), columns=list(columns))
        for name, values in found.items()
    }
    return Correlations(
        pearson=tables["pearson"],
        pearson_p=tables["pearson_p"],
        spearman=tables["spearman"],
        spearman_p=tables["spearman_p"],
        n_obs=tables["n"].astype("int64"),
    )


def variance_inflation(frame: pd.DataFrame, variables: Sequence[str]) -> VarianceInflation:
    """Return variance inflation factors, VIF_j = 1 / (1 - R²_j), over the rows without missing values.

    R²_j is that of variable j on the others and a constant; fixed effects are not taken out first. A
    tolerance below 1e-10 counts as exact collinearity.

    Raises
    ------
    MeasureError
        If a column is missing, not numeric, infinite or constant, there is only one, or rows do not suffice.

    Examples
    --------
    >>> x = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, -1.0, -1.0, 1.0]})
    >>> variance_inflation(x, ["a", "b"]).factors["vif"].round(6).tolist()
    [1.0, 1.0]
    """
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    complete = (
        pd.DataFrame({variable: numeric_column(frame, variable) for variable in variables})
        .dropna()
        .astype(float)
    )
    n_obs, size = complete.shape
    constant = [str(name) for name in complete if n_obs and np.ptp(complete[name].to_numpy()) == 0]
    if size < 2 or n_obs <= size + 1 or constant:
        raise MeasureError(
            where=Text("variance inflation", "方差膨胀因子"),
            expected=Text(
                "two or more variables that vary, and more rows than variables",
                "至少两个有变异的变量，且行数多于变量数",
            ),
            got=Text(
                f"{size} variables, {n_obs} complete rows, constant: {', '.join(constant) or 'none'}",
                f"{size}个变量，{n_obs}个完整行，常数列：{'、'.join(constant) or '无'}",
            ),
            remedy=Text(
                "leave out constant variables or those with few values", "去掉常数列或缺失过多的变量"
            ),
        )
    standardized = (complete - complete.mean()) / complete.std(ddof=0)
    exogenous = np.column_stack([np.ones(n_obs), standardized.to_numpy()])
    if not np.isfinite(exogenous).all():
        raise MeasureError(
            where=Text("variance inflation factors", "方差膨胀因子"),
            expected=Text("values whose squares a computer can hold", "平方后仍可表示的数值"),
            got=Text("larger or smaller ones", "过大或过小的数值"),
            remedy=Text("use another unit", "请换用其他单位"),
        )
    with np.errstate(divide="ignore"), warnings.catch_warnings():
        # statsmodels warns of what the condition number and an infinite factor tell the reader
        warnings.simplefilter("ignore", UserWarning)
        vif = np.array([variance_inflation_factor(exogenous, j + 1) for j in range(size)], dtype=float)
    tolerance = np.where(vif > 1e10, 0.0, 1 / vif)
    scaled = np.column_stack([np.ones(n_obs), complete.to_numpy()])
    singular = np.linalg.svd(scaled / np.linalg.norm(scaled, axis=0), compute_uv=False)
    factors = pd.DataFrame(
        {"vif": np.where(vif > 1e10, np.inf, vif), "tolerance": tolerance},
        index=pd.Index(complete.columns, name="variable"),
    )
    return VarianceInflation(
        factors=factors,
        mean=float(factors["vif"].mean()),
        condition_number=float(singular[0] / singular[-1]) if singular[-1] > 0 else np.inf,
        n_obs=n_obs,
    )


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


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    from scipy.stats import t

    n = len(x)
    if n < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan, np.nan
    dx, dy = x - x.mean(), y - y.mean()
    r = float(np.clip(dx @ dy / np.sqrt((dx @ dx) * (dy @ dy)), -1.0, 1.0))
    if abs(r) == 1.0:
        return r, 0.0
    return r, float(2 * t.sf(abs(r) * np.sqrt((n - 2) / (1 - r * r)), n - 2))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=np.float64)


def numeric_column(frame: pd.DataFrame, variable: str) -> pd.Series[float]:
    """Return a column as finite numbers, missing where it is.

    Raises
    ------
    MeasureError
        If it is not there, not numeric or holds an infinite value.
    """
    _require(frame, variable)
    column = frame[variable]
    values = as_numbers(column)
    if values is None:
        raise MeasureError(
            where=say("column '{variable}'", "列“{variable}”", variable=variable),
            expected=Text("numbers", "数值"),
            got=str(column.dtype),
            remedy=Text(
                "leave it out or convert it with pandas.to_numeric", "去掉该列，或用 pandas.to_numeric 转换"
            ),
        )
    refuse_infinite(column, variable)
    return pd.Series(values, index=column.index, name=column.name)


def _require(frame: pd.DataFrame, name: str) -> None:
    if name not in frame.columns:
        raise MeasureError.unknown(
            name, frame.columns, where=Text("the columns of the frame", "数据框的列"), of="columns"
        )
