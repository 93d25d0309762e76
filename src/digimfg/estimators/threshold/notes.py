"""What a reader of thresholds must know: how they were searched, and where their intervals mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.say import say
from digimfg.text import Text, written_ends

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.threshold.bootstrap import Drawing
    from digimfg.estimators.threshold.options import ThresholdOptions

__all__ = ["interval_notes", "search_notes"]


def search_notes(options: ThresholdOptions, drawing: Drawing, sizes: tuple[int, ...]) -> list[Text]:
    """Return how thresholds were searched and tested, and how many rows each regime has."""
    listed = say("{map:;}", "{map}", map=[f"{n:,}" for n in sizes])
    notes: list[Text] = [
        say(
            "rows by regime: {listed}",
            "各门槛区间观测数：{listed}",
            kind="regimes",
            weight="how",
            listed=listed,
        ),
        (
            say(
                "errors of slopes allow for the estimated threshold",
                "斜率标准误考虑了门槛的估计误差",
                kind="inference",
                weight="how",
            )
            if options.kink
            else say(
                "errors of slopes take the thresholds as known",
                "斜率标准误视门槛为已知",
                kind="inference",
                weight="how",
            )
        ),
    ]
    how = {
        "residual": Text("residual vectors of whole units", "整个个体的残差向量"),
        "wild": Text("units' residual vectors with random signs", "个体残差向量乘以随机符号"),
    }[drawing]
    if options.replications:
        notes.append(
            say(
                "p values from {replications} bootstrap draws of {how} under the null (seed {seed})",
                "p值来自原假设下{replications}次自助抽样：{how}（种子{seed}）",
                kind="bootstrap",
                weight="how",
                how=how,
                replications=options.replications,
                seed=options.seed,
            )
        )
    shares = "/".join(f"{share:.0%}" for share in dict.fromkeys(options.trims))
    searched = Text("every distinct value", "全部不同取值")
    if options.grid is not None:
        searched = say("{grid} quantiles", "{grid}个分位点", grid=options.grid)
    if options.kink:
        searched = say(
            "{searched}, and from each to the next value", "{searched}及其与下一取值之间", searched=searched
        )
    notes.append(
        say(
            "thresholds searched over {searched}, at least {shares} of rows in each regime",
            "门槛搜索范围：{searched}，各门槛区间至少{shares}的观测",
            kind="search",
            weight="how",
            searched=searched,
            shares=shares,
        )
    )
    if min(sizes) < 0.05 * sum(sizes):
        notes.append(
            say(
                "a regime has only {sizes:,|row} ({sizes_2:.1%}): read its slope with care",
                "某门槛区间仅{sizes}行（{sizes_2:.1%}）：其斜率须谨慎解读",
                kind="few_rows",
                sizes=min(sizes),
                sizes_2=min(sizes) / sum(sizes),
            )
        )
    return notes


def interval_notes(curves: pd.DataFrame, *, fixed: bool = False) -> list[Text]:
    """Return what a reader must know about intervals: sets with gaps, estimates at the edge of the search,
    dependence.

    Parameters
    ----------
    curves
        Likelihood ratios by candidate, as `threshold_tables` returns them.
    fixed
        Whether the threshold variable is one value for each entity.
    """
    notes: list[Text] = []
    if fixed:
        notes.append(
            say(
                "the threshold variable is one value for each entity: where errors of an entity "
                "persist, intervals of the "
                "threshold are too short (the tests draw whole entities and are not affected)",
                "门槛变量在个体内不变：若同一个体的误差持续相关，门槛置信区间偏窄（检验按整个个体抽样，"
                "不受影响）",
                kind="fixed_threshold",
            )
        )
    for number, curve in curves.groupby("number", sort=True):
        inside = (curve["likelihood_ratio"] <= curve["critical"]).to_numpy()
        values, best = curve["threshold"].to_numpy(), int(np.argmin(curve["likelihood_ratio"].to_numpy()))
        first = best - int(np.argmin(inside[best::-1])) + 1 if not np.all(inside[: best + 1]) else 0
        last = best + int(np.argmin(inside[best:])) - 1 if not np.all(inside[best:]) else len(inside) - 1
        if int(inside.sum()) > last - first + 1:
            low, high = written_ends(values[first], values[last], 5)
            notes.append(
                say(
                    "values below the critical line do not all lie together: the interval of threshold "
                    "{number} spans them all, those around the estimate run from {low} to {high}",
                    "低于临界线的取值不相连：门槛{number}的置信区间取其全部范围，"
                    "估计值附近的一段为{low}至{high}",
                    kind="interval_gap",
                    number=number,
                    low=low,
                    high=high,
                )
            )
        if best in (0, len(values) - 1):
            notes.append(
                say(
                    "threshold {number} lies at the edge of the values searched, where trim= holds it",
                    "门槛{number}位于搜索范围的边缘，由trim=限定",
                    kind="edge",
                    number=number,
                )
            )
    return notes
