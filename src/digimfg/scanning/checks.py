"""What is wrong with scanned data: no file, columns that differ, no rows, changed or not readable."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from digimfg.errors import SourceError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Stamp", "check_files", "check_names", "check_unchanged", "reading", "stamps"]

_ERRORS = (
    ("duckdb", "Error"),
    ("polars.exceptions", "PolarsError"),
    ("distributed.scheduler", "KilledWorker"),
)


class Stamp(NamedTuple):
    """Tell one state of a file from another."""

    path: str
    size: int
    changed: int


def stamps(paths: Sequence[str]) -> tuple[Stamp, ...]:
    """Return the state of files."""
    found = []
    for path in paths:
        state = Path(path).stat()
        found.append(Stamp(path, state.st_size, state.st_mtime_ns))
    return tuple(found)


def check_files(pattern: str, paths: Sequence[str]) -> None:
    """Raise unless there are Parquet files of the same columns, each with rows.

    Raises
    ------
    SourceError
        With the file, and the column that differs.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not paths:
        raise SourceError.of("scanning.no_files", where=f"dm.scan({pattern!r})")
    first: pa.Schema | None = None
    for path in paths:
        where = note_of("scanning.place_of_file", path=path)
        try:
            with pq.ParquetFile(path) as file:
                schema, rows = file.schema_arrow, file.metadata.num_rows
        except (OSError, pa.ArrowException) as error:
            raise SourceError.of(
                "scanning.not_parquet", where=where, got=Text.of(f"{type(error).__name__}: {error}")
            ) from None
        if not rows:
            raise SourceError.of("scanning.no_rows", where=where)
        first = first or schema
        if difference := _difference(first, schema):
            column, expected, got = difference
            raise SourceError.of(
                "scanning.files_of_other_columns",
                where=where,
                got=got,
                column=column,
                first=paths[0],
                wanted=expected,
            )


def check_unchanged(before: Sequence[Stamp]) -> None:
    """Raise if a file is no longer as it was.

    Raises
    ------
    SourceError
        With its name.
    """
    for stamp in before:
        path = Path(stamp.path)
        if path.exists() and stamps([stamp.path])[0] == stamp:
            continue
        raise SourceError.of(
            "scanning.file_changed_while_read" if path.exists() else "scanning.file_gone_while_read",
            path=stamp.path,
        )


def check_names(names: Sequence[str]) -> None:
    """Raise if two columns have one name.

    Raises
    ------
    SourceError
        With the name.
    """
    twice = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
    if twice:
        raise SourceError.of("scanning.columns_named_twice", names=", ".join(twice))


@contextmanager
def reading(files: Sequence[Stamp]) -> Iterator[None]:
    """Name what cannot be read, whichever engine finds out.

    Raises
    ------
    SourceError
        If a file is no longer as it was, or cannot be read; or the query behind the data fails.
    """
    try:
        yield
    except _faults() as fault:
        check_unchanged(files)
        raise _unreadable(fault, files) from fault


def _faults() -> tuple[type[Exception], ...]:
    import pyarrow as pa

    found: list[type[Exception]] = [OSError, pa.ArrowException]
    for package, name in _ERRORS:
        if (module := sys.modules.get(package)) is not None:
            found.append(getattr(module, name))
    return tuple(found)


def _unreadable(fault: Exception, files: Sequence[Stamp]) -> SourceError:
    damaged = next((stamp.path for stamp in files if _is_damaged(stamp.path)), None)
    return SourceError.of(
        "scanning.data_unreadable",
        got=Text.of(f"{type(fault).__name__}: {str(fault).strip()}"),
        source="dm.scan" if damaged is None else note_of("scanning.place_of_file", path=damaged),
    )


def _is_damaged(path: str) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for _ in file.iter_batches():
                pass
    except (OSError, pa.ArrowException):
        return True
    return False


def _difference(first: Any, other: Any) -> tuple[str, Text, Text] | None:
    none = Text("none", "无")
    for name in dict.fromkeys((*first.names, *other.names)):
        kinds = [
            Text.of(str(schema.field(name).type)) if name in schema.names else none
            for schema in (first, other)
        ]
        if kinds[0] != kinds[1]:
            return name, kinds[0], kinds[1]
    return None
