"""A folder for the time of a sort on disk; one that a killed process left is removed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from digimfg.locks import locked

__all__ = ["room"]

_PREFIX = "digimfg-scan-"


class _InUseError(Exception):
    """Another process holds the lock of a folder."""


@contextmanager
def room() -> Iterator[Path]:
    """Give an empty folder among the temporary ones, which is gone afterwards.

    A process holds the lock beside its folder as long as this is there, so that whoever gets the lock knows
    that the process was killed: such folders go first.

    Examples
    --------
    >>> with room() as folder:
    ...     inside = folder.is_dir()
    >>> inside, folder.exists()
    (True, False)
    """
    base = Path(tempfile.gettempdir())
    for left in base.glob(f"{_PREFIX}*.lock"):
        _remove(left)
    name = f"{_PREFIX}{uuid4().hex}"
    with locked(base / f"{name}.lock"):
        folder = base / name
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove(lock: Path) -> None:
    """Remove the folder of a lock that nobody holds."""
    with suppress(_InUseError, OSError), locked(lock, _in_use):
        shutil.rmtree(lock.with_suffix(""), ignore_errors=True)


def _in_use() -> None:
    raise _InUseError
