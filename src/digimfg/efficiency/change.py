"""Change of productivity between periods: Malmquist and Malmquist–Luenberger indices and their parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.efficiency.evaluation import Task, scores_of
from digimfg.efficiency.models import Model, as_shares, chosen_model
from digimfg.efficiency.options import Columns, EnvelopmentKeywords, EnvelopmentOptions
from digimfg.efficiency.scores import model_notes
from digimfg.efficiency.units import Units, read_units
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.kinds import Key
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.periods import calendar
from digimfg.sheets import sheet_beside
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

__all__ = ["IndexName", "ProductivityChange", "productivity_change"]

Floats = NDArray[np.float64]
IndexName = Literal["adjacent", "global", "biennial"]
_PARTS = (
    "productivity_change",
    "efficiency_change",
    "technical_change",
    "pure_efficiency_change",
    "scale_efficiency_change",
)
_INDICES = sheet_beside(__file__, "change", "indices")


@checked
@shown(Text("Change of productivity", "生产率变化"), first="means")
@dataclass(frozen=True, kw_only=True, eq=False)
class ProductivityChange:
    """Hold the change of productivity from one period to the next, and its parts.

    Parameters
    ----------
    changes
        One row per unit and later period: keys, ``productivity_change``, ``efficiency_change`` (catching up,
        EC), ``technical_change`` (the frontier's move, TC), ``pure_efficiency_change`` and
        ``scale_efficiency_change`` (PEC × SEC = EC; missing unless returns are constant). Above 1 is
        progress. Missing where a program has no solution.
    levels
        One row per unit and period: keys, and the product of the unit's changes since its first period
        (``productivity``, ``efficiency``, ``technology``), 1 there; missing after a gap.
    means
        Geometric means of `changes` by later period, over those known, with their number ``n``.
    unit_means
        The same by unit.
    notes
        What a reader must know.
    """

    changes: pd.DataFrame
    levels: pd.DataFrame
    means: pd.DataFrame
    unit_means: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@takes(EnvelopmentOptions)
def productivity_change(
    frame: pd.DataFrame,
    inputs: Columns,
    outputs: Columns,
    *,
    unit: Key,
    time: Key,
    index: IndexName = "adjacent",
    **options: Unpack[EnvelopmentKeywords],
) -> ProductivityChange:
    r"""Measure the change of productivity from period 0 to 1 by data envelopment.

    With E_t(s) the efficiency of the unit as it is in period s against the frontier of t (of directional
    models 1/(1 + β), of input orientation 1 - β):

    - ``"adjacent"`` (Färe, Grosskopf, Norris & Zhang 1994; with undesirable outputs Chung, Färe & Grosskopf
      1997, doi:10.1006/jema.1997.0146): :math:`\sqrt{E_0(1)/E_0(0)\cdot E_1(1)/E_1(0)}`,
    - ``"global"`` (Pastor & Lovell 2005, doi:10.1016/j.econlet.2005.02.013; Oh 2010,
      doi:10.1007/s11123-010-0178-y): :math:`E_G(1)/E_G(0)`, G the frontier of all periods: circular,
    - ``"biennial"`` (Pastor, Asmild & Lovell 2011, doi:10.1016/j.seps.2010.09.001): :math:`E_B(1)/E_B(0)`, B
      the frontier of both periods.

    EC is :math:`E_1(1)/E_0(0)`, TC the rest; PEC is EC under variable returns, SEC = EC/PEC. Slack-based
    scores against a frontier that the unit lies beyond are super-efficiencies. Directional and variable
    programs across periods may have no solution: the index is then missing and counted.

    Parameters
    ----------
    frame, inputs, outputs, undesirable, unit, time, model, orientation, returns, disposability, missing
        See `efficiency`. Periods lie on a calendar: over a gap there is no change.
    index
        See above.
    n_jobs
        Processes.

    Raises
    ------
    MeasureError
        As `efficiency`; if no unit is seen in two neighbouring periods.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"unit": list("abcabc"), "year": [0, 0, 0, 1, 1, 1],
    ...                       "x": [2, 4, 3, 2, 4, 3], "y": [1, 2, 3, 2, 3, 4]})
    >>> found = productivity_change(frame, ["x"], ["y"], unit="unit", time="year")
    >>> found.changes[["productivity_change", "efficiency_change"]].round(4).to_numpy().tolist()
    [[2.0, 1.5], [1.5, 1.125], [1.3333, 1.0]]
    """
    whole = EnvelopmentOptions(**options)
    units = read_units(frame, inputs, outputs, unit, time, whole)
    chosen = chosen_model(whole, units)
    pairs = _pairs(units)
    if not len(pairs):
        raise _no_pairs(time)
    known = _Efficiencies(units, chosen, index, whole.n_jobs)
    changes = _changes(known, pairs, index)
    return _answer(frame, units, unit, time, pairs, changes, chosen, index)


class _Efficiencies:
    """Efficiencies of units against frontiers, each program solved once."""

    def __init__(self, units: Units, model: Model, index: IndexName, n_jobs: int | None) -> None:
        periods = np.unique(units.period)
        models = {"own": model}
        if model.returns == "constant":
            models["pure"] = replace(model, returns="variable")
        asked: list[tuple[str, int, int]] = [
            (which, int(now), int(now)) for which in models for now in periods
        ]
        nearby = [(int(now), int(now) + 1) for now in periods if now + 1 in periods]
        if index == "adjacent":
            asked += [
                ("own", one, other) for before, now in nearby for one, other in ((before, now), (now, before))
            ]
        elif index == "biennial":
            asked += [("both", before, side) for before, now in nearby for side in (before, now)]
        tasks = [self._task(units, models["own" if key[0] == "both" else key[0]], key) for key in asked]
        if index == "global":
            asked.append(("all", -1, -1))
            tasks.append(Task(units=units, reference=units, own=np.arange(len(units)), model=model))
        found = run_parallel(scores_of, tasks, label=Text("Productivity", "生产率"), n_jobs=n_jobs)
        self._values: dict[tuple[str, int, int], Floats] = {}
        for key, scores in zip(asked, found, strict=True):
            full = np.full(len(units), np.nan)
            full[slice(None) if key[0] == "all" else units.period == key[2]] = (
                as_shares(scores, model.name, model.orientation) if model.distance else scores
            )
            self._values[key] = full
        self.decomposed = "pure" in models
        self.units = units

    @staticmethod
    def _task(units: Units, model: Model, key: tuple[str, int, int]) -> Task:
        which, frontier, period = key
        evaluated = np.flatnonzero(units.period == period)
        compared = (units.period == frontier) | ((units.period == frontier + 1) & (which == "both"))
        places = np.flatnonzero(compared)
        own = np.searchsorted(places, evaluated)
        inside = which == "both" or frontier == period
        return Task(
            units=units.where(evaluated),
            reference=units.where(places),
            own=own if inside else np.full(len(evaluated), -1),
            model=model,
        )

    def of(self, which: str, frontier: int, place: int) -> float:
        """Return the efficiency of a unit against the frontier of a period (of all: -1)."""
        period = -1 if which == "all" else int(self.units.period[place])
        return float(self._values[which, frontier, period][place])


def _pairs(units: Units) -> NDArray[np.intp]:
    """Return places of units in a period and the next, shape (pairs, 2), by name and period."""
    at = {
        (int(name), int(period)): place
        for place, (name, period) in enumerate(zip(units.name, units.period, strict=True))
    }
    return np.array(
        [
            (place, at[name, period + 1])
            for (name, period), place in sorted(at.items())
            if (name, period + 1) in at
        ],
        dtype=np.intp,
    )


def _changes(known: _Efficiencies, pairs: NDArray[np.intp], index: IndexName) -> Floats:
    period = known.units.period
    rows = []
    for before, now in pairs.tolist():
        t = int(period[before])
        own = known.of("own", t, before), known.of("own", t + 1, now)
        caught = own[1] / own[0]
        if index == "adjacent":
            first = known.of("own", t, now) / own[0]
            whole = np.sqrt(first * own[1] / known.of("own", t + 1, before))
        elif index == "global":
            whole = known.of("all", -1, now) / known.of("all", -1, before)
        else:
            whole = known.of("both", t, now) / known.of("both", t, before)
        pure = np.nan
        if known.decomposed:
            pure = known.of("pure", t + 1, now) / known.of("pure", t, before)
        rows.append((whole, caught, whole / caught, pure, caught / pure))
    return np.array(rows, dtype=np.float64)


def _answer(
    frame: pd.DataFrame,
    units: Units,
    unit: str,
    time: str,
    pairs: NDArray[np.intp],
    changes: Floats,
    model: Model,
    index: IndexName,
) -> ProductivityChange:

    keys = frame[[unit, time]]
    table = keys.iloc[units.place[pairs[:, 1]]].reset_index(drop=True)
    table = table.assign(**dict(zip(_PARTS, changes.T, strict=True)))
    logs = table[list(_PARTS)].apply(np.log)
    by_period, by_unit = (_means(logs, table[key]) for key in (time, unit))
    return ProductivityChange(
        changes=table,
        levels=_levels(keys, units, pairs, changes),
        means=by_period,
        unit_means=by_unit,
        notes=(
            *units.notes,
            *model_notes(model),
            *_notes(frame, units, time, pairs, changes, index),
        ),
    )


def _means(logs: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Return geometric means by key, over what is known, and its number."""
    grouped = logs.groupby(keys)
    means = grouped.mean().apply(np.exp)
    return means.assign(n=grouped["productivity_change"].count())


def _levels(keys: pd.DataFrame, units: Units, pairs: NDArray[np.intp], changes: Floats) -> pd.DataFrame:
    values = np.full((len(units), 3), np.nan)
    firsts = np.unique(units.name, return_index=True)[1]  # units are sorted by period: the first of each
    values[firsts] = 1.0
    for (before, now), change in sorted(
        zip(map(tuple, pairs.tolist()), changes, strict=True), key=lambda pair: pair[0]
    ):
        values[now] = values[before] * change[:3]
    order = np.lexsort((units.period, units.name))
    return (
        keys.iloc[units.place[order]]
        .reset_index(drop=True)
        .assign(**dict(zip(("productivity", "efficiency", "technology"), values[order].T, strict=True)))
    )


def _notes(
    frame: pd.DataFrame,
    units: Units,
    time: str,
    pairs: NDArray[np.intp],
    changes: Floats,
    index: IndexName,
) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("efficiency.formula", index=_INDICES[index])]
    lacking = int(np.isnan(changes[:, 0]).sum())
    if lacking:
        notes.append(note_of("efficiency.changes_without_solution", n=lacking, total=len(pairs)))
    alone = len(units) - len(np.unique(pairs))
    if alone:
        notes.append(note_of("efficiency.unpaired", n=alone))
    notes += calendar(frame.iloc[units.place][time], time).gap_note()
    return tuple(notes)


def _no_pairs(time: str) -> MeasureError:
    return MeasureError.of("efficiency.no_unit_seen_twice", time=time)
