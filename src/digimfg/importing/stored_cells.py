"""Read back where the cells of a stored import stood in their files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digimfg.errors import PanelError
from digimfg.files import sha256_bytes
from digimfg.panels.imported import cells_path

__all__ = ["stored_cells", "stored_place"]


def stored_cells(folder: Path, panel: str, record: Mapping[str, Any]) -> bytes:
    """Return the stored addresses of an import.

    Raises
    ------
    PanelError
        If they are missing or belong to another import than the record.
    """
    path = cells_path(folder, panel)
    content = path.read_bytes() if path.is_file() else b""
    if (
        record.get("cells_hash", f"sha256:{sha256_bytes(content)}") != f"sha256:{sha256_bytes(content)}"
        or not content
    ):
        raise PanelError.of("importing.addresses_lacking", where=str(path))
    return content


def stored_place(content: bytes, column: str, place: int) -> tuple[int, int, int]:
    """Return sheet, row and column of one cell from stored addresses; -1 where there was none."""
    import pyarrow.parquet as pq

    names = [f"{column}@{part}" for part in ("sheet", "row", "column")]
    with pq.ParquetFile(io.BytesIO(content)) as file:
        if names[0] not in file.schema_arrow.names:
            return -1, -1, -1
        table = file.read(columns=names, use_threads=False)
    sheet, row, position = (int(table.column(name)[place].as_py()) for name in names)
    return sheet, row, position
