"""Joint tests of coefficients: pre-trends, differences of subsamples, a block of terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from digimfg.errors import EstimationError, SpecificationError, nearest
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["JointTest", "WaldTest", "wald_test"]


@dataclass(frozen=True, slots=True)
class JointTest:
    """Declare a joint test: every term of `terms` is zero in one specification of an analysis."""

    specification: str
    terms: tuple[str, ...]


@shown(Text("Wald test", "Wald检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class WaldTest:
    """The answer of a joint test; `df_denominator` is ``None`` for a chi-squared test."""

    terms: tuple[str, ...]
    statistic: float
    df_numerator: float
    df_denominator: float | None
    p_value: float


def wald_test(result: Result, terms: str | Iterable[str]) -> WaldTest:
    """Test that all the coefficients named are zero.

    F = b' V⁻¹ b / q with q terms; the denominator has the degrees of freedom of the result's t
    (``statistics["df_t"]``), and the test is chi-squared, b' V⁻¹ b, where it has none.

    Parameters
    ----------
    result
        Of any estimator.
    terms
        Names in ``result.coefficients``.

    Raises
    ------
    SpecificationError
        If a term is not in the result (the nearest are named).
    EstimationError
        If the covariance of the terms is singular, as with fewer clusters than terms.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")
    >>> test = dm.wald_test(dm.estimate(spec, grunfeld.load_pandas().data), ("value", "capital"))
    >>> test.df_numerator, test.df_denominator
    (2.0, 10.0)
    """
    names = (terms,) if isinstance(terms, str) else tuple(terms)
    known = list(result.coefficients.index)
    for name in names:
        if name not in known:
            raise SpecificationError(
                where=Text("joint test", "联合检验"),
                expected=Text("a term of the result", "结果中的一项"),
                got=f"'{name}'",
                remedy=Text(f"nearest terms: {nearest(name, known)}", f"相近的项：{nearest(name, known)}"),
            )
    estimates = result.coefficients.loc[list(names), "estimate"].to_numpy()
    covariance = result.covariance_matrix.loc[list(names), list(names)].to_numpy()
    size = np.sqrt(np.diag(covariance))
    correlation = covariance / np.where(size > 0, size, 1) / np.where(size > 0, size, 1)[:, None]
    if len(names) == 0 or np.linalg.matrix_rank(correlation, tol=1e-10, hermitian=True) < len(names):
        raise EstimationError(
            where=Text("joint test", "联合检验"),
            expected=Text("a covariance of full rank", "满秩的协方差矩阵"),
            got=Text(f"{len(names)} terms, singular", f"{len(names)} 项，奇异"),
            remedy=Text(
                "test fewer terms, or cluster by a column with more clusters",
                "减少检验项，或换聚类数更多的列",
            ),
        )
    scaled = estimates / size
    statistic = float(scaled @ np.linalg.solve(correlation, scaled))
    count = float(len(names))
    df = result.statistics.get("df_t")
    if df is None:
        return WaldTest(
            terms=names,
            statistic=statistic,
            df_numerator=count,
            df_denominator=None,
            p_value=float(stats.chi2.sf(statistic, count)),
        )
    return WaldTest(
        terms=names,
        statistic=statistic / count,
        df_numerator=count,
        df_denominator=float(df),
        p_value=float(stats.f.sf(statistic / count, count, df)),
    )
