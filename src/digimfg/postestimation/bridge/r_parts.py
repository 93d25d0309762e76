"""What calls of R share: the formula, the data, the keys."""

from __future__ import annotations

import re

from digimfg.postestimation.bridge.names import r_name, r_sample, r_term
from digimfg.specification import Specification

__all__ = ["data_of", "dummies_of", "formula_of", "index_of", "keys_of", "uses_lags"]


def formula_of(spec: Specification, *, lags: str = "fixest") -> str:
    """Return the equation as a formula; lags as the package of that name writes them."""
    right = [r_term(term, lags=lags) for term in (*spec.regressors, *spec.controls)]
    return f"{r_term(spec.outcome, lags=lags)} ~ {' + '.join(right) or '1'}"


def data_of(spec: Specification) -> str:
    """Return the data frame, cut to the sample."""
    return f"subset(data, {r_sample(spec.sample)})" if spec.sample else "data"


def keys_of(spec: Specification, between: str = ", ") -> str:
    """Return the names of the key columns."""
    return between.join(r_name(str(key)) for key in (spec.entity, spec.time) if key)


def index_of(spec: Specification) -> str:
    """Return the option of plm that names the keys."""
    return f'index = c("{spec.entity}", "{spec.time}")'


def uses_lags(spec: Specification) -> bool:
    """Return whether any term is a lag, a lead or a difference."""
    terms = (spec.outcome, *spec.regressors, *spec.controls, *spec.endogenous, *spec.instruments)
    return any(re.search(r"(?<![\w.])[lfd]\(", r_term(term)) for term in terms)


def dummies_of(spec: Specification) -> list[str]:
    """Return fixed effects as indicators."""
    parts = [list(map(r_name, each.split(":"))) for each in spec.fixed_effects]
    return [f"{'interaction' if len(names) > 1 else 'factor'}({', '.join(names)})" for names in parts]
