"""Markov chains of a distribution over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, AtMost, Count, DrawsOrNone, Entries, Finite, Key, NumberColumn, Seed
from digimfg.marks import keeps_marks
from digimfg.measures.columns import Missing
from digimfg.measures.contract import PROBABILITY, Gives, measure
from digimfg.measures.distribution_classes import class_bounds, panel_values, steps_of
from digimfg.measures.homogeneity import HomogeneityTest, transition_homogeneity
from digimfg.measures.transitions import (
    ergodic_distribution,
    shorrocks_mobility,
    transition_probabilities,
)
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["MarkovChain", "markov_chain"]


@shown(Text("Markov chain", "马尔可夫链"), first="probabilities")
@dataclass(frozen=True, kw_only=True, eq=False)
class MarkovChain:
    """Hold the chain of one variable.

    Parameters
    ----------
    cuts
        Upper bounds of classes 1 … k−1; a value on a bound belongs to the lower class.
    counts, probabilities
        k × k: transitions from the row to the column, and their shares of the row.
    ergodic
        Long-run shares of the classes; missing where not unique.
    mobility
        Shorrocks' index.
    time_homogeneity
        Test that the transitions of the first and the second half of the periods have the same
        probabilities, or ``None`` where there is nothing to compare.
    classes
        Entities × periods, 1 … k.
    notes
        Rules that were applied.
    """

    cuts: Floats
    counts: pd.DataFrame
    probabilities: pd.DataFrame
    ergodic: pd.Series[float]
    mobility: float
    time_homogeneity: HomogeneityTest | None
    classes: pd.DataFrame
    notes: tuple[Text, ...]


@measure(
    "frame",
    gaps="refused",
    gives={"probabilities": PROBABILITY, "ergodic": PROBABILITY, "mobility": Gives("index", 0, direction=1)},
)
@checked
@keeps_marks
def markov_chain(
    frame: pd.DataFrame,
    value: NumberColumn,
    entity: Key,
    time: Key,
    *,
    classes: Annotated[int, AtLeast(2), AtMost(1_000)] | Annotated[Sequence[Finite], Entries(1)] = 4,
    relative: bool = False,
    step: Count = 1,
    draws: DrawsOrNone = 0,
    seed: Seed = 0,
    missing: Missing = "raise",
) -> MarkovChain:
    """Return the Markov chain of a variable's classes.

    p̂_ij = n_ij / Σ_j n_ij over all entities and periods t → t + step.

    Parameters
    ----------
    frame
        One row per entity and period. A transition joins periods `step` steps of the calendar apart; a
        period without data has none, and is noted.
    value, entity, time
        Columns.
    classes
        How many classes, cut at quantiles of all values pooled over periods; or the upper bounds of all
        classes but the last, such as ``(0.5, 0.75, 1, 1.25)``.
    relative
        Divide by the mean of each period first.
    step
        Distance of the two ends of a transition, in the largest common step of the periods.
    draws, seed
        Bootstrap of the test of time homogeneity; none by default.
    missing
        ``"raise"``, or ``"drop"``: entities with a gap are left out.

    Raises
    ------
    MeasureError
        For a broken panel, cuts that do not rise, a class that is never entered or a `step` at which no two
        periods lie.

    References
    ----------
    Quah, D. (1993). Empirical cross-section dynamics in economic growth. European Economic Review 37(2–3),
    426–434. https://doi.org/10.1016/0014-2921(93)90031-5

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(e, t, v) for e, path in {"a": (1, 1, 3), "b": (3, 3, 1)}.items() for t, v in enumerate(path)]
    >>> chain = markov_chain(pd.DataFrame(rows, columns=["e", "t", "v"]), "v", "e", "t", classes=(2.0,))
    >>> chain.probabilities.values.tolist(), chain.ergodic.round(6).tolist()
    ([[0.5, 0.5], [0.5, 0.5]], [0.5, 0.5])
    """
    import pandas as pd

    panel = panel_values(frame, value, entity, time, relative=relative, missing=missing)
    starts, ends, gaps = steps_of(panel, step)
    table, notes = panel.values, (*panel.notes, *gaps)
    cuts = class_bounds(table.to_numpy(), classes)
    k = len(cuts) + 1
    codes = np.searchsorted(cuts, table.to_numpy(), side="left")
    halves = np.zeros((2, k, k))
    late = (np.arange(len(starts)) >= len(starts) // 2).astype(int)
    np.add.at(halves, (np.broadcast_to(late, (len(codes), len(starts))), codes[:, starts], codes[:, ends]), 1)
    counts = halves.sum(axis=0)
    names = pd.RangeIndex(1, k + 1, name="class")
    probabilities = transition_probabilities(counts)
    never = [str(i + 1) for i in np.flatnonzero(counts.sum(axis=1) == 0)]
    if never:
        notes += (note_of("measures.no_start_in_class", never=never),)
    elif np.isnan(ergodic_distribution(probabilities)).any():
        notes += (note_of("measures.no_long_run"),)
    try:
        over_time = transition_homogeneity(halves, draws=draws, seed=seed)
    except MeasureError:
        over_time = None
    return MarkovChain(
        cuts=cuts,
        counts=pd.DataFrame(counts.astype(int), index=names, columns=names),
        probabilities=pd.DataFrame(probabilities, index=names, columns=names),
        ergodic=pd.Series(ergodic_distribution(probabilities), index=names, name="ergodic"),
        mobility=shorrocks_mobility(probabilities),
        time_homogeneity=over_time,
        classes=pd.DataFrame(codes + 1, index=table.index, columns=table.columns),
        notes=notes,
    )
