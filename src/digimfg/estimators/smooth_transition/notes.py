"""What a reader of a smooth transition must know: how it was searched, whether it is there, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.estimators.smooth_transition.transition import MOST_SLOPE
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.estimators.smooth_transition.slopes import Slopes
    from digimfg.estimators.smooth_transition.transition import Fitted

__all__ = ["transition_notes"]

_LEVEL = 0.05
_FEW = 0.05
_END = 0.05
_STEP = 0.03


def transition_notes(
    chosen: int | None,
    transition: Fitted,
    found: Slopes,
    tests: Mapping[str, pd.DataFrame],
) -> list[Text]:
    """Return the notes; `chosen` is the number of locations where tests chose it."""
    notes: list[Text] = []
    if chosen is not None:
        notes.append(
            say(
                "{switches|location} chosen by the sequence of tests",
                "由序贯检验选定{switches}个位置参数",
                kind="switches",
                weight="how",
                switches=chosen,
            )
        )
    p = _p(tests["linearity"])
    if p is not None and p > _LEVEL:
        notes.append(
            say(
                "linearity is not rejected (p = {p:.3f}): slope and location of the transition may mean "
                "nothing",
                "不能拒绝线性（p={p:.3f}）：转换的斜率与位置可能没有意义",
                kind="linear",
                p=p,
            )
        )
    notes += _shape_notes(transition, found)
    if (p := _p(tests["remaining"])) is not None and p < _LEVEL:
        notes.append(
            say(
                "heterogeneity is left in the transition variable (p = {p:.3f}): a second transition, or "
                "another variable",
                "转换变量中仍有剩余异质性（p={p:.3f}）：可能存在第二个转换，或应换用其他变量",
                kind="remaining",
                p=p,
            )
        )
    if (p := _p(tests["constancy"])) is not None and p < _LEVEL:
        notes.append(
            say("slopes move with time (p = {p:.3f})", "系数随时间变化（p={p:.3f}）", kind="constancy", p=p)
        )
    if transition.agreeing < transition.starts:
        notes.append(
            say(
                "{agreeing} of {starts} starts reach the least sum of squares; the others end in worse "
                "minima",
                "{starts}个初值中有{agreeing}个达到最小残差平方和，其余停在较差的极小点",
                kind="starts",
                agreeing=transition.agreeing,
                starts=transition.starts,
            )
        )
    return notes


def _shape_notes(transition: Fitted, found: Slopes) -> list[Text]:
    notes: list[Text] = []
    between = float(np.mean((found.share > _END) & (found.share < 1 - _END)))
    if transition.slope > MOST_SLOPE - 1e-3 or between < _STEP:
        notes.append(
            say(
                "the transition is all but a step: dm.PanelThreshold has intervals for its place",
                "转换近似于跳跃：dm.PanelThreshold 可给出其位置的区间",
                kind="step",
            )
        )
    elif not transition.free[0]:
        notes.append(
            say(
                "the transition is all but a straight line: a product of the terms says the same",
                "转换近似于直线：交互项即可表达",
                kind="straight",
            )
        )
    if not transition.free[1:].all():
        notes.append(
            say(
                "a location lies at the edge of the transition variable: one end of the transition is not "
                "observed, and errors take the location as given",
                "位置参数位于转换变量取值的边缘：转换的一端未被观测到，标准误视该位置为已知",
                kind="edge",
            )
        )
    above = float(np.mean(found.share > 0.5))
    if min(above, 1 - above) < _FEW:
        notes.append(
            say(
                "{share:.1%} of rows lie on one side of the transition",
                "仅{share:.1%}的观测位于转换的一侧",
                kind="small_regime",
                share=min(above, 1 - above),
            )
        )
    if not found.curved:
        notes.append(
            say(
                "errors leave out the second derivatives: with them the sum of squares is not convex here",
                "标准误未计二阶导数：计入后残差平方和在此处并非凸函数",
                kind="curvature",
            )
        )
    return notes


def _p(table: pd.DataFrame) -> float | None:
    """Return the p value of the first row: robust F, else plain F; ``None`` where neither is there."""
    for name in ("hac_f_p", "lm_f_p"):
        value = float(table[name].iloc[0])
        if np.isfinite(value):
            return value
    return None
