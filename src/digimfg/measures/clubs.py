"""Convergence clubs: which groups of entities come together, by Phillips and Sul's clustering."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Finite, Key, NumberColumn, Positive
from digimfg.labels import value_labels
from digimfg.marks import keeps_marks
from digimfg.measures.columns import Missing
from digimfg.measures.contract import PROBABILITY, Gives, measure
from digimfg.measures.log_t import LogTRegression, LongRunVariance, Trim, log_t_regression, transition_panel
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Units = tuple[int, ...]

__all__ = ["ConvergenceClubs", "convergence_clubs"]


@shown(Text("Convergence clubs", "收敛俱乐部"), first="clubs")
@dataclass(frozen=True, kw_only=True, eq=False)
class ConvergenceClubs:
    """Hold clubs of entities that converge.

    Parameters
    ----------
    members
        Row per entity, sorted: ``<entity> club initial_club``, 1 the club with the highest last values;
        missing for entities that diverge; ``initial_club`` before merging.
    clubs, initial_clubs
        Row per club after and before merging: ``club n_units slope std_error t p_value speed``; a last row
        without a club holds those that diverge, where there are two or more.
    whole_panel
        The log t regression of all entities.
    paths
        Entities × periods: relative transition paths of the whole panel, mean 1 in every period.
    notes
        Rules that were applied.
    """

    members: pd.DataFrame
    clubs: pd.DataFrame
    initial_clubs: pd.DataFrame
    whole_panel: LogTRegression
    paths: pd.DataFrame
    notes: tuple[Text, ...]


@measure(
    "frame", gaps="refused", gives={"clubs.p_value": PROBABILITY, "clubs.speed": Gives("log", direction=1)}
)
@checked
@keeps_marks
def convergence_clubs(
    frame: pd.DataFrame,
    value: NumberColumn,
    entity: Key,
    time: Key,
    *,
    log: bool = False,
    hodrick_prescott: Positive | None = None,
    trim: Trim = 1 / 3,
    critical: Finite = -1.65,
    sieve: Finite = 0.0,
    order: Literal["last", "last_half"] = "last",
    merge: bool = True,
    long_run_variance: LongRunVariance = "phillips_sul",
    missing: Missing = "raise",
) -> ConvergenceClubs:
    """Group entities into convergence clubs.

    1. Sort by the last value. 2. Core: the first neighbours i, i + 1 with t > c, then the k with the largest
      t as long as
    each added unit keeps t > c. 3. Sieve: each other unit joins if the core with it has t > c*; if the club
    as a whole then fails t > c, c* rises by 0.1 (to 3 at most, then the core alone). 4. The rest forms a
    club if it passes, else the steps start again with it; without a core the rest diverges. Merging: from
    the first club on, neighbouring clubs are joined as long as the union has t > c (Phillips and Sul 2009).

    Parameters
    ----------
    frame, value, entity, time, log, hodrick_prescott, trim, long_run_variance, missing
        As for `log_t_test`.
    critical
        c, −1.65 for one-sided 5 %.
    sieve
        c* at the start; 0 is conservative and fits up to some 50 periods.
    order
        ``"last"``, or ``"last_half"``: by the mean of the second half of the periods, where last values are
        volatile.
    merge
        Join neighbouring clubs.

    Raises
    ------
    MeasureError
        As `log_t_test`.

    References
    ----------
    Phillips, P. C. B. and Sul, D. (2007). Transition modeling and econometric convergence tests.
    Econometrica 75(6), 1771–1855. https://doi.org/10.1111/j.1468-0262.2007.00811.x

    Phillips, P. C. B. and Sul, D. (2009). Economic transition and growth. Journal of Applied Econometrics
    24(7), 1153–1185. https://doi.org/10.1002/jae.1080

    Schnurbus, J., Haupt, H. and Meier, V. (2017). Economic transition and growth: a replication. Journal of
    Applied Econometrics 32(5), 1039–1042. https://doi.org/10.1002/jae.2544

    Examples
    --------
    >>> levels = {"a": 12, "b": 12, "c": 12, "d": 6, "e": 6, "f": 6}
    >>> gaps = {"a": 1, "b": -1, "c": 0.3, "d": 0.8, "e": -1, "f": 0.1}
    >>> rows = [(e, t,
    ...     levels[e] + gaps[e] / t + 0.01 * np.sin(7 * t * gaps[e])) for e in levels for t in range(1, 31)]
    >>> found = convergence_clubs(pd.DataFrame(rows, columns=["e", "t", "x"]), "x", "e", "t")
    >>> found.members.club.tolist()
    [1, 1, 1, 2, 2, 2]
    """
    panel = transition_panel(frame, value, entity, time, log, hodrick_prescott, missing)
    table, notes, times = panel.values, panel.notes, panel.calendar.places + 1
    X = table.to_numpy()

    def test(units: Units) -> LogTRegression:
        return log_t_regression(X[list(units)], times, trim, long_run_variance)

    whole = test(tuple(range(len(X))))
    level = X[:, -1] if order == "last" else X[:, times > times[-1] // 2].mean(axis=1)
    ranked = tuple(int(i) for i in np.argsort(-level, kind="stable"))

    @cache
    def t_of_set(units: frozenset[int]) -> float:
        try:
            return test(tuple(sorted(units))).t
        except MeasureError:  # paths that coincide have converged
            return float("inf")

    def t_of(units: Units) -> float:
        return t_of_set(frozenset(units))

    initial, diverging = _cluster(ranked, t_of, critical, sieve)
    clubs = _merge(initial, t_of, critical) if merge else initial
    members = pd.DataFrame(
        {
            entity: table.index,
            "club": _membership(clubs, len(X)),
            "initial_club": _membership(initial, len(X)),
        }
    )
    if diverging:
        names = value_labels([table.index[i] for i in diverging], entity, most=8)
        notes += (note_of("measures.divergent", n_names=len(diverging), listed=names),)
    if merge and len(clubs) < len(initial):
        notes += (note_of("measures.merged", n_initial=len(initial), n_clubs=len(clubs)),)
    return ConvergenceClubs(
        members=members,
        clubs=_table(clubs, diverging, test),
        initial_clubs=_table(initial, diverging, test),
        whole_panel=whole,
        paths=table / table.mean(axis=0),
        notes=notes,
    )


def _cluster(
    ranked: Units, t_of: Callable[[Units], float], critical: float, sieve: float
) -> tuple[list[Units], Units]:
    clubs: list[Units] = []
    rest = ranked
    while len(rest) > 1:
        if t_of(rest) > critical:
            clubs.append(rest)
            return clubs, ()
        core = _core(rest, t_of, critical)
        if core is None:
            return clubs, rest
        club = _sieved(core, rest, t_of, critical, sieve)
        clubs.append(club)
        rest = tuple(unit for unit in rest if unit not in set(club))
    return clubs, rest


def _core(ranked: Units, t_of: Callable[[Units], float], critical: float) -> Units | None:
    for start in range(len(ranked) - 1):
        t = [t_of(ranked[start : start + 2])]
        if t[0] <= critical:
            continue
        for stop in range(start + 3, len(ranked) + 1):
            t.append(t_of(ranked[start:stop]))
            if t[-1] <= critical:
                break
        return ranked[start : start + 2 + int(np.argmax(t))]
    return None


def _sieved(
    core: Units, ranked: Units, t_of: Callable[[Units], float], critical: float, sieve: float
) -> Units:
    others = [unit for unit in ranked if unit not in set(core)]
    joined = {unit: t_of((*core, unit)) for unit in others}
    for step in range(1 + max(0, round((3 - sieve) / 0.1))):
        bound = sieve + 0.1 * step
        club = tuple(unit for unit in ranked if unit in set(core) or joined[unit] > bound)
        if t_of(club) > critical:
            return club
    return core


def _merge(clubs: list[Units], t_of: Callable[[Units], float], critical: float) -> list[Units]:
    merged: list[Units] = []
    for club in clubs:
        if merged and t_of(merged[-1] + club) > critical:
            merged[-1] = merged[-1] + club
        else:
            merged.append(club)
    return merged


def _membership(clubs: list[Units], size: int) -> pd.arrays.IntegerArray:
    number: list[int | None] = [None] * size
    for position, club in enumerate(clubs, start=1):
        for unit in club:
            number[unit] = position
    return pd.array(number, dtype="Int64")


def _table(clubs: list[Units], diverging: Units, test: Callable[[Units], LogTRegression]) -> pd.DataFrame:
    rows = []
    groups = [*enumerate(clubs, start=1), *([(pd.NA, diverging)] if len(diverging) > 1 else [])]
    for number, units in groups:
        try:
            estimates = asdict(test(tuple(sorted(units))))
        except MeasureError:
            estimates = {"n_units": len(units)}
        rows.append({"club": number, **estimates})
    columns = ["club", "n_units", "slope", "std_error", "t", "p_value", "speed"]
    return pd.DataFrame(rows, columns=columns).astype({"club": "Int64"})
