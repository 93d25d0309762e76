"""Synergy of a composite system between two dates (复合系统协同度)."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.frames import no_keys
from digimfg.frames.said import add_notes
from digimfg.kinds import NamedWeights
from digimfg.measures.choices import match_weights
from digimfg.measures.contract import Gives, measure
from digimfg.measures.indicators import first_rows
from digimfg.measures.subsystems import Subsystems, SubsystemValues, read_subsystems
from digimfg.notes import note_of
from digimfg.periods import calendar
from digimfg.text import Text

__all__ = ["composite_synergy"]

Floats = NDArray[np.float64]
Base = Literal["previous", "first"]


@measure("orders", gaps="carried", gives={"synergy": Gives("index", -1, 1, 1)})
@checked
def composite_synergy(
    orders: SubsystemValues,
    weights: NamedWeights = None,
    *,
    entity: str | None = None,
    time: str | None = None,
    base: Base = "previous",
    aggregation: Literal["arithmetic", "geometric"] = "arithmetic",
) -> pd.DataFrame:
    """Return the degree of synergy of subsystems from a base date to each later date, in [-1, 1].

    With u_j the order degree of subsystem j (its index in [0, 1]) and Δ_j = u_j¹ - u_j⁰:

    - ``"arithmetic"``: θ Σ_j λ_j abs(Δ_j), - ``"geometric"``: θ (Π_j abs(Δ_j))^{1/k},

    θ = min_j Δ_j / abs(min_j Δ_j): +1 where every subsystem moved up, -1 where one moved down, and 0 where
    the slowest stood still (0/0 in the source).

    Parameters
    ----------
    orders
        Order degrees: a frame with one column per subsystem beside the key columns named below, rows in any
        order; or any form of `coupling_coordination`, rows then in order of time.
    weights
        λ by subsystem, equal by default; they belong to the arithmetic form only.
    entity, time
        Key columns. Without `time` the rows are taken as given.
    base
        ``"previous"``: one step of the calendar back, the largest that all dates share (a gap gives
        missing); ``"first"``: the unit's first row.
    aggregation
        How changes are joined.

    Returns
    -------
    pandas.DataFrame
        Keys, ``change_<subsystem>`` and ``synergy``, indexed like `orders`; missing at base dates.

    Raises
    ------
    MeasureError
        If a degree leaves [0, 1], a unit has two rows of one date, weights do not match, or an option is
        unknown.

    References
    ----------
    孟庆松、韩文秀 (2000). 复合系统协调度模型研究. 天津大学学报, 33(4), 444-446.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2010, 2011, 2012], "technology": [0.2, 0.3, 0.5], "structure": [0.1,
    ...     0.3, 0.2]})
    >>> composite_synergy(frame, time="year")["synergy"].round(10).tolist()
    [nan, 0.15, -0.15]
    """
    keys = [key for key in (entity, time) if key is not None]
    _check_keys(orders, keys)
    held = orders if isinstance(orders, pd.DataFrame) else None
    system = read_subsystems(orders if held is None else held.drop(columns=keys))
    lambdas = match_weights(weights, system.names, Text("the subsystems", "子系统"))
    table = pd.DataFrame(index=system.index) if held is None else held[keys]
    origin = _origin(table, system, entity, time, base)
    known = origin >= 0
    changes = np.where(known[:, None], system.degrees - system.degrees[origin], np.nan)
    lowest = changes.min(axis=1)
    sizes = np.abs(changes)
    if aggregation == "arithmetic":
        joined = np.zeros(len(changes))
        for column, weight in zip(sizes.T, lambdas, strict=True):
            joined += weight * column
    else:
        joined = sizes.prod(axis=1) ** (1.0 / len(system.names))
    result = table.assign(
        **{f"change_{name}": changes[:, j] for j, name in enumerate(system.names)},
        synergy=np.sign(lowest) * joined,
    )
    still = int((lowest == 0).sum())
    notes = [note_of("measures.synergy_formula", base=base, aggregation=aggregation)]
    if still:
        notes.append(note_of("measures.synergy_zero", still=still))
    add_notes(result, notes)
    return result


def _check_keys(orders: Any, keys: list[str]) -> None:
    absent = [key for key in keys if not isinstance(orders, pd.DataFrame) or key not in orders.columns]
    if absent:
        raise MeasureError.of("measures.order_keys_lacking", got=", ".join(absent))
    for key in keys:
        if fault := no_keys(orders[key]):
            raise fault.error(MeasureError, where=Text(f"column '{key}'", f"列“{key}”"))


def _origin(
    table: pd.DataFrame, system: Subsystems, entity: str | None, time: str | None, base: Base
) -> NDArray[np.int64]:
    """Return the position of each row's base row, -1 where it has none."""
    n = len(system.degrees)
    units = pd.factorize(table[entity])[0] if entity is not None else np.zeros(n, dtype=np.int64)
    times = table[time].to_numpy() if time is not None else np.arange(n)
    twice = pd.DataFrame({"unit": units, "time": times}).duplicated(keep=False).to_numpy() & (
        time is not None
    )
    if twice.any():
        raise MeasureError.of("measures.order_keys_repeated", first_rows=first_rows(table.index, twice))
    origin = np.full(n, -1, dtype=np.int64)
    if base == "previous" and time is not None:
        places = calendar(table[time], time).places
        position = {key: row for row, key in enumerate(zip(units.tolist(), places.tolist(), strict=True))}
        for (unit, place), row in position.items():
            origin[row] = position.get((unit, place - 1), -1)
        return origin
    order = np.lexsort((times, units))
    for before, row in itertools.pairwise(order):
        if units[before] == units[row]:
            first = origin[before] if base == "first" and origin[before] >= 0 else before
            origin[row] = first
    return origin
