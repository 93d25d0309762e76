"""Read Stata files: texts in the encoding of their time, values with their labels."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from digimfg.errors import PanelError
from digimfg.importing.columns import column_cells
from digimfg.importing.grids import Grid

__all__ = ["read_stata"]

_ROWS = 200_000
_FIRST_UNICODE = 118
_END = b"</stata_dta>"


def read_stata(path: Path, content: bytes) -> Grid:
    """Read a Stata file.

    Files from version 118 on (Stata 14) hold UTF-8; what is none in them was carried over from an older
    file without being translated. Older files do not say what they hold: Chinese ones GBK, others a Western
    encoding; the texts of the whole file decide, once.

    Raises
    ------
    PanelError
        If the file is damaged.
    """
    try:
        return _grid(content)
    except Exception as error:  # the reader raises whatever a damaged byte leads to
        raise PanelError.of(
            "importing.stata_damaged", path=path, name=type(error).__name__, error=error
        ) from error


def _grid(content: bytes) -> Grid:
    from pandas.io.stata import StataReader

    class Reader(StataReader):
        """Reads every text as its bytes: Latin-1 keeps each of them."""

        def _set_encoding(self) -> None:
            self._encoding = "latin-1"

    if content.startswith(b"<") and not content[-64:].rstrip().endswith(_END):
        raise EOFError("the file ends before its last mark")
    with Reader(io.BytesIO(content), convert_categoricals=False, preserve_dtypes=True) as reader:
        labels = list(reader.variable_labels().values())
        version, names, of_labels, formats, n_rows = (
            getattr(reader, name) for name in ("_format_version", "_varlist", "_lbllist", "_fmtlist", "_nobs")
        )
        cells, texts = _cells(reader, formats, n_rows)
        values = reader.value_labels()
    said = [text for named in values.values() for text in named.values()]
    read = _reader({*texts, *names, *labels, *said}, version)
    known = {text: told for text in texts if (told := read(text)) != text}
    return Grid(
        sheet="",
        columns=tuple(_read_texts(array, known) for array in cells),
        header=tuple((read(name), read(label)) for name, label in zip(names, labels, strict=True)),
        value_labels={
            place: {key: read(label) for key, label in values[name].items()}
            for place, name in enumerate(of_labels)
            if name in values
        },
    )


def _cells(reader: Any, formats: Sequence[str], n_rows: int) -> tuple[list[np.ndarray], Iterable[str]]:
    """Return the cells of each column, read in pieces of rows, and the different texts among them."""
    from pandas.io.stata import (  # type: ignore[attr-defined]
        _date_formats,
        _stata_elapsed_date_to_datetime_vec,
    )

    one: dict[str, str] = {}  # each text lies in memory once, however many rows have it
    dated = [any(code.startswith(kind) for kind in _date_formats) for code in formats]
    pieces: list[list[Any]] = [[] for _ in formats]
    while True:
        frame = reader.read(min(_ROWS, n_rows) or None, convert_dates=False)
        n_rows -= len(frame)
        for place, is_date in enumerate(dated):
            column = frame.iloc[:, place]
            pieces[place].append(column if is_date else _once(column_cells(column), one))
        if not n_rows:
            break
    cells = []
    for place, code in enumerate(formats):
        held, pieces[place] = pieces[place], []
        if not dated[place]:
            cells.append(held[0] if len(held) == 1 else np.concatenate(held))
            continue
        column = _stata_elapsed_date_to_datetime_vec(pd.concat(held), code)
        # The format of years, which pandas reads as the first of January.
        of_years = code.lstrip("%-").startswith("ty") and column.dtype.kind == "M"
        cells.append(column_cells(column.dt.year if of_years else column))
    return cells, one


def _once(cells: np.ndarray, one: dict[str, str]) -> np.ndarray:
    if cells.dtype == object:
        cells[:] = [one.setdefault(cell, cell) if type(cell) is str else cell for cell in cells.tolist()]
    return cells


def _read_texts(array: np.ndarray, known: Mapping[str, str]) -> np.ndarray:
    if array.dtype != object or not known:
        return array
    made = np.empty(len(array), dtype=object)
    for place, cell in enumerate(array.tolist()):
        made[place] = known.get(cell, cell) if isinstance(cell, str) else cell
    return made


def _reader(texts: Iterable[str], version: int) -> Callable[[str], str]:
    """Return the function that reads a text whose bytes are its characters."""
    held = [text.encode("latin-1") for text in texts if not text.isascii()]
    unicode = version >= _FIRST_UNICODE or all(map(_is_utf8, held))
    old = "gb18030" if _is_chinese(one for one in held if not (unicode and _is_utf8(one))) else "cp1252"

    def read(text: str) -> str:
        if text.isascii():
            return text
        held = text.encode("latin-1")
        return held.decode("utf-8" if unicode and _is_utf8(held) else old, "replace")

    return read


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(texts: Iterable[bytes]) -> bool:
    """Tell whether bytes beyond ASCII come in pairs, as in GB 2312; accented letters stand alone in words."""
    paired = total = 0
    for text in texts:
        place = 0
        while place < len(text):
            if text[place] < 0x80:
                place += 1
                continue
            pair = text[place : place + 2]
            whole = len(pair) == 2 and 0xA1 <= pair[0] <= 0xF7 and pair[1] >= 0xA1
            paired += whole
            total += 1
            place += 2 if whole else 1
    return 2 * paired > total
