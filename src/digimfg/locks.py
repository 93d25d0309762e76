"""Let one process at a time do what two would spoil for each other."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from digimfg.errors import DigimfgError

__all__ = ["locked"]


def _nothing() -> None:
    """Tell nobody."""


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = _nothing) -> Iterator[None]:
    """Hold a lock for the time of a block; another process (or thread) that asks for the same one waits.

    The system releases the lock of a process that was killed. The lock's file is there only as long as it is
    held.

    Parameters
    ----------
    path
        The lock's file; it holds nothing.
    waiting
        Called once if another one holds the lock.

    Raises
    ------
    DigimfgError
        If the file cannot be made, or its disk knows no locks.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with locked(Path(folder) / "lock"):
    ...         inside = (Path(folder) / "lock").exists()
    ...     inside, (Path(folder) / "lock").exists()
    (True, False)
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _taken(path, waiting)
    except OSError as error:
        raise DigimfgError.of(
            "locks.not_lockable", got=f"{type(error).__name__}: {error.strerror or error}", path=path
        ) from error
    try:
        yield
    finally:
        # Removed while it is held: whoever waits for it sees that it is gone and makes a new one.
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _taken(path: Path, waiting: Callable[[], None]) -> int:
    told = False
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _lock(handle, wait=False):
                if not told:
                    waiting()
                    told = True
                _lock(handle, wait=True)
            if _is_there(path, handle):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _is_there(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int, *, wait: bool) -> bool:
        while True:
            try:
                # Waits ten seconds at most.
                msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                continue
            return True

else:
    import fcntl

    def _lock(handle: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
