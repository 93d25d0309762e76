"""Regressions by unit, their slopes averaged over units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.estimators.heterogeneous.averages import averaged, averages_result
from digimfg.estimators.heterogeneous.unit_rows import freed, less_period_means, unit_rows, unit_slopes
from digimfg.estimators.panel_rows import effects_of, entity_and_declared
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["MeanGroup"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class MeanGroup(Estimator):
    r"""Average the slopes of regressions by unit (Pesaran and Smith 1995, doi:10.1016/0304-4076(94)01644-F).

    .. math:: y_{it}=\alpha_i+x_{it}'\beta_i+\varepsilon_{it},\qquad
       \hat\beta=\frac1N\sum_i\hat\beta_i,\qquad
       V=\frac1{N(N-1)}\sum_i(\hat\beta_i-\hat\beta)(\hat\beta_i-\hat\beta)'

    t has N-1 degrees of freedom (R's plm and Stata's xtmg compare with the normal), whatever the
    specification's covariance. With the time column in ``fixed_effects``, columns are first freed of their
    means by period: effects of periods that all units share alike.

    Parameters
    ----------
    trend
        Give each unit a linear trend.

    Notes
    -----
    ``tables["units"]`` holds the slopes by unit; ``statistics["residual_cd"]`` is Pesaran's CD of the
    residuals, which asks whether common shocks are left: if so see `CommonCorrelatedEffects`.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.MeanGroup())
    >>> dm.estimate(spec, frame).tables["units"].shape
    (10, 2)
    """

    trend: bool = False

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Mean group", "均值组（MG）")

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated: from the spread over units."""
        del covariance
        return Text("standard errors of averages over units (mean group)", "个体系数均值的标准误（均值组）")

    def fit(self, design: Design) -> Result:
        """Estimate the average slopes.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, or fixed effects of other columns.
        EstimationError
            If a unit has no more rows than parameters, or terms without variation of their own.
        """
        rows = unit_rows(design, self.label)
        stacked = np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2)
        if effects_of(design) in ("time", "twoways"):
            stacked = less_period_means(stacked, rows.used)
        others = np.zeros((*rows.used.shape, 0))
        if self.trend:
            others = np.broadcast_to(
                np.arange(rows.used.shape[1], dtype=np.float64)[None, :, None], (*rows.used.shape, 1)
            )
        near, rank = freed(stacked, others, rows.used)
        slopes = unit_slopes(rows, near[:, :, 0], near[:, :, 1:], rank, self.label)
        residuals = near[:, :, 0] - np.einsum("ntk,nk->nt", near[:, :, 1:], slopes)
        estimates, covariance = averaged(slopes)
        degrees = rows.n_rows - rank - len(rows.terms)
        return averages_result(
            design,
            rows,
            estimates=estimates,
            covariance=covariance,
            slopes=slopes,
            residuals=residuals,
            statistics={"sigma": float(np.sqrt((residuals**2).sum() / degrees.sum()))},
            notes=(),
        )
