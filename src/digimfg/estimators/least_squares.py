"""Least squares with any number of absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["LeastSquares"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Ordinary or weighted least squares with absorbed effects.

    The effects are absorbed once in the design; the slopes solve the normal equations of what remains
    (Frisch-Waugh-Lovell). Weights are analytic: they are scaled to add up to the number of rows.
    """

    label: ClassVar[Text] = Text("OLS", "最小二乘")

    def fit(self, design: Design) -> Result:
        """Estimate the slopes of a design.

        Raises
        ------
        EstimationError
            If no term is left, or there are not more rows than parameters.
        """
        from digimfg.inference.covariance import Unadjusted
        from digimfg.inference.sandwich import score_covariance
        from digimfg.inference.small_sample import small_sample_adjustment

        x, y = design.absorbed.regressors, design.absorbed.outcome
        if x.shape[1] == 0:
            raise _nothing_left(design)
        weights = None if design.weights is None else design.weights / design.weights.mean()
        weighted = x if weights is None else x * weights[:, None]
        normal = weighted.T @ x
        scale = 1 / np.sqrt(np.diag(normal))
        bread = np.linalg.inv(normal * scale[:, None] * scale) * scale[:, None] * scale
        estimates = bread @ (weighted.T @ y)
        residuals = y - x @ estimates
        # One refinement step: the normal equations square the condition number, this takes it back.
        correction = bread @ (weighted.T @ residuals)
        estimates, residuals = estimates + correction, residuals - x @ correction
        rss = _square(residuals, weights)
        scores = weighted * residuals[:, None]
        counts: dict[str, float] = {}
        notes: tuple[Text, ...] = ()
        if isinstance(design.specification.covariance, Unadjusted):
            adjustment = small_sample_adjustment(design, x.shape[1], 0)
            covariance = bread * rss / design.n_obs * adjustment.factor
        else:
            meat, counts, notes = score_covariance(design, scores)
            groups = int(counts.get("n_clusters", counts.get("n_periods_kernel", 0)))
            adjustment = small_sample_adjustment(design, x.shape[1], groups)
            covariance = bread @ meat @ bread * adjustment.factor
        df_resid = design.n_obs - x.shape[1] - adjustment.df_absorbed
        covariance = (covariance + covariance.T) / 2
        counts.pop("n_periods_kernel", None)
        statistics = fit_statistics(design, rss, x.shape[1], adjustment.df_absorbed)
        statistics |= counts | slopes_test(design, estimates, covariance, adjustment.df)
        from digimfg.estimators.linear_result import linear_result

        return linear_result(
            design,
            names=design.terms,
            estimates=estimates,
            covariance=covariance,
            df=adjustment.df,
            statistics={**statistics, "df_resid": float(df_resid), "df_t": adjustment.df},
            notes=notes,
        )


def fit_statistics(design: Design, rss: float, n_slopes: int, df_absorbed: int) -> dict[str, float]:
    """Return counts and measures of fit: R² overall and within the effects, adjusted, root mean squared error.

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


def slopes_test(design: Design, estimates: Floats, covariance: Floats, df: float) -> dict[str, float]:
    """Return the F test that every slope is zero; none where the covariance lacks the rank."""
    from scipy import stats

    from digimfg.design import INTERCEPT

    places = [place for place, name in enumerate(design.terms) if name != INTERCEPT]
    block = covariance[np.ix_(places, places)]
    if not places or np.linalg.matrix_rank(block) < len(places):
        return {}
    slopes = estimates[places]
    statistic = float(slopes @ np.linalg.solve(block, slopes)) / len(places)
    return {"f_statistic": statistic, "f_p_value": float(stats.f.sf(statistic, len(places), df))}


def _square(values: Floats, weights: Floats | None) -> float:
    return float(values @ values) if weights is None else float((values * weights) @ values)


def _nothing_left(design: Design) -> EstimationError:
    gone = "; ".join(f"{name} ~ {reason}" for name, reason in design.collinear.items())
    return EstimationError(
        where=Text("regressors", "解释变量"),
        expected=Text("at least one that varies within the effects", "至少一个在固定效应内有变动"),
        got=Text(f"none left ({gone})", f"无一保留（{gone}）"),
        remedy=Text("interact it with time, or absorb fewer effects", "与时间交互，或减少固定效应"),
    )
