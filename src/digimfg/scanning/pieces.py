"""Pieces of a dataset sorted by units, each of whole units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

__all__ = ["OutOfOrderError", "pieces", "with_floats"]

_BATCH = 131_072


class OutOfOrderError(Exception):
    """A unit has rows in pieces apart."""


def pieces(dataset: Any, columns: Sequence[str], entity: str, rows: int) -> Iterator[Any]:
    """Yield Arrow tables of about so many rows, a unit never in two of them, categories as their values.

    Raises
    ------
    OutOfOrderError
        If units do not ascend from piece to piece.
    """
    last: Any = None
    for table in _tables(dataset, columns, entity, rows):
        table = _plain(with_floats(table))
        ends = _ends(table[entity])
        if ends is not None:
            if last is not None and not ends[0] > last:
                raise OutOfOrderError
            last = ends[1]
        yield table


def _ends(column: Any) -> tuple[Any, Any] | None:
    """Return the least and the largest value of a column, ``None`` where all are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(column.type):  # the usual units, without a copy
        found = pc.min_max(column).as_py()
        return None if found["min"] is None else (found["min"], found["max"])
    units = column.to_pandas().dropna()
    return (units.min(), units.max()) if len(units) else None


def with_floats(table: Any) -> Any:
    """Return a table whose decimals are floats, as every computation takes them, without what pandas wrote
    beside it of an index and of types of its own: columns are columns.
    """
    import pyarrow as pa

    return _cast(table.replace_schema_metadata(None), pa.types.is_decimal, lambda _: pa.float64())


def _plain(table: Any) -> Any:
    """Return a table whose categories are values: pieces and files number them each in their own way."""
    import pyarrow as pa

    return _cast(table, pa.types.is_dictionary, lambda kind: kind.value_type)


def _cast(table: Any, chosen: Callable[[Any], bool], kind: Callable[[Any], Any]) -> Any:
    for place, field in enumerate(table.schema):
        if chosen(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(kind(field.type)))
    return table


def _tables(dataset: Any, columns: Sequence[str], entity: str, rows: int) -> Iterator[Any]:
    import pyarrow as pa

    waiting: list[Any] = []
    count = 0
    scanner = dataset.scanner(
        columns=list(columns), batch_size=_BATCH, batch_readahead=2, fragment_readahead=1
    )
    for batch in scanner.to_batches():
        if not batch.num_rows:
            continue
        waiting.append(batch)
        count += batch.num_rows
        if count < rows:
            continue
        table = pa.Table.from_batches(waiting)
        cut = _start_of_last(table[entity])
        if cut:
            yield table.slice(0, cut)
            waiting = table.slice(cut).to_batches()
            count = table.num_rows - cut
    if waiting:
        yield pa.Table.from_batches(waiting)


def _start_of_last(column: Any) -> int:
    """Return where the run of the last value starts."""
    import pyarrow.compute as pc

    last = column[-1]
    other = pc.is_valid(column) if not last.is_valid else pc.fill_null(pc.not_equal(column, last), True)
    places = np.flatnonzero(other.to_numpy(zero_copy_only=False) if hasattr(other, "to_numpy") else other)
    return int(places[-1]) + 1 if len(places) else 0
