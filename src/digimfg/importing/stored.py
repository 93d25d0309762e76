"""An imported panel as a value, its file on disk, and the way back from a cell to where it stood."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.files import canonical_json, sha256_bytes, write_bytes, write_text
from digimfg.frames.said import note_entry
from digimfg.importing.mapping import ImportMapping
from digimfg.importing.stored_cells import stored_cells, stored_place
from digimfg.kinds import Label
from digimfg.locks import locked
from digimfg.panels import find_panel
from digimfg.panels.imported import (
    cells_path,
    data_path,
    import_folder,
    imported_content,
    read_import_record,
    record_path,
)
from digimfg.panels.store import frame_bytes, read_frame
from digimfg.shown import shown
from digimfg.stored_text import plain
from digimfg.text import Text, column_letter
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.panels.findings import Finding

__all__ = ["ImportedCell", "ImportedPanel", "SourceSheet", "default_folder", "import_lock", "imported_cell"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSheet:
    """Name a sheet of a file: file, SHA-256 of its bytes, sheet (``""`` where it has none), encoding of text
    files.
    """

    file: str
    sha256: str
    sheet: str
    encoding: str = ""


@shown(Text("Imported cell", "导入的单元格"))
@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedCell:
    """Say where one value of an imported panel came from and what was done to it.

    Parameters
    ----------
    panel, key, column
        Which cell of the panel.
    value
        In the dictionary's unit; ``None`` where missing.
    file, sha256, sheet
        The file; empty strings where no file holds a cell for this key.
    address
        Cell in the sheet (``"C3"``); columns of CSV, Stata and Parquet files are lettered alike, and Stata
        and Parquet rows count from 1 without a header.
    header
        What stands above the column.
    source_unit, unit, factor
        Unit of the file, unit of the panel, and what the number was multiplied by.
    """

    panel: str
    key: tuple[Any, ...]
    column: str
    value: Any
    file: str
    sha256: str
    sheet: str
    address: str
    header: str
    source_unit: str
    unit: str
    factor: float


@checked
@shown(Text("Imported panel", "导入的面板"), first="summary")
@dataclass(frozen=True, kw_only=True, eq=False)
class ImportedPanel:
    """Hold what came out of a user's file.

    Parameters
    ----------
    panel
        Name of the panel.
    frame
        Keys and variables in the dictionary's units, further columns as they were; missing cells are missing.
    mapping
        What every column was taken for; save it with `save_mapping` and the next edition of the file imports
        alike.
    notes, findings
        What a reader must know, and what the checks of the domain found.
    sheets
        Sheets that were read.
    places
        Column → number of the sheet, row and column of each cell of the frame, from 0; -1 where there was
        none.
    columns
        Column → header, units and factor by sheet.
    """

    panel: str
    frame: pd.DataFrame
    mapping: ImportMapping
    notes: tuple[Text, ...]
    findings: tuple[Finding, ...]
    sheets: tuple[SourceSheet, ...]
    places: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    columns: Mapping[str, Mapping[str, Any]]

    @property
    def summary(self) -> pd.DataFrame:
        """Return what became of each column: ``header source_unit unit n_values n_missing``."""
        import pandas as pd

        found = {}
        for name in self.frame.columns:
            told = self.columns.get(str(name), {})
            read = list(told.get("read", {}).values())
            n_values = int(self.frame[name].notna().sum())
            found[str(name)] = {
                "header": tuple(dict.fromkeys(each.get("header", "") for each in read)),
                "source_unit": tuple(dict.fromkeys(each.get("unit", "") for each in read)),
                "unit": told.get("unit", ""),
                "n_values": n_values,
                "n_missing": len(self.frame) - n_values,
            }
        return pd.DataFrame.from_dict(found, orient="index").rename_axis("column")

    def cell(self, key: Sequence[Any], column: str) -> ImportedCell:
        """Return where one value came from; see `imported_cell`."""
        place = _find_row(self.frame, self.panel, key, column)
        if column in self.places:
            sheet, row, position = (int(part[place]) for part in self.places[column])
        else:
            sheet, row, position = -1, -1, -1
        value = self.frame[column].iloc[place]
        return _cell(
            self.panel,
            key,
            column,
            value,
            (sheet, row, position),
            [asdict(one) for one in self.sheets],
            self.columns,
        )

    def save(self, folder: Path | str | None = None) -> list[Path]:
        """Store the panel where `load_panel` finds it and return the files: values, addresses, record.

        Parameters
        ----------
        folder
            By default ``data/imported`` of the project around the working folder.
        """
        target = Path(folder) if folder is not None else default_folder(self.panel)
        with import_lock(target):
            return self.write(target)

    def write(self, folder: Path) -> list[Path]:
        """Write the files of `save` for a caller that holds the folder's `import_lock`."""
        panel = find_panel(self.panel)
        content, cells = frame_bytes(self.frame), self._cells()
        # The record comes last and knows both others: an import that was interrupted is never taken for a
        # whole one.
        write_bytes(cells_path(folder, panel.name), cells)
        write_bytes(data_path(folder, panel.name), content)
        record = self._record(sha256_bytes(content), sha256_bytes(cells))
        write_text(record_path(folder, panel.name), canonical_json(record))
        return [
            data_path(folder, panel.name),
            cells_path(folder, panel.name),
            record_path(folder, panel.name),
        ]

    def _cells(self) -> bytes:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {
            f"{name}@{part}": pa.array(np.ascontiguousarray(values))
            for name, parts in self.places.items()
            for part, values in zip(("sheet", "row", "column"), parts, strict=True)
        }
        stream = io.BytesIO()
        pq.write_table(pa.table(columns), stream, compression="zstd", write_statistics=False)
        return stream.getvalue()

    def _record(self, digest: str, cells: str) -> dict[str, Any]:
        return {
            "panel": self.panel,
            "hash": f"sha256:{digest}",
            "cells_hash": f"sha256:{cells}",
            "rows": len(self.frame),
            "sheets": [asdict(sheet) for sheet in self.sheets],
            "columns": {name: dict(told) for name, told in self.columns.items()},
            "mapping": self.mapping.plain(),
            "findings": [
                note_entry(found.note(found.accepted(self.mapping.accept)), (found.column,))
                for found in self.findings
            ],
            "notes": [plain(note) for note in self.notes],
        }


def import_lock(folder: Path) -> AbstractContextManager[None]:
    """Return the lock of a folder of imports: one process at a time reads, adds and writes."""
    return locked(folder.absolute().with_name(f".{folder.absolute().name}.lock"))


@checked
def imported_cell(
    panel: str, key: Sequence[Label], column: str, folder: Path | str | None = None
) -> ImportedCell:
    """Return where one value of a stored imported panel came from.

    Parameters
    ----------
    panel, key, column
        Name of the panel, values of its keys in order (``("110000", 2019)``), name of the column.
    folder
        Folder of the import; by default where `load_panel` looks.

    Raises
    ------
    PanelError
        If the panel was not imported, or has no such key or column.
    """
    target = find_panel(panel)
    where = import_folder(target, None if folder is None else Path(folder)) or default_folder(panel)
    frame = read_frame(imported_content(target, where))
    record = read_import_record(where, panel)
    place = _find_row(frame, panel, key, column)
    position = stored_place(stored_cells(where, panel, record), column, place)
    return _cell(panel, key, column, frame[column].iloc[place], position, record["sheets"], record["columns"])


def default_folder(name: str) -> Path:
    """Return the folder that imports of a panel go to: ``data/imported`` of the project, or of the working
    folder.
    """
    panel = find_panel(name)
    folder = import_folder(panel, None)
    if folder is not None:
        return folder
    from digimfg.errors import AnalysisError
    from digimfg.project import find_project

    try:
        return find_project().root / "data" / "imported"
    except AnalysisError:
        return Path.cwd() / "data" / "imported"


def _cell(
    panel: str, key: Sequence[Any], column: str, value: Any, place: tuple[int, int, int],
    sheets: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]
) -> ImportedCell:  # fmt: skip
    sheet, row, position = place
    told = columns.get(column, {})
    known = told.get("read", {})
    read = known.get(f"{sheet}:{position}") or known.get(str(sheet), {})
    source = sheets[sheet] if sheet >= 0 else {"file": "", "sha256": "", "sheet": ""}
    missing = value is None or value != value
    return ImportedCell(
        panel=panel,
        key=tuple(key),
        column=column,
        value=None if missing else getattr(value, "item", lambda: value)(),
        file=source["file"],
        sha256=source["sha256"],
        sheet=source["sheet"],
        address=f"{column_letter(position)}{row + 1}" if sheet >= 0 else "",
        header=read.get("header", ""),
        source_unit=read.get("unit", ""),
        unit=told.get("unit", ""),
        factor=read.get("factor", 1.0),
    )


def _find_row(frame: pd.DataFrame, panel: str, key: Sequence[Any], column: str) -> int:
    keys = find_panel(panel).keys
    matched = np.ones(len(frame), dtype=bool)
    for name, wanted in zip(keys, key, strict=False):
        own = held_values([wanted], frame[name].unique().tolist()).get(wanted, wanted)
        matched &= (frame[name] == own).to_numpy()
    places = np.flatnonzero(matched)
    if len(key) != len(keys) or len(places) != 1 or column not in frame.columns:
        raise PanelError.of(
            "importing.no_such_cell", got=f"{tuple(key)!r}, {column!r}", panel=panel, keys=keys
        )
    return int(places[0])
