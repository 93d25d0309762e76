"""Markov chains of a distribution over time, plain and conditional on the neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.errors import MeasureError
from digimfg.measures.columns import Missing, unbroken_panel
from digimfg.measures.spatial_lag import lag_matrix
from digimfg.measures.transitions import (
    HomogeneityTest,
    ergodic_distribution,
    shorrocks_mobility,
    transition_homogeneity,
    transition_probabilities,
)
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

__all__ = ["MarkovChain", "SpatialMarkovChain", "markov_chain", "spatial_markov"]


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
        Test that the transitions of the first and the second half of the periods have the same probabilities, or
        ``None`` where there is nothing to compare.
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


def markov_chain(
    frame: pd.DataFrame,
    value: str,
    entity: str,
    time: str,
    *,
    classes: int | Sequence[float] = 4,
    relative: bool = False,
    step: int = 1,
    draws: int = 0,
    seed: int = 0,
    missing: Missing = "raise",
) -> MarkovChain:
    """Return the Markov chain of a variable's classes.

    p̂_ij = n_ij / Σ_j n_ij over all entities and periods t → t + step.

    Parameters
    ----------
    frame
        One row per entity and period; periods must be equally spaced for the chain to mean one step.
    value, entity, time
        Columns.
    classes
        How many classes, cut at quantiles of all values pooled over periods; or the upper bounds of all classes but the
        last, such as ``(0.5, 0.75, 1, 1.25)``.
    relative
        Divide by the mean of each period first.
    step
        Periods between the two ends of a transition.
    draws, seed
        Bootstrap of the test of time homogeneity; none by default.
    missing
        ``"raise"``, or ``"drop"``: entities with a gap are left out.

    Raises
    ------
    MeasureError
        For a broken panel, cuts that do not rise, a class that is never entered or `step` too long.

    References
    ----------
    Quah, D. (1993). Empirical cross-section dynamics in economic growth. European Economic Review 37(2–3), 426–434.
    https://doi.org/10.1016/0014-2921(93)90031-5

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(e, t, v) for e, path in {"a": (1, 1, 3), "b": (3, 3, 1)}.items() for t, v in enumerate(path)]
    >>> chain = markov_chain(pd.DataFrame(rows, columns=["e", "t", "v"]), "v", "e", "t", classes=(2.0,))
    >>> chain.probabilities.values.tolist(), chain.ergodic.round(6).tolist()
    ([[0.5, 0.5], [0.5, 0.5]], [0.5, 0.5])
    """
    table, notes = _values(frame, value, entity, time, relative, missing)
    return _chain(table, classes, step, draws, seed, notes)


def spatial_markov(
    frame: pd.DataFrame,
    value: str,
    entity: str,
    time: str,
    weights: Any,
    *,
    classes: int | Sequence[float] = 4,
    lag_classes: int | Sequence[float] | None = None,
    relative: bool = False,
    step: int = 1,
    draws: int = 999,
    seed: int = 0,
    missing: Missing = "raise",
) -> SpatialMarkovChain:
    """Return the Markov chains of a variable's classes conditional on the class of the neighbours.

    The condition c is the class, at the start of the transition, of the spatial lag Σ_j w_ij y_j (weights row-standardised
    over the units of the panel): p̂_ij(c) = n_ij(c) / n_i(c). The tests of `transition_homogeneity` ask whether c matters.

    Parameters
    ----------
    frame, value, entity, time, classes, relative, step, missing
        As for `markov_chain`.
    weights
        Spatial weights with the panel's entities as labels: a frame, a `WeightMatrix`, a libpysal object.
    lag_classes
        How many classes of the lag, cut at its own pooled quantiles, or their upper bounds; by default as `classes`.
    draws, seed
        Bootstrap samples under equality, 999 by default: with few units many cells are empty and χ² is poor.

    Raises
    ------
    MeasureError
        As `markov_chain`; for units without neighbours.

    References
    ----------
    Rey, S. J. (2001). Spatial empirics for economic growth and convergence. Geographical Analysis 33(3), 195–214.
    https://doi.org/10.1111/j.1538-4632.2001.tb00444.x

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"e": np.repeat(list("abcdef"), 20), "t": np.tile(range(20), 6), "v": rng.normal(size=120)})
    >>> ring = pd.DataFrame(np.roll(np.eye(6), 1, axis=1) + np.roll(np.eye(6), -1, axis=1), list("abcdef"), list("abcdef"))
    >>> spatial_markov(frame, "v", "e", "t", ring, classes=2, draws=0).homogeneity.degrees_of_freedom
    2
    """
    import pandas as pd

    table, notes = _values(frame, value, entity, time, relative, missing)
    matrix, weight_notes = lag_matrix(weights, table.index)
    pooled = _chain(table, classes, step, draws, seed, notes)
    lag = matrix @ table.to_numpy()
    lag_cuts = _cuts(lag, classes if lag_classes is None else lag_classes)
    condition = np.searchsorted(lag_cuts, lag, side="left")[:, :-step]
    k, m = len(pooled.cuts) + 1, len(lag_cuts) + 1
    codes = pooled.classes.to_numpy() - 1
    counts = np.zeros((m, k, k))
    np.add.at(counts, (condition, codes[:, :-step], codes[:, step:]), 1)
    probabilities = transition_probabilities(counts)
    names = pd.RangeIndex(1, k + 1, name="class")
    index = pd.MultiIndex.from_product([range(1, m + 1), names], names=["lag_class", "class"])
    empty = int((counts.sum(axis=2) == 0).sum())
    extra = (
        (
            Text(
                f"{empty} of {m * k} conditional rows have no transition; the tests leave them out",
                f"{m * k} 个条件行中有 {empty} 行无转移记录，检验中不计",
            ),
        )
        if empty
        else ()
    )
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


def _values(
    frame: pd.DataFrame, value: str, entity: str, time: str, relative: bool, missing: Missing
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    table, notes = unbroken_panel(frame, value, entity, time, missing)
    if relative:
        means = table.mean(axis=0)
        if (means == 0).any():
            raise MeasureError(
                where=Text(f"values '{value}'", f"变量“{value}”"),
                expected=Text("means other than zero", "各期均值非零"),
                got=Text(f"zero in {means.index[means == 0][0]}", f"{means.index[means == 0][0]} 期为零"),
                remedy=Text("relative=False", "relative=False"),
            )
        table = table / means
    steps = np.diff(np.asarray(table.columns, dtype=float)) if _numeric(table.columns) else np.ones(1)
    if np.ptp(steps) > 0:
        notes += (
            Text(
                f"periods are not equally spaced ({steps.min():g} to {steps.max():g} apart): a step is one period",
                f"时期间隔不等（{steps.min():g} 至 {steps.max():g}）：一步按一期计",
            ),
        )
    return table, notes


def _chain(
    table: pd.DataFrame,
    classes: int | Sequence[float],
    step: int,
    draws: int,
    seed: int,
    notes: tuple[Text, ...],
) -> MarkovChain:
    import pandas as pd

    periods = table.shape[1]
    if not 1 <= step < periods:
        raise MeasureError(
            where=Text("option 'step'", "选项“step”"),
            expected=Text(f"1 to {periods - 1}", f"1 至 {periods - 1}"),
            got=str(step),
            remedy=Text("choose a shorter step", "缩短步长"),
        )
    cuts = _cuts(table.to_numpy(), classes)
    k = len(cuts) + 1
    codes = np.searchsorted(cuts, table.to_numpy(), side="left")
    halves = np.zeros((2, k, k))
    late = np.broadcast_to(
        (np.arange(periods - step) >= (periods - step) // 2).astype(int), codes[:, step:].shape
    )
    np.add.at(halves, (late, codes[:, :-step], codes[:, step:]), 1)
    counts = halves.sum(axis=0)
    names = pd.RangeIndex(1, k + 1, name="class")
    probabilities = transition_probabilities(counts)
    never = [str(i + 1) for i in np.flatnonzero(counts.sum(axis=1) == 0)]
    if never:
        notes += (
            Text(
                f"no transition starts in class {', '.join(never)}: its row is missing",
                f"无转移始于第{'、'.join(never)}类：该行缺失",
            ),
        )
    elif np.isnan(ergodic_distribution(probabilities)).any():
        notes += (
            Text(
                "two or more sets of classes are never left: no unique long-run distribution",
                "存在两个以上互不相通的闭类：长期分布不唯一",
            ),
        )
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


def _cuts(values: Floats, classes: int | Sequence[float]) -> Floats:
    if isinstance(classes, int):
        cuts = np.quantile(values, np.arange(1, classes) / classes) if classes > 1 else np.zeros(0)
    else:
        cuts = np.asarray(classes, dtype=float)
    if not len(cuts) or (np.diff(cuts) <= 0).any() or cuts[-1] >= values.max() or cuts[0] < values.min():
        raise MeasureError(
            where=Text("option 'classes'", "选项“classes”"),
            expected=Text(
                f"two or more classes whose rising bounds lie within {values.min():g} and {values.max():g}",
                f"至少两类，且递增的界限位于 {values.min():g} 与 {values.max():g} 之间",
            ),
            got=Text(f"bounds {cuts.round(6).tolist()}", f"界限 {cuts.round(6).tolist()}"),
            remedy=Text("give fewer classes (ties) or other bounds", "减少类数（存在重复值）或更换界限"),
        )
    return cuts


def _numeric(index: pd.Index) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(index))
