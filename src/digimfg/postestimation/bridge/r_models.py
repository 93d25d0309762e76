"""Write estimators beyond least squares as calls of R."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from digimfg.estimators.binary.estimator import Logit, Probit
from digimfg.postestimation.bridge.names import r_name, r_term
from digimfg.postestimation.bridge.r_parts import data_of, formula_of, index_of
from digimfg.specification import Specification

__all__ = ["R_MODELS"]


def _binary(spec: Specification) -> str:
    link = type(spec.estimator).__name__.lower()
    if isinstance(spec.estimator, Logit | Probit) and spec.estimator.effects == "random":
        grouped = f"{formula_of(spec)} + (1 | {r_name(str(spec.entity))})"
        return f'lme4::glmer({grouped}, {data_of(spec)}, family = binomial("{link}"), nAGQ = 16)'
    formula = formula_of(spec) + "".join(f" + factor({r_name(each)})" for each in spec.fixed_effects)
    return f'glm({formula}, family = binomial("{link}"), {data_of(spec)})'


def _ordered(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if spec.weights is not None:
        return ""
    link = "logit" if type(estimator).__name__ == "OrderedLogit" else "probit"
    right = formula_of(spec).partition("~")[2]
    formula = f"factor({r_term(spec.outcome)}) ~{right}"
    if estimator.effects == "random":
        grouped = f"{formula} + (1 | {r_name(str(spec.entity))})"
        return f'ordinal::clmm({grouped}, data = {data_of(spec)}, link = "{link}", nAGQ = 16)'
    return f'ordinal::clm({formula}, data = {data_of(spec)}, link = "{link}")'


def _fractional(spec: Specification) -> str:
    link = "logit" if type(spec.estimator).__name__ == "FractionalLogit" else "probit"
    return f'glm({formula_of(spec)}, family = quasibinomial("{link}"), {data_of(spec)})'


def _tobit(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.effects == "random" or spec.weights is not None:
        return ""
    left = "-Inf" if estimator.lower is None else f"{estimator.lower:g}"
    right = "Inf" if estimator.upper is None else f"{estimator.upper:g}"
    return f"AER::tobit({formula_of(spec)}, left = {left}, right = {right}, data = {data_of(spec)})"


def _mixed(spec: Specification) -> str:
    estimator: Any = spec.estimator
    own = " + ".join(["1", *(r_term(term) for term in estimator.slopes)])
    reml = "TRUE" if estimator.method == "reml" else "FALSE"
    grouped = f"{formula_of(spec)} + ({own} | {r_name(str(spec.entity))})"
    return f"lme4::lmer({grouped}, {data_of(spec)}, REML = {reml})"


def _negative_binomial(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.dispersion != "mean" or spec.weights is not None:
        return ""
    added = [] if estimator.offset is None else [f"offset({r_term(estimator.offset)})"]
    added += [] if estimator.exposure is None else [f"offset(log({r_term(estimator.exposure)}))"]
    return f"MASS::glm.nb({' + '.join([formula_of(spec), *added])}, {data_of(spec)})"


def _dynamic(spec: Specification) -> str:
    estimator: Any = spec.estimator
    lags = [
        f"lag({r_term(each.term, lags='plm')}, {each.first}:{each.last or 99})"
        for each in estimator.instruments
    ]
    effect = '"twoways"' if spec.time in spec.fixed_effects else '"individual"'
    model = '"twosteps"' if estimator.steps == 2 else '"onestep"'
    kind = '"ld"' if estimator.system else '"d"'
    formula = f"{formula_of(spec, lags='plm')} | {' + '.join(lags)}"
    collapse = ", collapse = TRUE" if estimator.collapse else ""
    return (
        f"plm::pgmm({formula}, {data_of(spec)}, {index_of(spec)}, effect = {effect}, model = {model}, "
        f"transformation = {kind}{collapse})"
    )


def _spatial(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.lag_regressors:
        return ""  # splm lags no regressors by itself
    error = '"kkp"' if estimator.lag_error else '"none"'
    lag = "TRUE" if estimator.lag_outcome else "FALSE"
    return (
        f'splm::spml({formula_of(spec)}, {data_of(spec)}, {index_of(spec)}, listw = W, model = "within", '
        f'effect = "twoways", lag = {lag}, spatial.error = {error})'
    )


def _staggered(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.method != "callaway_santanna" or not estimator.cohort:
        return ""
    group = '"notyettreated"' if estimator.control_group == "not_yet_treated" else '"nevertreated"'
    return (
        f'did::att_gt(yname = "{spec.outcome}", tname = "{spec.time}", idname = "{spec.entity}", '
        f'gname = "{estimator.cohort}", data = {data_of(spec)}, control_group = {group})'
    )


def _dose(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if not estimator.cohort or spec.controls or estimator.dose_form != "spline":
        return ""
    group = estimator.control_group.replace("_", "")
    return (
        f'contdid::cont_did(yname = "{spec.outcome}", tname = "{spec.time}", idname = "{spec.entity}", '
        f'dname = "{spec.regressors[0]}", gname = "{estimator.cohort}", data = {data_of(spec)}, '
        f'target_parameter = "{estimator.target}", aggregation = "dose", degree = {estimator.degree}, '
        f'num_knots = {estimator.knots}, control_group = "{group}")'
    )


def _quantile(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if spec.fixed_effects:
        return ""
    wanted = estimator.quantile if isinstance(estimator.quantile, tuple) else (estimator.quantile,)
    levels = ", ".join(f"{each:g}" for each in wanted)
    return f"quantreg::rq({formula_of(spec)}, tau = c({levels}), data = {data_of(spec)})"


def _smooth_transition(spec: Specification) -> str:
    estimator: Any = spec.estimator
    moving = [r_term(each) for each in estimator.regime_dependent]
    plain = [r_term(each) for each in (*spec.regressors, *spec.controls)]
    linear = list(dict.fromkeys([*(each for each in plain if each not in moving), *moving]))
    terms = [*linear, r_term(estimator.transition_variable), r_term(spec.outcome)]
    if (
        spec.time in spec.fixed_effects
        or spec.sample
        or any(not re.fullmatch(r"[\w.]+", each) for each in terms)
    ):
        return (
            ""  # it takes columns of a balanced panel: indicators of periods and the sample are the reader's
        )
    listed = ["c(" + ", ".join(f'"{each}"' for each in names) + ")" for names in (linear, moving)]
    switches = estimator.switches or 1
    entity, time = r_name(str(spec.entity)), r_name(str(spec.time))
    return (
        f"PSTR::EstPSTR(PSTR::NewPSTR(data[order(data${entity}, data${time}), ], "
        f'dep = "{r_term(spec.outcome)}", indep = {listed[0]}, indep_k = {listed[1]}, '
        f'tvars = "{r_term(estimator.transition_variable)}", im = {switches}, '
        f"iT = length(unique(data${time}))), im = {switches}, iq = 1)"
    )


R_MODELS: dict[str, Callable[[Specification], str]] = {
    "Logit": _binary,
    "Probit": _binary,
    "NegativeBinomial": _negative_binomial,
    "MixedEffects": _mixed,
    "OrderedLogit": _ordered,
    "OrderedProbit": _ordered,
    "FractionalLogit": _fractional,
    "FractionalProbit": _fractional,
    "Tobit": _tobit,
    "DynamicGMM": _dynamic,
    "SpatialPanel": _spatial,
    "StaggeredDifferenceInDifferences": _staggered,
    "ContinuousDifferenceInDifferences": _dose,
    "QuantileRegression": _quantile,
    "PanelSmoothTransition": _smooth_transition,
}
