"""One figure object that every writer takes: title, notes, and a function that draws it in one language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from digimfg.text import Language, Text

__all__ = ["Chart", "Width"]

Width = Literal["wide", "narrow"]
"""``"wide"`` is 14 cm, ``"narrow"`` 8 cm: the text block of a thesis and a column of a journal."""


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
    numbers
        Name → frame: what is drawn, or a summary where that is long, as the measure gave it and unrounded.
        Results files hold it and snapshots compare it. Empty for figures of results and studies, whose
        numbers stand there.
    """

    title: Text
    draw: Callable[[Language], Figure]
    notes: tuple[Text, ...] = ()
    name: str = ""
    numbers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
