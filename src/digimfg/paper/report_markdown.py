"""Markdown of the report: words that show as they are, and tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.text import Language

__all__ = ["escaped", "grid"]


def escaped(text: Text, language: Language) -> str:
    """Return words as Markdown that shows them as they are."""
    return re.sub(r"([\\`*_{}\[\]<>#$@|~])", r"\\\1", text.language(language))


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], align: str = "---") -> list[str]:
    """Return the lines of a table of words."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(escaped(Text(cell, cell), 'en') for cell in cells)} |"

    return [line(head), f"|{'|'.join(align for _ in head)}|", *map(line, rows)]
