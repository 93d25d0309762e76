"""Equations of a system as commands of Stata and R."""

from __future__ import annotations

from typing import Any

from digimfg.postestimation.bridge.names import r_term, stata_names, stata_term
from digimfg.postestimation.bridge.r_parts import data_of, dummies_of
from digimfg.specification import Specification

__all__ = ["r_system", "stata_system"]


def stata_system(spec: Specification, made: list[str], spread: str) -> tuple[str, list[str]]:
    """Return ``sureg`` or ``reg3`` with its options, this equation first; nothing where they have no such
    errors.
    """
    estimator: Any = spec.estimator
    if spread or not _one_sample(spec):
        return "", []
    dummies = [f"i.{'#i.'.join(stata_names(each.split(':')).values())}" for each in spec.fixed_effects]

    def shown(terms: tuple[str, ...]) -> list[str]:
        found = [stata_term(term) for term in terms]
        made.extend(line for _, lines in found for line in lines)
        return [text for text, _ in found]

    equations = [(each.outcome, *each.endogenous, *each.regressors, *each.controls) for each in _all(spec)]
    words = " ".join(f"({' '.join([*shown(each), *dummies])})" for each in equations)
    if estimator.method == "sur":
        return f"sureg {words}", ["isure" if estimator.iterate else ""]
    outcomes = {each.outcome for each in _all(spec)}
    inside = tuple(term for term in _union(spec, "endogenous") if term not in outcomes)
    held = _union(spec, "regressors", "controls")
    outside = tuple(term for term in _union(spec, "instruments") if term not in held)
    return f"reg3 {words}", [
        f"endog({' '.join(shown(inside))})" if inside else "",
        f"exog({' '.join(shown(outside))})" if outside else "",
        "ireg3" if estimator.iterate else "",
    ]


def r_system(spec: Specification) -> str:
    """Return systemfit's call, whose errors are those of generalised least squares."""
    estimator: Any = spec.estimator
    if not _one_sample(spec):
        return ""
    dummies = dummies_of(spec)
    formulas = [
        f"{r_term(each.outcome)} ~ {_sum((*each.endogenous, *each.regressors, *each.controls), dummies)}"
        for each in _all(spec)
    ]
    inst = ""
    if estimator.method == "3sls":
        inside = set(_union(spec, "endogenous"))
        outside = _union(spec, "regressors", "controls", "instruments")
        inst = f", inst = ~ {_sum(tuple(term for term in outside if term not in inside), dummies)}"
    rounds = ", maxiter = 500, tol = 1e-10" if estimator.iterate else ""
    listed, method = ", ".join(formulas), estimator.method.upper()
    options = f'data = {data_of(spec)}, methodResidCov = "noDfCor"{rounds}'
    return f'systemfit::systemfit(list({listed}), "{method}"{inst}, {options})'


def _all(spec: Specification) -> tuple[Specification, ...]:
    estimator: Any = spec.estimator
    return (spec, *estimator.others)


def _one_sample(spec: Specification) -> bool:
    estimator: Any = spec.estimator
    same = all(each.sample == spec.sample for each in estimator.others)
    return bool(estimator.others) and same and spec.weights is None


def _union(spec: Specification, *parts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for part in parts for each in _all(spec) for term in getattr(each, part)))


def _sum(terms: tuple[str, ...], dummies: list[str]) -> str:
    return " + ".join([*map(r_term, terms), *dummies]) or "1"
