"""What the effects leave of the columns, block by block: a triangle with their cross products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.streamed.kept import LevelSums, add_levels

if TYPE_CHECKING:
    from digimfg.estimators.streamed.kept import Block

__all__ = ["ROUNDS", "Left", "Rest", "Solve", "freed", "not_converged"]

Floats = NDArray[np.float64]
Solve = Callable[[Floats, Floats], Floats]
"""Sums by level (L, c), lengths that will do (c,) → the levels that take them away."""

ROUNDS = 6
_ROUNDING = 1e-13


def freed(block: Block, levels: Floats | None) -> Floats:
    """Return the columns of a block less the levels of the further effects and the means by unit, shape
    (k + 1, n).
    """
    out = np.empty(block.columns.shape)
    by_level = None if levels is None else np.ascontiguousarray(levels.T)
    for place, column in enumerate(block.columns):
        # The first mean takes the size off, so that what the second leaves is rounding of the rest.
        rest = block.demeaned(column)
        if by_level is not None:
            for way in block.absorbed:
                rest -= by_level[place].take(block.codes[way])
        block.demeaned(rest, out=out[place])
    return out


@dataclass(frozen=True, kw_only=True, eq=False)
class Rest:
    """Hold what the effects leave of one block.

    Parameters
    ----------
    columns
        Shape (k + 1, n).
    triangle
        R of them, with at most k + 1 rows.
    sums, absolute
        Of them and of their absolute values by level.
    """

    columns: Floats
    triangle: Floats
    sums: LevelSums
    absolute: LevelSums

    @classmethod
    def of(cls, block: Block, levels: Floats | None) -> Rest:
        """Return what the effects leave of a block."""
        columns = freed(block, levels)
        weighted = block.weighted(columns)
        rooted = columns if block.weights is None else columns * np.sqrt(block.weights)
        ways = range(0) if levels is None else block.absorbed
        return cls(
            columns=columns,
            triangle=np.asarray(np.linalg.qr(rooted.T, mode="r")),
            sums=block.level_sums(weighted, ways),
            absolute=block.level_sums(np.abs(weighted), ways) if ways else (),
        )


@dataclass(kw_only=True, eq=False)
class Left:
    """Add up, in one pass, what the effects leave.

    Parameters
    ----------
    levels
        Of the further effect by column, shape (L, k + 1), ``None`` where it is not absorbed.
    deviations, size, spread, rounding
        As of `First`.

    Attributes
    ----------
    triangle
        R of the columns freed, shape (k + 1, k + 1): R'R are their cross products.
    """

    levels: Floats | None
    deviations: Floats
    size: Floats
    spread: Floats
    rounding: Floats
    triangle: Floats = field(init=False)

    def __post_init__(self) -> None:
        width = len(self.size)
        self.triangle = np.zeros((0, width))
        self._sums = np.zeros((0 if self.levels is None else len(self.levels), width))
        self._absolute = np.zeros_like(self._sums)

    def add(self, rest: Rest) -> None:
        """Add what is left of a block."""
        both = np.concatenate((self.triangle, rest.triangle))
        self.triangle = np.asarray(np.linalg.qr(both, mode="r"))
        add_levels(self._sums, rest.sums)
        add_levels(self._absolute, rest.absolute)

    def correction(self, solve: Solve | None) -> Floats | None:
        """Return what the levels lack, ``None`` where what is left by level is rounding: of what is left, or
        of the column as it was, where next to nothing is left.
        """
        sizes = np.maximum(_ROUNDING * np.linalg.norm(self._absolute, axis=0), self.rounding)
        lacking = np.linalg.norm(self._sums, axis=0) > sizes
        if solve is None or not lacking.any():
            return None
        found = np.zeros_like(self._sums)
        found[:, lacking] = solve(np.ascontiguousarray(self._sums[:, lacking]), sizes[lacking] / 4)
        return found


def not_converged() -> EstimationError:
    """Return the error for sums by level that do not vanish."""
    return EstimationError.of("streamed.absorption_not_converged", rounds=ROUNDS)
