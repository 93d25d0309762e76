"""What a reader of a mediation must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.labels import term_label
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.mechanisms.mediation_options import MediationOptions
    from digimfg.estimators.mechanisms.model import Model
    from digimfg.estimators.mechanisms.preparation import Prepared

__all__ = ["MOST_CONTRASTED", "mediation_notes"]

MOST_CONTRASTED = 63
"""Specific indirect effects up to which every two are compared."""


def mediation_notes(
    options: MediationOptions, prepared: Prepared, model: Model, failed: int, undefined: int, *, alike: bool
) -> tuple[Text, ...]:
    """Return the notes in the order in which they are read."""
    notes = [
        say(
            "Indirect effects are causal only if treatment and mediators are as good as random given "
            "controls and "
            "fixed effects; see the sensitivity to a confounder of mediator and outcome",
            "仅当给定控制变量与固定效应后核心解释变量与中介变量均近似随机时，间接效应才有因果含义；"
            "请结合对“中介变量—被解释变量”混杂因素的敏感性分析",
            kind="assumptions",
        )
    ]
    if options.replications:
        unit = term_label(prepared.resampled)
        what = say("clusters ({unit})", "聚类（{unit}）", unit=unit) if unit.en else Text("rows", "观测")
        kind = {
            "percentile": Text("percentile", "百分位"),
            "bca": Text("bias-corrected and accelerated", "偏差校正加速（BCa）"),
        }[options.interval]
        notes.append(
            say(
                "P values and intervals of effects: {sort} bootstrap of {what}, {replications} draws, "
                "seed {seed}, fixed effects removed anew in every draw; their standard errors: delta "
                "method",
                "效应的p值与置信区间：按{what}重抽样的{sort}自助法，{replications}次，种子{seed}，"
                "每次抽样均重新消去固定效应；其标准误由delta法得到",
                kind="bootstrap",
                weight="how",
                sort=kind,
                what=what,
                replications=options.replications,
                seed=options.seed,
            )
        )
    else:
        notes.append(
            say(
                "P values and intervals of effects: delta method with a normal distribution, which "
                "suits products badly",
                "效应的p值与置信区间由delta法与正态分布得到，对乘积项并不合适",
                kind="bootstrap",
                weight="how",
            )
        )
    if undefined:
        notes.append(
            say(
                "{undefined} effects have no BCa interval: its correction has no value, as with few "
                'clusters or few draws; their percentile intervals are in result.tables["effects"]',
                "{undefined}个效应没有BCa区间：聚类或抽样过少时其校正量无定义；百分位区间见 "
                'result.tables["effects"]',
                kind="no_interval",
                undefined=undefined,
            )
        )
    if failed:
        notes.append(
            say(
                "{failed} bootstrap samples in which a path could not be estimated are left out",
                "{failed}次自助抽样中有路径不可估计，未计入",
                kind="failed_draws",
                failed=failed,
            )
        )
    if not alike:
        notes.append(
            say(
                "Direct and indirect effect have opposite signs (suppression): no share mediated is given",
                "直接效应与间接效应异号（遮掩效应），不报告中介占比",
                kind="suppression",
            )
        )
    listed = len(model.effects)
    if listed < model.n_ways:
        longest = max((len(effect.mediators) for effect in model.effects[:-1]), default=0)
        through: Text = say(
            "through at most {longest} mediators and through all",
            "至多经{longest}个中介及经全部中介",
            longest=longest,
        )
        if not longest:
            through = Text("through all mediators", "经全部中介")
        number = f"{model.n_ways:,}" if len(options.mediators) <= 40 else f"2^{len(options.mediators)} - 1"
        notes.append(
            say(
                "Listed are {listed:,} of {number} specific indirect effects, those {through}; the "
                "indirect effect and the sums by mediator and by number of mediators count all of them",
                "特定间接效应共{number}条，仅列出{through}的{listed:,}条；间接效应及按中介变量、"
                "按中介个数的合计均包含全部路径",
                kind="listed",
                weight="detail",
                through=through,
                listed=listed,
                number=number,
            )
        )
    if listed > MOST_CONTRASTED:
        notes.append(
            say(
                "More than {most_contrasted} specific indirect effects: their differences are not given",
                "特定间接效应多于{most_contrasted}条，不给出两两之差",
                kind="listed",
                weight="detail",
                most_contrasted=MOST_CONTRASTED,
            )
        )
    if options.structure == "serial" and len(options.mediators) > 1:
        notes.append(
            say(
                "All orders of the chain fit the data equally well: comparing them tells how large the "
                "chain's effect "
                "is in each, not which order is true",
                "链式中介的各种次序对数据的拟合完全相同：次序比较仅说明各次序下链式效应的大小，"
                "不能判定何种次序为真",
                kind="assumptions",
            )
        )
    if len(options.mediators) > 1:
        notes.append(
            say(
                "The sensitivity analysis takes each mediator by itself",
                "敏感性分析逐个考察中介变量",
                kind="assumptions",
                weight="how",
            )
        )
    if options.three_steps:
        notes.append(
            say(
                "The three-step procedure is shown on request. Jiang (2022, China Industrial Economics) "
                "advises against it: "
                "step three regresses the outcome on a mediator that is itself an outcome, its slopes "
                "are biased by any "
                "common cause of the two, and the significance of three slopes neither shows nor tests "
                "an indirect effect",
                "三步法仅应要求列示。江艇（2022，《中国工业经济》）不建议使用："
                "第三步以本身即为结果的中介变量作解释变量，"
                "凡二者的共同原因均使系数有偏；三个系数显著与否既不能说明、也不是对间接效应的检验",
                kind="assumptions",
            )
        )
    return tuple(notes)
