"""Effects that rest on one treated unit: their errors know nothing of what is particular to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from digimfg.estimators.did.effects import Effects
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["thin_notes"]

_LISTED = 6
_KINDS = sheet_beside(__file__, "thin", "kinds")


def thin_notes(panel: StaggeredPanel, effects: Effects) -> list[Text]:
    """Return a note on cohorts, event times and periods with one treated cluster behind them.

    The error of such an effect comes from the units it is compared with alone: of the treated one, which is
    its own mean, nothing is left to vary (in the regressions its residuals are fitted away), whatever the
    method. Cohorts are named where a method averages over them too, as the stacked regression does.

    Parameters
    ----------
    panel
        Whose clusters are counted.
    effects
        Of any method; those of single cells are behind the ones named.
    """
    if not len(effects.cohorts):
        return []
    cells = _cells(panel, effects.cohorts)
    shown = {
        kind: [key for of, key in effects.keys if of == kind and isinstance(key, float)] for kind in _KINDS
    }
    shown["group"] = effects.cohorts.tolist()
    found: list[Text] = []
    for kind, word in _KINDS.items():
        thin = [key for key in shown[kind] if cells.are_one_cluster(cells.behind(kind, key))]
        if thin:
            found.append(_named(word, thin))
    if not found:
        return []
    units = all(int(codes.max()) + 1 == panel.n_units for codes in panel.design.clusters.values())
    return [
        note_of(
            "did.lone_group", what=Text("unit", "个体") if units else Text("cluster", "聚类"), effects=found
        )
    ]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cells:
    """The clusters of treated units by cohort and period.

    Parameters
    ----------
    cohort, time
        Of each cell with rows, shape (c,).
    clusters
        One row for each way of clustering: the code of the cell's cluster, -1 where it has several.
    """

    cohort: NDArray[np.float64]
    time: NDArray[np.float64]
    clusters: NDArray[np.int64]

    def behind(self, kind: str, key: float) -> NDArray[np.bool_]:
        """Return which cells an effect of a cohort, an event time or a period rests on."""
        event = self.time - self.cohort
        if kind == "event_study":
            return np.asarray(event == key)
        return np.asarray(((self.cohort if kind == "group" else self.time) == key) & (event >= 0))

    def are_one_cluster(self, chosen: NDArray[np.bool_]) -> bool:
        """Return whether all rows of some cells, if there are any, lie in one cluster of some way."""
        found = self.clusters[:, chosen]
        return bool(chosen.any() and ((found[:, 0] >= 0) & (found == found[:, :1]).all(axis=1)).any())


def _cells(panel: StaggeredPanel, cohorts: NDArray[np.float64]) -> _Cells:
    first, n_periods = panel.first[panel.first_rows], len(panel.times)
    place = np.minimum(np.searchsorted(cohorts, first), len(cohorts) - 1)
    place = np.where(cohorts[place] == first, place * n_periods, -n_periods)
    cell = place[panel.unit] + panel.period
    rows = np.flatnonzero(cell >= 0)
    cell = cell[rows]
    clusters = np.full((len(panel.design.clusters), len(cohorts) * n_periods), -1)
    there = np.zeros(clusters.shape[1], dtype=bool)
    there[cell] = True
    for codes, of_cell in zip(panel.design.clusters.values(), clusters, strict=True):
        own = codes[rows]
        of_cell[cell] = own
        of_cell[cell[of_cell[cell] != own]] = -1
    held = np.flatnonzero(there)
    return _Cells(
        cohort=cohorts[held // n_periods], time=panel.times[held % n_periods], clusters=clusters[:, held]
    )


def _named(word: Text, keys: Sequence[float]) -> Text:
    shown = [written(key, "g") for key in keys[:_LISTED]]
    if len(keys) == len(shown):
        return note_of("did.keys_of_kind", kind=word, keys=shown)
    return note_of(
        "did.first_keys_of_kind", kind=word, keys=shown, more=len(keys) - len(shown), all=len(keys)
    )
