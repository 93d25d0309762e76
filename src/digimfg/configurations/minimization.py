"""Boolean minimisation: the prime implicants of the rows that are on, and the smallest sets of them that
cover these rows.

A row of k conditions is a whole number of k bits, the first condition its highest bit; a term is ``(care,
value)``: which bits it fixes and to what.
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
MOST_STEPS = 20_000


def covers(term: Term, row: int) -> bool:
    """Return whether a row lies in a term."""
    return row & term[0] == term[1]


def prime_implicants(on: Sequence[int], off: Iterable[int], k: int) -> tuple[Term, ...]:
    """Return the shortest terms that hold a row of `on` and none of `off`; rows in neither may fall on
    either side.

    For a row that is on, fixing the conditions in S keeps out an off row if they differ somewhere in S.
    Which S fail for some off row is spread to all their subsets in k passes over the :math:`2^k` subsets;
    the smallest that do not fail are prime.

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
    """Return all models: the sets with the fewest terms that together cover every row of `on`; at most
    `MOST_MODELS`.

    The fewest terms are found by an integer program; the models of that size by a search that visits each
    once, for at most `MOST_STEPS` steps.

    Examples
    --------
    >>> minimal_models([(2, 2), (1, 1)], [0b10, 0b01])
    (((2, 2), (1, 1)),)
    """
    rows = {frozenset(t for t, term in enumerate(primes) if covers(term, row)) for row in on}
    if not rows or frozenset() in rows:
        return ()
    # A row whose terms include all those of another is covered with it.
    needed = sorted((row for row in rows if not any(other < row for other in rows)), key=sorted)
    best = _one_model(needed, len(primes))
    found: dict[tuple[int, ...], None] = {}
    _search(needed, frozenset(), len(best), found, [MOST_STEPS])
    found.setdefault(best)
    return tuple(tuple(primes[t] for t in model) for model in sorted(found))


def _one_model(rows: Sequence[frozenset[int]], count: int) -> tuple[int, ...]:
    """Return one set of the fewest terms that meets every row."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    held = np.zeros((len(rows), count))
    for place, row in enumerate(rows):
        held[place, sorted(row)] = 1.0
    solved = milp(
        np.ones(count),
        integrality=np.ones(count, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(held, 1),
    )
    return tuple(int(t) for t in np.flatnonzero(np.asarray(solved.x) > 0.5))


def _search(
    rows: Sequence[frozenset[int]],
    chosen: frozenset[int],
    left: int,
    found: dict[tuple[int, ...], None],
    steps: list[int],
) -> None:
    """Add the models of exactly the terms chosen and `left` more; a term tried is out of reach of its later
    siblings.
    """
    steps[0] -= 1
    if not rows:
        found[tuple(sorted(chosen))] = None
        return
    if steps[0] < 0 or len(found) >= MOST_MODELS or _disjoint(rows) > left:
        return
    narrowest: frozenset[int] = min(rows, key=len)
    out: frozenset[int] = frozenset()
    for term in sorted(narrowest):
        rest = [row - out for row in rows if term not in row]
        if all(rest):
            _search(rest, chosen | {term}, left - 1, found, steps)
        out |= {term}


def _disjoint(rows: Sequence[frozenset[int]]) -> int:
    """Return a number of rows that share no term: no fewer terms cover them."""
    met: set[int] = set()
    count = 0
    for row in sorted(rows, key=len):
        if met.isdisjoint(row):
            met |= row
            count += 1
    return count


def _spread(failing: NDArray[np.bool_], bit: int) -> None:
    """Mark every subset without `bit` whose superset with it is marked."""
    pairs = failing.reshape(-1, 2, 1 << bit)
    pairs[:, 0, :] |= pairs[:, 1, :]
