"""What a frame says of itself: ``attrs["notes"]``, which every result repeats, and ``attrs["sources"]`` of its columns."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from digimfg.terms import columns_of, parse_term
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["frame_notes", "frame_sources", "note_entry"]


def note_entry(note: Text, columns: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a note as ``attrs["notes"]`` holds it; with `columns` it concerns only results that use one of them.

    Examples
    --------
    >>> note_entry(Text("Revised in 2020", "2020 年修订"), ("x",))
    {'en': 'Revised in 2020', 'zh': '2020 年修订', 'columns': ['x']}
    """
    return {"en": note.en, "zh": note.zh, "columns": list(columns)}


def frame_notes(frame: pd.DataFrame, specification: Specification) -> tuple[Text, ...]:
    """Return the notes of a frame that concern a specification.

    Parameters
    ----------
    frame
        ``attrs["notes"]`` is a list of ``{"en", "zh"}`` (for every result) or ``{"en", "zh", "columns"}`` (for results
        that use one of the columns); a frame without it has none.
    specification
        The equation.
    """
    entries = frame.attrs.get("notes", ())
    if not entries:
        return ()
    used = _columns(frame, specification)
    return tuple(
        Text(entry["en"], entry["zh"])
        for entry in entries
        if not entry.get("columns") or used.intersection(entry["columns"])
    )


def frame_sources(frame: pd.DataFrame, used: Specification | Collection[str]) -> tuple[Text, ...]:
    """Return the names of the sources behind the columns of a specification, or the columns given.

    Parameters
    ----------
    frame
        ``attrs["sources"]`` is a list of ``{"en", "zh", "columns"}``; a frame without it has none.
    used
        The equation, or names of columns.
    """
    entries = frame.attrs.get("sources", ())
    if not entries:
        return ()
    columns = set(used) if isinstance(used, Collection) else _columns(frame, used)
    return tuple(
        Text(entry["en"], entry["zh"]) for entry in entries if columns.intersection(entry["columns"])
    )


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
