"""Refuse specifications that a quantile regression cannot answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.covariance import Unadjusted
from digimfg.errors import SpecificationError
from digimfg.inference.linear_fit import nothing_left
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.quantile.options import QuantileOptions

__all__ = ["check_design"]


def check_design(options: QuantileOptions, design: Design, method: Literal["moments", "plain"]) -> None:
    """Raise where the specification asks for what this estimator does not have, or nothing is left to
    estimate.
    """
    specification = design.specification
    where = Text("dm.QuantileRegression", "dm.QuantileRegression")
    rule = specification.covariance.small_sample
    if rule not in ("stata", "none"):
        raise SpecificationError.of("quantile.small_sample_rule", got=repr(rule), place=where)
    if method == "plain" and design.effects:
        raise SpecificationError.of("quantile.absorbed_effects", got=", ".join(design.effects))
    plain_joint = method == "plain" and len(options.quantiles) > 1
    if (
        options.errors == "analytic"
        and isinstance(specification.covariance, Unadjusted)
        and (method == "moments" or plain_joint)
    ):
        raise SpecificationError.of("quantile.plain_covariance", where=where)
    if not design.terms:
        raise nothing_left(design)
