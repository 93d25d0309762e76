"""Aggregate effects by cohort and period: simple, by event time, by cohort, by calendar time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["AGGREGATES", "Cells", "Effects", "Kind", "aggregate_cells"]

Floats = NDArray[np.float64]
Kind = Literal["aggregates", "event_study", "group", "calendar", "group_time"]

AGGREGATES = ("simple", "dynamic", "group", "calendar")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Hold one effect per cohort and period, with the influence of every unit, or of every row of the panel.

    Parameters
    ----------
    cohort, time, estimate
        Shape (K,).
    influence
        Shape (n, K): the covariance is the sum over clusters of products of cluster sums.
    weight
        Shape (K,): what a cell counts in averages over cohorts, cohort size or treated rows.
    member
        Cohort of each of n units, where weights are shares of units and so estimates; ``None`` where they
        are taken as known.
    size
        Treated rows behind each cell, shape (K,).
    """

    cohort: Floats
    time: Floats
    estimate: Floats
    influence: Floats
    weight: Floats
    member: Floats | None
    size: Floats

    @property
    def event(self) -> Floats:
        """Return time since the first treated period."""
        return self.time - self.cohort


@dataclass(frozen=True, kw_only=True, eq=False)
class Effects:
    """Hold named effects and their influence.

    Parameters
    ----------
    keys
        (kind, key) of each: ``("aggregates", "simple")``, ``("event_study", -2.0)``, ``("group_time", (2004,
        2005))``.
    estimate, influence, size
        Shapes (M,), (n, M), (M,).
    weights
        Each effect as weights of the cells, shape (K, M); empty where the effects are not averages of cells.
    cohorts
        Those that the effects rest on, sorted.
    """

    keys: tuple[tuple[Kind, object], ...]
    estimate: Floats
    influence: Floats
    size: Floats
    weights: Floats
    cohorts: Floats


def aggregate_cells(cells: Cells) -> Effects:
    r"""Return the aggregates of Callaway and Sant'Anna (2021, doi:10.1016/j.jeconom.2020.12.001).

    With cells :math:`ATT(g,t)` and cohort weights :math:`w_g`: simple, the weighted mean over all treated
    cells; by event time e, over cohorts with :math:`t-g=e`; by cohort, the plain mean over its treated
    periods; by calendar time, the weighted mean over cohorts treated by then. The dynamic and calendar
    aggregates are plain means over the event times :math:`e\ge0` and over the periods; the group aggregate
    is weighted by cohort.
    """
    post = cells.event >= 0
    over: dict[tuple[Kind, object], tuple[Floats, Floats]] = {}

    def over_cohorts(inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        weight = np.where(inside, cells.weight, 0.0)
        total = weight.sum()
        share = weight / total
        return share, inside * (cells.estimate - float(share @ cells.estimate)) / total

    def mean_of(kind: Kind) -> tuple[Floats, Floats]:
        rows = [row for key, row in over.items() if key[0] == kind and (kind != "event_study" or _after(key))]
        return np.mean([row[0] for row in rows], axis=0), np.mean([row[1] for row in rows], axis=0)

    for e in np.unique(cells.event):
        over["event_study", float(e)] = over_cohorts(cells.event == e)
    for g in np.unique(cells.cohort[post]):
        inside = post & (cells.cohort == g)
        over["group", float(g)] = inside / inside.sum(), np.zeros(len(inside))
    for t in np.unique(cells.time[post]):
        over["calendar", float(t)] = over_cohorts(post & (cells.time == t))
    aggregates: dict[tuple[Kind, object], tuple[Floats, Floats]] = {
        ("aggregates", "simple"): over_cohorts(post),
        ("aggregates", "dynamic"): mean_of("event_study"),
        ("aggregates", "group"): _group_aggregate(cells, over),
        ("aggregates", "calendar"): mean_of("calendar"),
    }
    over = aggregates | over
    weights = np.column_stack([share for share, _ in over.values()])
    influence = (weights.T @ cells.influence.T).T
    if cells.member is not None:
        influence += _of_weights(cells, cells.member, np.column_stack([slope for _, slope in over.values()]))
    single: list[tuple[Kind, object]] = [
        ("group_time", (float(g), float(t))) for g, t in zip(cells.cohort, cells.time, strict=True)
    ]
    whole = np.hstack([weights, np.eye(len(single))])
    return Effects(
        keys=(*over, *single),
        estimate=np.append(cells.estimate @ weights, cells.estimate),
        influence=np.hstack([influence, cells.influence]),
        size=(whole != 0).T @ cells.size,
        weights=whole,
        cohorts=np.unique(cells.cohort),
    )


def _of_weights(cells: Cells, member: Floats, slopes: Floats) -> Floats:
    """Return the influence of units on averages through the shares of cohorts, (1(member) - share)/n times
    slopes.
    """
    values, place = np.unique(member, return_inverse=True)
    belongs = (values[:, None] == cells.cohort).astype(np.float64)
    by_cohort: Floats = (belongs - cells.weight) @ slopes / len(member)
    return by_cohort[place]


def _after(key: tuple[Kind, object]) -> bool:
    return isinstance(key[1], float) and key[1] >= 0


def _group_aggregate(
    cells: Cells, over: dict[tuple[Kind, object], tuple[Floats, Floats]]
) -> tuple[Floats, Floats]:
    """Return the mean over cohorts, weighted by cohort, as weights of the cells and slopes by the cells'
    weights.
    """
    rows = {key[1]: share for key, (share, _) in over.items() if key[0] == "group"}
    # By cohort size where weights are such; where they count rows, by the rows of the first treated period.
    places = [int(np.flatnonzero((cells.cohort == g) & (cells.event >= 0))[0]) for g in rows]
    weight = cells.weight[places]
    share = weight / weight.sum()
    estimates = np.array([row @ cells.estimate for row in rows.values()])
    slope = np.zeros(len(cells.weight))
    slope[places] = (estimates - float(share @ estimates)) / weight.sum()
    return np.column_stack(list(rows.values())) @ share, slope
