"""Bootstrap the test of k thresholds against k - 1 by drawing whole units under the null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digimfg.estimators.threshold.sequence import Panel, Stage

__all__ = ["Drawing", "bootstrap_f_statistics", "bootstrap_likelihood_ratios", "unit_patterns"]

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
    statistics: list[Floats] = []
    for drawn in _drawn_residuals(panel, residual, pattern, drawing, replications, rng):
        left = drawn - (drawn @ scan.basis) @ scan.basis.T
        null_sum = np.einsum("ij,ij->i", left, left)
        gain = scan.best(left)[0]
        statistics.append(gain / ((null_sum - gain) / panel.degrees))
    return np.concatenate(statistics)


def bootstrap_likelihood_ratios(
    panel: Panel,
    stage: Stage,
    *,
    pattern: Codes,
    drawing: Drawing,
    replications: int,
    rng: np.random.Generator,
) -> Floats:
    r"""Return the likelihood ratio at the estimate in panels drawn from the fitted model, shape
    (replications,).

    Its quantiles bound the interval of a kink, whose estimate is asymptotically normal together with the
    slopes, so that the tabulated law of thresholds does not hold (Hansen 2017).
    """
    scan = panel.scan((), 1)
    added = panel.added(stage.thresholds[0])[:, 0]
    added = added - scan.basis @ (scan.basis.T @ added)
    added = added / np.linalg.norm(added)
    basis = panel.basis(stage.thresholds)
    fitted = basis @ (basis.T @ panel.outcome)
    ratios: list[Floats] = []
    for drawn in _drawn_residuals(panel, panel.outcome - fitted, pattern, drawing, replications, rng):
        outcome = fitted + drawn
        left = outcome - (outcome @ scan.basis) @ scan.basis.T
        best, own = scan.best(left)[0], (left @ added) ** 2
        total = np.einsum("ij,ij->i", left, left) - best
        ratios.append(np.maximum(best - own, 0.0) / (total / panel.degrees))
    return np.concatenate(ratios)


def _drawn_residuals(
    panel: Panel,
    residual: Floats,
    pattern: Codes,
    drawing: Drawing,
    replications: int,
    rng: np.random.Generator,
) -> Iterator[Floats]:
    """Yield batches of drawn residuals, shape (batch, n); batches bound the memory."""
    n_rows = len(residual)
    batch = max(1, _CELLS_PER_BATCH // n_rows)
    starts = np.concatenate([[0], np.cumsum(np.bincount(panel.entity))[:-1]])
    place = np.arange(n_rows) - starts[panel.entity]
    donors = [np.flatnonzero(pattern == code) for code in np.unique(pattern)]
    for start in range(0, replications, batch):
        size = min(batch, replications - start)
        if drawing == "wild":
            signs = rng.integers(0, 2, size=(size, len(pattern))) * 2.0 - 1.0
            yield residual[None, :] * signs[:, panel.entity]
            continue
        chosen = np.empty((size, len(pattern)), dtype=np.int64)
        for members in donors:
            chosen[:, members] = members[rng.integers(0, len(members), size=(size, len(members)))]
        yield residual[starts[chosen][:, panel.entity] + place]


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
