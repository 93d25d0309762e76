"""Rules that reassign a variable: which values change places, and with whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.keys import refuse_repeated_rows
from digimfg.errors import EstimationError, SpecificationError
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["Plan", "Reassignment", "ReassignmentRule", "exchange_plan"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
ReassignmentRule = Callable[[pd.DataFrame, np.random.Generator], "NDArray[np.float64]"]


@checked
@dataclass(frozen=True, slots=True, init=False)
class Reassignment:
    """Exchange values between rows, whole paths between entities, or whole cross-sections between periods.

    Parameters
    ----------
    across
        ``"entities"``: each entity gets the time path of another; its values must be there for every
        period, within strata; they may lie outside the sample.
        ``"periods"``: each period gets the cross-section of another. ``"rows"``: single values change
        places; within the entity this shuffles its years, within the year the map.
    within
        A column or several columns of strata, between which nothing moves (constant per entity or period
        where these are exchanged).

    Examples
    --------
    >>> Reassignment("rows", within="year").within
    ('year',)
    """

    across: Literal["entities", "periods", "rows"]
    within: tuple[str, ...]

    def __init__(
        self, across: Literal["entities", "periods", "rows"] = "entities", within: str | Iterable[str] = ()
    ) -> None:
        object.__setattr__(self, "across", across)
        object.__setattr__(self, "within", (within,) if isinstance(within, str) else tuple(within))


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """Hold what is exchanged on one sample.

    Parameters
    ----------
    values
        Units × positions: the path (or single value) of each unit, NaN where it has no row.
    unit, position
        Where each row stands in `values`, shape (n,).
    strata
        Stratum 0..S-1 of each unit.
    """

    values: Floats
    unit: Codes
    position: Codes
    strata: Codes

    @property
    def count(self) -> int:
        """Return how many distinct reassignments there are, at most 10^15."""
        labels, logarithm, total = self._labels(), 0.0, 1
        for units in self._groups():
            repeats = Counter(labels[units].tolist()).values()
            logarithm += math.lgamma(len(units) + 1) - sum(math.lgamma(n + 1) for n in repeats)
            if logarithm > math.log(1e15):
                return 10**15
            total *= math.factorial(len(units)) // math.prod(math.factorial(n) for n in repeats)
        return total

    def draw(self, replications: int, rng: np.random.Generator) -> Floats:
        """Return random reassignments, shape (n, replications)."""
        order = np.argsort(self.strata, kind="stable")
        keys = rng.random((replications, len(order))) + self.strata[order]
        donors = np.empty((replications, len(order)), dtype=np.int64)
        donors[:, order] = order[np.argsort(keys, axis=1)]
        return self._assigned(donors)

    def every(self, start: int, stop: int) -> Floats:
        """Return reassignments number `start` to `stop` of all distinct ones, shape (n, stop - start)."""
        labels = self._labels()
        groups = list(self._groups())
        arrangements = product(*(list(_arrangements(units, labels)) for units in groups))
        donors = np.empty((stop - start, len(self.strata)), dtype=np.int64)
        for row, chosen in enumerate(islice(arrangements, start, stop)):
            for units, donor in zip(groups, chosen, strict=True):
                donors[row, units] = donor
        return self._assigned(donors)

    def _assigned(self, donors: Codes) -> Floats:
        return np.asarray(self.values[donors[:, self.unit].T, self.position[:, None]], dtype=np.float64)

    def _groups(self) -> Iterator[Codes]:
        for stratum in range(int(self.strata.max()) + 1):
            yield np.flatnonzero(self.strata == stratum)

    def _labels(self) -> Codes:
        """Return a number per unit, the same for units whose paths are the same."""
        return np.asarray(np.unique(self.values, axis=0, return_inverse=True, equal_nan=True)[1]).reshape(-1)


def exchange_plan(design: Design, place: int, rule: Reassignment) -> Plan:
    """Return the plan of a rule for one regressor on the rows of a design.

    A unit may get values that another has outside the sample (where its outcome is missing, say).

    Raises
    ------
    SpecificationError
        If the specification lacks the keys, or strata vary within a unit.
    EstimationError
        If a unit would get a path with a gap where it has rows.
    """
    strata = _strata(design, rule)
    values = design.regressors[:, place]
    if rule.across == "rows":
        n = design.n_obs
        return Plan(
            values=values[:, None],
            unit=np.arange(n),
            position=np.zeros(n, dtype=np.int64),
            strata=strata,
        )
    if design.entity is None or design.time is None:
        raise SpecificationError.of(
            "inference.reassignment_without_keys",
            where=f"dm.Reassignment(across='{rule.across}')",
            got=f"entity={design.specification.entity!r}, time={design.specification.time!r}",
        )
    refuse_repeated_rows(
        design.specification,
        Text(f"dm.Reassignment(across='{rule.across}')", f"dm.Reassignment(across='{rule.across}')"),
    )
    unit, position = (
        (design.entity, design.time) if rule.across == "entities" else (design.time, design.entity)
    )
    grid = np.full((int(unit.max()) + 1, int(position.max()) + 1), np.nan)
    grid[unit, position] = values
    _fill_beyond_sample(design, place, grid if rule.across == "entities" else grid.T)
    of_unit = np.zeros(len(grid), dtype=np.int64)
    of_unit[unit] = strata
    if np.any(of_unit[unit] != strata):
        raise SpecificationError.of(
            "inference.strata_not_constant",
            where=f"dm.Reassignment(within={rule.within})",
            n=int(np.count_nonzero(of_unit[unit] != strata)),
            across=rule.across,
        )
    _check_balanced(design, rule, np.isnan(grid), of_unit)
    return Plan(values=grid, unit=unit, position=position, strata=of_unit)


def _fill_beyond_sample(design: Design, place: int, grid: Floats) -> None:
    """Put the regressor's values of rows outside the sample into the empty cells of entities × periods."""
    name, keys = design.terms[place], design.specification
    if keys.entity is None or keys.time is None or design.entity_values is None or design.time_values is None:
        return
    for term in (*keys.regressors, *keys.controls):
        found = design.evaluator(term)
        if name in found.names:
            values = found.values[:, found.names.index(name)]
            rows, columns = (
                pd.Index(known).get_indexer(pd.Index(design.evaluator.column(key, f"`{key}`")))
                for known, key in ((design.entity_values, keys.entity), (design.time_values, keys.time))
            )
            inside = (rows >= 0) & (columns >= 0)
            rows, columns, values = rows[inside], columns[inside], values[inside]
            empty = np.isnan(grid[rows, columns])
            grid[rows[empty], columns[empty]] = values[empty]
            return


def _strata(design: Design, rule: Reassignment) -> Codes:
    joint = np.zeros(design.n_obs, dtype=np.int64)
    for name in rule.within:
        column = design.evaluator.column(name, Text("strata of dm.Reassignment", "dm.Reassignment 的分层"))
        codes = pd.factorize(column.iloc[design.rows], sort=True, use_na_sentinel=False)[0]
        joint = np.unique(joint * (int(codes.max()) + 1) + codes, return_inverse=True)[1]
    return joint


def _check_balanced(design: Design, rule: Reassignment, missing: NDArray[np.bool_], strata: Codes) -> None:
    gaps = 0
    for stratum in range(int(strata.max()) + 1):
        inside = missing[strata == stratum]
        gaps += int(np.count_nonzero(inside & ~inside.all(axis=0)))
    if not gaps:
        return
    raise EstimationError.of(
        "inference.reassignment_needs_balanced",
        where=f"dm.Reassignment(across='{rule.across}')",
        gaps=gaps,
        size=missing.size,
        n_obs=design.n_obs,
    )


def _arrangements(units: Codes, labels: Codes) -> Iterator[list[int]]:
    """Yield the distinct orders of the units' labels, each as the donors of `units`."""
    donors: dict[int, list[int]] = {}
    for unit in units:
        donors.setdefault(int(labels[unit]), []).append(int(unit))
    left = {label: len(found) for label, found in donors.items()}
    order: list[int] = []

    def fill() -> Iterator[list[int]]:
        if len(order) == len(units):
            yield [donors[label][0] for label in order]
            return
        for label in left:
            if left[label]:
                left[label] -= 1
                order.append(label)
                yield from fill()
                order.pop()
                left[label] += 1

    yield from fill()
