"""Read a user's file into grids: CSV in several encodings, Excel, Stata, Parquet."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from digimfg.importing.excel import read_excel_grids
from digimfg.importing.grids import FileRead, Grid, unreadable_file
from digimfg.text import Text

__all__ = ["read_file"]

_SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".dta", ".parquet"}
_SNIFFED = 40
_MOST_COLUMNS = 20_000
_FIRST_CHARACTERS = 1_000_000


def read_file(path: Path | str, *, encoding: str | None = None, sheets: tuple[str, ...] = ()) -> FileRead:
    """Read every sheet of a file as it lies there.

    Text is UTF-8 (with or without a mark), else UTF-16 with its mark, else GB18030, which holds GBK and GB2312: the first
    that reads the whole file without error. Separators are comma, semicolon, tab or bar, whichever divides the first
    lines into the most equal fields.

    Parameters
    ----------
    path
        ``.csv .txt .tsv .xlsx .xlsm .dta .parquet``.
    encoding
        Of text files; found as above by default.
    sheets
        Names of the sheets wanted; all that are not empty by default.

    Raises
    ------
    PanelError
        If the file is missing, of another kind, damaged, in an unknown encoding, or without a single cell.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if path.is_dir():
        raise unreadable_file(
            path,
            Text("a file", "文件"),
            Text("a folder", "文件夹"),
            Text("name one file; add each further one with --add", "请指定一个文件；其余逐一用 --add 并入"),
        )
    if suffix not in _SUFFIXES:
        raise unreadable_file(
            path,
            Text("one of " + ", ".join(sorted(_SUFFIXES)), "下列格式之一：" + "、".join(sorted(_SUFFIXES))),
            suffix or Text("no ending", "没有扩展名"),
            Text(
                "open the file in Excel or WPS and save it as .xlsx (old .xls files do not say which cells are percentages)",
                "用 Excel 或 WPS 打开并另存为 .xlsx（旧 .xls 无法分辨百分比格式的单元格）",
            ),
        )
    try:
        content = path.read_bytes()
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
    used = ""
    if suffix in (".xlsx", ".xlsm"):
        grids = read_excel_grids(path, content, sheets)
    elif suffix == ".dta":
        grids = (_stata(path, content),)
    elif suffix == ".parquet":
        grids = (_parquet(path, content),)
    else:
        text, used = _decode(path, content, encoding)
        grids = (_separated(path, text),)
    grids = tuple(grid for grid in grids if grid.n_columns and (grid.n_rows or grid.header))
    if not grids:
        raise unreadable_file(
            path,
            Text("a table", "一张表"),
            Text("no cell that is not empty", "没有非空单元格"),
            Text("check that the file was saved", "请确认文件已保存"),
        )
    return FileRead.of(path, content, grids, used)


def _decode(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    choices: tuple[str, ...] = ("utf-8-sig", "gb18030")
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        choices = ("utf-32",)
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        choices = ("utf-16",)
    elif not encoding and b"\0" in content.strip(b"\0"):
        choices = ()  # UTF-16 without its mark, or no text at all
    for choice in (encoding,) if encoding else choices:
        try:
            return content.decode(choice).rstrip("\0"), choice
        except (UnicodeDecodeError, LookupError):
            continue
    binary = content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF"))
    raise unreadable_file(
        path,
        Text("text in " + (encoding or "UTF-8, UTF-16 or GB18030"), "编码为 " + (encoding or "UTF-8、UTF-16 或 GB18030") + " 的文本"),
        Text("a workbook or another binary file under the name of a text", "改名为文本的工作簿或其他二进制文件") if binary else Text("bytes that it cannot hold", "无法解码的字节"),
        Text(
            "give the file its own ending (.xlsx), or open and save it as .xlsx",
            "请恢复其原扩展名（.xlsx），或打开后另存为 .xlsx",
        ) if binary else Text(
            "save the file as UTF-8, or name its encoding in the mapping: encoding = \"utf-16-le\" (or \"big5\")",
            "请另存为 UTF-8，或在映射中写明编码，如 encoding = \"utf-16-le\"（或 \"big5\"）",
        ),
    )  # fmt: skip


def _separated(path: Path, text: str) -> Grid:
    separator = _separator(text)
    quick = _quick(text, separator)
    if quick is not None:
        return quick
    csv.field_size_limit(1 << 27)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        if text.count('"') % 2:
            for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
                pass  # an open quotation mark swallows the rest of the file without a word, but in strict reading
    except csv.Error as error:
        raise unreadable_file(
            path,
            Text("a table in text", "文本表格"),
            str(error),
            Text("look for a quotation mark that is never closed", "查找未闭合的引号"),
        ) from error
    width = max((len(row) for row in rows), default=0)
    if width > _MOST_COLUMNS:
        raise unreadable_file(
            path,
            Text(f"at most {_MOST_COLUMNS:,} columns", f"至多 {_MOST_COLUMNS:,} 列"),
            f"{width:,}",
            Text("check the separator of the file", "检查分隔符"),
        )
    filled = [row + [""] * (width - len(row)) for row in rows]
    columns = tuple(np.array(column, dtype=object) for column in zip(*filled, strict=True))
    return Grid(sheet="", columns=columns, separator=separator)


def _quick(text: str, separator: str) -> Grid | None:
    """Read a regular table with arrow; ``None`` where its lines differ in length."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    try:
        first = next(csv.reader(io.StringIO(text[:_FIRST_CHARACTERS], newline=""), delimiter=separator), [])
    except csv.Error:
        return None
    names = [f"f{position}" for position in range(len(first))]
    if text.count('"') % 2 or len(first) < 2 or len(first) > _MOST_COLUMNS:
        return None
    try:
        table = arrow.read_csv(
            pa.py_buffer(text.encode("utf-8")),
            read_options=arrow.ReadOptions(use_threads=False, autogenerate_column_names=True, block_size=1 << 26),
            parse_options=arrow.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False),
        )  # fmt: skip
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeEncodeError):
        return None
    return Grid(
        sheet="", columns=tuple(column.combine_chunks() for column in table.columns), separator=separator
    )


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


def _stata(path: Path, content: bytes) -> Grid:
    import pandas as pd
    from pandas.io.stata import StataReader

    try:
        with StataReader(io.BytesIO(content), convert_categoricals=False, preserve_dtypes=True) as reader:
            frame = reader.read()  # type: ignore[attr-defined]
            labels = reader.variable_labels()
            values = reader.value_labels()
            names = dict(zip(frame.columns, getattr(reader, "_lbllist", [""] * frame.shape[1]), strict=False))
            formats = dict(
                zip(frame.columns, getattr(reader, "_fmtlist", [""] * frame.shape[1]), strict=False)
            )
    except Exception as error:  # the reader raises whatever a damaged byte leads to
        raise unreadable_file(
            path,
            Text("a Stata file (.dta)", "Stata 文件（.dta）"),
            f"{type(error).__name__}: {error}",
            Text("open it in Stata and save it again", "在 Stata 中打开并重新保存"),
        ) from error
    for name, code in formats.items():
        if str(code).lstrip("%-").startswith("ty") and frame[name].dtype.kind == "M":
            frame[name] = frame[
                name
            ].dt.year  # the format of years, which pandas reads as the first of January
    header = tuple((_mended(str(name)), _mended(str(labels.get(name, "")))) for name in frame.columns)
    columns = tuple(
        np.array([_mended(cell) if isinstance(cell, str) else cell for cell in frame[name]], dtype=object)
        if frame[name].dtype == object
        else _numbers_or_dates(frame[name], pd)
        for name in frame.columns
    )
    value_labels: dict[int, Mapping[Any, str]] = {
        position: {key: _mended(label) for key, label in values[names[name]].items()}
        for position, name in enumerate(frame.columns)
        if names.get(name) in values
    }
    return Grid(sheet="", columns=columns, header=header, value_labels=value_labels)


def _mended(text: str) -> str:
    """Undo what reading Chinese text of an old Stata file as Latin-1 does."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _numbers_or_dates(column: Any, pd: Any) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        result: np.ndarray = column.to_numpy(dtype="float64", na_value=np.nan)
        return result
    made = np.empty(len(column), dtype=object)
    for place, (value, missing) in enumerate(zip(column, column.isna(), strict=True)):
        made[place] = None if missing else _as_text(value)
    return made


def _as_text(value: Any) -> Any:
    """Return what a cell of a spreadsheet could hold: decimals as their digits, lists and other things as their text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str | int | float | np.number | datetime.date):
        return value
    return str(value)


def _parquet(path: Path, content: bytes) -> Grid:
    import pandas as pd
    import pyarrow.parquet as pq

    try:
        frame = pq.ParquetFile(io.BytesIO(content)).read(use_threads=False).to_pandas(use_threads=False)
    except Exception as error:  # damaged metadata lead to whatever they lead to
        raise unreadable_file(
            path,
            Text("a Parquet file", "Parquet 文件"),
            f"{type(error).__name__}: {error}",
            Text("write it again", "请重新写出"),
        ) from error
    if any(
        str(name) not in [str(level) for level in frame.columns]
        for name in frame.index.names
        if name is not None
    ):
        frame = frame.reset_index()
    header = tuple((str(name),) for name in frame.columns)
    columns = tuple(_numbers_or_dates(frame.iloc[:, place], pd) for place in range(frame.shape[1]))
    return Grid(sheet="", columns=columns, header=header)
