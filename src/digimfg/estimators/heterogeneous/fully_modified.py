"""Long-run relations of cointegrated columns by fully modified least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.estimators.heterogeneous.long_run_fit import check_on_end, fully_modified
from digimfg.estimators.heterogeneous.long_run_result import (
    LongRunEstimator,
    changes_by_unit,
    check_changes,
    kernel_lags_of,
    long_run_result,
    long_run_rows,
    still_changes,
)
from digimfg.estimators.heterogeneous.unit_rows import UnitRows
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["FullyModifiedLeastSquares"]

_DRIFTS = 2.0
_FEW_PERIODS = 40


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class FullyModifiedLeastSquares(LongRunEstimator):
    r"""Estimate a long-run relation by fully modified least squares (FMOLS), of each unit and averaged, or
    pooled.

    With :math:`y_{it}=\alpha_i+x_{it}'\beta_i+u_{it}`, x with unit roots, and the long-run covariance
    :math:`\Omega_i` (one-sided :math:`\Delta_i`) of :math:`(u_{it},\Delta x_{it}')`:

    .. math:: \hat\beta_i=\Big(\sum_t\tilde x\tilde x'\Big)^{-1}\Big(\sum_t\tilde xy^+
       -T\hat\gamma_i\Big),\quad y^+=y-\Delta x'\Omega_{xx}^{-1}\Omega_{xu},\quad
       \gamma_i=\Delta_{xu}-\Delta_{xx}\Omega_{xx}^{-1}\Omega_{xu}

    The group mean is :math:`N^{-1}\sum_i\hat\beta_i` (Pedroni 2000, doi:10.1016/S0731-9053(00)15004-2; 2001,
    doi:10.1162/003465301753237803); pooled, sums run over units too and :math:`\Omega,\Delta` are their
    averages (Phillips and Moon 1999, doi:10.1111/1468-0262.00070; Kao and Chiang 2000,
    doi:10.1016/S0731-9053(00)15007-8). With the time column in ``fixed_effects``, levels are first freed of
    their means by period.

    Parameters
    ----------
    pooled
        One relation for all units; otherwise the mean of the units' own.
    trend
        Give each unit a linear trend.
    drift
        Take changes of the regressors less their mean in each unit: where they drift.
    kernel_lags
        Of Bartlett's kernel; by default :math:`4(T/100)^{2/9}`, rounded.
    errors
        ``"long_run"``: from the long-run variances, for units independent of each other, compared with the
        normal. ``"spread"``: from the spread of units (of their slopes; pooled, of their scores), compared
        with t with N-1 degrees of freedom. Either whatever the specification's covariance.

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
    ...     estimator=dm.FullyModifiedLeastSquares())
    >>> dm.estimate(spec, frame).statistics["n_obs"]
    190.0
    """

    drift: bool = False
    label: ClassVar[Text] = Text("Fully modified least squares", "完全修正最小二乘（FMOLS）")

    def fit(self, design: Design) -> Result:
        """Estimate the long-run relation.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, or fixed effects of other columns.
        EstimationError
            If a unit has a gap or no more rows than parameters, terms without variation of their own, or
            changes that are collinear.
        """
        rows = long_run_rows(design, self.label)
        k = len(rows.terms)
        check_on_end(rows, 2 * k + 3 + int(self.trend), self.label)
        check_changes(rows, self.label)
        kernel = kernel_lags_of(self.kernel_lags, rows)
        try:
            found = fully_modified(
                rows,
                pooled=self.pooled,
                trend=self.trend,
                drift=self.drift,
                kernel_lags=kernel,
                label=self.label,
            )
        except np.linalg.LinAlgError:
            raise still_changes(self.label, Text("changes that are collinear", "变动共线")) from None
        notes = (*_few_periods_notes(rows), *(() if self.drift or self.trend else _drift_notes(rows)))
        return long_run_result(self, design, found, kernel, notes)


def _few_periods_notes(rows: UnitRows) -> tuple[Text, ...]:
    periods = int(np.median(rows.n_rows))
    if periods >= _FEW_PERIODS:
        return ()
    return (note_of("heterogeneous.few_periods", periods=periods),)


def _drift_notes(rows: UnitRows) -> tuple[Text, ...]:
    """Return a note where changes of a regressor have a mean apart from zero in most units."""
    means, squares, counts = changes_by_unit(rows)
    drifting = (means**2 * counts * (counts - 1) > _DRIFTS**2 * squares).mean(axis=0) > 0.5
    if not drifting.any():
        return ()
    return (
        note_of(
            "heterogeneous.drift",
            terms=[term for term, flag in zip(rows.terms, drifting, strict=True) if flag],
        ),
    )
