"""Write tables as Markdown: a pipe table with its title above and its notes below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.display.table import Row, Span, Table, cell_text

if TYPE_CHECKING:
    from digimfg.text import Language

__all__ = ["escape_markdown", "render_markdown"]

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$]")
_ALIGNMENT = {"l": ":---", "c": ":---:", "r": "---:", "d": ":---:", "p": ":---"}


def render_markdown(table: Table, language: Language) -> str:
    """Return a pipe table; header rows after the first stand as the first body rows (pipe tables have
    one).
    """
    lines = [f"**{escape_markdown(cell_text(table.title, language))}**", ""]
    header = [_header_cells(spans, language) for spans in table.header]
    body = [_cells(row, table, language) for row in table.rows]
    lines.append(_line(header[0] if header else [""] * table.n_columns))
    lines.append(_line([_ALIGNMENT[alignment] for alignment in table.alignment]))
    lines += [_line(cells) for cells in header[1:] + body]
    for note in table.notes:
        lines += ["", escape_markdown(cell_text(note, language))]
    return "\n".join(lines) + "\n"


def escape_markdown(text: str) -> str:
    r"""Return `text` with every character that Markdown would read as markup made literal.

    Examples
    --------
    >>> print(escape_markdown("0.1*** | log_y"))
    0.1\*\*\* \| log\_y
    """
    return _SPECIAL.sub(lambda match: "\\" + match[0], text).replace("&", "&amp;")


def _header_cells(spans: tuple[Span, ...], language: Language) -> list[str]:
    cells: list[str] = []
    for span in spans:
        cells += [escape_markdown(cell_text(span.text, language))] * span.width
    return cells


def _cells(row: Row, table: Table, language: Language) -> list[str]:
    cells = [escape_markdown(cell_text(cell, language)) for cell in row.cells]
    return cells + [""] * (table.n_columns - len(cells))


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
