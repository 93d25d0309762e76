"""What a reader of stages must know: whether the order holds, how the starts ended, what was not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from digimfg.evolution.hidden_markov import Chain, Moves
from digimfg.evolution.stage_data import StageData
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["stage_notes"]

_FLOOR = 1e-3


def stage_notes(
    data: StageData,
    chain: Chain,
    moves: Moves,
    comparison: pd.DataFrame,
    stages: pd.DataFrame,
    statistics: Mapping[str, float],
    ended: bool,
) -> tuple[Text, ...]:
    """Return the notes of a `StageModel`."""
    return (
        *_order(data, chain, comparison),
        *_doubts(data, chain, moves, stages),
        *_starts(statistics, ended),
        *_unseen(data),
    )


def _order(data: StageData, chain: Chain, comparison: pd.DataFrame) -> list[Text]:
    notes: list[Text] = []
    criteria = comparison["bic"].to_dict()
    best = min(criteria, key=lambda name: float(criteria[name]))
    words = {
        "strict": Text("stages that are never left downwards", "不允许回退的阶段"),
        "ordered": Text("ordered stages with regress", "允许小概率回退的有序阶段"),
        "free": Text("states without an order", "无顺序的状态"),
    }
    notes.append(
        say(
            "By the Bayesian criterion {best} fit best: strict {strict:.1f}, ordered {ordered:.1f}, "
            "free {free:.1f}",
            "按贝叶斯信息准则，{best}拟合最优：严格有序{strict:.1f}，有序{ordered:.1f}，无约束{free:.1f}",
            kind="order_rejected" if best == "free" else "order",
            best=words[str(best)],
            strict=float(criteria["strict"]),
            ordered=float(criteria["ordered"]),
            free=float(criteria["free"]),
        )
    )
    falling = [
        name for place, name in enumerate(data.indicators) if (np.diff(chain.means[0, :, place]) <= 0).any()
    ]
    if falling:
        notes.append(
            say(
                "Not rising from stage to stage: {names}. The order of the chain is not that of levels",
                "{names}并非逐阶段上升：链的顺序与水平高低不一致",
                kind="not_rising",
                names=falling,
            )
        )
    return notes


def _doubts(data: StageData, chain: Chain, moves: Moves, stages: pd.DataFrame) -> list[Text]:
    notes: list[Text] = []
    at_floor = [
        str(stage + 1) for stage, sds in enumerate(chain.sds[0]) if (sds <= _FLOOR * (1 + 1e-6)).any()
    ]
    if at_floor:
        notes.append(
            say(
                "Stages {names} have no spread of their own: they hold repeated values, not a level",
                "阶段{names}内没有离散：其中是重复取值而非水平",
                kind="no_spread",
                names=at_floor,
            )
        )
    rare = [str(stage) for stage, share in stages["share"].items() if share * data.n_obs < 5]
    if rare:
        notes.append(
            say(
                "Stages {names} hold fewer than five unit-periods: use fewer stages",
                "阶段{names}不足五个个体—时期：请减少阶段数",
                kind="rare_stage",
                names=rare,
            )
        )
    down = np.tril(chain.moves[0], -1).sum(axis=1)
    bound = [str(stage + 1) for stage, value in enumerate(down) if value >= moves.most_regress * (1 - 1e-6)]
    if 0 < moves.most_regress < 1 and bound:
        notes.append(
            say(
                "The probability of falling back from {names} is at its bound, {most:.2f}: units fall "
                "more often than the model lets them",
                "自阶段{names}回退的概率达到上限{most:.2f}：实际回退多于模型所允许",
                kind="regress_bound",
                names=bound,
                most=moves.most_regress,
            )
        )
    if moves.most_regress == 0:
        notes.append(
            say(
                "No path can fall: that paths are monotone is assumed, not found",
                "路径不可回退：单调性为假定而非发现",
                kind="monotone_assumed",
            )
        )
    return notes


def _starts(statistics: Mapping[str, float], ended: bool) -> list[Text]:
    notes: list[Text] = [
        say(
            "{best} of {n|start} ended at the highest likelihood",
            "{n}个初值中有{best}个达到最高似然",
            kind="starts" if statistics["n_at_best"] > 1 else "single_start",
            weight="how" if statistics["n_at_best"] > 1 else "must",
            best=int(statistics["n_at_best"]),
            n=int(statistics["n_starts"]),
        ),
        say(
            "Intervals: {draws:,|draw} of units with replacement, refitted, one path of every unit "
            "drawn under each",
            "区间：对个体有放回抽样{draws:,}次并重新估计，每次为各个体抽取一条路径",
            kind="draws",
            weight="how",
            draws=int(statistics["draws"]),
        ),
    ]
    if not ended:
        notes.append(
            say(
                "Some start was still gaining when it was stopped",
                "部分初值在停止时似然仍在上升",
                kind="not_ended",
            )
        )
    return notes


def _unseen(data: StageData) -> list[Text]:
    notes: list[Text] = []
    if data.n_gaps:
        notes.append(
            say(
                "{n:,|period} missing between units' first and last: not seen, and not filled",
                "个体首末期之间缺{n:,}期：按未观测处理，不作填补",
                kind="gaps",
                n=data.n_gaps,
            )
        )
    if data.n_cells:
        notes.append(
            say(
                "{n:,|unit-period} without a value of some indicator: the others speak",
                "{n:,}个个体—时期缺部分指标：仅用其余指标",
                kind="missing_cells",
                n=data.n_cells,
            )
        )
    return notes
