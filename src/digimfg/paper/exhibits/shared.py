"""What exhibits of the paper's own data share: they show a register, the shipped one unless another is
given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import ExhibitError
from digimfg.exhibits.selection import exhibit_where
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.exhibits import Exhibit
    from digimfg.paper.corrections import View

__all__ = ["register_frame", "view_sentence"]

_HEADINGS = sheet_beside(__file__, "headings")


def register_frame(exhibit: Exhibit, name: str, view: View = "corrected") -> pd.DataFrame:
    """Return the register that an exhibit shows: the frame it was made with, else the shipped one.

    The panel of an analysis is never used: an exhibit declared by its name shows the shipped register.

    Raises
    ------
    ExhibitError
        If a frame was given that lacks columns of the register.
    """
    from digimfg.paper.definition import find_register
    from digimfg.paper.views import register

    given = exhibit.evidence.frame if exhibit.evidence is not None else None
    if given is None:
        return register(name, view)
    missing = [column for column in find_register(name).variables if column not in given.columns]
    if missing:
        raise ExhibitError.of(
            "paper.not_the_register", where=exhibit_where(exhibit), name=name, missing=missing
        )
    return given


def view_sentence(view: View) -> Text:
    """Return the sentence of a note that says which view is shown."""
    if view == "as_printed":
        return _HEADINGS["as_printed_with_errors"]
    return Text(
        "Certain and likely errata applied; open cells as printed (`digimfg errata` lists all)",
        "已应用确定与可能的勘误；存疑单元格保留原文（`digimfg errata` 列出全部）",
    )
