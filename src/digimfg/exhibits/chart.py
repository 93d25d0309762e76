"""One figure object that every writer takes: title, notes, and a function that draws it in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from digimfg.text import Language, Text

__all__ = ["Chart"]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Chart:
    """A figure in both languages; title and notes stand below it in the text, not within it.

    Parameters
    ----------
    title
        The caption's first line.
    draw
        Pure function that draws it in one language, under the house style.
    notes
        Paragraphs below the caption.
    name
        Names the figure for cross-references; may be empty.
    """

    title: Text
    draw: Callable[[Language], Figure]
    notes: tuple[Text, ...] = ()
    name: str = ""
