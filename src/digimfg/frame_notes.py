"""What a frame says of itself: ``attrs["notes"]``, which every result repeats, and ``attrs["sources"]`` of its columns."""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.terms import columns_of, parse_term
from digimfg.text import Text
from digimfg.variables.declared import entries_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.specification import Specification
    from digimfg.variables import Variable

__all__ = [
    "MARK",
    "NOTE",
    "declare_sources",
    "declared_variables",
    "frame_notes",
    "frame_sources",
    "is_synthetic",
    "note_entry",
    "synthetic_notes",
]

MARK = "synthetic"
"""The column that says so: 1 in every row of a simulated panel."""

NOTE = Text(
    "SYNTHETIC data: simulated, not observed; no statement about any real place or firm",
    "模拟数据（SYNTHETIC）：由程序生成而非观测，不说明任何真实地区或企业",
)

_PLACES = 14
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def note_entry(note: Text, columns: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a note as ``attrs["notes"]`` holds it; with `columns` it concerns only results that use one of them.

    Examples
    --------
    >>> note_entry(Text("Revised in 2020", "2020 年修订"), ("x",))
    {'en': 'Revised in 2020', 'zh': '2020 年修订', 'columns': ['x']}
    """
    return {"en": note.en, "zh": note.zh, "columns": list(columns)}


def is_synthetic(frame: pd.DataFrame) -> bool:
    """Say whether any row of a frame is simulated."""
    return MARK in frame.columns and bool((frame[MARK].fillna(0) != 0).any())


def synthetic_notes(frame: pd.DataFrame) -> tuple[Text, ...]:
    """Return the note that a frame is simulated, where it is."""
    return (NOTE,) if is_synthetic(frame) else ()


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


def declare_sources(frame: pd.DataFrame, entries: list[dict[str, Any]]) -> None:
    """Write the sources of a frame's columns into it, and marks of their values, by which a changed column is known."""
    named = {name for entry in entries for name in entry["columns"]}
    frame.attrs["sources"] = entries
    frame.attrs["source_values"] = {
        str(name): _marks(frame[name]) for name in frame.columns if name in named and _is_numeric(frame[name])
    }


def frame_sources(frame: pd.DataFrame, used: Specification | Collection[str]) -> tuple[Text, ...]:
    """Return the names of the sources behind the columns of a specification, or the columns given.

    A column that was renamed, computed or given values that its source does not have is nobody's.

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
    named = set(used) if isinstance(used, Collection) else _columns(frame, used)
    columns = {name for name in named if _is_as_given(frame, name)}
    return tuple(
        Text(entry["en"], entry["zh"]) for entry in entries if columns.intersection(entry["columns"])
    )


def declared_variables(frame: pd.DataFrame | None) -> dict[str, Variable]:
    """Return the entries that a frame declares for columns of its own, such as computed ones, by name."""
    told = {} if frame is None else frame.attrs.get("variables", {})
    return entries_of(
        {name: said for name, said in told.items() if frame is not None and name in frame.columns}
    )


def _is_as_given(frame: pd.DataFrame, name: str) -> bool:
    marks = frame.attrs.get("source_values", {}).get(name)
    if marks is None or name not in frame.columns:
        return True
    if not _is_numeric(frame[name]):
        return False
    there = np.unpackbits(np.frombuffer(base64.b64decode(marks), dtype=np.uint8))
    return bool(there[_places(frame[name])].all())


def _marks(column: pd.Series[Any]) -> str:
    """Return which places the values of a column hash to, as text: rows may go, a value that was not there shows."""
    there = np.zeros(2**_PLACES, dtype=np.uint8)
    there[_places(column)] = 1
    return base64.b64encode(np.packbits(there).tobytes()).decode()


def _places(column: pd.Series[Any]) -> NDArray[np.int64]:
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    bits = (values[~np.isnan(values)] + 0.0).view(np.uint64)
    spread = (bits ^ (bits >> np.uint64(32))) * _SPREAD
    places: NDArray[np.int64] = (spread >> np.uint64(64 - _PLACES)).astype(np.int64)
    return places


def _is_numeric(column: pd.Series[Any]) -> bool:
    from pandas.api.types import is_numeric_dtype

    return getattr(column, "ndim", 0) == 1 and is_numeric_dtype(column.dtype)


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
