"""One table object that every writer takes: title, header rows, body rows with rules, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from digimfg.errors import ExhibitError
from digimfg.text import Language, Text, legible

__all__ = ["Alignment", "Cell", "Row", "Span", "Table", "cell_text"]

Cell = str | Text
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
Alignment = Literal["l", "c", "r", "d", "p"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One body row; its first cell is the stub.

    Parameters
    ----------
    cells
        One per column; a heading has only its first.
    rule_above
        Draw a thin rule above it.
    attached
        It belongs to the row above (a standard error under its estimate): no page break between the two.
    heading
        Its one cell runs across the table ("Panel A: ...").
    """

    cells: tuple[Cell, ...]
    rule_above: bool = False
    attached: bool = False
    heading: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A header cell over several columns (`width` >= 1)."""

    text: Cell
    width: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A finished table in both languages, without formatting of any output language.

    Numbers are finished strings: ``"−0.123***"`` with a true minus sign (U+2212), ``"(0.045)"``, ``"1,234"``.

    Parameters
    ----------
    title
        Stands above the table.
    header
        Header rows, each a tuple of spans whose widths add up to the number of columns.
    rows
        Body.
    notes
        Paragraphs below the table.
    alignment
        One per column: left, centre, right, ``"d"`` (centred, decimal points below each other) or ``"p"``
        (left, a paragraph that may wrap). By default the first is left and the others are ``"d"``.
    name
        Names the table for cross-references; may be empty.

    Raises
    ------
    ExhibitError
        If a row or a header row does not fill the columns.

    Examples
    --------
    >>> table = Table(
    ...     title=Text("One number", "一个数"),
    ...     header=((Span(text=""), Span(text="(1)")),),
    ...     rows=(Row(cells=(Text("robots", "机器人"), "0.123***")),),
    ...     alignment=("l", "d"),
    ... )
    >>> table.n_columns
    2
    """

    title: Text
    header: tuple[tuple[Span, ...], ...]
    rows: tuple[Row, ...]
    notes: tuple[Text, ...] = ()
    alignment: tuple[Alignment, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if not self.alignment:
            width = sum(span.width for span in self.header[0]) if self.header else len(self.rows[0].cells)
            object.__setattr__(self, "alignment", ("l", *("d",) * (width - 1)))
        for number, spans in enumerate(self.header, start=1):
            _check_width(
                self, Text(f"header row {number}", f"表头第{number}行"), sum(span.width for span in spans)
            )
        for number, row in enumerate(self.rows, start=1):
            width = self.n_columns if row.heading and len(row.cells) == 1 else len(row.cells)
            _check_width(self, Text(f"row {number}", f"第{number}行"), width)

    @property
    def n_columns(self) -> int:
        """Return the number of columns, the stub included."""
        return len(self.alignment)

    def header_alignment(self, start: int, width: int) -> Alignment:
        """Return how a header cell stands: as its column where that is flush, centred over numbers and
        spans.
        """
        alignment = self.alignment[start]
        return alignment if width == 1 and alignment in "lpr" else "c"

    def stub_hangs(self, number: int) -> bool:
        """Return whether the stub of a row may run into the row attached below it."""
        if self.rows[number].heading or number + 1 == len(self.rows):
            return False
        below = self.rows[number + 1]
        return below.attached and below.cells[0] == ""

    def stub_height(self, number: int) -> int:
        """Return over how many rows the stub of a row runs: 0 where the stub of a row above runs over it."""
        if number and self.stub_hangs(number - 1):
            return 0
        below = number
        while self.stub_hangs(below):
            below += 1
        return below - number + 1


def cell_text(cell: Cell, language: Language) -> str:
    r"""Return the words of a cell, title or note in one language, on one line.

    Line breaks, tabs and control characters, which tables cannot hold, become one blank; what is no
    character at all becomes ``�`` (`legible`).

    Examples
    --------
    >>> cell_text(Text("two\n lines", "两行"), "en")
    'two lines'
    """
    text = cell.language(language) if isinstance(cell, Text) else cell
    return legible(_BLANKS.sub(" ", text).strip(" "))


def _check_width(table: Table, where: Text, width: int) -> None:
    if width != table.n_columns:
        raise ExhibitError.of(
            "display.width_of_row", title=table.title, place=where, n_columns=table.n_columns, width=width
        )
