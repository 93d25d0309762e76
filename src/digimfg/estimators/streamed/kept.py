"""Rows of an estimation sample on disk, for the passes after the first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SourceError
from digimfg.text import Text

__all__ = ["Block", "KeptRows"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROWS = 32_768


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
        Of the further column in all of the data, ``None`` without one.
    """

    columns: Floats
    sizes: Codes
    codes: Codes | None

    @cached_property
    def starts(self) -> Codes:
        """Return where each unit starts."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def entity(self) -> Codes:
        """Return the codes of the units, 0..G-1."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def sums(self, columns: Floats) -> Floats:
        """Return the sums of columns (c, n) by unit, shape (c, G)."""
        if len(self.sizes) == columns.shape[1]:
            return columns
        return np.add.reduceat(columns, self.starts, axis=1)

    def level_sums(self, columns: Floats, size: int) -> Floats:
        """Return the sums of columns (c, n) by level of the further column, shape (size, c)."""
        found = np.empty((size, len(columns)))
        for place, column in enumerate(columns):
            found[:, place] = np.bincount(self.codes, column, size)  # type: ignore[arg-type]
        return found

    def split(self) -> Iterator[Block]:
        """Yield blocks of some rows each, small enough to stay near the processor."""
        n, groups = self.columns.shape[1], len(self.sizes)
        cuts = np.unique(np.searchsorted(self.starts, np.arange(_ROWS, n, _ROWS)))
        for first, last in zip((0, *cuts), (*cuts, groups), strict=True):
            if first < last:
                rows = slice(self.starts[first], n if last == groups else self.starts[last])
                yield Block(
                    columns=self.columns[:, rows],
                    sizes=self.sizes[first:last],
                    codes=None if self.codes is None else self.codes[rows],
                )


class KeptRows:
    """Write blocks to a file without a name, which is gone with the process, and read them in their order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="digimfg-")  # noqa: SIM115 - closed by `close`
        self._shapes: list[tuple[tuple[int, int], int, Any]] = []

    def add(self, block: Block) -> None:
        """Write a block.

        Raises
        ------
        SourceError
            If there is no room for it.
        """
        codes = block.codes
        kind = None if codes is None else np.min_scalar_type(int(codes.max(initial=0)))
        try:
            self._write(block.columns)
            self._write(block.sizes.astype(np.int32))
            if codes is not None:
                self._write(codes.astype(kind))
        except OSError as fault:
            raise SourceError.of(
                "streamed.no_room_for_rows", got=Text.of(f"{type(fault).__name__}: {fault}")
            ) from fault
        self._shapes.append((block.columns.shape, len(block.sizes), kind))

    def __iter__(self) -> Iterator[Block]:
        self._file.seek(0)
        for shape, groups, kind in self._shapes:
            columns = self._read(shape, np.float64)
            sizes = self._read(groups, np.int32).astype(np.int64)
            codes = None if kind is None else self._read(shape[1], kind).astype(np.int64)
            yield Block(columns=columns, sizes=sizes, codes=codes)

    def _write(self, values: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(values).data)

    def _read(self, shape: tuple[int, ...] | int, kind: Any) -> NDArray[Any]:
        found = np.empty(shape, dtype=kind)
        self._file.readinto(found.data)
        return found

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
