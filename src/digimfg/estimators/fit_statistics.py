"""Measures of fit of least squares, and the joint test of its slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.notes import note_of

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.distributions.reference import ReferenceDistribution
    from digimfg.text import Text

__all__ = ["fit_statistics", "slopes_test", "sum_of_squares"]

Floats = NDArray[np.float64]


def fit_statistics(design: Design, rss: float, n_slopes: int, df_absorbed: int) -> dict[str, float]:
    """Return counts and measures of fit: R² overall and within the effects, adjusted, root mean squared
    error.

    R² = 1 - RSS/TSS around the mean; within R² divides by the sum of squares left by the effects instead.
    """
    n = design.n_obs
    weights = None if design.weights is None else design.weights / design.weights.mean()
    mean = np.average(design.outcome, weights=weights)
    total = sum_of_squares(design.outcome - mean, weights)
    within = sum_of_squares(design.absorbed.outcome, weights) if design.effects else total
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
            note_of("estimators.joint_test_refused", n=len(places), expected=error.expected, got=error.got),
        )
    if found is None:
        return {}, (note_of("estimators.joint_test_singular", n=len(places)),)
    return {"f_statistic": found.statistic, "f_p_value": found.p_value}, ()


def sum_of_squares(values: Floats, weights: Floats | None) -> float:
    """Return the (weighted) sum of squares."""
    return float(values @ values) if weights is None else float((values * weights) @ values)
