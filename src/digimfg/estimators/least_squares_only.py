"""Refuse what tests of least squares cannot take."""

from __future__ import annotations

from digimfg.errors import SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.specification import Specification

__all__ = ["require_least_squares"]


def require_least_squares(specification: Specification, where: str) -> None:
    """Raise unless the specification is estimated by least squares.

    Raises
    ------
    SpecificationError
        If it has another estimator or endogenous regressors.
    """
    if isinstance(specification.estimator, LeastSquares) and not specification.endogenous:
        return
    raise SpecificationError.of(
        "estimators.not_least_squares", where=where, got=specification.estimator.label
    )
