"""Write estimators of long panels as commands of Stata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digimfg.postestimation.bridge.stata_parts import Written, variables
from digimfg.specification import Specification

__all__ = ["STATA_SERIES"]


def _fully_modified(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    if estimator.pooled or estimator.errors != "long_run":
        return "", []
    return f"xtcointreg {variables(spec, made)}", ["est(fmols)"]


def _dynamic(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    if estimator.pooled or estimator.errors != "long_run":
        return "", []
    reach = f"dlag({estimator.lags}) dlead({estimator.leads})"
    return f"xtcointreg {variables(spec, made)}", ["est(dols)", reach]


STATA_SERIES: dict[str, Callable[[Specification, list[str], str], Written]] = {
    "FullyModifiedLeastSquares": _fully_modified,
    "DynamicLeastSquares": _dynamic,
}
