"""Write estimators beyond least squares and choices as commands of Stata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digimfg.covariance import Unadjusted
from digimfg.postestimation.bridge.stata_parts import (
    Written,
    exposure_options,
    stata_name,
    stata_terms,
    variables,
)
from digimfg.specification import Specification

__all__ = ["STATA_MODELS"]


def _tobit(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    limits = [
        f"{name}({value:g})"
        for name, value in (("ll", estimator.lower), ("ul", estimator.upper))
        if value is not None
    ]
    random = estimator.effects == "random"
    return f"{'xttobit' if random else 'tobit'} {variables(spec, made)}", [*limits, "" if random else spread]


def _mixed(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    own = f" {stata_terms(estimator.slopes, made)}" if estimator.slopes else ""
    free = "covariance(unstructured)" if estimator.slopes else ""
    restricted = estimator.method == "reml"
    return f"mixed {variables(spec, made)} || {stata_name(str(spec.entity))}:{own}", [
        free,
        "reml" if restricted else "mle",
        "" if restricted else spread,
    ]


def _negative_binomial(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    kind = "" if estimator.dispersion == "mean" else "dispersion(constant)"
    return f"nbreg {variables(spec, made)}", [kind, spread, *exposure_options(estimator)]


def _dynamic(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    dummies = "".join(f" i.{stata_name(each)}" for each in spec.fixed_effects if each != spec.entity)
    options = []
    for each in estimator.instruments:
        collapse = estimator.collapse if each.collapse is None else each.collapse
        equation = "" if each.equation == "both" else f" eq({each.equation})"
        options.append(
            f"gmm({stata_terms((each.term,), made)}, lag({each.first} {each.last or '.'})"
            f"{' collapse' if collapse else ''}{equation})"
        )
    if estimator.exogenous:
        options.append(f"iv({stata_terms(estimator.exogenous, made)}{dummies})")
    elif dummies:
        options.append(f"iv({dummies.strip()})")
    options += [
        "" if estimator.system else "noleveleq",
        "twostep" if estimator.steps == 2 else "",
        "orthogonal" if estimator.transformation != "difference" else "",
        "robust" if not isinstance(spec.covariance, Unadjusted) else "",
        "small" if estimator.small_sample else "",
    ]
    return f"xtabond2 {variables(spec, made)}{dummies}", options


def _threshold(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    right = (*spec.regressors, *spec.controls)
    plain = tuple(each for each in right if each not in estimator.regime_dependent)
    given = estimator.trim
    trim = given if isinstance(given, tuple) else (given,) * estimator.n_thresholds
    draws = (str(estimator.replications),) * estimator.n_thresholds
    options = [
        f"rx({stata_terms(tuple(estimator.regime_dependent), made)})",
        f"qx({stata_terms((estimator.threshold_variable,), made)})",
        f"thnum({estimator.n_thresholds})",
        f"trim({' '.join(f'{each:g}' for each in trim)})",
        f"bs({' '.join(draws)})",
    ]
    return f"xthreg {stata_terms((spec.outcome, *plain), made)}", options


def _spatial(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    lagged, durbin, error = estimator.lag_outcome, bool(estimator.lag_regressors), estimator.lag_error
    model = "sac" if lagged and error else "sem" if error else "sdm" if durbin else "sar"
    effects = estimator.effects or "twoways"
    kinds = {"entity": "ind", "time": "time", "twoways": "both", "both": "both"}
    return f"xsmle {variables(spec, made)}", [
        "wmat(W)",
        f"model({model})",
        "fe",
        f"type({kinds.get(str(effects), 'both')}{', leeyu' if estimator.bias_correction else ''})",
        "effects",
    ]


def _staggered(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    first = (
        stata_name(estimator.cohort) if estimator.cohort else f"first_{stata_terms(spec.regressors, made)}"
    )
    entity, time = stata_name(str(spec.entity)), stata_name(str(spec.time))
    if not estimator.cohort:
        treated = stata_terms(spec.regressors, made)
        made.append(f"bysort {entity}: egen {first} = min(cond({treated} == 1, {time}, .))")
    right = stata_terms((spec.outcome, *spec.controls), made)
    if estimator.method == "callaway_santanna":
        made.append(f"replace {first} = 0 if missing({first})")
        notyet = "notyet" if estimator.control_group == "not_yet_treated" else ""
        return f"csdid {right}", [f"ivar({entity})", f"time({time})", f"gvar({first})", notyet, "agg(simple)"]
    if estimator.method == "imputation":
        return f"did_imputation {stata_name(spec.outcome)} {entity} {time} {first}", ["autosample"]
    if estimator.method == "sun_abraham":
        made.append(f"generate never = missing({first})")
        return f"eventstudyinteract {right} g_*", [
            f"absorb({entity} {time})", f"cohort({first})", "control_cohort(never)", f"vce(cluster {entity})",
        ]  # fmt: skip
    return f"* {estimator.method}: no command of Stata is known", []


def _quantile(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    wanted = estimator.quantile if isinstance(estimator.quantile, tuple) else (estimator.quantile,)
    levels = " ".join(f"{each:g}" for each in wanted)
    if spec.fixed_effects:
        return f"xtqreg {variables(spec, made)}", [
            f"i({stata_name(str(spec.entity))})",
            f"quantile({levels})",
        ]
    return f"sqreg {variables(spec, made)}", [f"quantiles({levels})"]


STATA_MODELS: dict[str, Callable[[Specification, list[str], str], Written]] = {
    "NegativeBinomial": _negative_binomial,
    "MixedEffects": _mixed,
    "Tobit": _tobit,
    "DynamicGMM": _dynamic,
    "PanelThreshold": _threshold,
    "SpatialPanel": _spatial,
    "StaggeredDifferenceInDifferences": _staggered,
    "QuantileRegression": _quantile,
}
