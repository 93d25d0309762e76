"""Pairwise correlations of variables, and how far each follows from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError
from digimfg.measures.descriptive import numeric_column
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "Correlations",
    "VarianceInflation",
    "correlations",
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
    complete = (
        pd.DataFrame({variable: numeric_column(frame, variable) for variable in variables})
        .dropna()
        .astype(float)
    )
    n_obs, size = complete.shape
    constant = [str(name) for name in complete if n_obs and np.ptp(complete[name].to_numpy()) == 0]
    if size < 2 or n_obs <= size + 1 or constant:
        raise MeasureError.of(
            "measures.too_few_rows_for_inflation",
            n_variables=size,
            n_rows=n_obs,
            constant=list(constant) or [Text("none", "无")],
        )
    standardized = (complete - complete.mean()) / complete.std(ddof=0)
    exogenous = np.column_stack([np.ones(n_obs), standardized.to_numpy()])
    if not np.isfinite(exogenous).all():
        raise MeasureError.of("measures.squares_too_large")
    with np.errstate(divide="ignore"):
        vif = n_obs / np.array([_unexplained(exogenous, j + 1) for j in range(size)])
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


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    from scipy.special import stdtr

    n = len(x)
    if n < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan, np.nan
    dx, dy = x - x.mean(), y - y.mean()
    r = float(np.clip(dx @ dy / np.sqrt((dx @ dx) * (dy @ dy)), -1.0, 1.0))
    if abs(r) == 1.0:
        return r, 0.0
    return r, float(2 * stdtr(n - 2, -abs(r) * np.sqrt((n - 2) / (1 - r * r))))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(pd.Series(values).rank(), dtype=np.float64)


def _unexplained(columns: NDArray[np.float64], place: int) -> float:
    """Return the sum of squares of a column that the others leave."""
    others = np.delete(columns, place, axis=1)
    rest = columns[:, place] - others @ np.linalg.lstsq(others, columns[:, place], rcond=None)[0]
    return float(rest @ rest)
