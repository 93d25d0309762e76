"""Read tables in text: encodings and separators are found by reading."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from digimfg.errors import PanelError
from digimfg.importing.faults import ReadingError, check_cells
from digimfg.importing.grids import Grid
from digimfg.importing.text_amounts import MISSING_SPELLINGS, TextAmounts, are_amounts
from digimfg.text import Text

__all__ = ["decoded", "read_separated"]

_SNIFFED = 40
_MOST_COLUMNS = 20_000
_FIRST_BYTES = 2_000_000
_PIECE = 1 << 22
_BY_LINE = frozenset({"utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "big5"})
_BLOCK = 1 << 24
_LARGE = 1 << 22
_WIDE = 1_000
_END_LINES = 64


def decoded(path: Path, content: bytes, encoding: str | None = None, likely: str = "") -> tuple[bytes, str]:
    """Return a text in UTF-8 and the encoding that it was read in.

    UTF-8 (with or without a mark), else UTF-16 or UTF-32 with its mark, else GB 18030: the first that reads
    the whole.

    Parameters
    ----------
    path
        For messages.
    content
        Bytes of the file.
    encoding
        The one to read it in.
    likely
        One to try after UTF-8.

    Raises
    ------
    PanelError
        If none does, or not the one that is named.
    """
    choices = ("utf-8-sig", *([likely] if likely else []), "gb18030")
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        choices = ("utf-32",)
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        choices = ("utf-16",)
    elif not encoding and b"\0" in content.strip(b"\0"):
        choices = ()  # UTF-16 without its mark, or no text at all
    for choice in (encoding,) if encoding else choices:
        try:
            found = _in_utf8(content, choice)
            return found.rstrip(b"\0") if found.endswith(b"\0") else found, choice
        except (UnicodeError, LookupError):
            continue
    binary = content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF"))
    raise PanelError.of(
        "importing.binary_file_named_text" if binary else "importing.bytes_of_another_encoding",
        path=path,
        encodings=[encoding] if encoding else ["UTF-8", "UTF-16", "GB18030"],
    )


def _in_utf8(content: bytes, encoding: str) -> bytes:
    """Return a text in UTF-8, piece by piece where its encoding lets lines stand alone."""
    if encoding.lower() not in _BY_LINE:
        return content.decode(encoding).encode("utf-8")
    content = content.removeprefix(codecs.BOM_UTF8) if encoding == "utf-8-sig" else content
    found: list[bytes | memoryview] = []
    whole, start, same = memoryview(content), 0, encoding.lower().startswith("utf-8")
    while start < len(content):
        stop = content.find(b"\n", start + _PIECE) + 1 or len(content)
        piece = content[start:stop]
        ascii_only = piece.isascii()
        text = "" if ascii_only else piece.decode("utf-8" if same else encoding)
        if not same:
            found.append(whole[start:stop] if ascii_only else text.encode("utf-8"))
        start = stop
    return content if same else b"".join(found)


def read_separated(path: Path, content: bytes, again: Callable[[], bytes] | None = None) -> Grid:
    """Read a table in text, in UTF-8.

    Separators are comma, semicolon, tab or bar, whichever divides the first lines into the most equal fields.

    Parameters
    ----------
    path
        For messages.
    content
        The text.
    again
        Returns the text once more, so that it need not be held for columns that were read as numbers.

    Raises
    ------
    PanelError
        If a quotation mark is never closed, or the table is too large.
    """
    separator = _separator(content[:_FIRST_BYTES].decode("utf-8", "ignore"))
    quick = _quick(content, separator, again)
    if quick is not None:
        return quick
    text = content.decode("utf-8")
    csv.field_size_limit(1 << 27)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        if text.count('"') % 2:
            for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
                # an open quotation mark swallows the rest of the file without a word, but in strict reading
                pass
    except csv.Error as error:
        raise PanelError.of("importing.quotation_not_closed", path=path, error=error) from error
    width = max((len(row) for row in rows), default=0)
    if width > _MOST_COLUMNS:
        raise PanelError.of("importing.text_too_wide", path=path, n=width, most=_MOST_COLUMNS)
    try:
        check_cells(len(rows), width, sum(map(len, rows)))
    except ReadingError as fault:
        raise fault.at(
            path, Text("a table in text", "文本表格"), Text("save it in parts", "分成几份保存")
        ) from fault
    filled = [row + [""] * (width - len(row)) for row in rows]
    columns = tuple(np.array(column, dtype=object) for column in zip(*filled, strict=True))
    return Grid(sheet="", columns=columns, separator=separator)


def _quick(content: bytes, separator: str, again: Callable[[], bytes] | None) -> Grid | None:
    """Read a regular table with arrow; ``None`` where its lines differ in length, or arrow cannot read it."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    try:
        head = io.StringIO(content[:_FIRST_BYTES].decode("utf-8", "ignore"), newline="")
        first = next(csv.reader(head, delimiter=separator), [])
    except csv.Error:
        return None
    quotes = content.count(b'"')
    if quotes % 2 or len(first) < 2 or len(first) > _MOST_COLUMNS:
        return None
    if len(first) > _WIDE and content.count(separator.encode()) < content.count(b"\n") * (len(first) - 1):
        return None  # arrow would take memory for every column before it meets a short line
    form = arrow.ParseOptions(delimiter=separator, newlines_in_values=quotes > 0, ignore_empty_lines=False)
    try:
        columns = _with_amounts(content, len(first), form, again) or [
            _whole(column) for column in _table(pa.py_buffer(content), len(first), form).columns
        ]
    except pa.ArrowMemoryError:
        raise
    except pa.ArrowException:
        return None
    return Grid(sheet="", columns=tuple(columns), separator=separator)


def _table(
    content: Any, width: int, form: Any, *, amounts: Sequence[int] = (), only: int | None = None
) -> Any:
    """Return a table with `amounts` as numbers and other columns as text, or the text of one column alone."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [f"f{place}" for place in range(width)]
    kinds = {name: pa.float64() if place in amounts else pa.string() for place, name in enumerate(names)}
    return arrow.read_csv(
        content,
        read_options=arrow.ReadOptions(
            use_threads=False,  # one thread takes as long, less of the processor and half the memory
            column_names=names,
            block_size=min(max(content.size, 1), _BLOCK),
        ),
        parse_options=form,
        convert_options=arrow.ConvertOptions(
            column_types=kinds,
            null_values=MISSING_SPELLINGS,
            strings_can_be_null=False,
            include_columns=names if only is None else [names[only]],
        ),
    )


def _with_amounts(
    content: bytes, width: int, form: Any, again: Callable[[], bytes] | None
) -> list[Any] | None:
    """Return the columns of a large table, those of decimals as numbers; ``None`` where it is small, has no
    such column, or its commas may stand before decimals.
    """
    import pyarrow as pa

    ends = _ends(content)
    if ends is None or form.delimiter == ";":
        return None
    whole = pa.py_buffer(content)
    start, stop = ends
    parts = whole.slice(0, start), whole.slice(start, stop - start), whole.slice(stop)
    top, bottom = (_table(part, width, form).combine_chunks() for part in (parts[0], parts[2]))
    held = pa.concat_tables((top.slice(_END_LINES // 2), bottom.slice(0, _END_LINES // 2)))
    amounts = [place for place, column in enumerate(held.columns) if are_amounts(column)]
    if not amounts:
        return None
    try:
        middle = _table(parts[1], width, form, amounts=amounts)
    except pa.ArrowInvalid:
        return None

    text = partial(_text, again or (lambda: content), ends, width, form)
    columns: list[Any] = []
    waiting = middle.columns[::-1]
    del middle  # each column is given back when its numbers are taken
    for place in range(width):
        first, last, between = top.column(place), bottom.column(place), waiting.pop()
        if place in amounts:
            values = between.to_numpy()
            pa.default_memory_pool().release_unused()
            if np.isfinite(values).sum() == len(between) - between.null_count:  # "inf" is a text
                columns.append(
                    TextAmounts(
                        top=first.chunk(0), middle=values, bottom=last.chunk(0), read=partial(text, place)
                    )
                )
                continue
            between = text(place)
        columns.append(pa.chunked_array([*first.chunks, *between.chunks, *last.chunks], pa.string()))
    return columns


def _text(source: Callable[[], bytes], ends: tuple[int, int], width: int, form: Any, place: int) -> Any:
    """Return the text of a column between the first lines and the last ones."""
    import pyarrow as pa

    start, stop = ends
    return _table(pa.py_buffer(source()).slice(start, stop - start), width, form, only=place).column(0)


def _ends(content: bytes) -> tuple[int, int] | None:
    """Return where the first lines of a large text end and its last ones begin, neither within quotes."""
    if len(content) < _LARGE:
        return None
    start, stop = 0, len(content)
    while content[stop - 1 : stop] in (b"\r", b"\n"):
        stop -= 1
    for _ in range(_END_LINES):
        start = content.find(b"\n", start) + 1
        stop = content.rfind(b"\n", 0, stop)
        if start <= 0 or stop <= start:
            return None
    stop += 1
    odd = any(part.count(b'"') % 2 for part in (content[:start], content[stop:]))
    return None if odd else (start, stop)


def _whole(column: Any) -> Any:
    """Return a column in one piece, where it is one: pieces of a large file are not copied together."""
    return column.chunk(0) if column.num_chunks == 1 else column


def _separator(text: str) -> str:
    lines = text[:200_000].splitlines()[:_SNIFFED]
    scores: dict[str, tuple[int, int]] = {}
    for mark in (",", "\t", ";", "|"):
        counts = Counter(line.count(mark) for line in lines if line.strip())
        fields, times = max(
            counts.items(), key=lambda item: (item[1] * (item[0] > 0), item[0]), default=(0, 0)
        )
        scores[mark] = (times if fields else 0, fields)
    return max(scores, key=lambda mark: scores[mark])
