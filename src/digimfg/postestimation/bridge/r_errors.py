"""The errors that a specification asks for, in R: sandwich under the rule of Stata."""

from __future__ import annotations

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.postestimation.bridge.names import r_name
from digimfg.specification import Specification

__all__ = ["MODEL_ERRORS", "of_likelihood", "of_linear"]

MODEL_ERRORS = frozenset(
    (
        "NegativeBinomial",
        "MixedEffects",
        "RandomEffects",
        "BetweenOLS",
        "FirstDifference",
        "QuantileRegression",
        "SystemEquation",
    )
)
"""Estimators whose script in R shows the model's own errors, whatever the covariance."""

_SHOWN = "print(cbind(estimate = coef(fit), std_error = sqrt(diag(V))[names(coef(fit))]), digits = 12)"


def of_likelihood(spec: Specification) -> list[str] | None:
    """Return the lines that show estimates with the errors asked for; ``None`` for those of the model, or
    where sandwich has none of the kind.
    """
    asked = spec.covariance
    if type(spec.estimator).__name__ in MODEL_ERRORS or asked.small_sample not in ("stata", "none"):
        return None
    ruled = asked.small_sample == "stata"
    if isinstance(asked, Robust):
        factor = " * n / (n - 1)" if ruled else ""
        return ["n <- NROW(sandwich::estfun(fit))", f"V <- sandwich::sandwich(fit){factor}", _SHOWN]
    if isinstance(asked, Clustered) and len(asked.cluster_columns) == 1:
        return [f"V <- {_clustered(asked, adjusted=ruled)}", _SHOWN]
    return None


def of_linear(spec: Specification) -> list[str] | None:
    """Return the same for a linear fit whose effects are dummies: those of the clusters' own effects are
    not counted.
    """
    asked = spec.covariance
    if isinstance(asked, Unadjusted):
        return ["V <- vcov(fit)", _SHOWN]
    if asked.small_sample not in ("stata", "none"):
        return None
    ruled = asked.small_sample == "stata"
    counted = ["n <- nobs(fit); k <- sum(!is.na(coef(fit)))"] if ruled else []
    if isinstance(asked, Robust):
        return [*counted, f"V <- sandwich::sandwich(fit){' * n / (n - k)' if ruled else ''}", _SHOWN]
    if not (isinstance(asked, Clustered) and len(asked.cluster_columns) == 1):
        return None
    (column,) = asked.cluster_columns
    if ruled and column in spec.fixed_effects:
        place = spec.fixed_effects[::-1].index(column) + 1  # the effects stand last among the factors
        counted += [f"k <- k - (rev(lengths(fit$levels))[[{place}]] - 1)"]
    factor = " * (n - 1) / (n - k)" if ruled else ""
    return [*counted, f"V <- {_clustered(asked, adjusted=ruled)}{factor}", _SHOWN]


def _clustered(asked: Clustered, *, adjusted: bool) -> str:
    (column,) = asked.cluster_columns
    flag = "TRUE" if adjusted else "FALSE"
    return f'sandwich::vcovCL(fit, cluster = ~{r_name(column)}, type = "HC0", cadjust = {flag})'
