"""Answers from files that were downloaded by hand."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from digimfg.errors import SourceError
from digimfg.fetching.faults import too_large
from digimfg.text import Text

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
        raise SourceError(
            where=str(path),
            expected=Text("the publisher's file, downloaded by hand", "手工下载的发布者文件"),
            got=f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}",
            remedy=Text(
                "put it there under this name, or correct `--base-url`",
                "以该文件名放入此处，或更正 `--base-url`",
            ),
        ) from error
