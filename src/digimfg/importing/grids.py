"""A sheet as it lies in the file: cells by row and column, before anybody knows what is a header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from digimfg.errors import PanelError
from digimfg.files import sha256_bytes
from digimfg.text import Text

__all__ = ["FileRead", "Grid", "column_letter", "unreadable_file"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Hold the cells of one sheet column by column.

    Parameters
    ----------
    sheet
        Name of the sheet; ``""`` for files that have none.
    columns
        One array per column, all of the same length: strings or numbers (numpy), or strings (arrow).
    header
        Names and labels per column where the file keeps them apart from the cells (Stata, Parquet).
    percent
        Column → rows of cells that the file shows with a percent sign while it holds the fraction.
    merged
        (first row, last row, first column, last column) of merged cells, 0-based, their text filled in.
    value_labels
        Column → its numbers' labels (Stata).
    file
        Name of the file, for messages.
    hidden
        How many rows, and how many groups of columns, the file hides; they are read like others.
    separator
        What separates the columns of a text file; ``""`` for other files.
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

    def row(self, position: int) -> list[object]:
        """Return one row's cells."""
        return [self.column(place, position, position + 1)[0] for place in range(self.n_columns)]


@dataclass(frozen=True, kw_only=True, eq=False)
class FileRead:
    """Hold what a file contains and which file it was: name, SHA-256, encoding where it is text."""

    name: str
    sha256: str
    grids: tuple[Grid, ...]
    encoding: str = ""

    @classmethod
    def of(cls, path: Path, content: bytes, grids: tuple[Grid, ...], encoding: str = "") -> FileRead:
        """Return what `content` of `path` held."""
        named = tuple(replace(grid, file=path.name) for grid in grids)
        return cls(name=path.name, sha256=sha256_bytes(content), grids=named, encoding=encoding)


def column_letter(position: int) -> str:
    """Return the letters of a spreadsheet's column.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def unreadable_file(path: Path, expected: Text, got: Text | str, remedy: Text) -> PanelError:
    """Return the error of a file that cannot be read."""
    return PanelError(where=str(path), expected=expected, got=got, remedy=remedy)
