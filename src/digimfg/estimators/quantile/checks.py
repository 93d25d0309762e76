"""Refuse specifications that a quantile regression cannot answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.covariance import Unadjusted
from digimfg.errors import SpecificationError
from digimfg.inference.linear_fit import nothing_left
from digimfg.say import say
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
        raise SpecificationError(
            where=say("{where}, small_sample", "{where}，small_sample", where=where),
            expected=Text(
                "no rule: these errors take no small-sample adjustment", "无：此类标准误不作小样本调整"
            ),
            got=repr(rule),
            remedy=Text("leave small_sample out", "省略 small_sample"),
        )
    if method == "plain" and design.effects:
        raise SpecificationError(
            where=Text("dm.QuantileRegression(method='plain')", "dm.QuantileRegression(method='plain')"),
            expected=Text("no absorbed effects", "无吸收的固定效应"),
            got=", ".join(design.effects),
            remedy=Text(
                "use method='moments', or enter few categories by i(column)",
                "使用 method='moments'，或以 i(列名) 加入少量类别",
            ),
        )
    plain_joint = method == "plain" and len(options.quantiles) > 1
    if (
        options.errors == "analytic"
        and isinstance(specification.covariance, Unadjusted)
        and (method == "moments" or plain_joint)
    ):
        raise SpecificationError(
            where=where,
            expected=Text(
                "dm.Robust, dm.Clustered or dm.DriscollKraay", "dm.Robust、dm.Clustered 或 dm.DriscollKraay"
            ),
            got="dm.Unadjusted()",
            remedy=Text(
                "errors of a location-scale model, and of several quantiles, are never identical: name "
                "another covariance",
                "位置-尺度模型及多个分位点的误差不会同分布：请指定其他协方差",
            ),
        )
    if not design.terms:
        raise nothing_left(design)
