"""The equations of a system: what they must share."""

from __future__ import annotations

from collections.abc import Mapping

from digimfg.errors import SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.system_equation import WHERE, Method, SystemEquation
from digimfg.specification import Specification

__all__ = ["checked_equation", "require_shared_parts"]


def checked_equation(name: str, specification: Specification, method: Method) -> Specification:
    """Return a specification as one equation of a system.

    Raises
    ------
    SpecificationError
        If its estimator, its instruments or the rule of its errors are none that systems take.
    """
    estimator = type(specification.estimator).__name__
    if not isinstance(specification.estimator, LeastSquares) and estimator != "TwoStageLeastSquares":
        raise SpecificationError.of(
            "systems.equation_with_estimator", where=f"{WHERE}, {name}", got=specification.estimator.label
        )
    if method == "sur" and (specification.endogenous or specification.instruments):
        raise SpecificationError.of(
            "systems.instruments_under_sur",
            where=f"{WHERE}, {name}",
            got=", ".join((*specification.endogenous, *specification.instruments)),
        )
    if specification.covariance.small_sample not in ("stata", "none"):
        raise SpecificationError.of(
            "systems.small_sample_rule", where=f"{WHERE}, {name}", got=specification.covariance.small_sample
        )
    return specification.replace(estimator=SystemEquation(method=method))


def require_shared_parts(specifications: Mapping[str, Specification]) -> None:
    """Raise unless equations agree in keys, effects, weights and covariance.

    Raises
    ------
    SpecificationError
        Naming the part.
    """
    parts = ("entity", "time", "fixed_effects", "weights", "covariance", "repeated_rows", "observed_only")
    first, *others = specifications.values()
    for part in parts:
        for name, each in zip(list(specifications)[1:], others, strict=True):
            if getattr(each, part) != getattr(first, part):
                raise SpecificationError.of(
                    "systems.parts_not_shared",
                    where=f"{WHERE}, {name}",
                    got=repr(getattr(each, part)),
                    part=part,
                    own=repr(getattr(first, part)),
                )
