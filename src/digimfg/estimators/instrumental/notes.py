"""What a reader of an estimate with instruments must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.covariance import Unadjusted
from digimfg.say import say
from digimfg.text import Text, written_ends

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.design import Design

__all__ = ["diagnostic_notes", "interval_phrase"]

_LEVEL = 0.05
_RULE_OF_THUMB = 10.0


def diagnostic_notes(
    design: Design, statistics: Mapping[str, float], tables: Mapping[str, pd.DataFrame], *, n_groups: int
) -> tuple[Text, ...]:
    """Return the notes: weak or invalid instruments, the Anderson-Rubin set, tests that the clusters cannot
    bear.

    Parameters
    ----------
    n_groups
        Clusters or periods; zero without groups.
    """
    return tuple(
        note
        for note in (
            _strength(design, statistics, tables),
            _underidentified(statistics),
            _set(tables),
            _wide(statistics),
            _rejected(statistics),
            _groups(statistics, n_groups),
        )
        if note is not None
    )


def interval_phrase(segments: pd.DataFrame) -> Text:
    """Return the segments of a confidence set in words, with brackets open at infinity.

    Examples
    --------
    >>> import pandas as pd
    >>> interval_phrase(pd.DataFrame({"conf_low": [-float("inf"), 1.0], "conf_high": [0.25, 2.0]})).en
    '(−∞, 0.25] ∪ [1, 2]'
    """
    if len(segments) == 0:
        return Text("empty", "空集")
    parts = []
    for low, high in zip(segments["conf_low"], segments["conf_high"], strict=True):
        ends = written_ends(low, high, 4)
        left = "(−∞" if np.isneginf(low) else f"[{ends[0]}"
        right = "+∞)" if np.isposinf(high) else f"{ends[1]}]"
        parts.append(f"{left}, {right}")
    phrase = " ∪ ".join(parts)
    return Text(phrase, phrase)


def _strength(
    design: Design, statistics: Mapping[str, float], tables: Mapping[str, pd.DataFrame]
) -> Text | None:
    if "effective_f" in statistics:
        value, critical = statistics["effective_f"], statistics.get("effective_f_critical", np.nan)
        if not value <= critical:
            return None
        return say(
            "Weak instruments: the effective F is {value:.2f}, below {critical:.2f} (5% test of a "
            "bias of 2SLS above 10% of the worst case, Montiel Olea & Pflueger 2013); read the "
            "Anderson–Rubin set instead of the t statistics",
            "弱工具变量：有效F值为{value:.2f}，低于{critical:.2f}（2SLS偏误超过最坏情形10%的5%检验，"
            "Montiel Olea与Pflueger，2013）；请以Anderson–Rubin置信集代替t统计量",
            kind="weak_instruments",
            value=value,
            critical=critical,
        )
    homoskedastic = isinstance(design.specification.covariance, Unadjusted)
    name = "cragg_donald_f" if homoskedastic else "kleibergen_paap_rk_f"
    label = "Cragg–Donald F" if homoskedastic else "Kleibergen–Paap rk F"
    value, critical = statistics[name], _RULE_OF_THUMB
    if "stock_yogo" in tables:
        stored = tables["stock_yogo"]["critical_5"]
        if ("size", 10.0) in stored.index:
            critical = float(stored.loc[("size", 10.0)])
    if not value < critical:
        return None
    return say(
        "Weak instruments: the {label} is {value:.2f}, below {critical:.2f} (a nominal 5% test "
        "may reject more than 10% of the time, Stock & Yogo 2005); the joint Anderson–Rubin "
        "test does not depend on their strength",
        "弱工具变量：{label}为{value:.2f}，低于{critical:.2f}（名义5%检验的拒绝率可能超过10%，"
        "Stock与Yogo，2005）；Anderson–Rubin联合检验不受工具变量强弱影响",
        kind="weak_instruments",
        label=label,
        value=value,
        critical=critical,
    )


def _underidentified(statistics: Mapping[str, float]) -> Text | None:
    p_value = statistics["kleibergen_paap_rk_lm_p"]
    if not p_value > _LEVEL:
        return None
    return say(
        "Underidentification is not rejected (rk LM test, p = {p_value:.3f}): the coefficients "
        "may not be identified",
        "不能拒绝不可识别的原假设（rk LM检验，p = {p_value:.3f}）：系数可能不可识别",
        kind="underidentified",
        p_value=p_value,
    )


def _set(tables: Mapping[str, pd.DataFrame]) -> Text | None:
    if "anderson_rubin" not in tables:
        return None
    segments = tables["anderson_rubin"]
    phrase = interval_phrase(segments)
    if len(segments) == 0:
        return say(
            "The 95% Anderson–Rubin set is empty: no effect agrees with every instrument",
            "95% Anderson–Rubin置信集为空：没有任何效应值与全部工具变量相容",
            kind="anderson_rubin",
        )
    bounded = np.all(np.isfinite(segments.to_numpy()))
    if bounded and len(segments) == 1:
        return say(
            "95% Anderson–Rubin interval: {phrase}",
            "95% Anderson–Rubin置信区间：{phrase}",
            kind="anderson_rubin",
            weight="how",
            phrase=phrase,
        )
    return say(
        "The 95% Anderson–Rubin set is {detail}: {phrase}",
        "95% Anderson–Rubin置信集{detail}：{phrase}",
        kind="anderson_rubin",
        detail=(Text("disjoint", "不连通") if bounded else Text("unbounded", "无界")),
        phrase=phrase,
    )


def _wide(statistics: Mapping[str, float]) -> Text | None:
    multiple = statistics.get("tf_critical_value", 0.0)
    if not multiple > 1.96:
        return None
    if np.isinf(multiple):
        return say(
            "With a first-stage F of {first_stage_f:.2f} no t statistic is significant at 5% (tF, "
            "Lee, McCrary, Moreira & Porter 2022)",
            "第一阶段F值为{first_stage_f:.2f}时，任何t统计量都不能在5%水平上显著（tF，Lee、McCrary、"
            "Moreira与Porter，2022）",
            kind="critical_t",
            first_stage_f=statistics["first_stage_f"],
        )
    return say(
        "A 5% test needs a t above {multiple:.2f} at this first-stage F (tF, Lee, McCrary, "
        "Moreira & Porter 2022)",
        "在此第一阶段F值下，5%检验要求t值大于{multiple:.2f}（tF，Lee、McCrary、Moreira与Porter，2022）",
        kind="critical_t",
        multiple=multiple,
    )


def _rejected(statistics: Mapping[str, float]) -> Text | None:
    for name, label in (("hansen_j", "Hansen J"), ("sargan", "Sargan")):
        p_value = statistics.get(f"{name}_p", 1.0)
        if p_value < _LEVEL:
            return say(
                "The {label} test rejects (p = {p_value:.3f}): the instruments disagree about the "
                "effect, so not all are valid (or effects differ)",
                "{label}检验拒绝原假设（p = {p_value:.3f}）：各工具变量给出的效应不一致，"
                "并非全部有效（或效应异质）",
                kind="overidentified",
                label=label,
                p_value=p_value,
            )
    return None


def _groups(statistics: Mapping[str, float], n_groups: int) -> Text | None:
    if not np.isnan(statistics["first_stage_f"]):
        return None
    if 0 < n_groups <= statistics["n_instruments"]:
        return say(
            "{n_groups} groups cannot carry joint tests of {n_instruments:.0f} instruments: their "
            "covariance is singular; these tests are missing",
            "{n_groups}个组不足以支持{n_instruments:.0f}个工具变量的联合检验（协方差奇异）；相应统计量缺失",
            kind="no_joint_test",
            n_groups=n_groups,
            n_instruments=statistics["n_instruments"],
        )
    return say(
        "No first-stage F: the covariance of the first stage is singular; tests that build on it are missing",
        "无第一阶段F值：第一阶段的协方差奇异；以其为基础的检验缺失",
        kind="no_first_stage",
    )
