"""What is wrong with a file, as its readers say it, and how large a file may become when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digimfg.errors import Fault, PanelError
from digimfg.text import Text

__all__ = ["MOST_BYTES", "MOST_CELLS", "SAVE_ANEW", "ReadingError", "check_cells"]

MOST_BYTES = 1 << 32
"""The largest file that is read, in bytes."""
MOST_CELLS = 100_000_000
"""The most cells of one table, empty ones included."""
SAVE_ANEW = Text(
    "open it in Excel or WPS, take off a password, and save it as .xlsx",
    "用 Excel 或 WPS 打开，如有密码请取消，另存为 .xlsx",
)
"""What helps with a workbook that cannot be read."""
_ALWAYS = 4_000_000
_EMPTY_PER_CELL = 50


@dataclass(frozen=True, slots=True)
class ReadingError(Exception):
    """Say what is wrong with the bytes of a file; the reader of the file adds where and what was expected.

    Parameters
    ----------
    fault
        What was found, and what helps where saving the file anew does not.
    """

    fault: Fault

    def at(self, path: Path, expected: Text, remedy: Text) -> PanelError:
        """Return the error of a file of which its reader expects something.

        Parameters
        ----------
        path, expected
            File, and what it should be.
        remedy
            What helps where the fault itself says nothing of it.
        """
        return self.fault.error(PanelError, where=str(path), expected=expected, remedy=remedy)


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
    if where:
        raise ReadingError(
            Fault.of(
                "importing.too_many_cells_of_sheet",
                sheet=where,
                height=height,
                width=width,
                held=held,
                most_cells=MOST_CELLS,
            )
        )
    raise ReadingError(
        Fault.of("importing.too_many_cells", height=height, width=width, held=held, most_cells=MOST_CELLS)
    )
