"""The trace of an imported cell, in the words of the trace of a shipped one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digimfg.importing.stored import ImportedCell, imported_cell
from digimfg.importing.units import parse_unit
from digimfg.panels import find_panel
from digimfg.panels.raw_cells import RawCell, RawFile
from digimfg.panels.tracing import Trace
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["trace_imported", "traced_cell"]

_SOURCE = "imported"


def trace_imported(panel: str, key: Mapping[str, Any], column: str, folder: Path | None = None) -> Trace:
    """Trace one cell of a panel of one's own files to its file, sheet and address.

    Parameters
    ----------
    panel, key, column
        As in `trace`.
    folder
        Folder of the import; by default where `load_panel` looks.

    Returns
    -------
    Trace
        One raw cell with the number of the file (the value before its unit was converted), one file, one
        step. Names and codes that follow from the key have no raw cell.

    Raises
    ------
    PanelError
        If the panel was not imported, or has no such key or column.
    """
    wanted = tuple(key.get(name) for name in find_panel(panel).keys)
    return traced_cell(imported_cell(panel, wanted, column, folder), key)


def traced_cell(found: ImportedCell, key: Mapping[str, Any]) -> Trace:
    """Return the trace of one imported cell, whose row has a key."""
    number = isinstance(found.value, int | float)
    mixed = found.factor == 1.0 and ", " in found.source_unit and parse_unit(found.source_unit) is None
    held = (
        ""
        if found.value is None or mixed
        else f"{found.value / found.factor:.15g}"
        if number
        else str(found.value)
    )
    place = tuple((name, part) for name, part in (("sheet", found.sheet), ("cell", found.address)) if part)
    line = int("".join(letter for letter in found.address if letter.isdigit()) or 0)
    cells = (
        (RawCell(source=_SOURCE, file=found.file, line=line, row=place, column=found.header, text=held),)
        if found.file
        else ()
    )
    files = (
        (
            RawFile(
                source=_SOURCE, file=found.file, sha256=found.sha256, title=Text("Your own file", "自备文件"),
                producer="", citation="",
                licence="", url="", vintage="",
            ),
        )
        if found.file
        else ()
    )  # fmt: skip
    step = (
        Text(
            f"converted from {found.source_unit} to {found.unit}: × {found.factor:g}",
            f"由 {found.source_unit} 换算：× {found.factor:g}",
        )
        if found.source_unit and found.factor != 1.0
        else Text("taken as it is", "原样采用")
    )
    if mixed:
        step = Text(
            f"converted to {found.unit} from the unit that stands with the number ({found.source_unit})",
            f"由数字所附单位（{found.source_unit}）换算为 {found.unit}",
        )
    return Trace(
        panel=found.panel,
        key=dict(key),
        column=found.column,
        value=found.value,
        cells=cells,
        files=files,
        steps=(step,) if cells else (),
        recomputed=False,
    )
