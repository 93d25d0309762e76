"""What a reader of thresholds must know: how they were searched, and where their intervals mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.text import Text, counted, written

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.panel_threshold import PanelThreshold
    from digimfg.estimators.threshold.bootstrap import Drawing

__all__ = ["interval_notes", "search_notes"]


def search_notes(options: PanelThreshold, drawing: Drawing, sizes: tuple[int, ...]) -> list[Text]:
    """Return how thresholds were searched and tested, and how many rows each regime has."""
    listed = Text("; ".join(map(str, sizes)), "、".join(map(str, sizes)))
    notes = [
        Text(f"rows by regime: {listed.en}", f"各门槛区间观测数：{listed.zh}"),
        Text(
            "errors of slopes allow for the estimated threshold"
            if options.kink
            else "errors of slopes take the thresholds as known",
            "斜率标准误考虑了门槛的估计误差" if options.kink else "斜率标准误视门槛为已知",
        ),
    ]
    how = {
        "residual": Text("residual vectors of whole units", "整个个体的残差向量"),
        "wild": Text("units' residual vectors with random signs", "个体残差向量乘以随机符号"),
    }[drawing]
    if options.replications:
        notes.append(
            Text(
                f"p values from {options.replications} bootstrap draws of {how.en} under the null (seed {options.seed})",
                f"p值来自原假设下{options.replications}次自助抽样：{how.zh}（种子{options.seed}）",
            )
        )
    shares = "/".join(f"{share:.0%}" for share in dict.fromkeys(options.trims))
    searched = Text("every distinct value", "全部不同取值")
    if options.grid is not None:
        searched = Text(f"{options.grid} quantiles", f"{options.grid} 个分位点")
    if options.kink:
        searched = Text(f"{searched.en}, and from each to the next value", f"{searched.zh}及其与下一取值之间")
    notes.append(
        Text(
            f"thresholds searched over {searched.en}, at least {shares} of rows in each regime",
            f"门槛搜索范围：{searched.zh}，各门槛区间至少 {shares} 的观测",
        )
    )
    if min(sizes) < 0.05 * sum(sizes):
        notes.append(
            Text(
                f"a regime has only {counted(min(sizes), 'row')} ({min(sizes) / sum(sizes):.1%}): read its slope with care",
                f"某门槛区间仅 {min(sizes)} 行（{min(sizes) / sum(sizes):.1%}）：其斜率须谨慎解读",
            )
        )
    return notes


def interval_notes(curves: pd.DataFrame, *, fixed: bool = False) -> list[Text]:
    """Return what a reader must know about intervals: sets with gaps, estimates at the edge of the search, dependence.

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
            Text(
                "the threshold variable is one value for each entity: where errors of an entity persist, intervals of the "
                "threshold are too short (the tests draw whole entities and are not affected)",
                "门槛变量在个体内不变：若同一个体的误差持续相关，门槛置信区间偏窄（检验按整个个体抽样，不受影响）",
            )
        )
    for number, curve in curves.groupby("number", sort=True):
        inside = (curve["likelihood_ratio"] <= curve["critical"]).to_numpy()
        values, best = curve["threshold"].to_numpy(), int(np.argmin(curve["likelihood_ratio"].to_numpy()))
        first = best - int(np.argmin(inside[best::-1])) + 1 if not np.all(inside[: best + 1]) else 0
        last = best + int(np.argmin(inside[best:])) - 1 if not np.all(inside[best:]) else len(inside) - 1
        if int(inside.sum()) > last - first + 1:
            low, high = written(values[first], ".5g"), written(values[last], ".5g")
            notes.append(
                Text(
                    f"values below the critical line do not all lie together: the interval of threshold {number} spans them "
                    f"all, those around the estimate run from {low} to {high}",
                    f"低于临界线的取值不相连：门槛{number}的置信区间取其全部范围，估计值附近的一段为{low}至{high}",
                )
            )
        if best in (0, len(values) - 1):
            notes.append(
                Text(
                    f"threshold {number} lies at the edge of the values searched, where trim= holds it",
                    f"门槛{number}位于搜索范围的边缘，由trim=限定",
                )
            )
    return notes
