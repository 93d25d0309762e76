"""Show a table where it is printed or is the last line of a notebook's cell, in the language of messages."""

from __future__ import annotations

from digimfg.display.html import render_html
from digimfg.display.table import Table
from digimfg.display.text import render_text
from digimfg.text import current_language

__all__ = ["table_bundle", "terminal_view"]


def table_bundle(table: Table) -> dict[str, str]:
    """Return a table as HTML, by media type."""
    return {"text/html": render_html(table, current_language(), standalone=False)}


def terminal_view(table: Table) -> str:
    """Return a table as text."""
    return render_text(table, current_language())
