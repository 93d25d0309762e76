"""What is wrong with a file, as its readers say it, and how large a file may become when it is read."""

from __future__ import annotations

from dataclasses import dataclass

from digimfg.say import say
from digimfg.text import Text

__all__ = ["MOST_BYTES", "MOST_CELLS", "ReadingError", "check_cells"]

MOST_BYTES = 1 << 32
"""The largest file that is read, in bytes."""
MOST_CELLS = 100_000_000
"""The most cells of one table, empty ones included."""
_ALWAYS = 4_000_000
_EMPTY_PER_CELL = 50


@dataclass(frozen=True, slots=True)
class ReadingError(Exception):
    """Say what is wrong with the bytes of a file; the reader of the file adds where and what was expected.

    Parameters
    ----------
    got
        What was found.
    remedy
        What helps; ``None`` where saving the file anew does.
    """

    got: Text
    remedy: Text | None = None


def check_cells(height: int, width: int, held: int, where: str = "") -> None:
    """Refuse a table before memory is taken for it: too many cells, or nearly nothing but empty ones.

    Parameters
    ----------
    height, width
        Of the table.
    held
        How many cells hold something.
    where
        Name of the sheet, for the message.

    Raises
    ------
    ReadingError
        If the table is too large.

    Examples
    --------
    >>> check_cells(300_000, 13, 3_900_000)
    """
    area = height * width
    if area <= min(MOST_CELLS, max(_ALWAYS, _EMPTY_PER_CELL * held)):
        return
    named = Text(f" in sheet '{where}'", f"（工作表“{where}”）") if where else Text("", "")
    raise ReadingError(
        say(
            "{height:,} rows × {width:,} columns{named}, of which {held:,} cells hold something",
            "{height:,} 行 × {width:,} 列{named}，其中 {held:,} 个单元格有内容",
            height=height,
            width=width,
            named=named,
            held=held,
        ),
        say(
            "delete what stands far beyond the table (which has at most {most_cells:,} "
            "cells), or save it in parts",
            "删除远在表外的内容（每张表至多 {most_cells:,} 个单元格），或分成几份保存",
            most_cells=MOST_CELLS,
        ),
    )
