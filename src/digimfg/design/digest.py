"""The SHA-256 of arrays, made beside other work where they are large."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Digest"]

_LARGE = 2**20
_PIECE = 2**16


class Digest:
    """Hash arrays row by row, in a thread of its own where they are large.

    Parameters
    ----------
    arrays
        ``None`` is passed over; they must not change before the result is taken.

    Examples
    --------
    >>> Digest([np.array([1.0, 2.0]), None]).result()[:16]
    '73c0d0c8882f5be3'
    """

    def __init__(self, arrays: Sequence[NDArray[Any] | None]) -> None:
        self._arrays = [array for array in arrays if array is not None]
        self._digest = hashlib.sha256()
        self._fault: BaseException | None = None
        self._thread: Thread | None = None
        if sum(array.nbytes for array in self._arrays) < _LARGE:
            self._update()
            return
        self._thread = Thread(target=self._caught)
        self._thread.start()

    def result(self) -> str:
        """Return the digest in hexadecimal."""
        if self._thread is not None:
            self._thread.join()
        if self._fault is not None:
            raise self._fault
        return self._digest.hexdigest()

    def _caught(self) -> None:
        try:
            self._update()
        except BaseException as fault:  # raised again where the result is taken
            self._fault = fault

    def _update(self) -> None:
        for array in self._arrays:
            self._digest.update(repr((array.shape, array.dtype.str)).encode())
            if array.flags.c_contiguous:
                self._digest.update(array.data)
                continue
            for first in range(0, len(array), _PIECE):
                self._digest.update(np.ascontiguousarray(array[first : first + _PIECE]).data)
