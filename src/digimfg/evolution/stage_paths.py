"""What paths through ordered stages look like: rising, spiral or falling back, and when each stage is
reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "first_reached", "path_kinds", "stage_dates"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

KINDS = ("still", "rising", "spiral", "regress")
"""Never moves; moves and never falls; falls and later stands higher than before; falls and does not."""


def path_kinds(paths: Codes, seen: NDArray[np.bool_]) -> Codes:
    """Return the place in `KINDS` of each path.

    Parameters
    ----------
    paths
        Stages, shape (..., N, T).
    seen
        Periods that count, shape (N, T).

    Examples
    --------
    >>> paths = np.array([[1, 1, 1], [0, 1, 2], [1, 0, 2], [2, 1, 2]])
    >>> [KINDS[kind] for kind in path_kinds(paths, np.ones((4, 3), dtype=bool))]
    ['still', 'rising', 'spiral', 'regress']
    """
    shape = paths.shape[:-1]
    highest = np.full(shape, -1, dtype=np.int64)
    last = np.full(shape, -1, dtype=np.int64)
    summit = np.full(shape, np.iinfo(np.int64).max, dtype=np.int64)
    fell, moved, passed = (np.zeros(shape, dtype=bool) for _ in range(3))
    for t in range(paths.shape[-1]):
        here = np.broadcast_to(seen[:, t], shape)
        now = paths[..., t]
        known = here & (last >= 0)
        falls = known & (now < last)
        moved |= known & (now != last)
        summit = np.where(falls, np.minimum(summit, highest), summit)
        fell |= falls
        passed |= here & fell & (now > summit)
        highest = np.where(here, np.maximum(highest, now), highest)
        last = np.where(here, now, last)
    return np.where(~moved, 0, np.where(~fell, 1, np.where(passed, 2, 3)))


def first_reached(paths: Codes, seen: NDArray[np.bool_], n_stages: int) -> Codes:
    """Return the place of the first period seen at each stage or higher, -1 where there is none: shape (...,
    N, K).
    """
    found = np.full((*paths.shape[:-1], n_stages), -1, dtype=np.int64)
    for stage in range(n_stages):
        there = (paths >= stage) & seen
        found[..., stage] = np.where(there.any(axis=-1), there.argmax(axis=-1), -1)
    return found


def stage_dates(
    likeliest: Codes, drawn: Codes, units: Any, periods: list[list[Any]], names: tuple[str, str], tail: float
) -> pd.DataFrame:
    """Return the dates at which units reach stages, with the dates between which most draws do.

    Parameters
    ----------
    likeliest
        Places of the first period at each stage, shape (N, K).
    drawn
        The same of draws, shape (R, N, K).
    units
        Labels, shape (N,).
    periods
        Of each unit, the label of each place.
    names
        Of the index levels.
    tail
        Share of draws left out at each end.
    """
    import pandas as pd

    n_units, n_stages = likeliest.shape
    index, dates, rest = [], [], []
    for unit in range(n_units):
        for stage in range(1, n_stages):
            places = drawn[:, unit, stage]
            reached = places[places >= 0]
            place = int(likeliest[unit, stage])
            dates.append(
                (
                    periods[unit][place] if place >= 0 else None,
                    *(
                        periods[unit][int(np.quantile(reached, share, method=how))] if len(reached) else None
                        for share, how in _ends(tail)
                    ),
                )
            )
            rest.append((len(reached) / len(places), place == 0))
            index.append((units[unit], stage + 1))
    keys = pd.MultiIndex.from_tuples(index, names=names)
    held = [pd.Series([row[column] for row in dates], index=keys, dtype=object) for column in range(3)]
    table = pd.DataFrame(dict(zip(("date", "date_low", "date_high"), map(_whole, held), strict=True)))
    table["probability"], table["from_start"] = (list(column) for column in zip(*rest, strict=True))
    return table


def _ends(tail: float) -> tuple[tuple[float, Literal["lower", "higher"]], ...]:
    return (tail, "lower"), (1 - tail, "higher")


def _whole(dates: pd.Series[Any]) -> pd.Series[Any]:
    known = dates.dropna()
    whole = len(known) > 0 and all(isinstance(date, int | np.integer) for date in known)
    return dates.astype("Int64") if whole else dates
