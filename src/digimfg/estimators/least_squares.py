"""Least squares with any number of absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.distributions.reference import Combinations
from digimfg.estimators.fit_statistics import fit_statistics, slopes_test, sum_of_squares
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit
    from digimfg.result import Result
    from digimfg.scanning import Scan
    from digimfg.specification import Specification

__all__ = ["LeastSquares"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, slots=True)
class LeastSquares(Estimator):
    """Ordinary or weighted least squares with absorbed effects.

    The effects are absorbed once in the design; the slopes solve the normal equations of what remains
    (Frisch-Waugh-Lovell). Weights are analytic: they are scaled to add up to the number of rows.
    """

    label: ClassVar[Text] = Text("OLS", "最小二乘")
    link: ClassVar[Link | None] = "identity"
    corrects_leverage: ClassVar[bool] = True

    errors_label = errors_of_covariance

    def fit(self, design: Design) -> Result:
        """Estimate the slopes of a design.

        Raises
        ------
        EstimationError
            If no term is left, or there are not more rows than parameters.
        """
        from digimfg.design import INTERCEPT
        from digimfg.design.centre import with_intercept
        from digimfg.distributions.reference import student_distribution
        from digimfg.estimators.linear_result import linear_result
        from digimfg.estimators.perfect_fit import perfect_fit_notes
        from digimfg.inference.linear_fit import linear_fit

        fit = linear_fit(design)
        found = _errors(design, fit)
        rss = sum_of_squares(fit.residuals, fit.weights)
        n_slopes = len(fit.estimates)
        distribution = student_distribution(found.df, n_slopes, found.combinations)
        slopes, slopes_notes = slopes_test(design, fit.estimates, found.covariance, distribution)
        wild, wild_notes = _wild_column(design, fit)
        estimates, covariance = with_intercept(
            INTERCEPT, design.shift, design.terms, fit.estimates, found.covariance
        )
        return linear_result(
            design,
            names=design.terms,
            estimates=estimates,
            covariance=covariance,
            df=found.df if isinstance(found.df, float) else _of_slopes(design, found.df),
            statistics=fit_statistics(design, rss, n_slopes, found.df_absorbed)
            | found.statistics
            | slopes
            | {"df_resid": float(design.n_obs - n_slopes - found.df_absorbed)},
            notes=(
                *perfect_fit_notes(fit.residuals, design.absorbed.outcome),
                *found.notes,
                *slopes_notes,
                *wild_notes,
            ),
            columns={name: _of_slopes(design, values) for name, values in wild.items()},
            combinations=found.combinations,
        )

    def stream(self, specification: Specification, scan: Scan) -> Result:
        """Estimate on a scan, piece by piece; see `dm.scan`."""
        from digimfg.estimators.streamed.least_squares import streamed_least_squares

        return streamed_least_squares(specification, scan)


def _of_slopes(design: Design, values: Floats) -> Floats:
    """Return numbers by term, missing for an intercept that was estimated for terms less `shift` of the
    design.
    """
    from digimfg.design import INTERCEPT

    if not design.shift:
        return values
    return np.where(np.array(design.terms) == INTERCEPT, np.nan, values)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Errors:
    covariance: Floats
    df: float | Floats
    df_absorbed: int
    statistics: dict[str, float]
    notes: tuple[Text, ...]
    combinations: Combinations | None = None


def _errors(design: Design, fit: LinearFit) -> _Errors:
    from digimfg.covariance import Clustered, Robust, Unadjusted
    from digimfg.inference.influence import slope_influence
    from digimfg.inference.sandwich import Sandwich, sandwich
    from digimfg.inference.small_sample import small_sample_adjustment

    asked = design.specification.covariance
    if isinstance(asked, Clustered) and asked.small_sample == "cr2":
        from digimfg.inference.bias_reduced import bias_reduced_covariance

        reduced = bias_reduced_covariance(design, fit)
        return _Errors(
            covariance=reduced.covariance,
            df=reduced.df,
            df_absorbed=reduced.df_absorbed,
            statistics={"n_clusters": float(reduced.n_clusters)},
            notes=reduced.notes,
            combinations=reduced.combinations,
        )
    if isinstance(asked, Clustered) and asked.small_sample == "cv3":
        from digimfg.inference.cluster_jackknife import jackknife_covariance

        jackknife = jackknife_covariance(design, fit)
        return _Errors(
            covariance=jackknife.covariance,
            df=jackknife.n_clusters - 1.0,
            df_absorbed=jackknife.df_absorbed,
            statistics={"n_clusters": float(jackknife.n_clusters)},
            notes=jackknife.notes,
        )
    if isinstance(asked, Robust) and asked.small_sample in ("hc2", "hc3"):
        from digimfg.inference.leverage import leverage_covariance

        corrected = leverage_covariance(design, fit)
        return _Errors(
            covariance=corrected.covariance,
            df=corrected.df,
            df_absorbed=corrected.df_absorbed,
            statistics={"largest_leverage": corrected.largest},
            notes=corrected.notes,
        )
    if isinstance(asked, Unadjusted):
        adjustment = small_sample_adjustment(design, len(fit.estimates), 0)
        variance = sum_of_squares(fit.residuals, fit.weights) / design.n_obs
        found = Sandwich(covariance=(fit.bread + fit.bread.T) / 2 * variance, n_groups=0)
    else:
        influence = slope_influence(
            design.terms, design.regressors, fit.influence, fit.own, outcome=design.outcome
        )
        found = sandwich(design, influence)
        adjustment = small_sample_adjustment(design, len(fit.estimates), found.n_groups)
    return _Errors(
        covariance=found.covariance * adjustment.factor,
        df=adjustment.df,
        df_absorbed=adjustment.df_absorbed,
        statistics=dict(found.counts),
        notes=found.notes,
    )


def _wild_column(design: Design, fit: LinearFit) -> tuple[dict[str, Floats], tuple[Text, ...]]:
    from digimfg.covariance import Clustered
    from digimfg.inference.wild_column import wild_column

    if not isinstance(design.specification.covariance, Clustered):
        return {}, ()
    return wild_column(design, fit)
