"""What commands of Stata share: names, terms, variables, effects."""

from __future__ import annotations

from typing import Any

from digimfg.postestimation.bridge.names import stata_names, stata_term
from digimfg.specification import Specification

__all__ = ["Written", "absorbed", "exposure_options", "name_of", "stata_name", "stata_terms", "variables"]

Written = tuple[str, list[str]]
"""A command with its variables, and its options."""


def name_of(specification: Specification) -> str:
    """Return the name of the estimator."""
    return type(specification.estimator).__name__


def stata_name(column: str) -> str:
    """Return the name that a column has in Stata."""
    return stata_names([column])[column]


def stata_terms(terms: tuple[str, ...], made: list[str]) -> str:
    """Return terms in words of Stata; lines that make variables are added to `made`."""
    found = []
    for term in terms:
        shown, lines = stata_term(term)
        made += lines
        found.append(shown)
    return " ".join(found)


def variables(spec: Specification, made: list[str]) -> str:
    """Return the outcome and the terms."""
    return stata_terms((spec.outcome, *spec.regressors, *spec.controls), made)


def absorbed(spec: Specification) -> str:
    """Return the option of absorbed effects."""
    effects = " ".join("#".join(map(stata_name, each.split(":"))) for each in spec.fixed_effects)
    return f"absorb({effects})" if effects else "noabsorb"


def exposure_options(estimator: Any) -> list[str]:
    """Return the options of exposure and offset of a model of counts."""
    given = {"exposure": estimator.exposure, "offset": estimator.offset}
    return [f"{option}({stata_name(column)})" for option, column in given.items() if column]
