"""What a frame says of itself: plain values beside it that pandas carries along, written and read here alone.

``notes`` and ``sources`` are lists of ``{"en", "zh", "columns"}``; ``source_values`` marks the values that a
source gave; ``vintages`` is publisher → name; ``definitions`` and ``variables`` are by column;
`filled_cells` has its own. Simulated rows are told by a column.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "MARK",
    "NOTE",
    "add_notes",
    "add_sources",
    "declare_sources",
    "declare_variable",
    "declare_vintages",
    "definition_of",
    "has_sources",
    "is_synthetic",
    "keep_said",
    "note_entry",
    "notes_of",
    "said_of",
    "say_nothing",
    "say_of_estimates",
    "say_of_joined",
    "say_of_source_columns",
    "sources_of",
    "speak_of",
    "spoken_of",
    "synthetic_notes",
    "told_variables",
    "vintage_note",
    "vintages_of",
    "with_whole_mark",
]

MARK = "synthetic"
"""The column that says so: 1 in every row of a simulated panel."""

NOTE = Text(
    "SYNTHETIC data: simulated, not observed; no statement about any real place or firm",
    "模拟数据（SYNTHETIC）：由程序生成而非观测，不说明任何真实地区或企业",
)

_PLACES = 14
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def note_entry(note: Text, columns: Iterable[str] = ()) -> dict[str, Any]:
    """Return a note or the name of a source as a frame holds it; with `columns` it concerns these alone.

    Examples
    --------
    >>> note_entry(Text("Revised in 2020", "2020 年修订"), ("x",))
    {'en': 'Revised in 2020', 'zh': '2020 年修订', 'columns': ['x']}
    """
    return {"en": note.en, "zh": note.zh, "columns": list(columns)}


def is_synthetic(frame: pd.DataFrame) -> bool:
    """Say whether any row of a frame is simulated."""
    return MARK in frame.columns and bool((frame[MARK].dropna() != 0).any())


def with_whole_mark(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose mark of simulated rows is 1 or 0; rows of files without the mark are observed."""
    if MARK not in frame.columns:
        return frame
    return frame.assign(**{MARK: (frame[MARK].fillna(0) != 0).astype("int64")})


def synthetic_notes(frame: pd.DataFrame) -> tuple[Text, ...]:
    """Return the note that a frame is simulated, where it is."""
    return (NOTE,) if is_synthetic(frame) else ()


def add_notes(
    frame: pd.DataFrame, notes: Iterable[Text | Mapping[str, Any]], columns: Iterable[str] = ()
) -> None:
    """Let a frame tell more: texts, with `columns` of these alone, or entries as `note_entry` makes them."""
    named = tuple(columns)
    more = [note_entry(note, named) if isinstance(note, Text) else dict(note) for note in notes]
    if more:
        frame.attrs["notes"] = [*frame.attrs.get("notes", ()), *more]


def notes_of(frame: pd.DataFrame, used: Collection[str] | None = None) -> tuple[Text, ...]:
    """Return the notes of a frame, those of columns where one of them is used."""
    entries = frame.attrs.get("notes", ())
    return tuple(
        Text(entry["en"], entry["zh"])
        for entry in entries
        if used is None or not entry.get("columns") or set(used).intersection(entry["columns"])
    )


def declare_sources(frame: pd.DataFrame, entries: list[dict[str, Any]]) -> None:
    """Write the sources of a frame's columns into it, and marks of their values, by which a changed column
    is known.
    """
    named = {name for entry in entries for name in entry["columns"]}
    frame.attrs["sources"] = entries
    frame.attrs["source_values"] = {
        str(name): _marks(frame[name]) for name in frame.columns if name in named and _is_numeric(frame[name])
    }


def add_sources(frame: pd.DataFrame, sources: Iterable[Text], columns: Iterable[str]) -> None:
    """Name sources of columns, beside those that a frame names already."""
    named = tuple(columns)
    more = [note_entry(source, named) for source in sources]
    if more:
        frame.attrs["sources"] = _merged([*frame.attrs.get("sources", ()), *more])


def has_sources(frame: pd.DataFrame) -> bool:
    """Return whether a frame names the sources of any column."""
    return bool(frame.attrs.get("sources"))


def sources_of(frame: pd.DataFrame, used: Collection[str]) -> tuple[Text, ...]:
    """Return the names of the sources behind columns.

    A column that was renamed or given values that its source does not have is nobody's; one that is declared
    to be computed has the sources of its inputs.
    """
    entries = frame.attrs.get("sources", ())
    if not entries:
        return ()
    columns = {name for name in used if _is_as_given(frame, name)}
    return tuple(
        Text(entry["en"], entry["zh"]) for entry in entries if columns.intersection(entry["columns"])
    )


def vintages_of(frame: pd.DataFrame) -> Mapping[str, str]:
    """Return publisher → vintage of the fetched data that a frame holds; empty for shipped data and one's
    own.
    """
    found: Mapping[str, str] = frame.attrs.get("vintages", {})
    return found


def vintage_note(frame: pd.DataFrame) -> Text | None:
    """Return the note that names the vintages of a frame, where it holds fetched data."""
    return notes_of(frame)[0] if vintages_of(frame) else None


def declare_vintages(
    frame: pd.DataFrame,
    vintages: Mapping[str, str],
    definitions: Mapping[str, Text],
    notes: Iterable[Mapping[str, Any]],
) -> None:
    """Write into a frame which fetched data it holds, what their columns mean, and notes, the vintages' own
    first.
    """
    frame.attrs["vintages"] = dict(vintages)
    frame.attrs["definitions"] = {name: {"en": text.en, "zh": text.zh} for name, text in definitions.items()}
    frame.attrs["notes"] = [dict(note) for note in notes]


def definition_of(frame: pd.DataFrame | None, name: str) -> Text | None:
    """Return what a fetched column means, ``None`` where the dictionary's own definition holds."""
    said = None if frame is None else frame.attrs.get("definitions", {}).get(name)
    return Text(said["en"], said["zh"]) if said else None


def declare_variable(frame: pd.DataFrame, name: str, said: Mapping[str, Any]) -> None:
    """Write the entry of a column of a frame's own, as plain values."""
    frame.attrs["variables"] = {**frame.attrs.get("variables", {}), name: dict(said)}


def told_variables(frame: pd.DataFrame | None) -> dict[str, Mapping[str, Any]]:
    """Return the entries of columns of a frame's own, by name, of those that are there."""
    told = {} if frame is None else frame.attrs.get("variables", {})
    return {name: said for name, said in told.items() if frame is not None and name in frame.columns}


def speak_of(table: pd.DataFrame | pd.Series[Any], entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Leave with a table of an answer the entries of columns that the answer was made from."""
    table.attrs["spoken_of"] = {name: dict(said) for name, said in entries.items()}


def spoken_of(table: pd.DataFrame | pd.Series[Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the entries that `speak_of` left with a table of an answer."""
    found: Mapping[str, Mapping[str, Any]] = table.attrs.get("spoken_of", {})
    return found


def say_of_source_columns(frame: pd.DataFrame, inputs: Collection[str], name: str) -> None:
    """Let the sources and notes of columns be those of a column that is computed from them."""
    for part in ("sources", "notes"):
        entries = [_extended(entry, inputs, name) for entry in frame.attrs.get(part, ())]
        if entries:
            frame.attrs[part] = entries


def say_of_joined(frame: pd.DataFrame, other: pd.DataFrame, columns: Collection[str]) -> None:
    """Write into a frame what another one says of the columns that were taken from it."""
    for part in ("sources", "notes"):
        kept = [entry for each in other.attrs.get(part, ()) if (entry := _narrowed(each, columns))]
        if kept:
            frame.attrs[part] = _merged([*frame.attrs.get(part, ()), *kept])
    for part in ("variables", "definitions"):
        said = {name: told for name, told in other.attrs.get(part, {}).items() if name in columns}
        if said:
            frame.attrs[part] = {**frame.attrs.get(part, {}), **said}


def say_of_estimates(frame: pd.DataFrame, table: pd.DataFrame, columns: Collection[str]) -> None:
    """Write into a frame what a table of estimates says, of columns that were made from it."""
    add_notes(frame, notes_of(table), columns)


def keep_said(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    """Let a frame say all that another one says."""
    frame.attrs = other.attrs


def say_nothing(frame: pd.DataFrame) -> None:
    """Take from a frame what it says, where its values are others now."""
    frame.attrs = {}


def said_of(frame: pd.DataFrame | pd.Series[Any]) -> dict[str, Any]:
    """Return all that a frame says, as plain values: frames that say the same can stand for each other."""
    return {str(name): told for name, told in frame.attrs.items()}


def _extended(entry: Mapping[str, Any], inputs: Collection[str], name: str) -> dict[str, Any]:
    columns = list(entry.get("columns", ()))
    return {**entry, "columns": [*columns, name]} if set(columns) & set(inputs) else dict(entry)


def _narrowed(entry: Mapping[str, Any], columns: Collection[str]) -> dict[str, Any] | None:
    named = [name for name in entry.get("columns", ()) if name in columns]
    if not entry.get("columns"):
        return {**entry, "columns": list(columns)}
    return {**entry, "columns": named} if named else None


def _merged(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return entries of the same words as one, with the columns of all."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries:
        held = found.setdefault((entry["en"], entry["zh"]), {**entry, "columns": []})
        held["columns"] = list(dict.fromkeys([*held["columns"], *entry.get("columns", ())]))
    return list(found.values())


def _is_as_given(frame: pd.DataFrame, name: str) -> bool:
    marks = frame.attrs.get("source_values", {}).get(name)
    if marks is None or name not in frame.columns:
        return True
    column = frame[name]
    if not _is_numeric(column):
        return False
    there = np.unpackbits(np.frombuffer(base64.b64decode(marks), dtype=np.uint8))
    return bool(there[_places(column)].all())


def _marks(column: pd.Series[Any]) -> str:
    """Return which places the values of a column hash to, as text: rows may go, a value that was not there
    shows.
    """
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
