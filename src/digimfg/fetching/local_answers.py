"""Answers from files that were downloaded by hand."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from digimfg.errors import SourceError
from digimfg.fetching.faults import too_large

__all__ = ["local_answer"]


def local_answer(url: str, largest: int) -> bytes:
    """Return the bytes of a file that a ``file:`` address names.

    Raises
    ------
    SourceError
        If it cannot be read or is larger than an answer may be.
    """
    path = Path(url2pathname(urlsplit(url).path))
    try:
        if path.is_file() and path.stat().st_size > largest:
            raise too_large(str(path), largest)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError.of(
            "fetching.local_file_unreadable",
            where=str(path),
            got=f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}",
        ) from error
