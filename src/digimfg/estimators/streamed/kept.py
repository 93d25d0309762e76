"""Rows of an estimation sample on disk, for the passes after the first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SourceError
from digimfg.text import Text

__all__ = ["Block", "KeptRows"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Hold rows of whole units.

    Parameters
    ----------
    columns
        The terms, then the outcome, shape (n, k + 1).
    entity, codes
        Codes 0..G-1 of the units of the block, and of the further column in all of the data, ``None``
        without one.
    """

    columns: Floats
    entity: Codes
    codes: Codes | None


class KeptRows:
    """Write blocks to a file without a name, which is gone with the process, and read them in their order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="digimfg-")  # noqa: SIM115 - closed by `close`
        self._has_codes: list[bool] = []

    def add(self, block: Block) -> None:
        """Write a block.

        Raises
        ------
        SourceError
            If there is no room for it.
        """
        try:
            np.save(self._file, block.columns)
            np.save(self._file, block.entity)
            if block.codes is not None:
                np.save(self._file, block.codes)
        except OSError as fault:
            raise SourceError(
                where="dm.scan",
                expected=Text(
                    "room for the rows of the sample in the folder for temporary files",
                    "临时文件夹有足够空间存放样本各行",
                ),
                got=Text.of(f"{type(fault).__name__}: {fault}"),
                remedy=Text("name another folder: TMPDIR", "请以 TMPDIR 指定其他文件夹"),
            ) from fault
        self._has_codes.append(block.codes is not None)

    def __iter__(self) -> Iterator[Block]:
        self._file.seek(0)
        for has_codes in self._has_codes:
            columns, entity = np.load(self._file), np.load(self._file)
            yield Block(columns=columns, entity=entity, codes=np.load(self._file) if has_codes else None)

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
