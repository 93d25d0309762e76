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
    weight_influence
        Shape (n, K), of estimated weights; ``None`` where weights are taken as known.
    size
        Treated rows behind each cell, shape (K,).
    """

    cohort: Floats
    time: Floats
    estimate: Floats
    influence: Floats
    weight: Floats
    weight_influence: Floats | None
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
        (kind, key) of each: ``("aggregates", "simple")``, ``("event_study", -2.0)``, ``("group_time", (2004, 2005))``.
    estimate, influence, size
        Shapes (M,), (n, M), (M,).
    weights
        Each effect as weights of the cells, shape (K, M); empty where the effects are not averages of cells.
    """

    keys: tuple[tuple[Kind, object], ...]
    estimate: Floats
    influence: Floats
    size: Floats
    weights: Floats


def aggregate_cells(cells: Cells) -> Effects:
    r"""Return the aggregates of Callaway and Sant'Anna (2021, doi:10.1016/j.jeconom.2020.12.001).

    With cells :math:`ATT(g,t)` and cohort weights :math:`w_g`: simple, the weighted mean over all treated cells; by event
    time e, over cohorts with :math:`t-g=e`; by cohort, the plain mean over its treated periods; by calendar time, the
    weighted mean over cohorts treated by then. The dynamic and calendar aggregates are plain means over the
    event times :math:`e\ge0` and over the periods; the group aggregate is weighted by cohort.
    """
    parts: list[tuple[tuple[Kind, object], Floats, float, Floats]] = []
    post = cells.event >= 0

    def over_cohorts(inside: NDArray[np.bool_]) -> tuple[Floats, float, Floats]:
        weight = np.where(inside, cells.weight, 0.0)
        total = weight.sum()
        share = weight / total
        influence = cells.influence @ share
        if cells.weight_influence is not None:
            part = cells.weight_influence * inside
            influence = influence + part @ cells.estimate / total
            influence = influence - part.sum(axis=1) * float(share @ cells.estimate) / total
        return influence, float(share @ cells.estimate), share

    def mean_of(rows: list[tuple[Floats, float, Floats]]) -> tuple[Floats, float, Floats]:
        return (
            np.mean([row[0] for row in rows], axis=0),
            float(np.mean([row[1] for row in rows])),
            np.mean([row[2] for row in rows], axis=0),
        )

    events = {float(e): over_cohorts(cells.event == e) for e in np.unique(cells.event)}
    calendar = {float(t): over_cohorts(post & (cells.time == t)) for t in np.unique(cells.time[post])}
    groups: dict[float, tuple[Floats, float, Floats]] = {}
    for g in np.unique(cells.cohort[post]):
        inside = post & (cells.cohort == g)
        share = inside / inside.sum()
        groups[float(g)] = (cells.influence @ share, float(share @ cells.estimate), share)
    dynamic = mean_of([row for e, row in events.items() if e >= 0])
    by_group = _group_aggregate(cells, groups)
    found = {
        "simple": over_cohorts(post),
        "dynamic": dynamic,
        "group": by_group,
        "calendar": mean_of(list(calendar.values())),
    }
    for name, (influence, estimate, share) in found.items():
        parts.append((("aggregates", name), influence, estimate, share))
    rows: tuple[tuple[Kind, dict[float, tuple[Floats, float, Floats]]], ...] = (
        ("event_study", events), ("group", groups), ("calendar", calendar)
    )  # fmt: skip
    for kind, table in rows:
        parts += [((kind, key), *row) for key, row in table.items()]
    for place in range(len(cells.estimate)):
        share = np.zeros(len(cells.estimate))
        share[place] = 1.0
        key = (float(cells.cohort[place]), float(cells.time[place]))
        parts.append((("group_time", key), cells.influence[:, place], float(cells.estimate[place]), share))
    weights = np.column_stack([part[3] for part in parts])
    return Effects(
        keys=tuple(part[0] for part in parts),
        estimate=np.array([part[2] for part in parts]),
        influence=np.column_stack([part[1] for part in parts]),
        size=(weights != 0).T @ cells.size,
        weights=weights,
    )


def _group_aggregate(
    cells: Cells, groups: dict[float, tuple[Floats, float, Floats]]
) -> tuple[Floats, float, Floats]:
    """Return the mean over cohorts, weighted by cohort, with the influence of estimated weights."""
    places = [int(np.flatnonzero((cells.cohort == g) & (cells.event >= 0))[0]) for g in groups]
    # By cohort size where weights are such; where they count rows, by the rows of the first treated period.
    weight = cells.weight[places]
    total = weight.sum()
    share = weight / total
    estimates = np.array([row[1] for row in groups.values()])
    influence = np.column_stack([row[0] for row in groups.values()]) @ share
    if cells.weight_influence is not None:
        part = cells.weight_influence[:, places]
        influence = influence + part @ (estimates - float(share @ estimates)) / total
    combined = np.column_stack([row[2] for row in groups.values()]) @ share
    return influence, float(share @ estimates), combined
