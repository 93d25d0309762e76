"""The covariance of effects of difference-in-differences from their influence, and what forbids one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.influence import Influence
from digimfg.inference.sandwich import sandwich
from digimfg.inference.small_sample import small_sample_adjustment
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.did.effects import Effects
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["check_clusters", "check_spread", "clustered", "effect_covariance", "treatment_row"]

Floats = NDArray[np.float64]


def effect_covariance(
    panel: StaggeredPanel, influence: Floats, slopes: int | None
) -> tuple[Floats, float, dict[str, float], tuple[Text, ...]]:
    """Return the covariance under the rule of the method, degrees of freedom, counts and notes.

    An error below 1e-12 of the outcome's spread, or 1e-14 of its size, is rounding; it and its covariances
    are zero.
    """
    design = panel.design
    # All effects are in units of the outcome.
    rows = Influence(names=(), rows=influence, units=np.ones(influence.shape[1]))
    found = sandwich(clustered(panel, influence), rows)
    factor, df = 1.0, np.inf
    if slopes is not None:
        codes = {"unit": panel.unit, "period": panel.period} if slopes >= 0 else {}
        adjustment = small_sample_adjustment(replace(design, effects=codes), abs(slopes), found.n_groups)
        factor, df = adjustment.factor, adjustment.df
    spread = found.covariance * factor
    rounding = np.diag(spread) <= _least(panel.outcome) ** 2
    spread[rounding] = 0.0
    spread[:, rounding] = 0.0
    return spread, df, dict(found.counts), found.notes


def _least(outcome: Floats) -> float:
    spread = float(np.abs(outcome - outcome.mean()).max())
    return max(1e-12 * spread, 1e-14 * float(np.abs(outcome).max()))


def treatment_row(
    panel: StaggeredPanel, effects: Effects, aggregate: str, slopes: int | None
) -> tuple[float, float, float]:
    """Return estimate, standard error (NaN where there is none) and degrees of freedom of one aggregate."""
    place = effects.keys.index(("aggregates", aggregate))
    spread, df, *_ = effect_covariance(panel, effects.influence[:, [place]], slopes)
    return float(effects.estimate[place]), float(np.sqrt(spread[0, 0])) or np.nan, df


def check_clusters(panel: StaggeredPanel, *, whole_units: bool, with_rule: bool = True) -> None:
    """Raise unless errors are clustered, and each unit lies in one cluster where influence is that of units.

    Parameters
    ----------
    whole_units
        Whether influence is that of units.
    with_rule
        Whether the method has a rule for small samples; others cannot replace their errors by corrected ones.

    Raises
    ------
    SpecificationError
        Naming the covariance or the clusters.
    """
    _check_covariance(panel, with_rule=with_rule)
    if whole_units:
        _check_nested(panel)


def check_spread(panel: StaggeredPanel, effects: Effects) -> None:
    """Raise where every cohort is one unit and none moves the effect: errors would be zero, whatever the
    noise.
    """
    outcome = panel.design.outcome
    alone = len(np.unique(panel.unit_first)) == panel.n_units
    if not alone or np.abs(effects.influence[:, 0]).sum() > 1e-11 * np.abs(outcome - outcome.mean()).max():
        return
    raise EstimationError(
        where=say("{n_units} units", "{n_units}个个体", n_units=panel.n_units),
        expected=Text(
            "cohorts and comparisons of several units, whose effects differ",
            "处理组与对照组均含多个个体且效应有差异",
        ),
        got=Text("none, so that the standard error would be zero", "没有，标准误将为零"),
        remedy=Text(
            "add units, or use dm.synthetic_control for a single treated unit",
            "增加个体；单一处理个体可用 dm.synthetic_control",
        ),
    )


def clustered(panel: StaggeredPanel, influence: Floats) -> Design:
    """Return a design whose clusters are those of the rows of influence: of units, or of the panel's rows."""
    design = panel.design
    if len(influence) == len(panel.unit):
        return design
    first = panel.first_rows
    return replace(design, clusters={name: codes[first] for name, codes in design.clusters.items()})


def _check_covariance(panel: StaggeredPanel, *, with_rule: bool) -> None:
    covariance_asked = panel.design.specification.covariance
    corrected = isinstance(covariance_asked, Clustered) and covariance_asked.small_sample in ("cr2", "cv3")
    if corrected and not with_rule:
        raise SpecificationError(
            where=Text("difference-in-differences, `small_sample`", "双重差分，`small_sample`"),
            expected=Text(
                "no rule: errors of influence functions take none", "无：影响函数标准误不作小样本调整"
            ),
            got=repr(covariance_asked.small_sample),
            remedy=Text("leave small_sample out", "省略 small_sample"),
        )
    if not isinstance(covariance_asked, Clustered):
        raise SpecificationError(
            where=Text("difference-in-differences, `covariance`", "双重差分，`covariance`"),
            expected=Text("dm.Clustered by unit or coarser", "dm.Clustered（个体或更高层级）"),
            got=type(covariance_asked).__name__,
            remedy=Text(
                "leave it out, or name the clusters: dm.Clustered('province')",
                "留空，或指定聚类：dm.Clustered('province')",
            ),
        )


def _check_nested(panel: StaggeredPanel) -> None:
    for name, codes in panel.design.clusters.items():
        first = np.zeros(panel.n_units, dtype=np.int64)
        first[panel.unit] = codes
        moving = len(np.unique(panel.unit[first[panel.unit] != codes]))
        if moving:
            raise SpecificationError(
                where=say("clusters '{name}'", "聚类“{name}”", name=name),
                expected=Text("clusters that hold whole units", "每个个体只属于一个聚类"),
                got=say("{moving} units in several clusters", "{moving}个个体跨越多个聚类", moving=moving),
                remedy=Text("cluster by the unit or by a coarser column", "按个体或更高层级聚类"),
            )
