"""Rows of an estimation sample on disk, for the passes after the first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SourceError
from digimfg.text import Text

__all__ = ["Block", "KeptRows", "LevelSums", "add_levels"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROWS = 32_768
_FEW = 2  # levels to a row: more of them are looked up


LevelSums: TypeAlias = tuple[tuple[Any, Floats], ...]
"""Places among all levels, and sums there, shape (places, c); for each way of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Hold rows of whole units, unit by unit.

    Parameters
    ----------
    columns
        The terms, then the outcome, shape (k + 1, n).
    sizes
        Rows of each unit.
    codes
        Of the further columns in all of the data, each column's after those of the one before, shape (q, n).
    bounds
        Where the codes of each further column start, and how many there are together.
    n_absorbed
        How many of the further columns are absorbed; they come first.
    weights
        Shape (n,), ``None`` where all rows weigh the same.
    """

    columns: Floats
    sizes: Codes
    codes: Codes
    bounds: tuple[int, ...] = (0,)
    n_absorbed: int = 0
    weights: Floats | None = None

    @cached_property
    def starts(self) -> Codes:
        """Return where each unit starts."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def entity(self) -> Codes:
        """Return the codes of the units, 0..G-1."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def mass(self) -> Floats:
        """Return what each unit weighs, shape (G,)."""
        if self.weights is None:
            return self.sizes.astype(np.float64)
        return np.asarray(np.add.reduceat(self.weights, self.starts), dtype=np.float64)

    def weighted(self, columns: Floats) -> Floats:
        """Return columns (…, n) times the weights."""
        return columns if self.weights is None else columns * self.weights

    def demeaned(self, columns: Floats, out: Floats | None = None) -> Floats:
        """Return columns (…, n) less their means by unit."""
        means = np.add.reduceat(self.weighted(columns), self.starts, axis=-1) / self.mass
        found: Floats = np.subtract(columns, np.repeat(means, self.sizes, axis=-1), out=out)
        return found

    @cached_property
    def absorbed(self) -> range:
        """Return the places of the further columns that are absorbed."""
        return range(self.n_absorbed)

    def sums(self, columns: Floats) -> Floats:
        """Return the sums of columns (c, n) by unit, shape (c, G)."""
        if len(self.sizes) == columns.shape[1]:
            return columns
        return np.add.reduceat(columns, self.starts, axis=1)

    def level_sums(self, columns: Floats, ways: Iterable[int]) -> LevelSums:
        """Return the sums of columns (c, n) by level of some of the further columns."""
        return tuple(self._by_level(columns, way) for way in ways)

    def _by_level(self, columns: Floats, way: int) -> tuple[Any, Floats]:
        start, stop = self.bounds[way : way + 2]
        codes = self.codes[way] - start if start else self.codes[way]
        places: Any = slice(start, stop)
        if stop - start > _FEW * len(codes):
            seen, codes = self._seen[way]
            places = start + seen
        size = stop - start if isinstance(places, slice) else len(places)
        found = np.empty((size, len(columns)))
        for place, column in enumerate(columns):
            found[:, place] = np.bincount(codes, column, size)
        return places, found

    @cached_property
    def _seen(self) -> list[tuple[Codes, Codes]]:
        """Return the levels of each further column that the rows have, and their codes among them."""
        starts = self.bounds[:-1]
        return [
            np.unique(codes - start, return_inverse=True)
            for codes, start in zip(self.codes, starts, strict=True)
        ]

    def split(self) -> Iterator[Block]:
        """Yield blocks of some rows each, small enough to stay near the processor."""
        n, groups = self.columns.shape[1], len(self.sizes)
        cuts = np.unique(np.searchsorted(self.starts, np.arange(_ROWS, n, _ROWS)))
        for first, last in zip((0, *cuts), (*cuts, groups), strict=True):
            if first < last:
                rows = slice(self.starts[first], n if last == groups else self.starts[last])
                yield replace(
                    self,
                    columns=self.columns[:, rows],
                    sizes=self.sizes[first:last],
                    codes=self.codes[:, rows],
                    weights=None if self.weights is None else self.weights[rows],
                )


def add_levels(total: Floats, sums: LevelSums) -> None:
    """Add sums by level to those of all levels, in place."""
    for places, values in sums:
        total[places] += values


class KeptRows:
    """Write blocks to a file without a name, which is gone with the process, and read them in their order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="digimfg-")  # noqa: SIM115 - closed by `close`
        self._shapes: list[tuple[tuple[int, int], int, tuple[Any, ...]]] = []

    def add(self, block: Block) -> None:
        """Write a block whose codes start at zero in each column.

        Raises
        ------
        SourceError
            If there is no room for it.
        """
        kinds = tuple(np.min_scalar_type(int(codes.max(initial=0))) for codes in block.codes)
        try:
            self._write(block.columns)
            self._write(block.sizes.astype(np.int32))
            for codes, kind in zip(block.codes, kinds, strict=True):
                self._write(codes.astype(kind))
            if block.weights is not None:
                self._write(block.weights)
        except OSError as fault:
            raise SourceError.of(
                "streamed.no_room_for_rows", got=Text.of(f"{type(fault).__name__}: {fault}")
            ) from fault
        self._shapes.append((block.columns.shape, len(block.sizes), kinds))

    def blocks(
        self, bounds: tuple[int, ...], n_absorbed: int, weight: float | None = None, *, linked: bool = False
    ) -> Iterator[Block]:
        """Yield the blocks, weights over `weight`; with `linked` those without columns."""
        self._file.seek(0)
        for shape, groups, kinds in self._shapes:
            if linked:
                self._file.seek(8 * shape[0] * shape[1], os.SEEK_CUR)
            columns = np.empty((0, shape[1])) if linked else self._read(shape, np.float64)
            sizes = self._read(groups, np.int32).astype(np.int64)
            codes = np.empty((len(kinds), shape[1]), dtype=np.int64)
            for place, kind in enumerate(kinds):
                codes[place] = self._read(shape[1], kind)
                codes[place] += bounds[place]
            weights = None if weight is None else self._read(shape[1], np.float64) / weight
            yield Block(
                columns=columns,
                sizes=sizes,
                codes=codes,
                bounds=bounds,
                n_absorbed=n_absorbed,
                weights=weights,
            )

    def _write(self, values: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values).data)

    def _read(self, shape: tuple[int, ...] | int, kind: Any) -> NDArray[Any]:
        found = np.empty(shape, dtype=kind)
        self._file.readinto(found.data)
        return found

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
