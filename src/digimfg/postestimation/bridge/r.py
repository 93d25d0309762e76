"""Write a specification as a script of R."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.estimators.binary.estimator import Logit, Probit
from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares
from digimfg.postestimation.bridge.names import r_name, r_sample, r_term
from digimfg.postestimation.bridge.r_errors import of_likelihood, of_linear
from digimfg.postestimation.bridge.systems import r_system
from digimfg.specification import Specification

__all__ = ["r_code", "r_command"]

_SANDWICH = ("glm(", "ordinal::clm(", "AER::tobit(")
_PLM = {"RandomEffects": "random", "BetweenOLS": "between", "FirstDifference": "fd"}


@checked
def r_code(specification: Specification, *, package: Literal["fixest", "plm", "AER"] = "fixest") -> str:
    """Return a script of R that estimates the same equation on a data frame ``data``.

    Parameters
    ----------
    specification
        Any. Where no package of R is known to give the same numbers, one comment says so.
    package
        For least squares and instruments: fixest; or plm for effects that are absorbed, AER for instruments
        (effects as dummies), both with errors of sandwich under the rule of Stata.

    Returns
    -------
    str
        Line by line; the last one shows coefficients and errors.

    Examples
    --------
    >>> import digimfg as dm
    >>> spec = dm.Specification("y", "x", entity="id", time="year", fixed_effects=("id", "year"))
    >>> print(dm.r_code(spec))
    library(fixest)
    fit <- fixest::feols(y ~ x | id + year, data, vcov = ~id, ssc = ssc(fixef.K = "nested"))
    print(fixest::coeftable(fit), digits = 12)
    """
    name = type(specification.estimator).__name__
    if package == "plm" and name == "LeastSquares" and _within(specification):
        return _plm_within(specification)
    if package == "AER" and name == "TwoStageLeastSquares" and _as_ivreg(specification):
        return _ivreg(specification)
    command = r_command(specification)
    if not command:
        return f"# no package of R is known to estimate this ({specification.estimator.label.en})"
    library = command.partition("::")[0] if "::" in command else ""
    lines = [f"library({library})"] if library else []
    if library == "fixest" and _uses_lags(specification):
        lines.append(f"data <- fixest::panel(data, ~{_keys(specification, ' + ')})")
    if library == "fixest" and isinstance(specification.covariance, Clustered):
        command = f'{command[:-1]}, ssc = ssc(fixef.K = "nested"))'
    shown = {
        "fixest": "fixest::coeftable(fit)",
        "did": 'did::aggte(fit, type = "simple")',
        "PSTR": "cbind(fit$est, fit$se)",
    }
    lines.append(f"fit <- {command}")
    spread = of_likelihood(specification) if library not in shown and command.startswith(_SANDWICH) else None
    lines += spread or [f"print({shown.get(library, 'coef(summary(fit))')}, digits = 12)"]
    return "\n".join(lines)


def r_command(specification: Specification) -> str:
    """Return the call alone; empty where none is known."""
    write = _CALLS.get(type(specification.estimator).__name__)
    return "" if write is None else write(specification)


def _formula(spec: Specification, *, lags: str = "fixest") -> str:
    right = [r_term(term, lags=lags) for term in (*spec.regressors, *spec.controls)]
    return f"{r_term(spec.outcome, lags=lags)} ~ {' + '.join(right) or '1'}"


def _data(spec: Specification) -> str:
    return f"subset(data, {r_sample(spec.sample)})" if spec.sample else "data"


def _keys(spec: Specification, between: str = ", ") -> str:
    return between.join(r_name(str(key)) for key in (spec.entity, spec.time) if key)


def _index(spec: Specification) -> str:
    return f'index = c("{spec.entity}", "{spec.time}")'


def _uses_lags(spec: Specification) -> bool:
    terms = (spec.outcome, *spec.regressors, *spec.controls, *spec.endogenous, *spec.instruments)
    return any(re.search(r"(?<![\w.])[lfd]\(", r_term(term)) for term in terms)


def _dummies(spec: Specification) -> list[str]:
    parts = [list(map(r_name, each.split(":"))) for each in spec.fixed_effects]
    return [f"{'interaction' if len(names) > 1 else 'factor'}({', '.join(names)})" for names in parts]


def _for_leverage(spec: Specification, formula: str) -> str:
    """Return least squares with errors corrected for leverage: effects enter as indicators."""
    formula = " + ".join([formula, *_dummies(spec)])
    weights = "" if spec.weights is None else f", weights = {r_name(spec.weights)}"
    kind = spec.covariance.small_sample.upper()
    return f'lmtest::coeftest(lm({formula}, {_data(spec)}{weights}), sandwich::vcovHC, type = "{kind}")'


def _fixest(function: str) -> Callable[[Specification], str]:
    def write(spec: Specification) -> str:
        formula = _formula(spec)
        if isinstance(spec.estimator, TwoStageLeastSquares) and spec.estimator.method != "2sls":
            return ""
        if isinstance(spec.covariance, Robust) and spec.covariance.small_sample in ("hc2", "hc3"):
            return _for_leverage(spec, formula)
        if spec.fixed_effects or spec.endogenous:
            effects = ["^".join(map(r_name, each.split(":"))) for each in spec.fixed_effects]
            formula += f" | {' + '.join(effects) or '0'}"
        if spec.endogenous:
            left, right = ([r_term(each) for each in terms] for terms in (spec.endogenous, spec.instruments))
            formula += f" | {' + '.join(left)} ~ {' + '.join(right)}"
        asked = spec.covariance
        spread = {Unadjusted: '"iid"', Robust: '"hetero"'}.get(type(asked))
        if isinstance(asked, Clustered):
            spread = f"~{' + '.join(map(r_name, asked.cluster_columns))}"
        if spread is None:
            return ""
        weights = "" if spec.weights is None else f", weights = ~{r_name(spec.weights)}"
        return f"fixest::{function}({formula}, {_data(spec)}{weights}, vcov = {spread})"

    return write


def _plm(spec: Specification) -> str:
    name = type(spec.estimator).__name__
    formula = _formula(spec, lags="plm") + (" - 1" if name == "FirstDifference" else "")
    return f'plm::plm({formula}, {_data(spec)}, {_index(spec)}, model = "{_PLM[name]}")'


def _within(spec: Specification) -> bool:
    return (
        bool(spec.fixed_effects)
        and set(spec.fixed_effects) <= {spec.entity, spec.time}
        and spec.weights is None
        and not spec.endogenous
    )


def _plm_within(spec: Specification) -> str:
    """Return plm's within estimator, its clustered errors under Stata's rule, counted in R."""
    effects = set(spec.fixed_effects)
    kind = "twoways" if len(effects) == 2 else "individual" if spec.entity in effects else "time"
    given = f"{_formula(spec, lags='plm')}, {_data(spec)}, {_index(spec)}"
    lines = ["library(plm)", f'fit <- plm::plm({given}, model = "within", effect = "{kind}")']
    asked = spec.covariance
    by_entity = isinstance(asked, Clustered) and asked.columns == (spec.entity,)
    if by_entity and asked.small_sample in ("stata", "none"):
        lines.append('V <- plm::vcovHC(fit, method = "arellano", type = "HC0", cluster = "group")')
        if asked.small_sample == "stata":
            absorbed = "length(unique(plm::index(fit)[[2]]))" if spec.time in effects else "1"
            lines += [
                "n <- nobs(fit); k <- length(coef(fit)); g <- length(unique(plm::index(fit)[[1]]))",
                f"V <- V * (n - 1) / (n - k - {absorbed}) * g / (g - 1)",
            ]
        lines.append("print(cbind(estimate = coef(fit), std_error = sqrt(diag(V))), digits = 12)")
    else:
        lines.append("print(coef(summary(fit)), digits = 12)")
    return "\n".join(lines)


def _as_ivreg(spec: Specification) -> bool:
    estimator: Any = spec.estimator
    return estimator.method == "2sls" and spec.weights is None and not _uses_lags(spec)


def _ivreg(spec: Specification) -> str:
    """Return two-stage least squares of AER, effects as dummies on both sides."""
    own = [r_term(term) for term in (*spec.regressors, *spec.controls)] + _dummies(spec)
    inside, outside = ([r_term(each) for each in terms] for terms in (spec.endogenous, spec.instruments))
    right, left = " + ".join([*inside, *own]), " + ".join([*outside, *own])
    lines = [
        "library(AER)",
        f"fit <- AER::ivreg({r_term(spec.outcome)} ~ {right} | {left}, data = {_data(spec)})",
    ]
    return "\n".join([*lines, *(of_linear(spec) or ["print(coef(summary(fit)), digits = 12)"])])


def _binary(spec: Specification) -> str:
    link = type(spec.estimator).__name__.lower()
    if isinstance(spec.estimator, Logit | Probit) and spec.estimator.effects == "random":
        grouped = f"{_formula(spec)} + (1 | {r_name(str(spec.entity))})"
        return f'lme4::glmer({grouped}, {_data(spec)}, family = binomial("{link}"), nAGQ = 16)'
    formula = _formula(spec) + "".join(f" + factor({r_name(each)})" for each in spec.fixed_effects)
    return f'glm({formula}, family = binomial("{link}"), {_data(spec)})'


def _ordered(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if spec.weights is not None:
        return ""
    link = "logit" if type(estimator).__name__ == "OrderedLogit" else "probit"
    right = _formula(spec).partition("~")[2]
    formula = f"factor({r_term(spec.outcome)}) ~{right}"
    if estimator.effects == "random":
        grouped = f"{formula} + (1 | {r_name(str(spec.entity))})"
        return f'ordinal::clmm({grouped}, data = {_data(spec)}, link = "{link}", nAGQ = 16)'
    return f'ordinal::clm({formula}, data = {_data(spec)}, link = "{link}")'


def _fractional(spec: Specification) -> str:
    link = "logit" if type(spec.estimator).__name__ == "FractionalLogit" else "probit"
    return f'glm({_formula(spec)}, family = quasibinomial("{link}"), {_data(spec)})'


def _tobit(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.effects == "random" or spec.weights is not None:
        return ""
    left = "-Inf" if estimator.lower is None else f"{estimator.lower:g}"
    right = "Inf" if estimator.upper is None else f"{estimator.upper:g}"
    return f"AER::tobit({_formula(spec)}, left = {left}, right = {right}, data = {_data(spec)})"


def _mixed(spec: Specification) -> str:
    estimator: Any = spec.estimator
    own = " + ".join(["1", *(r_term(term) for term in estimator.slopes)])
    reml = "TRUE" if estimator.method == "reml" else "FALSE"
    grouped = f"{_formula(spec)} + ({own} | {r_name(str(spec.entity))})"
    return f"lme4::lmer({grouped}, {_data(spec)}, REML = {reml})"


def _negative_binomial(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.dispersion != "mean" or spec.weights is not None:
        return ""
    added = [] if estimator.offset is None else [f"offset({r_term(estimator.offset)})"]
    added += [] if estimator.exposure is None else [f"offset(log({r_term(estimator.exposure)}))"]
    return f"MASS::glm.nb({' + '.join([_formula(spec), *added])}, {_data(spec)})"


def _dynamic(spec: Specification) -> str:
    estimator: Any = spec.estimator
    lags = [
        f"lag({r_term(each.term, lags='plm')}, {each.first}:{each.last or 99})"
        for each in estimator.instruments
    ]
    effect = '"twoways"' if spec.time in spec.fixed_effects else '"individual"'
    model = '"twosteps"' if estimator.steps == 2 else '"onestep"'
    kind = '"ld"' if estimator.system else '"d"'
    formula = f"{_formula(spec, lags='plm')} | {' + '.join(lags)}"
    collapse = ", collapse = TRUE" if estimator.collapse else ""
    return (
        f"plm::pgmm({formula}, {_data(spec)}, {_index(spec)}, effect = {effect}, model = {model}, "
        f"transformation = {kind}{collapse})"
    )


def _spatial(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.lag_regressors:
        return ""  # splm lags no regressors by itself
    error = '"kkp"' if estimator.lag_error else '"none"'
    lag = "TRUE" if estimator.lag_outcome else "FALSE"
    return (
        f'splm::spml({_formula(spec)}, {_data(spec)}, {_index(spec)}, listw = W, model = "within", '
        f'effect = "twoways", lag = {lag}, spatial.error = {error})'
    )


def _staggered(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if estimator.method != "callaway_santanna" or not estimator.cohort:
        return ""
    group = '"notyettreated"' if estimator.control_group == "not_yet_treated" else '"nevertreated"'
    return (
        f'did::att_gt(yname = "{spec.outcome}", tname = "{spec.time}", idname = "{spec.entity}", '
        f'gname = "{estimator.cohort}", data = {_data(spec)}, control_group = {group})'
    )


def _dose(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if not estimator.cohort or spec.controls or estimator.dose_form != "spline":
        return ""
    group = estimator.control_group.replace("_", "")
    return (
        f'contdid::cont_did(yname = "{spec.outcome}", tname = "{spec.time}", idname = "{spec.entity}", '
        f'dname = "{spec.regressors[0]}", gname = "{estimator.cohort}", data = {_data(spec)}, '
        f'target_parameter = "{estimator.target}", aggregation = "dose", degree = {estimator.degree}, '
        f'num_knots = {estimator.knots}, control_group = "{group}")'
    )


def _quantile(spec: Specification) -> str:
    estimator: Any = spec.estimator
    if spec.fixed_effects:
        return ""
    wanted = estimator.quantile if isinstance(estimator.quantile, tuple) else (estimator.quantile,)
    levels = ", ".join(f"{each:g}" for each in wanted)
    return f"quantreg::rq({_formula(spec)}, tau = c({levels}), data = {_data(spec)})"


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
    return (
        f"PSTR::EstPSTR(PSTR::NewPSTR(data[order(data${_key(spec.entity)}, data${_key(spec.time)}), ], "
        f'dep = "{r_term(spec.outcome)}", indep = {listed[0]}, indep_k = {listed[1]}, '
        f'tvars = "{r_term(estimator.transition_variable)}", im = {switches}, '
        f"iT = length(unique(data${_key(spec.time)}))), im = {switches}, iq = 1)"
    )


def _key(name: str | None) -> str:
    return r_name(str(name))


_CALLS: dict[str, Callable[[Specification], str]] = {
    "LeastSquares": _fixest("feols"),
    "TwoStageLeastSquares": _fixest("feols"),
    "Poisson": _fixest("fepois"),
    **dict.fromkeys(_PLM, _plm),
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
    "SystemEquation": r_system,
    "PanelSmoothTransition": _smooth_transition,
}
