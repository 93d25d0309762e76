"""Boolean minimisation: the prime implicants of the rows that are on, and the smallest sets of them that cover these rows.

A row of k conditions is a whole number of k bits, the first condition its highest bit; a term is ``(care, value)``: which bits it
fixes and to what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_MODELS", "Term", "covers", "minimal_models", "prime_implicants"]

Term = tuple[int, int]

MOST_MODELS = 200


def covers(term: Term, row: int) -> bool:
    """Return whether a row lies in a term."""
    return row & term[0] == term[1]


def prime_implicants(on: Sequence[int], off: Iterable[int], k: int) -> tuple[Term, ...]:
    """Return the shortest terms that hold a row of `on` and none of `off`; rows in neither may fall on either side.

    For a row that is on, fixing the conditions in S keeps out an off row if they differ somewhere in S. Which S fail for some off
    row is spread to all their subsets in k passes over the :math:`2^k` subsets; the smallest that do not fail are prime.

    Parameters
    ----------
    on, off
        Rows.
    k
        Number of conditions.

    Examples
    --------
    >>> prime_implicants([0b11, 0b10], [0b00, 0b01], 2)
    ((2, 2),)
    """
    full = (1 << k) - 1
    shut = np.fromiter(off, dtype=np.int64)
    found: dict[Term, None] = {}
    subsets = np.arange(1 << k)
    for row in on:
        failing = np.zeros(1 << k, dtype=bool)
        failing[full ^ (shut ^ row)] = True
        for bit in range(k):
            _spread(failing, bit)
        prime = ~failing
        for bit in range(k):
            inside = (subsets >> bit & 1).astype(bool)
            prime[inside] &= failing[subsets[inside] ^ (1 << bit)]
        found.update({(int(care), row & int(care)): None for care in np.flatnonzero(prime)})
    return tuple(sorted(found, key=lambda term: (term[0].bit_count(), -term[0], -term[1])))


def minimal_models(primes: Sequence[Term], on: Sequence[int]) -> tuple[tuple[Term, ...], ...]:
    """Return all models: the sets with the fewest terms that together cover every row of `on`; at most `MOST_MODELS`.

    Examples
    --------
    >>> minimal_models([(2, 2), (1, 1)], [0b10, 0b01])
    (((2, 2), (1, 1)),)
    """
    covering = [frozenset(t for t, term in enumerate(primes) if covers(term, row)) for row in on]
    for size in range(1, len(on) + 1):
        found: dict[tuple[int, ...], None] = {}
        _search(covering, frozenset(), size, found)
        if found:
            return tuple(tuple(primes[t] for t in model) for model in sorted(found))
    return ()


def _search(
    covering: Sequence[frozenset[int]], chosen: frozenset[int], left: int, found: dict[tuple[int, ...], None]
) -> None:
    open_rows = [row for row in covering if not row & chosen]
    if not open_rows:
        found[tuple(sorted(chosen))] = None
        return
    if left == 0 or len(found) >= MOST_MODELS:
        return
    narrowest: frozenset[int] = min(open_rows, key=len)
    for term in sorted(narrowest):
        _search(covering, chosen | {term}, left - 1, found)


def _spread(failing: NDArray[np.bool_], bit: int) -> None:
    """Mark every subset without `bit` whose superset with it is marked."""
    pairs = failing.reshape(-1, 2, 1 << bit)
    pairs[:, 0, :] |= pairs[:, 1, :]
