"""Markov chains conditional on the neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.estimators.spatial.weights import SpatialWeights
from digimfg.kinds import AtLeast, AtMost, Count, DrawsOrNone, Entries, Finite, Key, NumberColumn, Seed
from digimfg.marks import keeps_marks
from digimfg.measures.columns import Missing
from digimfg.measures.contract import PROBABILITY, measure
from digimfg.measures.distribution_classes import class_bounds, panel_values, steps_of
from digimfg.measures.homogeneity import HomogeneityTest, transition_homogeneity
from digimfg.measures.markov import MarkovChain, markov_chain
from digimfg.measures.spatial_lag import lag_matrix
from digimfg.measures.transitions import ergodic_distribution, transition_probabilities
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["SpatialMarkovChain", "spatial_markov"]


@shown(Text("Spatial Markov chain", "空间马尔可夫链"), first="probabilities")
@dataclass(frozen=True, kw_only=True, eq=False)
class SpatialMarkovChain:
    """Hold the chains of one variable by the class of the neighbours' mean.

    Parameters
    ----------
    pooled
        The chain without neighbours.
    lag_cuts
        Upper bounds of the classes of the spatial lag.
    counts, probabilities
        Row per lag class and class (``lag_class``, ``class`` as index), column per next class.
    ergodic
        Lag classes × classes: long-run shares under each condition; missing where not unique.
    homogeneity
        Test that the conditional matrices are equal, i.e. that neighbours do not matter.
    notes
        Rules that were applied.
    """

    pooled: MarkovChain
    lag_cuts: Floats
    counts: pd.DataFrame
    probabilities: pd.DataFrame
    ergodic: pd.DataFrame
    homogeneity: HomogeneityTest
    notes: tuple[Text, ...]


@measure("frame", gaps="refused", gives={"probabilities": PROBABILITY, "ergodic": PROBABILITY})
@checked
@keeps_marks
def spatial_markov(
    frame: pd.DataFrame,
    value: NumberColumn,
    entity: Key,
    time: Key,
    weights: SpatialWeights,
    *,
    classes: Annotated[int, AtLeast(2), AtMost(1_000)] | Annotated[Sequence[Finite], Entries(1)] = 4,
    lag_classes: Annotated[int, AtLeast(2), AtMost(1_000)]
    | Annotated[Sequence[Finite], Entries(1)]
    | None = None,
    relative: bool = False,
    step: Count = 1,
    draws: DrawsOrNone = 999,
    seed: Seed = 0,
    missing: Missing = "raise",
) -> SpatialMarkovChain:
    """Return the Markov chains of a variable's classes conditional on the class of the neighbours.

    The condition c is the class, at the start of the transition, of the spatial lag Σ_j w_ij y_j (weights
    row-standardised over the units of the panel): p̂_ij(c) = n_ij(c) / n_i(c). The tests of
    `transition_homogeneity` ask whether c matters.

    Parameters
    ----------
    frame, value, entity, time, classes, relative, step, missing
        As for `markov_chain`.
    weights
        Spatial weights with the panel's entities as labels: a frame, a `WeightMatrix`, a libpysal object.
    lag_classes
        How many classes of the lag, cut at its own pooled quantiles, or their upper bounds; by default as
        `classes`.
    draws, seed
        Bootstrap samples under equality, 999 by default: with few units many cells are empty and χ² is poor.

    Raises
    ------
    MeasureError
        As `markov_chain`; for units without neighbours.

    References
    ----------
    Rey, S. J. (2001). Spatial empirics for economic growth and convergence. Geographical Analysis 33(3),
    195–214. https://doi.org/10.1111/j.1538-4632.2001.tb00444.x

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"e": np.repeat(list("abcdef"), 20), "t": np.tile(range(20), 6),
    ...     "v": rng.normal(size=120)})
    >>> ring = pd.DataFrame(np.roll(np.eye(6), 1, axis=1) + np.roll(np.eye(6), -1, axis=1), list("abcdef"),
    ...     list("abcdef"))
    >>> spatial_markov(frame, "v", "e", "t", ring, classes=2, draws=0).homogeneity.degrees_of_freedom
    2
    """
    import pandas as pd

    panel = panel_values(frame, value, entity, time, relative=relative, missing=missing)
    starts, ends, _ = steps_of(panel, step)
    table = panel.values
    matrix, weight_notes = lag_matrix(weights, table.index)
    pooled = markov_chain(
        frame,
        value,
        entity,
        time,
        classes=classes,
        relative=relative,
        step=step,
        draws=draws,
        seed=seed,
        missing=missing,
    )
    lag = matrix @ table.to_numpy()
    lag_cuts = class_bounds(lag, classes if lag_classes is None else lag_classes)
    condition = np.searchsorted(lag_cuts, lag, side="left")[:, starts]
    k, m = len(pooled.cuts) + 1, len(lag_cuts) + 1
    codes = pooled.classes.to_numpy() - 1
    counts = np.zeros((m, k, k))
    np.add.at(counts, (condition, codes[:, starts], codes[:, ends]), 1)
    probabilities = transition_probabilities(counts)
    names = pd.RangeIndex(1, k + 1, name="class")
    index = pd.MultiIndex.from_product([range(1, m + 1), names], names=["lag_class", "class"])
    empty = int((counts.sum(axis=2) == 0).sum())
    extra = (note_of("measures.no_transition_of_neighbours", empty=empty, m=m * k),) if empty else ()
    return SpatialMarkovChain(
        pooled=pooled,
        lag_cuts=lag_cuts,
        counts=pd.DataFrame(counts.reshape(m * k, k).astype(int), index=index, columns=names),
        probabilities=pd.DataFrame(probabilities.reshape(m * k, k), index=index, columns=names),
        ergodic=pd.DataFrame(
            [ergodic_distribution(matrix) for matrix in probabilities],
            index=pd.RangeIndex(1, m + 1, name="lag_class"),
            columns=names,
        ),
        homogeneity=transition_homogeneity(counts, draws=draws, seed=seed),
        notes=(*pooled.notes, *weight_notes, *extra),
    )
