"""Carry what a frame says of its columns over to those computed from them: by declaration, never by their
values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from digimfg.frames.filled_cells import declare_filled, filled_columns, filled_flags
from digimfg.frames.said import add_notes, add_sources, declare_variable, say_of_source_columns
from digimfg.text import Text
from digimfg.variables.declared import plain_entry

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.derived.column import Derived
    from digimfg.derived.rows import Rows
    from digimfg.variables import Variable

__all__ = ["carry_marks"]


def carry_marks(
    frame: pd.DataFrame, column: Derived, entry: Variable, rows: Rows, notes: Iterable[Text]
) -> None:
    """Write into a frame what its new column inherits from its inputs, what it is, and what was noted when
    it was computed.

    Sources and notes of an input are those of the column. Cells that rest on filled-in ones are flagged as
    filled.
    """
    inputs, name = column.how.inputs(list(map(str, frame.columns))), column.name
    say_of_source_columns(frame, inputs, name)
    add_sources(frame, [file.title for file in column.how.registers()], (name,))
    label = Text.of(column.label)
    add_notes(frame, [Text(f"{label.en}: {note.en}", f"{label.zh}：{note.zh}") for note in notes], (name,))
    declare_variable(frame, name, plain_entry(entry))
    _carry_filled(frame, column, rows, inputs)


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
