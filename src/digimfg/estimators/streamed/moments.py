"""What the effects leave of the columns of pieces: a triangle with their cross products, and the small system
of the further effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import qr
from scipy.sparse import csgraph

from digimfg.design.elimination import Grouped
from digimfg.errors import EstimationError
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.streamed.kept import Block
    from digimfg.estimators.streamed.stream import Stream

__all__ = ["Left", "Linked", "freed", "left_by_effects", "linked"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROUNDS = 6
_ROUNDING = 1e-13
_NULL = 1e-11


@dataclass(frozen=True, kw_only=True, eq=False)
class Linked:
    """Say how units and levels of the further column meet.

    Parameters
    ----------
    entity, other
        Codes of pairs that join as many parts, and nest or do not nest, as those of all rows do.
    normal
        The normal matrix of the levels, the units eliminated, shape (L, L); ``None`` where they are not
        absorbed.
    """

    entity: Codes
    other: Codes
    normal: Floats | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Left:
    """Hold what the effects leave.

    Parameters
    ----------
    triangle
        R of the columns freed, shape (k + 1, k + 1): R'R are their cross products.
    mean, size, spread
        Of the columns as given: means, lengths, lengths about the means; shape (k + 1,).
    levels
        Of the further effect by column, shape (L, k + 1).
    """

    triangle: Floats
    mean: Floats
    size: Floats
    spread: Floats
    levels: Floats | None


def freed(block: Block, levels: Floats | None) -> Floats:
    """Return the columns of a block less the levels of the further effect and the means by unit."""
    grouped = Grouped(block.entity)
    count = grouped.sums(np.ones(len(block.entity)))
    out = np.empty(block.columns.shape, order="F")
    for place, column in enumerate(block.columns.T):
        # The first mean takes the size off, so that what the second leaves is rounding of the rest.
        rest = column - grouped.rows(grouped.sums(column) / count)
        if levels is not None and block.codes is not None:
            rest = rest - levels[block.codes, place]
        out[:, place] = rest - grouped.rows(grouped.sums(rest) / count)
    return out


def linked(stream: Stream) -> Linked | None:
    """Return how units and levels meet, ``None`` without a further column."""
    size = len(stream.levels)
    if stream.plan.other is None:
        return None
    absorbs = stream.plan.absorbs_other
    normal = np.zeros((size, size)) if absorbs else None
    first: list[Codes] = []
    rows = np.zeros(size, dtype=np.int64)
    holder = np.full(size, -1, dtype=np.int64)
    of_unit: list[tuple[int, int]] = []  # one unit with two levels
    of_level: list[tuple[int, int]] = []  # one level with two units
    start = 0
    for block in stream.again():
        codes = block.codes
        assert codes is not None  # noqa: S101 - there is a further column
        count = np.bincount(block.entity)
        table = sparse.csr_array((np.ones(len(codes)), (block.entity, codes)), shape=(len(count), size))
        table.sum_duplicates()
        units = start + np.repeat(np.arange(len(count)), np.diff(table.indptr))
        levels = table.indices.astype(np.int64)
        first.append(levels[table.indptr[:-1]])
        several = np.flatnonzero(np.diff(table.indptr) > 1)
        if len(several) and not of_unit:
            run = slice(table.indptr[several[0]], table.indptr[several[0]] + 2)
            of_unit = list(zip(units[run].tolist(), levels[run].tolist(), strict=True))
        fresh = holder < 0
        holder[levels[::-1]] = np.where(fresh[levels[::-1]], units[::-1], holder[levels[::-1]])
        shared = np.flatnonzero(holder[levels] != units)
        if len(shared) and not of_level:
            level = int(levels[shared[0]])
            of_level = [(int(holder[level]), level), (int(units[shared[0]]), level)]
        if normal is not None:
            here = np.bincount(codes, minlength=size)
            rows += here
            normal += np.diag(here)
            rooted = sparse.csr_array(table.multiply(1 / np.sqrt(count)[:, None]))
            normal -= (rooted.T @ rooted).toarray()
        start += len(count)
    starts = np.concatenate(first)
    if normal is not None:
        # Levels of which the units leave rounding, as of a column that never changes within a unit.
        nothing = np.diag(normal) <= _NULL * rows
        normal[nothing], normal[:, nothing] = 0.0, 0.0
    parts = np.arange(size)
    if normal is not None:
        met = (normal < 0).astype(np.int8)
        parts = csgraph.connected_components(met, directed=False)[1].astype(np.int64)
    leader = np.unique(parts, return_index=True)[1]
    witness = np.array(of_unit + of_level, dtype=np.int64).reshape(-1, 2)
    return Linked(
        entity=np.concatenate((np.arange(len(starts)), holder, witness[:, 0])),
        other=np.concatenate((leader[parts[starts]], np.arange(size), witness[:, 1])),
        normal=normal,
    )


def left_by_effects(stream: Stream, link: Linked | None, width: int) -> Left:
    """Return what the effects leave of the columns.

    The levels of the further effect come from their normal equations, refined until the sums of the rest by
    level are rounding.

    Raises
    ------
    EstimationError
        If they do not converge.
    """
    normal = None if link is None else link.normal
    inverse, levels = None, None
    if normal is not None:
        root = np.sqrt(np.diag(normal))
        root = np.where(root > 0, root, 1.0)
        value, vector = np.linalg.eigh(normal / root / root[:, None])
        basis = vector[:, value > _NULL]
        inverse = (basis / value[value > _NULL]) @ basis.T / root / root[:, None]
        levels = np.zeros((len(normal), width))
    for _ in range(_ROUNDS):
        triangle: Floats = np.zeros((0, width))
        mean, square = np.zeros(width), np.zeros(width)
        sums = absolute = np.zeros((0 if levels is None else len(levels), width))
        rows = 0
        for block in stream.again():
            codes = block.codes
            rest = freed(block, levels)
            turned = qr(np.vstack((triangle, rest)), mode="r", check_finite=False, overwrite_a=True)[0]
            triangle = np.asarray(turned[:width], dtype=np.float64)
            count = len(rest)
            own = block.columns.mean(axis=0)
            apart = own - mean
            square = (
                square + ((block.columns - own) ** 2).sum(axis=0) + apart**2 * rows * count / (rows + count)
            )
            mean, rows = mean + apart * count / (rows + count), rows + count
            if levels is not None and codes is not None:
                sums = sums + _by_level(rest, codes, len(levels))
                absolute = absolute + _by_level(np.abs(rest), codes, len(levels))
        if inverse is None or np.all(
            np.linalg.norm(sums, axis=0) <= _ROUNDING * np.linalg.norm(absolute, axis=0)
        ):
            spread = np.sqrt(square)
            return Left(
                triangle=triangle,
                mean=mean,
                size=np.sqrt(square + rows * mean**2),
                spread=spread,
                levels=levels,
            )
        levels = levels + inverse @ sums
    raise EstimationError(
        where=Text("absorbing the fixed effects", "吸收固定效应"),
        expected=Text("sums by level that vanish", "各类别之和为零"),
        got=Text(f"none after {_ROUNDS} rounds", f"{_ROUNDS}轮后仍未达到"),
        remedy=Text("merge sparse categories", "合并稀疏类别"),
    )


def _by_level(columns: Floats, codes: Codes, size: int) -> Floats:
    return np.column_stack([np.bincount(codes, column, size) for column in columns.T])
