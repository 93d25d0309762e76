"""Refuse options of a quantile regression, and specifications that it cannot answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.errors import SpecificationError
from digimfg.inference.covariance import Unadjusted
from digimfg.inference.linear_fit import nothing_left
from digimfg.options import refuse_options
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.quantile_regression import QuantileRegression

__all__ = ["check_design", "check_options"]


def check_options(options: QuantileRegression) -> None:
    """Raise where an option is not one of its choices."""
    problems: list[tuple[str, Text, str]] = []
    levels = options.quantiles
    inside = all(isinstance(level, int | float) and 0 < level < 1 for level in levels)
    if not levels or not inside or len(set(levels)) < len(levels):
        expected = Text("different numbers between 0 and 1", "0 与 1 之间互不相同的数")
        problems.append(("quantile", expected, str(options.quantile)))
    if options.method not in (None, "moments", "plain"):
        problems.append(
            ("method", Text("'moments' or 'plain'", "'moments' 或 'plain'"), repr(options.method))
        )
    if options.errors not in ("analytic", "bootstrap"):
        expected = Text("'analytic' or 'bootstrap'", "'analytic' 或 'bootstrap'")
        problems.append(("errors", expected, repr(options.errors)))
    if options.replications < 20:
        problems.append(("replications", Text("at least 20", "至少 20"), str(options.replications)))
    refuse_options("dm.QuantileRegression", problems)


def check_design(options: QuantileRegression, design: Design, method: Literal["moments", "plain"]) -> None:
    """Raise where the specification asks for what this estimator does not have, or nothing is left to estimate."""
    specification = design.specification
    where = Text("dm.QuantileRegression", "dm.QuantileRegression")
    rule = specification.covariance.small_sample
    if rule not in ("stata", "none"):
        raise SpecificationError(
            where=Text(f"{where.en}, small_sample", f"{where.zh}，small_sample"),
            expected=Text(
                "no rule: these errors take no small-sample factor", "无：此类标准误不作小样本调整"
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
                "errors of a location-scale model, and of several quantiles, are never identical: name another covariance",
                "位置-尺度模型及多个分位点的误差不会同分布：请指定其他协方差",
            ),
        )
    if not design.terms:
        raise nothing_left(design)
