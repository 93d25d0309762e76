"""One table object that every writer takes: title, header rows, body rows with rules, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from digimfg.text import Text

__all__ = ["Cell", "Row", "Table"]

Cell = str | Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its first cell is the stub; `rule_above` draws a thin rule across the table."""

    cells: tuple[Cell, ...]
    rule_above: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A header cell over several columns (`width` >= 1)."""

    text: Cell
    width: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A finished table in both languages, without formatting of any output language.

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
        One of ``l c r d`` per column; ``d`` aligns on the decimal point.
    """

    title: Text
    header: tuple[tuple[Span, ...], ...]
    rows: tuple[Row, ...]
    notes: tuple[Text, ...] = ()
    alignment: tuple[Literal["l", "c", "r", "d"], ...] = ()
