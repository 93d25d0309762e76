"""Write estimators of long panels as commands of Stata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digimfg.postestimation.bridge.names import stata_term
from digimfg.specification import Specification

__all__ = ["STATA_SERIES"]

Written = tuple[str, list[str]]


def _right(spec: Specification, made: list[str]) -> str:
    found = [stata_term(term) for term in (spec.outcome, *spec.regressors, *spec.controls)]
    made += [line for _, lines in found for line in lines]
    return " ".join(shown for shown, _ in found)


def _fully_modified(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    if estimator.pooled or estimator.errors != "long_run":
        return "", []
    return f"xtcointreg {_right(spec, made)}", ["est(fmols)"]


def _dynamic(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    if estimator.pooled or estimator.errors != "long_run":
        return "", []
    reach = f"dlag({estimator.lags}) dlead({estimator.leads})"
    return f"xtcointreg {_right(spec, made)}", ["est(dols)", reach]


STATA_SERIES: dict[str, Callable[[Specification, list[str], str], Written]] = {
    "FullyModifiedLeastSquares": _fully_modified,
    "DynamicLeastSquares": _dynamic,
}
