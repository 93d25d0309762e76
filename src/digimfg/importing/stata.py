"""Read Stata files: texts in the encoding of their time, values with their labels."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from digimfg.importing.columns import column_cells
from digimfg.importing.grids import Grid, unreadable_file
from digimfg.text import Text

__all__ = ["read_stata"]

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
        raise unreadable_file(
            path,
            Text("a Stata file (.dta)", "Stata 文件（.dta）"),
            f"{type(error).__name__}: {error}",
            Text("open it in Stata and save it again", "在 Stata 中打开并重新保存"),
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
        frame = reader.read()  # type: ignore[attr-defined]
        labels = list(reader.variable_labels().values())
        values = reader.value_labels()
        version, names, of_labels, formats = (
            getattr(reader, name) for name in ("_format_version", "_varlist", "_lbllist", "_fmtlist")
        )
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    columns = [
        # The format of years, which pandas reads as the first of January.
        column.dt.year if code.lstrip("%-").startswith("ty") and column.dtype.kind == "M" else column
        for column, code in zip(columns, formats, strict=True)
    ]
    cells = [column_cells(column) for column in columns]
    said = [text for named in values.values() for text in named.values()]
    texts = {
        cell
        for array in cells
        if array.dtype == object
        for cell in set(array.tolist())
        if isinstance(cell, str)
    }
    read = _reader({*texts, *names, *labels, *said}, version)
    return Grid(
        sheet="",
        columns=tuple(_read_texts(array, read) for array in cells),
        header=tuple((read(name), read(label)) for name, label in zip(names, labels, strict=True)),
        value_labels={
            place: {key: read(label) for key, label in values[name].items()}
            for place, name in enumerate(of_labels)
            if name in values
        },
    )


def _read_texts(array: np.ndarray, read: Callable[[str], str]) -> np.ndarray:
    if array.dtype != object:
        return array
    known = {text: read(text) for text in set(array.tolist()) if isinstance(text, str)}
    if all(text == told for text, told in known.items()):
        return array
    made = np.empty(len(array), dtype=object)
    for place, cell in enumerate(array.tolist()):
        made[place] = known[cell] if isinstance(cell, str) else cell
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
