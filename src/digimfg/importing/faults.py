"""What is wrong with a file, as its readers say it, and how large a file may become when it is read."""

from __future__ import annotations

from dataclasses import dataclass

from digimfg.notes import note_of
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
        note_of("importing.too_many_cells", height=height, width=width, named=named, held=held),
        note_of("importing.delete_far_cells", most_cells=MOST_CELLS),
    )
