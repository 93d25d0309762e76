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
from digimfg.importing.grids import FileRead, Grid, unreadable_file
from digimfg.importing.parquet import read_parquet
from digimfg.importing.separated import decoded, read_separated
from digimfg.importing.stata import read_stata
from digimfg.importing.web_page import declared_encoding, is_web_page, read_web_page
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["read_file"]

_WORKBOOKS = (".xls", ".xlsm", ".xlsx")
_SUFFIXES = (".csv", ".dta", ".parquet", ".tsv", ".txt", *_WORKBOOKS)
_OTHERS = {
    "urn:schemas-microsoft-com:office:spreadsheet": Text(
        "a workbook in the XML of Excel 2003", "Excel 2003 的 XML 工作簿"
    ),
    "MIME-Version: 1.0": Text("a workbook saved as a web archive", "存为网页归档（MHT）的工作簿"),
}
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
        raise unreadable_file(
            path,
            Text("a file that fits into memory", "内存容得下的文件"),
            Text("one that needs more than there is", "所需内存超出可用内存"),
            Text("divide it into several files and add them with --add", "拆成几个文件，逐一用 --add 并入"),
        ) from error
    grids = tuple(grid for grid in grids if grid.n_columns and (grid.n_rows or grid.header))
    if not grids:
        raise unreadable_file(
            path,
            Text("a table", "一张表"),
            Text("no cell that is not empty", "没有非空单元格"),
            Text("check that the file was saved", "请确认文件已保存"),
        )
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
        raise unreadable_file(
            path,
            Text("a file", "文件"),
            Text("a folder", "文件夹"),
            Text("name one file; add each further one with --add", "请指定一个文件；其余逐一用 --add 并入"),
        )
    if path.suffix.lower() not in _SUFFIXES:
        raise unreadable_file(
            path,
            Text("one of " + ", ".join(_SUFFIXES), "下列格式之一：" + "、".join(_SUFFIXES)),
            path.suffix or Text("no ending", "没有扩展名"),
            Text("open the file in Excel or WPS and save it as .xlsx", "用 Excel 或 WPS 打开并另存为 .xlsx"),
        )
    try:
        if path.exists() and not path.is_file():
            raise OSError("no regular file")
        if (size := path.stat().st_size) > MOST_BYTES:
            raise unreadable_file(
                path,
                note_of("importing.most_bytes", most_bytes=MOST_BYTES),
                f"{size:,}",
                Text(
                    "divide it into several files and add them with --add", "拆成几个文件，逐一用 --add 并入"
                ),
            )
        return path.read_bytes()
    except OSError as error:
        raise unreadable_file(
            path,
            Text("a file that can be read", "可读取的文件"),
            f"{type(error).__name__}: {error.strerror or error}",
            Text(
                "check the name and the folder, and that no other program keeps the file open",
                "检查文件名与文件夹，并确认文件未被其他程序占用",
            ),
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
    kind = next((kind for mark, kind in _OTHERS.items() if mark in head[:_LOOKED_AT]), None)
    if kind is not None:
        raise unreadable_file(
            path,
            Text("an Excel workbook (.xlsx, .xls)", "Excel 工作簿（.xlsx、.xls）"),
            kind,
            Text("open it in Excel or WPS and save it as .xlsx", "用 Excel 或 WPS 打开，另存为 .xlsx"),
        )
    workbook = path.suffix.lower() in _WORKBOOKS
    notes = (_is_really(path, note_of("importing.text")),) if workbook else ()
    return (read_separated(path, plain, again),), notes


def _is_really(path: Path, kind: Text) -> Text:
    return note_of("importing.other_format", file=path.name, what=kind, suffix=path.suffix)
