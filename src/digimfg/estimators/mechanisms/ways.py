"""Sums of indirect effects over all ways through a chain of mediators, without listing the ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ways"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    r"""Know which paths lead from the treatment to mediators, between them, and from them to the outcome.

    With a the slopes of k mediators on the treatment, D the strictly triangular matrix of slopes
    :math:`d_{ij}` of later mediators on earlier ones and b the slopes of the outcome on mediators, the
    products along all :math:`2^k-1` ways add up to :math:`a'(I-D)^{-1}b`; those through exactly l mediators
    to :math:`a'D^{l-1}b`; those through mediator j to :math:`[a'(I-D)^{-1}]_j[(I-D)^{-1}b]_j` (Bollen 1987,
    Sociological Methodology 17, 37-69).

    Parameters
    ----------
    first, last
        Place among the paths of the one to every mediator and of the one from it, k each.
    between
        (earlier mediator, later mediator, place of the path) of every path between mediators.
    """

    first: tuple[int, ...]
    between: tuple[tuple[int, int, int], ...]
    last: tuple[int, ...]

    def indirect(self, paths: Floats) -> Floats:
        """Return the sum over all ways for paths (R, paths), shape (R,)."""
        a, d, b = self._parts(paths)
        return np.asarray((_arriving(a, d) * b).sum(axis=1))

    def indirect_slopes(self, paths: Floats) -> Floats:
        """Return the derivatives of the sum over all ways by the paths (paths,), shape (paths,)."""
        a, d, b = self._parts(paths[None, :])
        to, on = _arriving(a, d)[0], _leaving(d, b)[0]
        return self._placed(len(paths), on, np.outer(to, on), to)

    def sums(self, paths: Floats) -> Floats:
        """Return the sums through every mediator, then by the number of mediators on the way, shape (R,
        2k).
        """
        a, d, b = self._parts(paths)
        through = _arriving(a, d) * _leaving(d, b)
        reached, by_number = a, []
        for _ in self.first:
            by_number.append((reached * b).sum(axis=1))
            reached = (reached[:, None, :] @ d)[:, 0]
        return np.column_stack([through, *by_number])

    def sums_slopes(self, paths: Floats) -> Floats:
        """Return the derivatives of `sums` by the paths (paths,), shape (2k, paths)."""
        a, d, b = self._parts(paths[None, :])
        to, on = _arriving(a, d)[0], _leaving(d, b)[0]
        n_paths, count = len(paths), len(self.first)
        whole = np.linalg.inv(np.eye(count) - d[0])
        found = []
        for j in range(count):
            before, after = whole[:, j] * on[j], whole[j] * to[j]
            found.append(self._placed(n_paths, before, np.outer(to, before) + np.outer(after, on), after))
        reached, left = [a[0]], [b[0]]
        for number in range(count):
            between = sum(
                (np.outer(reached[step], left[number - 1 - step]) for step in range(number)),
                start=np.zeros((count, count)),
            )
            found.append(self._placed(n_paths, left[number], between, reached[number]))
            reached.append(reached[number] @ d[0])
            left.append(d[0] @ left[number])
        return np.array(found)

    def _parts(self, paths: Floats) -> tuple[Floats, Floats, Floats]:
        """Return a (R, k), D (R, k, k) and b (R, k)."""
        count = len(self.first)
        d = np.zeros((len(paths), count, count))
        for earlier, later, place in self.between:
            d[:, earlier, later] = paths[:, place]
        return paths[:, list(self.first)], d, paths[:, list(self.last)]

    def _placed(self, n_paths: int, of_first: Floats, of_between: Floats, of_last: Floats) -> Floats:
        slopes = np.zeros(n_paths)
        slopes[list(self.first)] = of_first
        slopes[list(self.last)] = of_last
        for earlier, later, place in self.between:
            slopes[place] = of_between[earlier, later]
        return slopes


def _arriving(a: Floats, d: Floats) -> Floats:
    """Return a'(I-D)^-1, what reaches each mediator on all ways, shape (R, k)."""
    found = a.copy()
    for j in range(1, a.shape[1]):
        found[:, j] += (found[:, :j] * d[:, :j, j]).sum(axis=1)
    return found


def _leaving(d: Floats, b: Floats) -> Floats:
    """Return (I-D)^-1 b, what each mediator passes on to the outcome on all ways, shape (R, k)."""
    found = b.copy()
    for j in range(b.shape[1] - 2, -1, -1):
        found[:, j] += (d[:, j, j + 1 :] * found[:, j + 1 :]).sum(axis=1)
    return found
