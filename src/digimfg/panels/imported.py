"""Panels made of users' own files: where they lie, and how they are read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NotRequired

from annotated_types import Ge
from typing_extensions import TypedDict

from digimfg.errors import AnalysisError, PanelError
from digimfg.file_forms import FileForm, Words
from digimfg.files import sha256_bytes
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = [
    "ImportRecord",
    "cells_path",
    "data_path",
    "how_to_import",
    "import_folder",
    "imported_content",
    "imported_notes",
    "read_import_record",
    "record_path",
]


class SheetRecord(TypedDict):
    """A sheet that was read."""

    file: str
    sha256: str
    sheet: str
    encoding: NotRequired[str]


class ReadRecord(TypedDict, total=False):
    """How a column was read from one sheet."""

    header: str
    unit: str
    factor: float


class ColumnRecord(TypedDict):
    """A column's unit, and how it was read, by sheet."""

    unit: str
    read: dict[str, ReadRecord]


class NoteRecord(Words):
    """What a reader must know: a sentence with its facts."""

    facts: NotRequired[dict[str, Any]]
    kind: NotRequired[str]
    weight: NotRequired[str]


class FindingRecord(Words):
    """What the checks found, and of which columns."""

    columns: NotRequired[list[str]]


class ImportRecord(TypedDict):
    """What is written beside an imported panel."""

    panel: str
    hash: str
    cells_hash: NotRequired[str]
    rows: NotRequired[Annotated[int, Ge(0)]]
    sheets: list[SheetRecord]
    columns: dict[str, ColumnRecord]
    mapping: dict[str, Any]
    findings: NotRequired[list[FindingRecord]]
    notes: list[NoteRecord]


def import_folder(panel: Panel, processed: Path | None) -> Path | None:
    """Return the folder where an imported panel is looked for, or ``None`` where the shipped one is meant.

    Parameters
    ----------
    panel
        A panel that ships is the imported one only in a folder that holds its import record.
    processed
        Folder that the caller named. For panels without shipped data the folder ``imported`` beside it
        serves too; by default it is ``data/imported`` of the project around the working folder (or of the
        working folder itself).
    """
    if processed is not None:
        if record_path(Path(processed), panel.name).is_file():
            return Path(processed)
        return None if panel.ships else Path(processed).parent / "imported"
    return None if panel.ships else _project_folder()


def imported_notes(panel: Panel, folder: Path) -> list[dict[str, Any]]:
    """Return what the checks of an import found, as ``attrs["notes"]`` holds it: results that use the column
    repeat it.
    """
    return [dict(found) for found in read_import_record(folder, panel.name).get("findings", [])]


def imported_content(panel: Panel, folder: Path) -> bytes:
    """Return the parquet file of an imported panel, its hash compared with the record of the import.

    Raises
    ------
    PanelError
        If nothing was imported yet (the message says how), or the file is not the one that was written.
    """
    path = data_path(folder, panel.name)
    if not path.is_file() or not record_path(folder, panel.name).is_file():
        raise PanelError.of(
            "panels.nothing_imported", where=str(path), remedy=how_to_import(panel.name), name=panel.name
        )
    content = path.read_bytes()
    expected = read_import_record(folder, panel.name)["hash"]
    found = f"sha256:{sha256_bytes(content)}"
    if found != expected:
        raise PanelError.of("panels.import_changed", where=str(path), expected=str(expected), got=found)
    return content


def read_import_record(folder: Path, name: str) -> ImportRecord:
    """Return what was written when a panel was imported: sources, mapping, units, notes, hashes.

    Raises
    ------
    PanelError
        If the record cannot be read.
    """
    return replace(_FORM, remedy=how_to_import(name)).read(record_path(folder, name))


def how_to_import(name: str) -> Text:
    """Say how a panel's data come in."""
    return Text(
        f"import your file: `digimfg data import FILE --panel {name}`, or in Python "
        f"`dm.import_panel('FILE', '{name}').save()`",
        f"导入自己的文件：`digimfg data import FILE --panel {name}`，或在 Python 中 "
        f"`dm.import_panel('FILE', '{name}').save()`",
    )


_FORM: FileForm[ImportRecord] = FileForm(
    schema=ImportRecord,
    what=Text("the record of an import", "导入记录"),
    remedy=how_to_import("PANEL"),
    error=PanelError,
    closed=False,
)


def data_path(folder: Path, name: str) -> Path:
    """Return the path of an imported panel's values."""
    return folder / f"{name}.parquet"


def cells_path(folder: Path, name: str) -> Path:
    """Return the path of the addresses of its cells."""
    return folder / f"{name}.cells.parquet"


def record_path(folder: Path, name: str) -> Path:
    """Return the path of the record of its import."""
    return folder / f"{name}.import.json"


def _project_folder() -> Path:
    from digimfg.project import find_project

    try:
        return find_project().root / "data" / "imported"
    except AnalysisError:
        return Path.cwd() / "data" / "imported"
