"""Write a specification as a script of R."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares
from digimfg.postestimation.bridge.names import r_name, r_term
from digimfg.postestimation.bridge.r_errors import of_likelihood, of_linear
from digimfg.postestimation.bridge.r_models import R_MODELS
from digimfg.postestimation.bridge.r_parts import (
    data_of,
    dummies_of,
    formula_of,
    index_of,
    keys_of,
    uses_lags,
)
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
    if library == "fixest" and uses_lags(specification):
        lines.append(f"data <- fixest::panel(data, ~{keys_of(specification, ' + ')})")
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


def _for_leverage(spec: Specification, formula: str) -> str:
    """Return least squares with errors corrected for leverage: effects enter as indicators."""
    formula = " + ".join([formula, *dummies_of(spec)])
    weights = "" if spec.weights is None else f", weights = {r_name(spec.weights)}"
    kind = spec.covariance.small_sample.upper()
    return f'lmtest::coeftest(lm({formula}, {data_of(spec)}{weights}), sandwich::vcovHC, type = "{kind}")'


def _fixest(function: str) -> Callable[[Specification], str]:
    def write(spec: Specification) -> str:
        formula = formula_of(spec)
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
        return f"fixest::{function}({formula}, {data_of(spec)}{weights}, vcov = {spread})"

    return write


def _plm(spec: Specification) -> str:
    name = type(spec.estimator).__name__
    formula = formula_of(spec, lags="plm") + (" - 1" if name == "FirstDifference" else "")
    return f'plm::plm({formula}, {data_of(spec)}, {index_of(spec)}, model = "{_PLM[name]}")'


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
    given = f"{formula_of(spec, lags='plm')}, {data_of(spec)}, {index_of(spec)}"
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
    return estimator.method == "2sls" and spec.weights is None and not uses_lags(spec)


def _ivreg(spec: Specification) -> str:
    """Return two-stage least squares of AER, effects as dummies on both sides."""
    own = [r_term(term) for term in (*spec.regressors, *spec.controls)] + dummies_of(spec)
    inside, outside = ([r_term(each) for each in terms] for terms in (spec.endogenous, spec.instruments))
    right, left = " + ".join([*inside, *own]), " + ".join([*outside, *own])
    lines = [
        "library(AER)",
        f"fit <- AER::ivreg({r_term(spec.outcome)} ~ {right} | {left}, data = {data_of(spec)})",
    ]
    return "\n".join([*lines, *(of_linear(spec) or ["print(coef(summary(fit)), digits = 12)"])])


_CALLS: dict[str, Callable[[Specification], str]] = {
    "LeastSquares": _fixest("feols"),
    "TwoStageLeastSquares": _fixest("feols"),
    "Poisson": _fixest("fepois"),
    **dict.fromkeys(_PLM, _plm),
    "SystemEquation": r_system,
    **R_MODELS,
}
