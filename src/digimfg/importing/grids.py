"""A sheet as it lies in the file: cells by row and column, before anybody knows what is a header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from digimfg.errors import Fault, PanelError
from digimfg.importing.cells import Cells
from digimfg.importing.faults import ReadingError
from digimfg.importing.numbers import parse_numbers
from digimfg.importing.text_amounts import TextAmounts
from digimfg.text import Text

__all__ = ["FileRead", "Grid", "absent_sheets", "fill_merged"]

_HELD = pd.StringDtype("pyarrow")


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Hold the cells of one sheet column by column.

    Parameters
    ----------
    sheet
        Name of the sheet; ``""`` for files that have none.
    columns
        One array per column, all of the same length: strings or numbers (numpy), strings (arrow), or
        numbers whose text can be read again.
    header
        Names and labels per column where the file keeps them apart from the cells (Stata, Parquet).
    percent
        Column → rows of cells that the file shows with a percent sign while it holds the fraction.
    merged
        (first row, last row, first column, last column) of merged cells, 0-based; what they show is filled
        into each.
    value_labels
        Column → its numbers' labels (Stata).
    file
        Name of the file, for messages.
    hidden
        How many rows, and how many groups of columns, the file hides; they are read like others.
    separator
        What separates the columns of a text file; ``""`` for other files.
    hidden_sheet
        Whether the file hides the whole sheet; it is read like others.
    """

    sheet: str
    columns: tuple[Any, ...]
    header: tuple[tuple[str, ...], ...] | None = None
    percent: Mapping[int, frozenset[int]] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    value_labels: Mapping[int, Mapping[Any, str]] = field(default_factory=dict)
    file: str = ""
    hidden: tuple[int, int] = (0, 0)
    separator: str = ""
    hidden_sheet: bool = False

    @property
    def where(self) -> Text:
        """Return file and sheet, for messages."""
        if not self.sheet:
            return Text(self.file or "the table", self.file or "表格")
        before = f"{self.file}, " if self.file else "", f"{self.file}，" if self.file else ""
        return Text(f"{before[0]}sheet '{self.sheet}'", f"{before[1]}工作表“{self.sheet}”")

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def n_columns(self) -> int:
        """Return the number of columns."""
        return len(self.columns)

    def column(self, position: int, first: int = 0, last: int | None = None) -> np.ndarray:
        """Return rows `first` to `last` of a column as an array."""
        part = self.columns[position][first:last]
        return part if isinstance(part, np.ndarray) else part.to_numpy(zero_copy_only=False)

    def cells(self, position: int, first: int = 0, last: int | None = None) -> Cells:
        """Return them as they are held: an array, or text of a text file that nobody has looked at."""
        part = self.columns[position][first:last]
        return part if isinstance(part, np.ndarray) else pd.array(part, dtype=_HELD)

    def amounts(self, position: int, first: int = 0, last: int | None = None) -> Cells:
        """Return cells without the copies of a number that merged cells show: it is one number, and belongs
        to one key.
        """
        if not self.merged:
            return self.cells(position, first, last)
        cells = self.column(position, first, last)
        copies = [
            row - first
            for top, bottom, left, right in self.merged
            if left <= position <= right
            for row in range(max(top + (position == left), first), min(bottom + 1, first + len(cells)))
            if _is_amount(cells[row - first])
        ]
        if copies:
            cells = cells.astype(object)
            cells[copies] = None
        return cells

    def numbers(self, position: int, first: int, last: int) -> np.ndarray | None:
        """Return rows of a column of a text file as numbers, where they were read as such."""
        column = self.columns[position]
        return column.numbers(first, last) if isinstance(column, TextAmounts) else None

    def row(self, position: int) -> list[object]:
        """Return one row's cells."""
        return [self.column(place, position, position + 1)[0] for place in range(self.n_columns)]


@dataclass(frozen=True, kw_only=True, eq=False)
class FileRead:
    """Hold what a file contains and which file it was: name, SHA-256, encoding where it is text, and notes
    on what it is.
    """

    name: str
    sha256: str
    grids: tuple[Grid, ...]
    encoding: str = ""
    notes: tuple[Text, ...] = ()

    @classmethod
    def of(
        cls,
        path: Path,
        sha256: str,
        grids: tuple[Grid, ...],
        encoding: str = "",
        notes: tuple[Text, ...] = (),
    ) -> FileRead:
        """Return what a file held."""
        named = tuple(replace(grid, file=path.name) for grid in grids)
        return cls(name=path.name, sha256=sha256, grids=named, encoding=encoding, notes=notes)


def fill_merged(table: np.ndarray, merged: tuple[tuple[int, int, int, int], ...]) -> None:
    """Fill what merged cells show into every cell that they cover, and empty the columns that hold nothing
    else.

    Such a column is the room that a wider cell takes, as in sheets laid out for print: no header stands
    above it.

    Parameters
    ----------
    table
        Cells, shape (rows, columns); changed in place.
    merged
        (first row, last row, first column, last column), within the table.

    Raises
    ------
    ReadingError
        If merged cells overlap.
    """
    if sum((bottom - top + 1) * (right - left + 1) for top, bottom, left, right in merged) > table.size:
        raise ReadingError(Fault.of("importing.merged_cells_overlap"))
    covered: dict[int, set[int]] = {}
    for top, bottom, left, right in merged:
        for row in range(top, bottom + 1):
            table[row, left : right + 1] = table[top, left]
        for column in range(left + 1, right + 1):
            covered.setdefault(column, set()).update(range(top, bottom + 1))
    for column, rows in covered.items():
        own = [row for row, cell in enumerate(table[:, column].tolist()) if cell != "" and row not in rows]
        if not own:
            table[:, column] = ""


def _is_amount(cell: object) -> bool:
    if isinstance(cell, str):
        return not np.isnan(parse_numbers(np.array([cell], dtype=object)).values[0])
    return isinstance(cell, int | float)


def absent_sheets(path: Path, wanted: tuple[str, ...], held: list[str]) -> PanelError | None:
    """Return the error of sheets that a mapping asks for and a file has not."""
    if all(name in held for name in wanted):
        return None
    return PanelError.of("importing.sheets_absent", path=path, wanted=wanted, held=held)
