"""Bootstrap the test of k thresholds against k - 1 by drawing whole units under the null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.threshold.sequence import Panel, Stage

__all__ = ["Drawing", "bootstrap_f_statistics", "unit_patterns"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Drawing = Literal["residual", "wild"]
_CELLS_PER_BATCH = 4_000_000


def bootstrap_f_statistics(
    panel: Panel,
    stage: Stage,
    *,
    pattern: Codes,
    drawing: Drawing,
    replications: int,
    rng: np.random.Generator,
) -> Floats:
    r"""Return F statistics of the stage's test under its null, shape (replications,).

    Regressors and threshold variable stay fixed; outcomes are the fit under the null plus residual vectors of
    the null model, drawn by unit: with replacement among units observed in the same periods
    (``"residual"``, Hansen 1999), or the unit's own vector with a random sign (``"wild"``).

    Parameters
    ----------
    pattern
        For each unit a code of the periods it is observed in (see `unit_patterns`).
    """
    scan = panel.scan(stage.null_thresholds, len(stage.null_thresholds) + 1)
    residual = panel.outcome - scan.basis @ (scan.basis.T @ panel.outcome)
    n_rows = len(residual)
    statistics: list[Floats] = []
    batch = max(1, _CELLS_PER_BATCH // n_rows)
    starts = np.concatenate([[0], np.cumsum(np.bincount(panel.entity))[:-1]])
    place = np.arange(n_rows) - starts[panel.entity]
    donors = _donors(pattern)
    for start in range(0, replications, batch):
        size = min(batch, replications - start)
        if drawing == "wild":
            signs = rng.integers(0, 2, size=(size, len(pattern))) * 2.0 - 1.0
            drawn = residual[None, :] * signs[:, panel.entity]
        else:
            chosen = np.empty((size, len(pattern)), dtype=np.int64)
            for members in donors:
                chosen[:, members] = members[rng.integers(0, len(members), size=(size, len(members)))]
            drawn = residual[starts[chosen][:, panel.entity] + place]
        left = drawn - (drawn @ scan.basis) @ scan.basis.T
        null_sum = np.einsum("ij,ij->i", left, left)
        gain = scan.gains(left).max(axis=1)
        statistics.append(gain / ((null_sum - gain) / panel.degrees))
    return np.concatenate(statistics)


def unit_patterns(entity: Codes, period: Codes) -> Codes:
    """Return a code per unit that is equal for units observed in the same periods; rows sorted by unit."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(entity))])
    seen: dict[bytes, int] = {}
    return np.array(
        [
            seen.setdefault(period[starts[i] : starts[i + 1]].tobytes(), len(seen))
            for i in range(len(starts) - 1)
        ],
        dtype=np.int64,
    )


def _donors(pattern: Codes) -> list[Codes]:
    return [np.flatnonzero(pattern == code) for code in np.unique(pattern)]
