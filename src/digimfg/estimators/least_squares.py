"""Least squares with any number of absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.distributions.reference import Combinations, ReferenceDistribution
from digimfg.errors import EstimationError
from digimfg.say import say
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit
    from digimfg.result import Result

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
        rss = _square(fit.residuals, fit.weights)
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
        variance = _square(fit.residuals, fit.weights) / design.n_obs
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


def fit_statistics(design: Design, rss: float, n_slopes: int, df_absorbed: int) -> dict[str, float]:
    """Return counts and measures of fit: R² overall and within the effects, adjusted, root mean squared
    error.

    R² = 1 - RSS/TSS around the mean; within R² divides by the sum of squares left by the effects instead.
    """
    n = design.n_obs
    weights = None if design.weights is None else design.weights / design.weights.mean()
    mean = np.average(design.outcome, weights=weights)
    total = _square(design.outcome - mean, weights)
    within = _square(design.absorbed.outcome, weights) if design.effects else total
    df_resid = n - n_slopes - df_absorbed
    r2 = 1 - rss / total if total > 0 else np.nan
    r2_within = 1 - rss / within if within > 0 else np.nan
    found = {
        "n_obs": float(n),
        "r2": float(r2),
        "r2_adjusted": float(1 - (1 - r2) * (n - 1) / df_resid),
        "rmse": float(np.sqrt(rss / df_resid)),
        "log_likelihood": float(-n / 2 * (np.log(2 * np.pi * max(rss, 1e-300) / n) + 1)),
        "df_absorbed": float(df_absorbed),
    }
    if design.effects:
        found["r2_within"] = float(r2_within)
        found["r2_within_adjusted"] = float(1 - (1 - r2_within) * (n - df_absorbed) / df_resid)
    if design.entity_values is not None:
        found["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        found["n_periods"] = float(len(design.time_values))
    return found


def slopes_test(
    design: Design, estimates: Floats, covariance: Floats, distribution: ReferenceDistribution
) -> tuple[dict[str, float], tuple[Text, ...]]:
    """Return the joint test that every slope is zero, or a note why there is none."""
    from digimfg.design import INTERCEPT
    from digimfg.distributions.reference import joint_test

    places = [place for place, name in enumerate(design.terms) if name != INTERCEPT]
    if not places:
        return {}, ()
    try:
        found = joint_test(estimates, covariance, places, distribution)
    except EstimationError as error:
        return {}, (
            say(
                "No joint test of the {n:,|slope}: expected {expected}, got {got}",
                "不作{n:,}个斜率的联合检验：须{expected}，实为{got}",
                kind="no_joint_test",
                weight="detail",
                n=len(places),
                expected=error.expected,
                got=error.got,
            ),
        )
    if found is None:
        return {}, (
            say(
                "No joint test of the {n:,|slope}: their covariance is singular, as with fewer clusters "
                "than slopes",
                "不作{n:,}个斜率的联合检验：其协方差奇异（如聚类数少于斜率数）",
                kind="no_joint_test",
                weight="detail",
                n=len(places),
            ),
        )
    return {"f_statistic": found.statistic, "f_p_value": found.p_value}, ()


def _square(values: Floats, weights: Floats | None) -> float:
    return float(values @ values) if weights is None else float((values * weights) @ values)
