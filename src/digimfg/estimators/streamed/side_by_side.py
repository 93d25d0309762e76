"""Work on blocks by two threads, its answers in their order, and hash columns beside it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["HashedBeside", "in_order"]

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_WORKERS, _AHEAD = 2, 3


def in_order(function: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
    """Yield the answers of a function to items, in the order of the items: few are ahead of what is used.

    Examples
    --------
    >>> [*in_order(abs, [-2, 1, -3])]
    [2, 1, 3]
    """
    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class HashedBeside:
    """Hash what comes by SHA-256 on another thread; one part at most waits.

    Parameters
    ----------
    pool
        Of one thread.

    Examples
    --------
    >>> with ThreadPoolExecutor(1) as pool:
    ...     hashed = HashedBeside(pool)
    ...     hashed.update(b"one")
    ...     hashed.update(b"two")
    ...     hashed.digest() == hashlib.sha256(b"onetwo").digest()
    True
    """

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._hash = hashlib.sha256()
        self._waiting: Future[None] | None = None

    def update(self, data: bytes | memoryview) -> None:
        """Add what must not change until the next part is added."""
        self._settle()
        self._waiting = self._pool.submit(self._hash.update, data)

    def digest(self) -> bytes:
        """Return the digest of all parts."""
        self._settle()
        return self._hash.digest()

    def _settle(self) -> None:
        if self._waiting is not None:
            self._waiting.result()
