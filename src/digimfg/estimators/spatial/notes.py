"""What a reader of a spatial panel must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.spatial.model import SpatialEstimate, SpatialModel
    from digimfg.estimators.spatial.options import SpatialOptions

__all__ = ["spatial_notes"]


def spatial_notes(
    options: SpatialOptions, model: SpatialModel, estimate: SpatialEstimate, n_rejected: int, *, stable: bool
) -> list[Text]:
    """Return what a reader of a spatial panel must know: errors, draws, corrections, stability."""
    notes: list[Text] = []
    if not stable:
        notes.append(
            say(
                "the estimates are those of a process that is not stable: long-run effects are undefined",
                "估计值对应的过程不稳定：不存在长期效应",
                kind="not_stable",
            )
        )
    if estimate.information == "observed":
        notes.append(
            say(
                "standard errors from the observed information",
                "标准误来自观测信息矩阵",
                kind="inference",
                weight="how",
            )
        )
    if options.draws and (model.lag_outcome or np.any(model.lagged)):
        notes.append(
            say(
                "standard errors, p values and intervals of effects from {draws} draws (seed {seed}), "
                "{n_rejected} outside the bounds drawn again",
                "效应的标准误、p值与置信区间来自{draws}次抽样（种子{seed}），越界重抽{n_rejected}次",
                kind="bootstrap",
                weight="how",
                draws=options.draws,
                seed=options.seed,
                n_rejected=n_rejected,
            )
        )
        if n_rejected > 0.05 * options.draws:
            notes.append(
                say(
                    "so many draws lie outside that simulated standard errors are those of a truncated "
                    "distribution: read the "
                    "delta method's",
                    "越界抽样过多，模拟标准误对应截断分布：请参考 delta 法标准误",
                    kind="rejected_draws",
                )
            )
    if estimate.refused is not None:
        notes.append(
            say(
                "bias correction refused, the estimates are not corrected: {refused}",
                "未作偏差校正：{refused}",
                kind="not_corrected",
                refused=estimate.refused,
            )
        )
    elif model.corrected:
        notes.append(
            say(
                "bias correction of Lee and Yu (2010)",
                "Lee–Yu（2010）偏差校正",
                kind="correction",
                weight="how",
            )
            if model.own_lag is None
            else say(
                "bias correction of Yu, de Jong and Lee (2008)",
                "Yu–de Jong–Lee（2008）偏差校正",
                kind="correction",
                weight="how",
            )
        )
    elif model.effects in ("time", "twoways"):
        notes.append(
            say(
                "without bias correction, time fixed effects bias rho and lambda downwards when units are "
                'few (N = {n}): compare bias_correction="lee_yu"',
                "未作偏差校正时，时间固定效应在个体较少（N = {n}）时使 rho 与 lambda 向下偏误：可与 "
                'bias_correction="lee_yu" 比较',
                kind="not_corrected",
                n=model.outcome.shape[1],
            )
        )
    elif model.effects == "entity" and model.outcome.shape[0] < 20:
        notes.append(
            say(
                "with T = {n} the error variance is too small by about 1/T without bias correction",
                "T = {n}，未作偏差校正时误差方差约低估1/T",
                kind="not_corrected",
                n=model.outcome.shape[0],
            )
        )
    return notes
