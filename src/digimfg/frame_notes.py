"""What a frame says of itself that concerns a specification: notes, which its results repeat, and sources."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from digimfg.frames.said import has_sources, notes_of, sources_of
from digimfg.terms import columns_of, parse_term

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification
    from digimfg.text import Text

__all__ = ["frame_notes", "frame_sources"]


def frame_notes(frame: pd.DataFrame, specification: Specification) -> tuple[Text, ...]:
    """Return the notes of a frame that concern a specification: of the whole frame, or of a column that it
    uses.
    """
    return notes_of(frame, _columns(frame, specification)) if notes_of(frame) else ()


def frame_sources(frame: pd.DataFrame, used: Specification | Collection[str]) -> tuple[Text, ...]:
    """Return the names of the sources behind the columns of a specification, or the columns given (see
    `sources_of`).
    """
    if not has_sources(frame):
        return ()
    return sources_of(frame, used if isinstance(used, Collection) else _columns(frame, used))


def _columns(frame: pd.DataFrame, specification: Specification) -> set[str]:
    terms = (
        specification.outcome,
        *specification.regressors,
        *specification.controls,
        *specification.endogenous,
        *specification.instruments,
        *((specification.weights,) if specification.weights else ()),
    )
    return {name for term in terms for name in columns_of(parse_term(term, frame.columns))}
