"""Long-run relations of cointegrated columns by dynamic least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.estimators.heterogeneous.long_run_fit import check_on_end, dynamic
from digimfg.estimators.heterogeneous.long_run_result import (
    LongRunEstimator,
    check_changes,
    kernel_lags_of,
    long_run_result,
    long_run_rows,
)
from digimfg.kinds import Whole
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["DynamicLeastSquares"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class DynamicLeastSquares(LongRunEstimator):
    r"""Estimate a long-run relation by dynamic least squares (DOLS), of each unit and averaged, or pooled.

    .. math:: y_{it}=\alpha_i+x_{it}'\beta_i+\sum_{j=-p}^{q}c_{ij}'\Delta x_{i,t+j}+v_{it}

    The group mean averages :math:`\hat\beta_i` (Pedroni 2001, doi:10.1162/003465301753237803); pooled, units
    share :math:`\beta` and keep their own :math:`c_{ij}` (Kao and Chiang 2000,
    doi:10.1016/S0731-9053(00)15007-8; Mark and Sul 2003, doi:10.1111/j.1468-0084.2003.00066.x). With the time
    column in ``fixed_effects``, levels are first freed of their means by period.

    Parameters
    ----------
    pooled
        One relation for all units; otherwise the mean of the units' own.
    lags, leads
        p and q: of the regressors' changes; the change of the same period enters always.
    trend
        Give each unit a linear trend.
    kernel_lags
        Of Bartlett's kernel; by default :math:`4(T/100)^{2/9}`, rounded.
    errors
        ``"long_run"``: from the long-run variance of v, for units independent of each other, compared with
        the normal; pooled, one variance. ``"spread"``: from the spread of units (of their slopes; pooled, of
        their scores), compared with t with N-1 degrees of freedom. Either whatever the specification's
        covariance.

    Notes
    -----
    ``tables["units"]`` holds slopes by unit with their errors, ``tables["group_t"]`` Pedroni's
    :math:`N^{-1/2}\sum_it_i`. Units may begin and end apart; a gap inside one is refused.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", "value", entity="firm", time="year",
    ...     estimator=dm.DynamicLeastSquares(pooled=True))
    >>> dm.estimate(spec, frame).statistics["n_obs"]
    170.0
    """

    lags: Whole = 1
    leads: Whole = 1
    label: ClassVar[Text] = Text("Dynamic least squares", "动态最小二乘（DOLS）")

    def fit(self, design: Design) -> Result:
        """Estimate the long-run relation.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, or fixed effects of other columns.
        EstimationError
            If a unit has a gap, no more rows than parameters once lags and leads are taken, or terms without
            variation of their own.
        """
        rows = long_run_rows(design, self.label)
        k = len(rows.terms)
        lost = self.lags + self.leads + 1
        check_on_end(rows, lost + k * (lost + 1) + 2 + int(self.trend), self.label)
        check_changes(rows, self.label)
        kernel = kernel_lags_of(self.kernel_lags, rows)
        found = dynamic(
            rows,
            pooled=self.pooled,
            trend=self.trend,
            lags=self.lags,
            leads=self.leads,
            kernel_lags=kernel,
            label=self.label,
        )
        return long_run_result(self, design, found, kernel, ())
