"""Quadratic forms in vectors of signs, added up from tables over a few signs at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Signs", "read_signs"]

Floats = NDArray[np.float64]
Places = NDArray[np.uint16]

_TOGETHER = 6
_MOST = 4_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Signs:
    """Hold vectors of signs, each turned so that its first sign is one, as places in tables of all patterns
    of up to six signs.

    Parameters
    ----------
    n_parts
        Number of tables that the signs but the first are dealt to, two or more.
    patterns
        All patterns of the signs of one table, shape (2^signs, signs).
    pairs
        Two parts i < j, and the place of every vector in the table of their patterns by patterns, shape
        (draws,).
    """

    n_parts: int
    patterns: Floats
    pairs: tuple[tuple[int, int, Places], ...]

    def forms(self, matrices: Floats) -> Floats:
        """Return v'Mv of every matrix and vector, shape (matrices, draws).

        Parameters
        ----------
        matrices
            Each M symmetric, shape (matrices, signs, signs).

        Examples
        --------
        >>> every = np.array([[1.0, 1.0], [1.0, -1.0]])
        >>> read_signs(every).forms(np.array([[[2.0, 0.5], [0.5, 1.0]]])).tolist()
        [[4.0, 2.0]]
        """
        patterns, parts = self.patterns, np.arange(self.n_parts)
        count, size, free = len(matrices), patterns.shape[1], matrices.shape[1] - 1
        filled = np.zeros((count, self.n_parts * size, self.n_parts * size))
        filled[:, :free, :free] = matrices[:, 1:, 1:]
        blocks = filled.reshape(count, self.n_parts, size, self.n_parts, size).transpose(1, 3, 0, 2, 4)
        linear = np.zeros((count, self.n_parts * size))
        linear[:, :free] = 2 * matrices[:, 0, 1:]
        with_first = linear.reshape(count, self.n_parts, 1, size).transpose(1, 0, 2, 3)
        own = np.einsum("pmas,as->pma", patterns @ blocks[parts, parts] + with_first, patterns)
        own[0] += matrices[:, 0, 0, None]
        twice = 2 * patterns
        found: Floats | None = None
        for i, j, places in self.pairs:
            table = twice @ blocks[i, j] @ patterns.T
            if j == i + 1:  # each part but the first follows another once
                table += own[j][:, None, :]
            if (i, j) == (0, 1):
                table += own[0][:, :, None]
            each = table.reshape(count, -1).take(places, axis=1)
            found = each if found is None else np.add(found, each, out=found)
        assert found is not None  # noqa: S101 - there are two parts
        return found


def read_signs(block: Floats) -> Signs | None:
    """Return vectors of signs by their patterns; ``None`` where these would take much memory.

    Parameters
    ----------
    block
        Of 1 and -1, two signs or more, shape (draws, signs).
    """
    draws, count = block.shape
    n_parts = max(2, -(-(count - 1) // _TOGETHER))
    if draws * n_parts * (n_parts - 1) // 2 > _MOST:
        return None
    size = -(-(count - 1) // n_parts)
    bits = np.arange(size)
    patterns = np.asarray(1 - 2 * ((np.arange(2**size)[:, None] >> bits) & 1), dtype=np.float64)
    turned = np.zeros((draws, n_parts * size), dtype=bool)
    turned[:, : count - 1] = block[:, 1:] != block[:, :1]
    places = turned.reshape(draws, n_parts, size) @ (1 << bits)
    pairs = tuple(  # small numbers: they are read anew in every estimate
        (i, j, (places[:, i] * 2**size + places[:, j]).astype(np.uint16))
        for i in range(n_parts)
        for j in range(i + 1, n_parts)
    )
    return Signs(n_parts=n_parts, patterns=patterns, pairs=pairs)
