"""What a reader of a panel vector autoregression must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.panel_var.equations import TOLERANCE
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.gmm.moments import Step
    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["errors_notes", "var_notes"]

Floats = NDArray[np.float64]
_FEW = 50


def var_notes(
    model: PanelVAR, statistics: dict[str, float], first: Step, second: Step, *, inverse_drops: bool
) -> list[Text]:
    """Return how a panel VAR was estimated, and what makes its estimates doubtful."""
    orthogonal = model.transformation == "orthogonal"
    notes: list[Text] = [
        say(
            "{removed}; {instruments:,d} instruments in each of {m} equations, {moments:,d} moments for "
            "{n:,|unit}",
            "{removed}；{m}个方程各{instruments:,d}个工具变量，共{moments:,d}个矩条件，个体{n:,}个",
            kind="instruments",
            weight="how",
            removed=Text("Forward orthogonal deviations", "前向正交离差")
            if orthogonal
            else Text("First differences", "一阶差分"),
            instruments=int(statistics["n_instruments"]),
            m=len(model.variables),
            moments=int(statistics["n_moments"]),
            n=int(statistics["n_entities"]),
        )
    ]
    if statistics["max_modulus"] >= 1:
        notes.append(
            say(
                "Not stable: the largest eigenvalue of the companion matrix is {size:.3f}, responses do "
                "not die out; variables that drift want differences",
                "不稳定：伴随矩阵最大特征根的模为{size:.3f}，脉冲响应不会消失；漂移的变量宜取差分",
                kind="unstable",
                size=statistics["max_modulus"],
            )
        )
    if statistics["n_moments"] > statistics["n_entities"]:
        notes.append(
            say(
                "More moments than units: Hansen's test has no power and two-step estimates are unreliable",
                "矩条件多于个体：Hansen 检验失去功效，两步估计不可靠",
                kind="many_instruments",
            )
        )
    if statistics["n_entities"] < _FEW:
        notes.append(
            say(
                "Only {n|unit}: GMM and its bootstrap rest on many; collapse instruments, limit their "
                "lags, and compare steps=1",
                "仅有{n}个个体：GMM 及其自助法依赖大量个体，宜折叠工具变量、限制滞后，并与 steps=1比较",
                kind="few_units",
                n=int(statistics["n_entities"]),
            )
        )
    if model.steps == 2:
        notes.extend(_inverse_notes(first, second, inverse_drops=inverse_drops))
    return notes


def errors_notes(covariance: Floats, index: pd.MultiIndex) -> list[Text]:
    """Return a note where corrected variances are not above zero."""
    lost = [
        f"{equation}: {term}"
        for (equation, term), each in zip(index, np.diag(covariance), strict=True)
        if each <= 0
    ]
    if not lost:
        return []
    return [
        say(
            "The corrected variance is not above zero for {names}: their errors are missing; limit "
            "instruments, or use steps=1",
            "以下系数校正后的方差不大于零：{names}，其标准误缺失；宜限制工具变量，或用 steps=1",
            kind="no_errors",
            names=lost,
        )
    ]


def _inverse_notes(first: Step, second: Step, *, inverse_drops: bool) -> list[Text]:
    matrix = first.moments.T @ first.moments
    if inverse_drops:
        if not second.singular:
            return []
        values = np.linalg.eigvalsh(matrix)
        return [
            say(
                "The second step's moment matrix is nearly singular: its pseudo-inverse leaves out {n} "
                "of {m} directions, a choice "
                "that depends on units of measurement",
                "第二步矩条件矩阵近于奇异：伪逆舍去{m}个方向中的{n}个，该取舍依赖计量单位",
                kind="nearly_singular",
                n=int(np.sum(values <= TOLERANCE * values[-1])),
                m=len(values),
            )
        ]
    scale = np.sqrt(np.diag(matrix))
    scale = np.where(scale > 0, scale, 1.0)
    values = np.linalg.eigvalsh(matrix / np.outer(scale, scale))
    if values[0] > TOLERANCE * values[-1]:
        return []
    return [
        say(
            "The second step's moment matrix is nearly singular ({words}): two-step estimates depend on "
            "how it is inverted; "
            "collapse instruments or limit their lags",
            "第二步矩条件矩阵近于奇异（{words}）：两步估计依赖求逆方式；宜折叠工具变量或限制滞后",
            kind="nearly_singular",
            words=Text("a generalised inverse was used", "已用广义逆")
            if second.singular
            else Text("inverted exactly", "已按精确逆计算"),
        )
    ]
