"""Tables of the ledger's page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["html_table"]

_ADDRESS = re.compile(r"(?P<address>https?://(?P<host>[^/\s\]]+)[^\s\]]*)(?P<end>\]?)$")


def html_table(header: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose cells carry the names of their columns, for narrow screens."""
    names = list(header)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-name="{escape(name)}"><span>{_cell(cell)}</span></td>'
            for name, cell in zip(names, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'  # noqa: E501


def _cell(text: str) -> str:
    """Return a cell's words; the address of a source, at their end, becomes a link."""
    found = _ADDRESS.search(text)
    if found is None:
        return escape(text)
    link = f'<a href="{escape(found["address"])}" rel="noreferrer">{escape(found["host"])}</a>'
    return f"{escape(text[: found.start()])}{link}{found['end']}"
