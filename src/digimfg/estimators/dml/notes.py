"""What a reader of double machine learning must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from digimfg.estimators.dml.folds import kept_together
from digimfg.estimators.dml.learners import learner_name
from digimfg.labels import term_label
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.dml.material import Material
    from digimfg.estimators.dml.options import DoubleOptions
    from digimfg.estimators.dml.repeated import Medians

__all__ = ["double_notes"]

_NEARLY_ALL = 0.99
_MOVES = 0.5
_SURER = 0.95


def double_notes(
    options: DoubleOptions,
    parts: Material,
    found: Medians,
    shares: Mapping[str, float],
    linear: pd.DataFrame | None,
    n_folds: int,
    n_splits: int,
    warned: Sequence[str],
) -> list[Text]:
    """Return the notes: how learners were fitted, what they explain, and where the answer is doubtful."""
    notes = [_how(options, parts, shares, n_folds, n_splits)]
    if options.effects == "within" and parts.design.effects:
        notes.append(
            say(
                "Effects are taken out before the learner, which sees deviations: exact where covariates "
                "enter linearly; effects='first_difference' and 'mundlak' do without that",
                "先去除固定效应，学习器所见为离差：协变量线性进入时精确；effects='first_difference' 与 "
                "'mundlak' 无此限制",
                kind="deviations",
                weight="how",
            )
        )
    fails = [name for name, share in shares.items() if share < 0]
    if fails:
        notes.append(
            say(
                "The learner predicts {names} of units it has not seen worse than their mean does: there it "
                "takes out noise, not confounding",
                "学习器对未见个体的{names}的预测不如均值：所剔除者为噪声而非混杂",
                kind="learner_fails",
                names=[term_label(name) for name in fails],
            )
        )
    whole = [name for name, share in shares.items() if share > _NEARLY_ALL and name != _outcome(parts)]
    if whole:
        notes.append(
            say(
                "Covariates explain more than {share:.0%} of {names}: little is left to learn an effect from",
                "协变量解释了{names}的{share:.0%}以上：可供识别效应的变动很少",
                kind="little_left",
                share=_NEARLY_ALL,
                names=[term_label(name) for name in whole],
            )
        )
    error = np.sqrt(np.maximum(np.diag(found.covariance), 0))
    moving = [
        name
        for name, spread, each in zip(found.names, found.spread, error, strict=True)
        if spread > _MOVES * each
    ]
    if moving:
        notes.append(
            say(
                "Over splits the estimate of {names} moves by more than half its error: raise `repetitions`",
                "不同拆分下{names}的估计变动超过其标准误的一半：请增大 `repetitions`",
                kind="splits_move",
                names=[term_label(name) for name in moving],
            )
        )
    notes += _trimmed(options, found)
    if warned:
        notes.append(
            say(
                "Fits of learners warned {n|time} ({kinds}): see whether another learner or scale agrees",
                "学习器拟合有{n}次告警（{kinds}）：请以其他学习器或尺度核对",
                kind="learner_warned",
                n=len(warned),
                kinds=sorted(set(warned)),
            )
        )
    return [*notes, *_beside(found, error, linear)]


def _how(
    options: DoubleOptions, parts: Material, shares: Mapping[str, float], n_folds: int, n_splits: int
) -> Text:
    _, column = kept_together(parts.design)
    outcome = _outcome(parts)
    of_treatment = learner_name(options.treatment_learner or options.learner)
    what = [
        say("{share:.0%} of {name}", "{name}的{share:.0%}", share=share, name=term_label(name))
        for name, share in shares.items()
        if name != outcome and np.isfinite(share)
    ]
    whole: Text = (
        say("of whole {column}", "按{column}整体", column=term_label(column))
        if column
        else Text("of rows", "按行")
    )
    return say(
        "Learners ({learner} for the outcome, {other} for the treatment) are fitted on other folds "
        "({n_folds} {whole}; median of {n_splits|split}); out of sample they explain {share:.0%} of "
        "{outcome}, {what}",
        "学习器（结果：{learner}；处理：{other}）于其余折上拟合（{n_folds}折，{whole}；{n_splits}次拆分取中位数），"
        "样本外解释{outcome}的{share:.0%}、{what}",
        kind="cross_fitting",
        weight="how",
        learner=learner_name(options.learner),
        other=of_treatment,
        n_folds=n_folds,
        whole=whole,
        n_splits=n_splits,
        share=shares[outcome],
        outcome=term_label(outcome),
        what=what,
    )


def _outcome(parts: Material) -> str:
    return parts.design.specification.outcome


def _trimmed(options: DoubleOptions, found: Medians) -> list[Text]:
    count = found.nearest.n_trimmed
    if not count:
        return []
    return [
        say(
            "Propensities of {count:,|row} lay beyond {low:g} to {high:g} and were set to the bound: "
            "overlap is thin there",
            "{count:,}行的倾向得分超出{low:g}至{high:g}，已置于边界：该处共同支撑薄弱",
            kind="trimmed",
            count=count,
            low=options.trim,
            high=1 - options.trim,
        )
    ]


def _beside(found: Medians, error: np.ndarray, linear: pd.DataFrame | None) -> list[Text]:
    if linear is None:
        return [
            say(
                "Least squares with the same covariates has no answer to compare with",
                "以相同协变量的最小二乘无解，无从比较",
                kind="no_baseline",
            )
        ]
    notes: list[Text] = []
    for place, name in enumerate(found.names):
        if name not in linear.index:
            continue
        estimate, other = linear.loc[[name], ["estimate", "std_error"]].to_numpy(dtype=float)[0]
        surer = 0 < error[place] < _SURER * other
        notes.append(
            say(
                "Least squares with the same covariates: {name} {estimate:.4g} ({std_error:.4g}){more}",
                "以相同协变量的最小二乘：{name} {estimate:.4g}（{std_error:.4g}）{more}",
                kind="baseline",
                weight="must" if surer else "how",
                name=term_label(name),
                estimate=estimate,
                std_error=other,
                more=(
                    say(
                        "; the error here is {less:.0%} smaller, so report both",
                        "；此处标准误小{less:.0%}，宜一并报告",
                        less=1 - error[place] / other,
                    )
                    if surer
                    else Text("", "")
                ),
            )
        )
    return notes
