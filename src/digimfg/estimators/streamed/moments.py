"""What one pass over rows freed of their units' means tells: sizes, and how units and levels of further
columns meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from digimfg.estimators.streamed.equations import Equations
from digimfg.estimators.streamed.kept import LevelSums, add_levels
from digimfg.estimators.streamed.left import Solve, freed
from digimfg.estimators.streamed.meeting import Meeting
from digimfg.estimators.streamed.side_by_side import in_order

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.estimators.streamed.kept import Block
    from digimfg.estimators.streamed.stream import Stream

__all__ = ["MOST_DENSE", "First", "first_pass"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_DENSE = 2_000
"""Up to how many levels of one further column have their equations solved as a table."""

_NULL = 1e-11
_EPSILON = float(np.finfo(np.float64).eps)
_DENSE = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class First:
    """Hold what one pass over rows freed of their units' means tells.

    Parameters
    ----------
    link
        Name of the entity and of each further column → codes of rows that join as many parts, and nest or do
        not nest, as all rows do; of all units without a further column.
    deviations
        Standard deviations of the columns as given, whatever the weights, shape (k + 1,).
    size, spread
        Of the columns as given: lengths, and lengths about the means; shape (k + 1,).
    products
        About the cross products of the columns, all effects gone, shape (k + 1, k + 1).
    rounding
        Length of the sums by level that rounding alone leaves of each column, shape (k + 1,).
    solve
        Solves the normal equations of the levels, the units eliminated; ``None`` where none is absorbed.
    levels
        About the further effects by column, shape (L, k + 1).
    """

    link: Mapping[str, Codes]
    deviations: Floats
    size: Floats
    spread: Floats
    products: Floats
    rounding: Floats
    solve: Solve | None
    levels: Floats | None


def first_pass(stream: Stream, width: int) -> First:
    """Return what one pass tells: how units and levels meet, sizes of the columns, and about the further
    effects.
    """
    plan, bounds = stream.plan, stream.bounds
    size, absorbs = bounds[plan.n_absorbed], bool(plan.n_absorbed)
    is_small = len(plan.others) == 1 and bounds[-1] <= MOST_DENSE
    meeting: _Meeting | Meeting
    if is_small:
        meeting = _Meeting(plan=plan, size=bounds[-1], absorbs=absorbs)
    else:
        meeting = Meeting(plan=plan, bounds=bounds)
    products, sums = np.zeros((width, width)), np.zeros((size, width))
    absolute = np.zeros((size, width))
    heavy, plain = Spread(width), Spread(width)
    blocks = stream.again()
    start = next(blocks)
    near = start.columns[:, :1]
    first = partial(_first_of, near=near, eliminates=is_small and absorbs)
    for part in in_order(first, chain((start,), blocks)):
        products += part.products
        heavy.add(part.heavy)
        plain.add(part.plain)
        meeting.add(part)
        add_levels(sums, part.sums)
        add_levels(absolute, part.absolute)
    solve: Solve | None = None
    levels = None
    if absorbs:
        solve = meeting.solver() if isinstance(meeting, _Meeting) else Equations(stream).solve
        levels = solve(sums, np.zeros(width))
        products = products - sums.T @ levels
    return First(
        link=meeting.linked(),
        deviations=np.sqrt(plain.square / (plain.weight - 1.0)) if plain.weight > 1 else np.zeros(width),
        size=np.sqrt(heavy.square + heavy.weight * (heavy.mean + near[:, 0]) ** 2),
        spread=np.sqrt(heavy.square),
        products=products,
        rounding=_EPSILON * np.linalg.norm(absolute, axis=0),
        solve=solve,
        levels=levels,
    )


class Spread:
    """Hold weight, means and squares about them of columns, and add those of further rows."""

    def __init__(self, width: int) -> None:
        self.weight, self.mean, self.square = 0.0, np.zeros(width), np.zeros(width)

    @classmethod
    def of(cls, columns: Floats, weights: Floats | None) -> Spread:
        """Return those of columns, shape (k, n)."""
        found = cls(len(columns))
        found.weight = float(columns.shape[1] if weights is None else weights.sum())
        found.mean = np.average(columns, axis=1, weights=weights)
        about = columns - found.mean[:, None]
        found.square = np.einsum("kn,kn->k", about, about if weights is None else about * weights)
        return found

    def add(self, other: Spread) -> None:
        """Add those of further rows."""
        apart, both = other.mean - self.mean, self.weight + other.weight
        self.square += other.square + apart**2 * self.weight * other.weight / both
        self.mean = self.mean + apart * other.weight / both
        self.weight = both


@dataclass(frozen=True, kw_only=True, eq=False)
class _First:
    """Hold what one block tells the first pass; spreads are of columns less a row, to keep their digits."""

    block: Block
    heavy: Spread
    plain: Spread
    products: Floats
    sums: LevelSums
    absolute: LevelSums
    normal: Floats


def _first_of(block: Block, *, near: Floats, eliminates: bool) -> _First:
    rest = freed(block, None)
    weighted = block.weighted(rest)
    columns = block.columns - near
    plain = Spread.of(columns, None)
    return _First(
        block=block,
        heavy=plain if block.weights is None else Spread.of(columns, block.weights),
        plain=plain,
        products=rest @ weighted.T,
        sums=block.level_sums(weighted, block.absorbed),
        absolute=block.level_sums(np.abs(weighted), block.absorbed) if block.absorbed else (),
        normal=_eliminated(block) if eliminates else np.zeros((0, 0)),
    )


def _eliminated(block: Block) -> Floats:
    """Return what the units of a block take off the normal equations of the levels."""
    sizes, groups, size = block.sizes, len(block.sizes), block.bounds[1]
    (codes,) = block.codes
    if size * groups <= _DENSE * len(codes) + 1_000:
        table = np.bincount(block.entity * size + codes, block.weights, groups * size)
        rooted = table.reshape(groups, size) / np.sqrt(block.mass)[:, None]
        return np.asarray(rooted.T @ rooted)
    shares = block.weighted(np.repeat(1 / np.sqrt(block.mass), sizes))
    cells = sparse.csr_array((shares, (block.entity, codes)), shape=(groups, size))
    return np.asarray((cells.T @ cells).toarray())


@dataclass(kw_only=True, eq=False)
class _Meeting:
    """Note how units and levels of one further column meet, block by block."""

    plan: Plan
    size: int
    absorbs: bool

    def __post_init__(self) -> None:
        self._normal = np.zeros((self.size, self.size)) if self.absorbs else np.zeros((0, 0))
        self._rows = np.zeros(self.size)
        self._first: list[Codes] = []
        self._holder = np.full(self.size, -1, dtype=np.int64)
        self._of_unit: list[tuple[int, int]] = []  # one unit with two levels
        self._of_level: list[tuple[int, int]] = []  # one level with two units
        self._start = 0

    def add(self, part: _First) -> None:
        """Add a block."""
        block = part.block
        (codes,), starts, sizes = block.codes, block.starts, block.sizes
        groups, start = len(sizes), self._start
        firsts = codes[starts]
        self._first.append(firsts)
        if not self._of_unit:
            other = np.flatnonzero(codes != np.repeat(firsts, sizes))
            if len(other):
                unit = int(block.entity[other[0]])
                self._of_unit = [(start + unit, int(firsts[unit])), (start + unit, int(codes[other[0]]))]
        units = start + block.entity
        if np.any(self._holder < 0):
            fresh = self._holder < 0
            holder = np.full(self.size, -1, dtype=np.int64)
            holder[codes[::-1]] = units[::-1]
            self._holder[fresh] = holder[fresh]
        if not self._of_level:
            shared = np.flatnonzero(self._holder[codes] != units)
            if len(shared):
                level = int(codes[shared[0]])
                self._of_level = [(int(self._holder[level]), level), (int(units[shared[0]]), level)]
        self._start += groups
        if not self.absorbs:
            return
        self._rows += np.bincount(codes, block.weights, self.size)
        self._normal -= part.normal

    @property
    def normal(self) -> Floats:
        """Return the normal equations of the levels, the units eliminated."""
        found = self._normal + np.diag(self._rows)
        # Levels of which the units leave rounding, as of a column that never changes within a unit.
        nothing = np.diag(found) <= _NULL * self._rows
        found[nothing], found[:, nothing] = 0.0, 0.0
        return found

    def solver(self) -> Solve:
        """Return what solves the normal equations."""
        inverse = _inverse(self.normal)
        return lambda sums, _: np.asarray(inverse @ sums)

    def linked(self) -> dict[str, Codes]:
        """Return codes of rows that stand for all."""
        starts = np.concatenate(self._first)
        parts = np.arange(self.size)
        if self.absorbs:
            met = (self.normal < 0).astype(np.int8)
            parts = csgraph.connected_components(met, directed=False)[1].astype(np.int64)
        leader = np.unique(parts, return_index=True)[1]
        witness = np.array(self._of_unit + self._of_level, dtype=np.int64).reshape(-1, 2)
        return {
            self.plan.entity: np.concatenate((np.arange(len(starts)), self._holder, witness[:, 0])),
            self.plan.others[0]: np.concatenate((leader[parts[starts]], np.arange(self.size), witness[:, 1])),
        }


def _inverse(normal: Floats) -> Floats:
    """Return the inverse of the normal equations, over the space where they have one."""
    root = np.sqrt(np.diag(normal))
    root = np.where(root > 0, root, 1.0)
    value, vector = np.linalg.eigh(normal / root / root[:, None])
    basis = vector[:, value > _NULL]
    return np.asarray((basis / value[value > _NULL]) @ basis.T / root / root[:, None])
