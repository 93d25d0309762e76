"""Read a user's file into grids: text in several encodings, workbooks, web pages, Stata, Parquet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa

from digimfg.errors import PanelError
from digimfg.files import sha256_bytes
from digimfg.importing.excel import read_excel_grids
from digimfg.importing.excel_old import is_old_workbook, read_old_excel_grids
from digimfg.importing.faults import MOST_BYTES
from digimfg.importing.grids import FileRead, Grid
from digimfg.importing.parquet import read_parquet
from digimfg.importing.separated import decoded, read_separated
from digimfg.importing.stata import read_stata
from digimfg.importing.web_page import declared_encoding, is_web_page, read_web_page
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["read_file"]

_WORKBOOKS = (".xls", ".xlsm", ".xlsx")
_SUFFIXES = (".csv", ".dta", ".parquet", ".tsv", ".txt", *_WORKBOOKS)
_XML_WORKBOOK = "urn:schemas-microsoft-com:office:spreadsheet"
_WEB_ARCHIVE = "MIME-Version: 1.0"
_LOOKED_AT = 10_000
_HEAD = 1_000_000


def read_file(path: Path | str, *, encoding: str | None = None, sheets: tuple[str, ...] = ()) -> FileRead:
    """Read every sheet of a file as it lies there.

    Text is UTF-8 (with or without a mark), else UTF-16 with its mark, else GB18030, which holds GBK and
    GB2312: the first that reads the whole file without error. Separators are comma, semicolon, tab or bar,
    whichever divides the first lines into the most equal fields. A workbook is read as what it is, not as
    its ending says: many databases export web pages or text under the name of one.

    Parameters
    ----------
    path
        ``.csv .txt .tsv .xlsx .xlsm .xls .dta .parquet``.
    encoding
        Of text files; found as above by default.
    sheets
        Names of the sheets wanted; all that are not empty by default.

    Raises
    ------
    PanelError
        If the file is missing, of another kind, damaged, too large, in an unknown encoding, or without a
        single cell.
    """
    path = Path(path)
    try:
        content = _content(path)
        digest = sha256_bytes(content)
        stored = _stored(path, content, sheets)
        used, notes = "", tuple[Text, ...]()
        if stored is not None:
            grids = stored
        else:
            plain, used = decoded(path, content, encoding, declared_encoding(content))
            del content  # a large file lies in memory once
            grids, notes = _texts(path, plain, sheets, partial(_again, path, digest, used))
    except MemoryError as error:
        raise PanelError.of("importing.file_beyond_memory", path=path) from error
    grids = tuple(grid for grid in grids if grid.n_columns and (grid.n_rows or grid.header))
    if not grids:
        raise PanelError.of("importing.no_cell", path=path)
    pa.default_memory_pool().release_unused()
    return FileRead.of(path, digest, grids, used, notes)


def _again(path: Path, digest: str, encoding: str) -> bytes:
    """Return the text of a file that was read before.

    Raises
    ------
    PanelError
        If it is no longer the same file.
    """
    content = _content(path)
    if sha256_bytes(content) != digest:
        raise PanelError.of("importing.file_changed", where=str(path))
    return decoded(path, content, encoding)[0]


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise PanelError.of("importing.folder_for_file", path=path)
    if not path.suffix:
        raise PanelError.of("importing.ending_lacking", path=path, endings=_SUFFIXES)
    if path.suffix.lower() not in _SUFFIXES:
        raise PanelError.of("importing.ending_unknown", path=path, endings=_SUFFIXES, ending=path.suffix)
    try:
        if path.exists() and not path.is_file():
            raise OSError("no regular file")
        if (size := path.stat().st_size) > MOST_BYTES:
            raise PanelError.of("importing.too_many_bytes", path=path, most_bytes=MOST_BYTES, size=size)
        return path.read_bytes()
    except OSError as error:
        raise PanelError.of(
            "importing.file_not_opened",
            path=path,
            name=type(error).__name__,
            error=error.strerror or error,
        ) from error


def _stored(path: Path, content: bytes, sheets: tuple[str, ...]) -> tuple[Grid, ...] | None:
    """Return the tables of a file that is no text; ``None`` for text."""
    suffix = path.suffix.lower()
    if suffix == ".dta":
        return (read_stata(path, content),)
    if suffix == ".parquet":
        return (read_parquet(path, content),)
    named_workbook = suffix in _WORKBOOKS
    if named_workbook and content.startswith(b"PK"):
        return read_excel_grids(path, content, sheets)
    if named_workbook and is_old_workbook(content):
        return read_old_excel_grids(path, content, sheets)
    return None


def _texts(
    path: Path, plain: bytes, sheets: tuple[str, ...], again: Callable[[], bytes]
) -> tuple[tuple[Grid, ...], tuple[Text, ...]]:
    """Return the tables of a text in UTF-8, and notes on what it is."""
    head = plain[:_HEAD].decode("utf-8", "ignore")
    if is_web_page(head):
        tables = read_web_page(path, plain.decode("utf-8"), sheets)
        return tables, (_is_really(path, note_of("importing.web_page")),)
    if _XML_WORKBOOK in head[:_LOOKED_AT]:
        raise PanelError.of("importing.xml_workbook", path=path)
    if _WEB_ARCHIVE in head[:_LOOKED_AT]:
        raise PanelError.of("importing.web_archive", path=path)
    workbook = path.suffix.lower() in _WORKBOOKS
    notes = (_is_really(path, note_of("importing.text")),) if workbook else ()
    return (read_separated(path, plain, again),), notes


def _is_really(path: Path, kind: Text) -> Text:
    return note_of("importing.other_format", file=path.name, what=kind, suffix=path.suffix)
