"""Read Parquet files: columns as their types say, and no more cells than a table may have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from digimfg.errors import Fault, PanelError
from digimfg.importing.columns import column_cells
from digimfg.importing.faults import ReadingError, check_cells
from digimfg.importing.grids import Grid
from digimfg.text import Text

__all__ = ["read_parquet"]

_CELLS_PER_BYTE = 1_000
_SMALL = 1 << 28
_MOST_EXPANSION = 250


def read_parquet(path: Path, content: bytes) -> Grid:
    """Read a Parquet file.

    Raises
    ------
    PanelError
        If the file is damaged, or declares more cells than a table may have or its bytes could hold.
    """
    try:
        return _grid(content)
    except ReadingError as fault:
        raise fault.at(
            path, Text("a Parquet file", "Parquet 文件"), Text("write it again", "请重新写出")
        ) from fault
    except Exception as error:  # damaged metadata lead to whatever they lead to
        raise PanelError.of(
            "importing.parquet_damaged", path=path, name=type(error).__name__, error=error
        ) from error


def _grid(content: bytes) -> Grid:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(pa.BufferReader(content)) as file:
        rows, width = file.metadata.num_rows, file.metadata.num_columns
        groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
        schema = file.schema_arrow
    check_cells(rows, width, len(content) * _CELLS_PER_BYTE)
    size = sum(group.total_byte_size for group in groups)
    if size > max(_SMALL, _MOST_EXPANSION * len(content)):
        raise ReadingError(Fault.of("importing.file_grows", n=len(content), size=size))
    # A text that repeats stays one text: written out for every row it could become any size.
    of_text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    repeated = [one.name for one in schema if any(is_kind(one.type) for is_kind in of_text)]
    with pq.ParquetFile(pa.BufferReader(content), read_dictionary=repeated) as file:
        frame = _frame(file.read(use_threads=False))
    if any(
        str(name) not in [str(level) for level in frame.columns]
        for name in frame.index.names
        if name is not None
    ):
        frame = frame.reset_index()
    return Grid(
        sheet="",
        columns=tuple(column_cells(frame.iloc[:, place]) for place in range(frame.shape[1])),
        header=tuple((str(name),) for name in frame.columns),
    )


def _frame(table: Any) -> Any:
    """Return a table, which is used up, as a frame of pandas."""
    return table.to_pandas(
        use_threads=False, integer_object_nulls=True, split_blocks=True, self_destruct=True
    )
