"""Write files whole or not at all, and name their contents by hash."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from digimfg.errors import DigimfgError
from digimfg.text import Text

__all__ = ["canonical_json", "sha256_bytes", "sha256_file", "write_bytes", "write_text"]


def sha256_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys, UTF-8 text, two-space indent and a final newline.

    Raises
    ------
    ValueError
        If `value` holds a number that is not finite (JSON has no NaN): write ``None`` instead.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically: a kill or a full disk leaves the old file or none.

    Raises
    ------
    DigimfgError
        If the folder cannot be written or the disk is full.
    """
    path = Path(path)
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise DigimfgError(
            where=Text(f"writing {path}", f"写入 {path}"),
            expected=Text("a folder that can be written and enough space", "可写的文件夹与足够的空间"),
            got=f"{type(error).__name__}: {error.strerror or error}",
            remedy=Text(
                "free space or choose another folder; nothing was changed",
                "腾出空间或换一个文件夹；原文件未变",
            ),
        ) from error


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text with Unix line ends atomically (see `write_bytes`)."""
    write_bytes(path, content.encode("utf-8"))
