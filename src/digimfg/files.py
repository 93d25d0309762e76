"""Write files whole or not at all, keep names that files carry below a folder, and name contents by hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from pathlib import Path
from typing import Any

from digimfg.errors import DigimfgError
from digimfg.text import Text

__all__ = [
    "below",
    "canonical_json",
    "clear_folder",
    "place_file",
    "remove_file",
    "sha256_bytes",
    "sha256_file",
    "write_bytes",
    "write_text",
]


# What some system reads as more than a part of a name: devices; separators, drives, streams, wildcards,
# control
# characters and halves of characters; blanks and dots at an end, which Windows drops.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE)
_NO_PART = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|\ud800-\udfff]|^ |[. ]$")
_LONGEST_PART, _LONGEST_NAME = 255, 1024  # bytes of a part on most disks, characters of the whole
_SURROGATE = re.compile("[\ud800-\udfff]")


def below(
    folder: Path, name: object, *, where: Text | str = "", error: type[DigimfgError] = DigimfgError
) -> Path:
    r"""Return the path of a file that another file names, which must lie below a folder.

    Every name that is read from a file (of results, staged parts, manifests) goes through here before
    anything is read, written or removed under it.

    Parameters
    ----------
    folder
        Where the file must lie; links are followed.
    name
        With forward slashes: ``"tables/main_en.tex"``.
    where
        What names it, for the error; by default the folder.
    error
        Raised where the name leads elsewhere.

    Raises
    ------
    DigimfgError
        If the name is no text, empty or absolute, leads out of the folder by ``..``, a drive or a link, or
        has a part that some system takes for a device or cannot hold.

    Examples
    --------
    >>> below(Path("output"), "tables/main_en.tex").as_posix()
    'output/tables/main_en.tex'
    >>> below(Path("output"), "../thesis.docx")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    digimfg.errors.DigimfgError:
    """
    parts = name.split("/") if isinstance(name, str) and len(name) <= _LONGEST_NAME else []
    if parts and all(map(_is_part, parts)):
        path = Path(folder, *parts)
        if _leads_below(path, Path(folder)):
            return path
    raise error.of(
        "files.path_outside_folder", where=where or str(folder), got=ascii(name)[:200], folder=folder
    )


def sha256_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys, UTF-8 text, two-space indent and a final newline.

    Halves of characters (surrogates), which UTF-8 cannot hold, are written as JSON escapes.

    Raises
    ------
    ValueError
        If `value` holds a number that is not finite (JSON has no NaN): write ``None`` instead.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically: a kill or a full disk leaves the old file or none.

    Several processes may write one path at the same time: the last one stays, whole. Permissions are those
    that the user's umask gives.

    Raises
    ------
    DigimfgError
        If the folder cannot be written, the disk is full, or no file can have the name.
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}.part")
        with own.open("xb") as stream:
            temporary = own
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if not isinstance(error, OSError | ValueError):  # ValueError: a name that holds NUL, or none at all
            raise
        raise _cannot_write(path, error) from error


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text with Unix line ends atomically (see `write_bytes`).

    Raises
    ------
    DigimfgError
        If the text holds a half of a character (a surrogate), or as `write_bytes` does.
    """
    try:
        encoded = content.encode("utf-8")
    except UnicodeEncodeError as error:
        around = content[max(0, error.start - 20) : error.end + 20]
        raise DigimfgError.of("files.half_characters", path=path, around=ascii(around)) from error
    write_bytes(path, encoded)


def place_file(source: Path, target: Path) -> None:
    """Move a file of the same disk over another, which is there as it was or as it will be at any time.

    Raises
    ------
    DigimfgError
        If the folder cannot be written, or a folder has the name.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def remove_file(path: Path) -> None:
    """Remove a file or a link, never a folder or what a link leads to.

    Raises
    ------
    DigimfgError
        If the folder cannot be written.
    """
    if path.is_dir() and not path.is_symlink():
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error


def clear_folder(folder: Path) -> None:
    """Remove a folder of one's own with all that is in it; a link of its name goes, and what it leads to
    stays.
    """
    if folder.is_symlink():
        remove_file(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _cannot_write(path: Path, error: Exception) -> DigimfgError:
    return DigimfgError.of(
        "files.not_writable",
        got=f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}",
        path=path,
    )


def _is_part(part: str) -> bool:
    if part in ("", "..") or _NO_PART.search(part) or _DEVICE.fullmatch(part):
        return False
    return len(part.encode()) <= _LONGEST_PART


def _leads_below(path: Path, folder: Path) -> bool:
    """Tell whether a path lies below a folder once links are followed; a circle of links lies nowhere."""
    try:
        home = folder.resolve()
        return home in path.resolve().parents
    except (OSError, RuntimeError, ValueError):
        return False
