"""Put blocks together into one frame, with the address of every cell; two different values for one cell are
an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digimfg.errors import PanelError
from digimfg.importing.block import Block, BlockColumn
from digimfg.importing.units import parse_unit
from digimfg.panels.key_order import in_key_order
from digimfg.text import column_letter

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["Assembled", "Placed", "assemble", "refuse_two_units"]

_SHOWN = 3
_MOST_PLACES = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Placed:
    """Hold a block and the number of the sheet (over all files) that it came from."""

    block: Block
    source: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Assembled:
    """Hold a frame and where each of its cells came from.

    Parameters
    ----------
    frame
        Keys and columns, sorted by key.
    rows, columns, sources
        Column → array over the rows of the frame: row and column in the sheet from 0, number of the sheet;
        -1 where the cell is empty in every file.
    read
        Column → the blocks' columns it was read from, by sheet (``"0"``), or by sheet and column (``"0:3"``)
        where columns of one sheet came in different units or under different headers.
    """

    frame: pd.DataFrame
    rows: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]
    sources: dict[str, np.ndarray]
    read: dict[str, dict[str, BlockColumn]] = field(default_factory=dict)


def assemble(placed: Sequence[Placed], panel: Panel) -> Assembled:
    """Join blocks on the keys of a panel.

    Raises
    ------
    PanelError
        If a key occurs twice in one block, or two blocks hold different values for one cell.
    """
    keys = list(panel.keys)
    framed = [(each, pd.DataFrame({key: each.block.keys[key] for key in keys})) for each in placed]
    for each, frame in framed:
        _no_twice(each.block, frame)
    held = [each for each in placed if len(each.block.rows)]
    if not held:
        raise PanelError.of("importing.no_row_left", name=panel.name)
    frames = [frame for each, frame in framed if len(each.block.rows)]
    if len(held) == 1:
        return _one(held[0], frames[0])
    union = pd.concat(frames, ignore_index=True).drop_duplicates().sort_values(keys, ignore_index=True)
    index = pd.MultiIndex.from_frame(union)
    n = len(union)
    result = Assembled(frame=union, rows={}, columns={}, sources={})
    values: dict[str, np.ndarray] = {}
    for each, frame in zip(held, frames, strict=True):
        where = index.get_indexer(pd.MultiIndex.from_frame(frame))
        for name, column in each.block.columns.items():
            _remember(name, result.read.setdefault(name, {}), each.source, column)
            if name not in values:
                kind = object if column.values.dtype == object else "float64"
                values[name] = np.full(n, None if kind is object else np.nan, dtype=kind)
                for places in (result.rows, result.columns, result.sources):
                    places[name] = np.full(n, -1, dtype="int32")
            values[name] = _filled(name, values[name], where, column, each, result, union)
    return Assembled(
        frame=pd.concat([union, pd.DataFrame(values, index=union.index)], axis=1),
        rows=result.rows, columns=result.columns, sources=result.sources, read=result.read,
    )  # fmt: skip


def _one(placed: Placed, frame: pd.DataFrame) -> Assembled:
    """Return the frame of a single block; the common case of a long file, without a join."""
    block = placed.block
    keys = list(frame.columns)
    moved = not in_key_order(frame, keys)
    order = frame.sort_values(keys, kind="stable").index.to_numpy() if moved else np.arange(len(frame))
    rows = block.rows[order] if moved else block.rows
    data: dict[str, Any] = {
        str(key): values.array[order] if moved else values.array for key, values in frame.items()
    }
    data |= {name: column.values[order] if moved else column.values for name, column in block.columns.items()}
    n = len(rows)

    def spread(value: np.ndarray | int) -> np.ndarray:
        if isinstance(value, np.ndarray):
            return np.asarray(value[order])
        return np.broadcast_to(np.int32(value), n)

    return Assembled(
        frame=pd.DataFrame(data, copy=False),
        rows=dict.fromkeys(block.columns, rows),
        columns={name: spread(column.columns) for name, column in block.columns.items()},
        sources=dict.fromkeys(block.columns, np.broadcast_to(np.int32(placed.source), n)),
        read={name: {str(placed.source): column} for name, column in block.columns.items()},
    )


def _remember(name: str, read: dict[str, BlockColumn], source: int, column: BlockColumn) -> None:
    if not column.told.variable:
        refuse_two_units(
            name, [one.unit for one in (*read.values(), column) if not pd.isna(one.values).all()]
        )
    first = read.setdefault(str(source), column)
    if (first.header, first.unit, first.factor) != (column.header, column.unit, column.factor):
        for place in np.unique(column.columns).tolist():
            read[f"{source}:{place}"] = column


def refuse_two_units(name: str, units: Sequence[str]) -> None:
    """Refuse a column kept as it is that comes in two units of one kind, or as percentages and without a
    unit: nobody would convert it.

    Raises
    ------
    PanelError
        If there are two such units.
    """
    units = list(dict.fromkeys(units))
    parsed = {unit: parse_unit(unit) for unit in units if unit}
    kinds = {one.dimension: one for one in parsed.values() if one is not None}
    two = any(one is not None and one != kinds[one.dimension] for one in parsed.values())
    if two or ("" in units and "fraction" in kinds):
        raise PanelError.of(
            "importing.several_units", got=", ".join(unit or "–" for unit in units), name=name
        )


def _filled(
    name: str,
    values: np.ndarray,
    where: np.ndarray,
    column: BlockColumn,
    placed: Placed,
    result: Assembled,
    union: pd.DataFrame,
) -> np.ndarray:
    new = column.values
    if (values.dtype == object) != (new.dtype == object):
        values, new = values.astype(object), new.astype(object)
        values[pd.isna(values)] = None
        new[pd.isna(new)] = None
    held = ~pd.isna(new)
    old = values[where]
    both = held & ~pd.isna(old)
    differ = np.flatnonzero(both & (old != new))
    if len(differ):
        raise _conflict(name, differ, where, column, placed, result, union, old)
    fresh = held & ~both
    target = where[fresh]
    values[target] = new[fresh]
    result.rows[name][target] = placed.block.rows[fresh]
    result.columns[name][target] = (
        column.columns[fresh] if isinstance(column.columns, np.ndarray) else column.columns
    )
    result.sources[name][target] = placed.source
    return values


def _no_twice(block: Block, frame: pd.DataFrame) -> None:
    keys = list(frame.columns)
    if in_key_order(frame, keys):
        return
    twice = np.flatnonzero(frame.duplicated(keep=False))
    if not len(twice):
        return
    first = frame[frame.duplicated()].drop_duplicates().head(_SHOWN)
    shown = []
    for key in first.itertuples(index=False):
        same = np.flatnonzero((frame == list(key)).all(axis=1))
        places = ", ".join(_places(block, int(place)) for place in same[:_MOST_PLACES])
        shown.append(f"{' '.join(str(part) for part in key)} ({places})")
    count = int(frame.duplicated().sum())
    values = frame.assign(**{f"{name} ": column.values for name, column in block.columns.items()})
    copies = int(values.duplicated().sum())
    raise PanelError.of(
        "importing.keys_not_unique", keys=" × ".join(keys), n=count, copies=copies, shown="; ".join(shown)
    )


def _places(block: Block, place: int) -> str:
    """Return the row of a value in its sheet, or its cell where years or units lie across the columns."""
    row = int(block.rows[place]) + 1
    columns = next((column.columns for column in block.columns.values()), 0)
    return f"{column_letter(int(columns[place]))}{row}" if isinstance(columns, np.ndarray) else f"{row}"


def _conflict(
    name: str,
    differ: np.ndarray,
    where: np.ndarray,
    column: BlockColumn,
    placed: Placed,
    result: Assembled,
    union: pd.DataFrame,
    old: np.ndarray,
) -> PanelError:
    shown = []
    for place in differ[:_SHOWN]:
        key = " ".join(str(part) for part in union.iloc[where[place]])
        before = f"{column_letter(int(result.columns[name][where[place]]))}{int(result.rows[name][where[place]]) + 1}"  # noqa: E501
        now = column.columns[place] if isinstance(column.columns, np.ndarray) else column.columns
        after = f"{column_letter(int(now))}{int(placed.block.rows[place]) + 1}"
        shown.append(f"{key}: {old[place]} ({before}), {column.values[place]} ({after})")
    listed = "; ".join(shown)
    return PanelError.of("importing.values_conflict", name=name, n=len(differ), listed=listed)
