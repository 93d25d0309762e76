"""Work on blocks by two threads, its answers in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["in_order"]

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
