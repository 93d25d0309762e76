"""Quadratic forms in vectors of signs, added up from tables over a few signs at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Signs", "read_signs"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_TOGETHER = 6
_MOST = 4_000_000
_DOUBTFUL = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Signs:
    """Hold vectors of signs as places in tables of all patterns of up to six signs.

    Parameters
    ----------
    parts
        Which signs each table is over, L of them.
    patterns
        All patterns of each part, shape (2^signs, signs).
    pairs
        Two parts, and the place of every vector in the table of their patterns by patterns, shape (draws,).
    """

    parts: tuple[slice, ...]
    patterns: tuple[Floats, ...]
    pairs: tuple[tuple[int, int, Places], ...]

    def forms(self, matrix: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Return v'Mv of every vector, shape (draws,), and where the sum has lost digits to cancellation.

        Parameters
        ----------
        matrix
            M, symmetric, shape (signs, signs).

        Examples
        --------
        >>> every = np.array([[1.0, 1.0], [1.0, -1.0]])
        >>> read_signs(every).forms(np.array([[2.0, 0.5], [0.5, 1.0]]))[0].tolist()
        [4.0, 2.0]
        """
        own = [
            np.einsum("ij,ij->i", each @ matrix[part, part], each)
            for part, each in zip(self.parts, self.patterns, strict=True)
        ]
        found: Floats | None = None
        for i, j, places in self.pairs:
            table = (2 * self.patterns[i]) @ matrix[self.parts[i], self.parts[j]] @ self.patterns[j].T
            if j == i + 1:  # each part but the first follows another once
                table += own[j]
            if (i, j) == (0, 1):
                table += own[0][:, None]
            each = table.ravel().take(places)
            found = each if found is None else np.add(found, each, out=found)
        assert found is not None  # noqa: S101 - there are two parts
        return found, found <= _DOUBTFUL * float(np.abs(matrix).sum())


def read_signs(block: Floats) -> Signs | None:
    """Return vectors of signs by their patterns; ``None`` where these would take much memory.

    Parameters
    ----------
    block
        Of 1 and -1, two signs or more, shape (draws, signs).
    """
    draws, count = block.shape
    step = min(_TOGETHER, (count + 1) // 2)
    parts = tuple(slice(first, min(first + step, count)) for first in range(0, count, step))
    if draws * len(parts) * (len(parts) - 1) // 2 > _MOST:
        return None
    sizes = [part.stop - part.start for part in parts]
    patterns = tuple(
        np.asarray(1 - 2 * ((np.arange(2**size)[:, None] >> np.arange(size)) & 1), dtype=np.float64)
        for size in sizes
    )
    places = [(block[:, part] < 0) @ (1 << np.arange(size)) for part, size in zip(parts, sizes, strict=True)]
    pairs = tuple(
        (i, j, (places[i] * 2 ** sizes[j] + places[j]).astype(np.intp))
        for i in range(len(parts))
        for j in range(i + 1, len(parts))
    )
    return Signs(parts=parts, patterns=patterns, pairs=pairs)
