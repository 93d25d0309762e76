"""Read the indicators of an index from a frame: which columns, in which direction, over which rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.filled import filled_column_notes
from digimfg.frames import as_numbers
from digimfg.measures.columns import Missing
from digimfg.measures.directions import Directions, TargetRange, read_directions
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = [
    "Indicators",
    "as_frame",
    "first_rows",
    "read_indicators",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Indicators:
    """Hold the indicator columns as read.

    Parameters
    ----------
    names
        One name per indicator.
    columns
        One array per indicator, shape (n,), the kept rows; no copy where the frame allows it.
    directions
        +1 more is better, -1 less is better, or a `TargetRange`.
    index
        Index of the frame given, all rows.
    kept
        Positions of the kept rows, or ``None`` where all are kept.
    notes
        What was assumed or left out.
    """

    names: tuple[str, ...]
    columns: tuple[Floats, ...]
    directions: tuple[int | TargetRange, ...]
    index: pd.Index
    kept: NDArray[np.int64] | None
    notes: tuple[Text, ...]

    @property
    def n_rows(self) -> int:
        """Return the number of kept rows."""
        return len(self.columns[0])

    def series(self, values: Floats, name: str) -> pd.Series:
        """Return `values` of the kept rows on the frame's index; dropped rows are missing."""
        if self.kept is None:
            return pd.Series(values, index=self.index, name=name)
        full = np.full(len(self.index), np.nan)
        full[self.kept] = values
        return pd.Series(full, index=self.index, name=name)

    def select(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> tuple[Floats, ...]:
        """Return the columns at some of the kept rows."""
        return tuple(column[rows] for column in self.columns)


def read_indicators(
    frame: pd.DataFrame | Mapping[str, Any] | Floats,
    directions: Directions = None,
    *,
    missing: Missing = "raise",
    keys: Iterable[str | None] = (),
) -> Indicators:
    """Read the indicators that `directions` names from `frame`.

    Parameters
    ----------
    frame
        One row per observation; a mapping of columns or a two-dimensional array will do (its columns are then
        named ``x1 x2 …``).
    directions
        Column → direction: then exactly these columns are indicators and other columns may stand beside
        them. Or one direction per column, or one for all; ``None`` takes every column as positive and notes
        it.
    missing
        ``"raise"``, or ``"drop"``: rows with a missing indicator are left out, counted in a note.
    keys
        Columns that are never indicators.

    Raises
    ------
    MeasureError
        If columns are missing or not numeric, directions do not match, a value is missing
        (``missing="raise"``) or infinite, or fewer than two rows remain.
    """
    table = as_frame(frame)
    signs, assumed = read_directions(table, directions, [key for key in keys if key is not None])
    columns = [_numbers(table, name) for name in signs]
    if not columns:
        raise MeasureError.of("measures.no_indicator")
    kept, dropped = _complete_rows(table, tuple(signs), columns, missing)
    if kept is not None:
        columns = [column[kept] for column in columns]
    if len(columns[0]) < 2:
        raise MeasureError.of("measures.too_few_complete_rows", n=len(columns[0]))
    return Indicators(
        names=tuple(signs),
        columns=tuple(columns),
        directions=tuple(signs.values()),
        index=table.index,
        kept=kept,
        notes=(*assumed, *filled_column_notes(table, signs), *dropped),
    )


def as_frame(data: pd.DataFrame | Mapping[str, Any] | Floats) -> pd.DataFrame:
    """Return a frame made of `data`: as it is, from a mapping of columns, or from an array with columns ``x1
    …``.
    """
    if isinstance(data, Mapping):
        single = [str(name) for name, values in data.items() if np.ndim(values) == 0]
        if single:
            raise MeasureError.of("measures.single_values", single=single[:3])
        data = pd.DataFrame(dict(data))
    if isinstance(data, pd.DataFrame):
        named = all(isinstance(name, str) for name in data.columns)
        return data if named else data.set_axis([str(name) for name in data.columns], axis=1)
    array = np.asarray(data)
    if array.ndim != 2:
        raise MeasureError.of("measures.not_a_table", ndim=array.ndim)
    return pd.DataFrame(array, columns=[f"x{j + 1}" for j in range(array.shape[1])])


def first_rows(index: pd.Index, bad: NDArray[np.bool_], limit: int = 3) -> str:
    """Return the count and the first keys of the rows marked in `bad`."""
    positions = np.flatnonzero(bad)
    shown = ", ".join(repr(_plain(index[position])) for position in positions[:limit])
    return f"{len(positions)} ({shown}{', …' if len(positions) > limit else ''})"


def _plain(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(_plain(part) for part in key)
    return key.item() if isinstance(key, np.generic) else key


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    values = as_numbers(table[name])
    if values is None:
        raise MeasureError.of("measures.indicator_not_numbers", got=str(table[name].dtype), name=name)
    return np.ascontiguousarray(values)


def _complete_rows(
    table: pd.DataFrame, names: tuple[str, ...], columns: Sequence[Floats], missing: Missing
) -> tuple[NDArray[np.int64] | None, tuple[Text, ...]]:
    if len(table) and all(np.isfinite(column.min()) and np.isfinite(column.max()) for column in columns):
        return None, ()
    bad = np.zeros(len(table), dtype=bool)
    counts = {}
    for name, column in zip(names, columns, strict=True):
        if np.isinf(column).any():
            raise MeasureError.of(
                "measures.infinite_rows", name=name, first_rows=first_rows(table.index, np.isinf(column))
            )
        absent = np.isnan(column)
        if absent.any():
            counts[name] = int(absent.sum())
        bad |= absent
    if not bad.any():
        return None, ()
    listed = ", ".join(f"{name}: {count}" for name, count in counts.items())
    if missing == "raise":
        raise MeasureError.of(
            "measures.incomplete_rows", first_rows=first_rows(table.index, bad), listed=listed
        )
    note = note_of("measures.rows_without_indicators", total=int(bad.sum()), n_bad=len(bad), listed=listed)
    return np.flatnonzero(~bad), (note,)
