"""Where the coefficient of a lagged outcome should lie: between the within and the least-squares
estimates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.design.scaled import scaled_slopes
from digimfg.estimators.threshold.search import demean
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.gmm.levels import Levels

__all__ = ["lag_bounds"]


def lag_bounds(levels: Levels, lag: str, value: float) -> tuple[dict[str, float], Text]:
    """Return the least-squares (biased up) and within (biased down) coefficients of a lag, and if `value`
    lies between.
    """
    place = levels.names.index(lag)
    periods = np.unique(levels.period)
    columns = [levels.regressors, np.ones((len(levels.outcome), 1))]
    if levels.time_effects:
        columns.append((levels.period[:, None] == periods[1:]).astype(np.float64))
    whole = np.hstack(columns)
    pooled = float(scaled_slopes(whole, levels.outcome)[place])
    freed, outcome = demean(whole, levels.entity), demean(levels.outcome, levels.entity)
    within = float(scaled_slopes(freed, outcome)[place])
    name = term_label(lag)
    note = note_of("gmm.outside_bounds", name=name, within=within, pooled=pooled)
    if within <= value <= pooled:
        note = note_of("gmm.within_bounds", name=name, within=within, pooled=pooled)
    return {"lag_pooled": pooled, "lag_within": within}, note
