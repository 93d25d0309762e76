"""Write tables as CSV that spreadsheets of any language open: title, header, body, notes, in UTF-8."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.csv_text import csv_text
from digimfg.display.table import Row, Span, Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["render_comma"]

_NEGATIVE = re.compile(r"−[\d,]*\.?\d+")
_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the code page of its machine."""


def render_comma(table: Table, language: Language) -> str:
    """Return the title in the first line, then header and body, an empty line, and one line per note.

    Numbers stand as tables show them, with the minus sign of a keyboard, which spreadsheets read.
    """
    import pandas as pd

    lines = [[cell_text(table.title, language)]]
    lines += [_header(spans, language) for spans in table.header]
    lines += [_cells(row, language) for row in table.rows]
    if table.notes:
        lines += [[""], *([cell_text(note, language)] for note in table.notes)]
    width = table.n_columns
    full = pd.DataFrame([[*line, *[""] * (width - len(line))] for line in lines], dtype=object)
    return _MARK + csv_text(full).partition("\n")[2]  # without the row of column numbers


def _header(spans: tuple[Span, ...], language: Language) -> list[str]:
    return [cell for span in spans for cell in (cell_text(span.text, language), *[""] * (span.width - 1))]


def _cells(row: Row, language: Language) -> list[str]:
    texts = [cell_text(cell, language) for cell in row.cells]
    return [text.replace("−", "-") if _NEGATIVE.fullmatch(text) else text for text in texts]
