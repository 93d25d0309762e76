"""What a reader of thresholds must know: how they were searched, and where their intervals mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.notes import note_of
from digimfg.text import Text, written_ends

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.threshold.bootstrap import Drawing
    from digimfg.estimators.threshold.options import ThresholdOptions

__all__ = ["interval_notes", "search_notes"]


def search_notes(options: ThresholdOptions, drawing: Drawing, sizes: tuple[int, ...]) -> list[Text]:
    """Return how thresholds were searched and tested, and how many rows each regime has."""
    listed = note_of("phrases.parted_by_semicolons", map=[f"{n:,}" for n in sizes])
    notes: list[Text] = [
        note_of("threshold.regimes", listed=listed),
        (note_of("threshold.threshold_estimated") if options.kink else note_of("threshold.thresholds_known")),
    ]
    how = {
        "residual": Text("residual vectors of whole units", "整个个体的残差向量"),
        "wild": Text("units' residual vectors with random signs", "个体残差向量乘以随机符号"),
    }[drawing]
    if options.replications:
        notes.append(
            note_of("threshold.bootstrap", how=how, replications=options.replications, seed=options.seed)
        )
    shares = "/".join(f"{share:.0%}" for share in dict.fromkeys(options.trims))
    searched = Text("every distinct value", "全部不同取值")
    if options.grid is not None:
        searched = note_of("threshold.grid_of_quantiles", grid=options.grid)
    if options.kink:
        searched = note_of("threshold.grid_and_next_values", searched=searched)
    notes.append(note_of("threshold.search", searched=searched, shares=shares))
    if min(sizes) < 0.05 * sum(sizes):
        notes.append(note_of("threshold.few_rows", sizes=min(sizes), sizes_2=min(sizes) / sum(sizes)))
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
        notes.append(note_of("threshold.fixed_threshold"))
    for number, curve in curves.groupby("number", sort=True):
        inside = (curve["likelihood_ratio"] <= curve["critical"]).to_numpy()
        values, best = curve["threshold"].to_numpy(), int(np.argmin(curve["likelihood_ratio"].to_numpy()))
        first = best - int(np.argmin(inside[best::-1])) + 1 if not np.all(inside[: best + 1]) else 0
        last = best + int(np.argmin(inside[best:])) - 1 if not np.all(inside[best:]) else len(inside) - 1
        if int(inside.sum()) > last - first + 1:
            low, high = written_ends(values[first], values[last], 5)
            notes.append(note_of("threshold.interval_gap", number=number, low=low, high=high))
        if best in (0, len(values) - 1):
            notes.append(note_of("threshold.edge", number=number))
    return notes
