"""Which cells of a frame were filled in: the declaration and its flags, also after the frame was worked
on.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.frames import as_numbers

__all__ = [
    "changed_columns",
    "declare_filled",
    "filled_columns",
    "filled_flags",
    "flag_columns",
    "flag_name",
    "flags_another",
]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

_KEY = "filled"
_SUFFIX = "_filled"
_PRIVATE = ("cells", "flags")


def flag_name(column: str) -> str:
    """Return the name of the 0/1 column that flags the filled cells of a column."""
    return f"{column}{_SUFFIX}"


def flags_another(column: str) -> bool:
    """Say whether a column of this name would flag the filled cells of another one."""
    return column.endswith(_SUFFIX)


def declare_filled(frame: pd.DataFrame, column: str, flags: Booleans, said: Mapping[str, Any]) -> None:
    """Write the flags of a column and what was done into a frame (its ``attrs["filled"]``, plain values).

    The values that were filled in are kept as text, so that a column overwritten or renamed later is seen to
    be.
    """
    frame[flag_name(column)] = flags.astype(np.int64)
    cells = np.unique(_numbers(frame[column])[flags]).astype("<f8")
    entry = {**said, "cells": base64.b64encode(cells.tobytes()).decode()}
    frame.attrs[_KEY] = {**frame.attrs.get(_KEY, {}), column: entry}


def filled_columns(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return column → what was done, for the columns that a policy was declared for.

    ``observed``, ``filled`` and ``missing`` count cells of the panel; ``method`` and ``max_gap`` are the
    policy's, or ``computed_from`` names the filled columns that a column was computed from. A column renamed
    since is known by its filled values. Where the declaration is lost, as by merging and concatenating
    frames, a column ``x_filled`` of 0 and 1 beside ``x`` stands for it: then only the counts are known, of
    the frame as it is.
    """
    return {
        name: {part: value for part, value in said.items() if part not in _PRIVATE}
        for name, said in _entries(frame).items()
    }


def flag_columns(frame: pd.DataFrame) -> frozenset[str]:
    """Return the names of the columns that only flag others."""
    return frozenset(said["flags"] for said in _entries(frame).values())


def filled_flags(frame: pd.DataFrame, column: str) -> Booleans | None:
    """Return which rows hold a filled-in value of a column, or one that was averaged in; None where the
    flags are gone.
    """
    flags = _entries(frame)[column]["flags"]
    return _raised(frame[flags]) if flags in frame.columns else None


def changed_columns(frame: pd.DataFrame) -> frozenset[str]:
    """Return the columns whose filled-in cells hold other values than those that were filled in."""
    return frozenset(
        name
        for name, said in _entries(frame).items()
        if "cells" in said
        and name in frame.columns
        and said["flags"] in frame.columns
        and not _holds(frame[name], _raised(frame[said["flags"]]), said["cells"])
    )


def _entries(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    found = {}
    for name, said in frame.attrs.get(_KEY, {}).items():
        flags = flag_name(name)
        now = [name] if name in frame.columns or flags not in frame.columns else _renamed(frame, flags, said)
        found.update({each: {**said, "flags": flags} for each in now or [name]})
    known = {said["flags"] for said in found.values()}
    for flags in frame.columns.tolist():
        if not isinstance(flags, str) or not flags.endswith(_SUFFIX) or flags in known:
            continue
        name = flags.removesuffix(_SUFFIX)
        if name in found or name not in frame.columns or not _is_flag(frame[flags]):
            continue
        there = frame[name].notna().to_numpy(dtype=bool)
        filled = _raised(frame[flags]) & there
        counts = {"observed": there.sum() - filled.sum(), "filled": filled.sum(), "missing": (~there).sum()}
        found[name] = {**{part: int(count) for part, count in counts.items()}, "flags": flags}
    return found


def _renamed(frame: pd.DataFrame, flags: str, said: Mapping[str, Any]) -> list[str]:
    """Return the columns that hold the filled-in values of a column that is gone."""
    raised = _raised(frame[flags])
    if "cells" not in said or not raised.any():
        return []
    return [
        str(name)
        for name in frame.columns
        if name != flags
        and _is_numeric(frame[name])
        and not np.isnan(_numbers(frame[name])[raised]).any()
        and _holds(frame[name], raised, said["cells"])
    ]


def _holds(column: pd.Series[Any], flags: Booleans, cells: str) -> bool:
    if not _is_numeric(column):
        return False
    values = _numbers(column)[flags]
    kept = np.frombuffer(base64.b64decode(cells), dtype="<f8")
    return bool(np.isin(values[~np.isnan(values)], kept).all())


def _is_flag(column: pd.Series[Any]) -> bool:
    return _is_numeric(column) and bool(column.dropna().isin((0, 1)).all())


def _is_numeric(column: Any) -> bool:
    return isinstance(column, pd.Series) and as_numbers(column) is not None


def _raised(column: pd.Series[Any]) -> Booleans:
    return np.asarray(_numbers(column) > 0)


def _numbers(column: pd.Series[Any]) -> Floats:
    """Return a column as numbers; nothing but missing ones where it holds others."""
    values = as_numbers(column)
    return np.full(len(column), np.nan) if values is None else values
