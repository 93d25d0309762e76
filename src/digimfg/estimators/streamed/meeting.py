"""How units and levels of several further columns meet: few rows that stand for all of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.estimators.streamed.kept import Block

__all__ = ["Forest", "Meeting"]

Codes = NDArray[np.int64]


class _Part(Protocol):
    @property
    def block(self) -> Block: ...


class Forest:
    """Join nodes by edges, and tell which of them joined what hung apart.

    Parameters
    ----------
    size
        How many nodes there are.

    Examples
    --------
    >>> forest = Forest(4)
    >>> forest.join(np.array([0, 1, 0]), np.array([1, 2, 2])).tolist()
    [0, 1]
    >>> forest.join(np.array([2, 3]), np.array([0, 2])).tolist()
    [1]
    """

    def __init__(self, size: int) -> None:
        self._above = np.arange(size)

    def join(self, first: Codes, second: Codes) -> Codes:
        """Return the places of the edges that joined two parts: with earlier ones they make a forest."""
        chosen = [np.zeros(0, dtype=np.int64)]
        places = np.arange(len(first))
        while True:
            tops, others = self._tops(first[places]), self._tops(second[places])
            apart = tops != others
            if not apart.any():
                return np.sort(np.concatenate(chosen))
            places, low, high = (
                places[apart],
                np.minimum(tops, others)[apart],
                np.maximum(tops, others)[apart],
            )
            # Every part hangs below one of smaller number at most, so that no circle arises.
            below, edge = np.unique(high, return_index=True)
            self._above[below] = low[edge]
            chosen.append(places[edge])

    def _tops(self, nodes: Codes) -> Codes:
        tops = self._above[nodes]
        while True:
            further = self._above[tops]
            if np.array_equal(further, tops):
                self._above[nodes] = tops
                return tops
            tops = further


class Meeting:
    """Note, block by block, rows that join the levels of every two columns as all rows do.

    A level lies in one level of another column where it does so in these rows: if it did not, another row
    would have joined two parts.

    Parameters
    ----------
    plan, bounds
        The columns, and where their levels start.
    """

    def __init__(self, *, plan: Plan, bounds: tuple[int, ...]) -> None:
        self._names = (plan.entity, *plan.others)
        pairs = combinations(range(len(plan.others)), 2)
        size = bounds[-1]
        self._of_units = [Forest(size) for _ in plan.others]
        self._between = {pair: Forest(size) for pair in pairs}
        self._bounds = bounds
        self._rows: list[Codes] = []
        self._units = 0

    def add(self, part: _Part) -> None:
        """Add a block."""
        block = part.block
        codes, entity = block.codes, block.entity
        chosen = np.zeros(codes.shape[1] if len(codes) else len(entity), dtype=bool)
        chosen[block.starts] = True
        firsts = codes[:, np.repeat(block.starts, block.sizes)]
        for forest, code, first in zip(self._of_units, codes, firsts, strict=True):
            chosen[forest.join(first, code)] = True
        for (one, other), forest in self._between.items():
            chosen[forest.join(codes[one], codes[other])] = True
        places = np.flatnonzero(chosen)
        own = codes[:, places] - np.array(self._bounds[:-1], dtype=np.int64)[:, None]
        self._rows.append(np.vstack((self._units + entity[places], own)).astype(np.int32))
        self._units += len(block.sizes)

    def linked(self) -> dict[str, Codes]:
        """Return codes of rows that stand for all."""
        rows = np.hstack(self._rows).astype(np.int64)
        return dict(zip(self._names, rows, strict=True))
