"""Refuse what tests of least squares cannot take."""

from __future__ import annotations

from digimfg.errors import SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.specification import Specification
from digimfg.text import Text

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
    raise SpecificationError(
        where=where,
        expected=Text("least squares without endogenous regressors", "无内生变量的最小二乘"),
        got=specification.estimator.label,
        remedy=Text(
            "test the reduced form instead: specification.replace(estimator=dm.LeastSquares(), "
            "endogenous=(), …)",
            "改为检验简化式：specification.replace(estimator=dm.LeastSquares(), endogenous=(), …)",
        ),
    )
