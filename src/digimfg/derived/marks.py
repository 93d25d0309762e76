"""Carry what a frame says of its columns over to those computed from them: by declaration, never by their values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.filled_cells import declare_filled, filled_columns, filled_flags
from digimfg.frame_notes import note_entry
from digimfg.text import Text
from digimfg.variables.declared import plain_entry

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.derived.column import Derived
    from digimfg.derived.rows import Rows
    from digimfg.variables import Variable

__all__ = ["carry_marks", "carry_of_joined"]


def carry_marks(
    frame: pd.DataFrame, column: Derived, entry: Variable, rows: Rows, notes: Iterable[Text]
) -> None:
    """Write into a frame what its new column inherits from its inputs, what it is, and what was noted when it was computed.

    Sources and notes of an input are those of the column. Cells that rest on filled-in ones are flagged as filled.
    """
    inputs, name = column.how.inputs(list(map(str, frame.columns))), column.name
    for part in ("sources", "notes"):
        entries = [_extended(each, inputs, name) for each in frame.attrs.get(part, ())]
        if entries:
            frame.attrs[part] = entries
    registers = [note_entry(file.title, (name,)) for file in column.how.registers()]
    if registers:
        frame.attrs["sources"] = _merged([*frame.attrs.get("sources", ()), *registers])
    label = Text.of(column.label)
    own = [note_entry(Text(f"{label.en}: {note.en}", f"{label.zh}：{note.zh}"), (name,)) for note in notes]
    if own:
        frame.attrs["notes"] = [*frame.attrs.get("notes", ()), *own]
    said = plain_entry(entry)
    frame.attrs["variables"] = {**frame.attrs.get("variables", {}), name: said}
    _carry_filled(frame, column, rows, inputs)


def carry_of_joined(frame: pd.DataFrame, other: pd.DataFrame, columns: Collection[str]) -> None:
    """Write into a frame what another one says of the columns that were taken from it."""
    for part in ("sources", "notes"):
        kept = [entry for each in other.attrs.get(part, ()) if (entry := _narrowed(each, columns))]
        if kept:
            frame.attrs[part] = _merged([*frame.attrs.get(part, ()), *kept])
    for part in ("variables", "definitions"):
        said = {name: told for name, told in other.attrs.get(part, {}).items() if name in columns}
        if said:
            frame.attrs[part] = {**frame.attrs.get(part, {}), **said}


def _carry_filled(frame: pd.DataFrame, column: Derived, rows: Rows, inputs: Iterable[str]) -> None:
    known = {
        name: flags
        for name in filled_columns(frame)
        if name in inputs and (flags := filled_flags(frame, name)) is not None
    }
    if not known:
        return
    there = frame[column.name].notna().to_numpy(dtype=bool)
    touched = np.any([column.how.touched(rows, name, flags) for name, flags in known.items()], axis=0) & there
    if touched.any():
        counts = {"observed": there.sum() - touched.sum(), "filled": touched.sum(), "missing": (~there).sum()}
        said = {"computed_from": list(known), **{part: int(count) for part, count in counts.items()}}
        declare_filled(frame, column.name, touched, said)


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
