"""What is wrong with files that are scanned: none there, columns that differ, no rows, changed meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from digimfg.errors import SourceError
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Stamp", "check_files", "check_unchanged", "stamps", "unreadable"]


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
        raise SourceError(
            where=f"dm.scan({pattern!r})",
            expected=Text("Parquet files", "Parquet 文件"),
            got=Text("none", "无"),
            remedy=Text(
                "name a file, a folder, or a pattern such as firms/*.parquet",
                "请给出文件、文件夹或通配符，如 firms/*.parquet",
            ),
        )
    first: pa.Schema | None = None
    for path in paths:
        where = say("file '{path}'", "文件“{path}”", path=path)
        try:
            with pq.ParquetFile(path) as file:
                schema, rows = file.schema_arrow, file.metadata.num_rows
        except (OSError, pa.ArrowException) as error:
            raise SourceError(
                where=where,
                expected=Text("a Parquet file", "Parquet 文件"),
                got=Text.of(f"{type(error).__name__}: {error}"),
                remedy=Text("write it again, or leave it out", "请重新写出，或不要包括该文件"),
            ) from None
        if not rows:
            raise SourceError(
                where=where,
                expected=Text("rows", "若干行"),
                got=Text("none", "无"),
                remedy=Text("remove the file, or write it again", "请删除该文件，或重新写出"),
            )
        first = first or schema
        if difference := _difference(first, schema):
            column, expected, got = difference
            raise SourceError(
                where=where,
                expected=say(
                    "column '{column}' as in '{first}': {expected}",
                    "列“{column}”与“{first}”相同：{expected}",
                    column=column,
                    first=paths[0],
                    expected=expected,
                ),
                got=got,
                remedy=Text(
                    "write all files with the same columns and types", "请以相同的列与类型写出全部文件"
                ),
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
        raise SourceError(
            where=say("file '{path}'", "文件“{path}”", path=stamp.path),
            expected=Text("a file that stays as it is while it is read", "读取期间不变的文件"),
            got=Text("changed", "已改变") if path.exists() else Text("gone", "已不存在"),
            remedy=Text("scan it again when it is written", "写完后请重新扫描"),
        )


def unreadable(fault: Exception) -> SourceError:
    """Return the error for data that stopped being readable."""
    return SourceError(
        where="dm.scan",
        expected=Text("data that can be read", "可读取的数据"),
        got=Text.of(f"{type(fault).__name__}: {fault}"),
        remedy=Text("write them again", "请重新写出"),
    )


def _difference(first, other) -> tuple[str, Text, Text] | None:  # type: ignore[no-untyped-def]
    none = Text("none", "无")
    for name in dict.fromkeys((*first.names, *other.names)):
        kinds = [
            Text.of(str(schema.field(name).type)) if name in schema.names else none
            for schema in (first, other)
        ]
        if kinds[0] != kinds[1]:
            return name, kinds[0], kinds[1]
    return None
