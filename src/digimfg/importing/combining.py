"""Put several imports together: a thesis has many files, a panel is one."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.frames.said import with_whole_mark
from digimfg.importing.assembling import refuse_two_units
from digimfg.importing.key_cells import refuse_twins
from digimfg.importing.mapping import ImportMapping
from digimfg.importing.stored import ImportedPanel, SourceSheet, default_folder, import_lock
from digimfg.importing.stored_cells import stored_cells
from digimfg.panels import find_panel
from digimfg.panels.checks import check_panel
from digimfg.panels.findings import refuse_errors
from digimfg.panels.imported import import_folder, imported_content, read_import_record, record_path
from digimfg.panels.store import read_frame
from digimfg.panels.validate import validate_frame
from digimfg.stored_text import restored
from digimfg.text import Text
from digimfg.variables import dictionary

__all__ = ["add_import", "combine_imports", "load_import", "stored_import"]

_SHOWN = 3


@checked
def combine_imports(*parts: ImportedPanel) -> ImportedPanel:
    r"""Put imports of one panel together: rows and columns of all, checked again as a whole.

    Parameters
    ----------
    parts
        Imports of the same panel; a cell that two of them hold must have one value.

    Returns
    -------
    ImportedPanel
        Its mapping keeps the columns of all parts; every cell still leads to its file.

    Raises
    ------
    PanelError
        If the panels differ, two parts hold different values for a cell, or a check that counts as an error
        fails.

    Examples
    --------
    >>> import digimfg as dm, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("省份,年份,GDP(亿元)\n北京,2020,36103\n", encoding="utf-8")
    >>> _ = (folder / "b.csv").write_text("省份,年份,常住人口(万人)\n北京,2020,2189\n", encoding="utf-8")
    >>> both = dm.combine_imports(*(dm.import_panel(folder / name, "china_province") for name in ("a.csv",
    ...     "b.csv")))
    >>> both.frame[["gdp_100m_yuan", "resident_population_10k"]].values.tolist()
    [[36103.0, 2189.0]]
    """
    if not parts or len({part.panel for part in parts}) != 1:
        raise PanelError.of(
            "importing.imports_of_several_panels",
            panels=", ".join(part.panel for part in parts) or Text("none", "没有"),
        )
    combined = parts[0]
    for part in parts[1:]:
        combined = _joined(combined, part)
    panel = find_panel(combined.panel)
    refuse_twins(combined.frame, panel.keys[0])
    frame = validate_frame(with_whole_mark(combined.frame), panel, partial=True)
    findings = check_panel(frame, panel.name)
    refuse_errors(findings, combined.mapping.accept, panel.name)
    # What the checks found of a part is checked again of the whole.
    before = {found.note(taken) for part in parts for found in part.findings for taken in (True, False)}
    notes = dict.fromkeys(
        [
            *(note for part in parts for note in part.notes if note not in before),
            *(found.note(found.accepted(combined.mapping.accept)) for found in findings),
        ]
    )
    return replace(combined, frame=frame, findings=findings, notes=tuple(notes))


@checked
def load_import(panel: str, folder: Path | str | None = None) -> ImportedPanel:
    """Return a stored import as the value it was.

    Raises
    ------
    PanelError
        If the panel was not imported or its file changed.
    """
    import pyarrow.parquet as pq

    target = find_panel(panel)
    where = import_folder(target, None if folder is None else Path(folder)) or (
        Path(folder) if folder else default_folder(panel)
    )
    frame = read_frame(imported_content(target, where))
    record = read_import_record(where, panel)
    table = pq.ParquetFile(io.BytesIO(stored_cells(where, panel, record))).read(use_threads=False)
    stored = {name: table.column(name).to_numpy() for name in table.column_names}
    names = dict.fromkeys(name.rpartition("@")[0] for name in stored)
    return ImportedPanel(
        panel=panel,
        frame=frame,
        mapping=ImportMapping.of(record["mapping"]),
        notes=tuple(map(restored, record["notes"])),
        findings=check_panel(frame, panel),
        sheets=tuple(SourceSheet(**sheet) for sheet in record["sheets"]),
        places={
            name: (stored[f"{name}@sheet"], stored[f"{name}@row"], stored[f"{name}@column"]) for name in names
        },
        columns=record["columns"],
    )


def stored_import(panel: str, folder: Path | str | None = None) -> ImportedPanel | None:
    """Return what was imported before, ``None`` where nothing was."""
    where = Path(folder) if folder is not None else default_folder(panel)
    return load_import(panel, where) if record_path(where, find_panel(panel).name).is_file() else None


def add_import(imported: ImportedPanel, folder: Path | str | None = None) -> tuple[ImportedPanel, list[Path]]:
    """Put an import together with what was imported before, store the whole, and return it with its files.

    Raises
    ------
    PanelError
        As `combine_imports`; what was stored stays.
    """
    where = Path(folder) if folder is not None else default_folder(imported.panel)
    with import_lock(where):
        before = stored_import(imported.panel, where)
        whole = imported if before is None else combine_imports(before, imported)
        return whole, whole.write(where)


def _joined(first: ImportedPanel, second: ImportedPanel) -> ImportedPanel:
    keys = list(find_panel(first.panel).keys)
    union = pd.concat([first.frame[keys], second.frame[keys]], ignore_index=True).drop_duplicates()
    union = union.sort_values(keys, ignore_index=True)
    index = pd.MultiIndex.from_frame(union)
    at = [index.get_indexer(pd.MultiIndex.from_frame(part.frame[keys])) for part in (first, second)]
    names = [
        name for name in dict.fromkeys([*first.frame.columns, *second.frame.columns]) if name not in keys
    ]
    data = {name: _values(name, (first, second), at, union) for name in names}
    shift = len(first.sheets)
    places = {
        name: _places(name, (first, second), at, len(union), shift)
        for name in names
        if name in first.places or name in second.places
    }
    return replace(
        first,
        frame=pd.concat([union, pd.DataFrame(data, index=union.index)], axis=1),
        mapping=_mappings(first.mapping, second.mapping),
        sheets=(*first.sheets, *second.sheets),
        places=places,
        columns=_columns(first, second, shift),
    )


def _values(
    name: str, parts: tuple[ImportedPanel, ImportedPanel], at: list[np.ndarray], union: pd.DataFrame
) -> np.ndarray:
    held = [part.frame[name].to_numpy() for part in parts if name in part.frame]
    text = any(values.dtype.kind == "O" for values in held)
    result = np.full(len(union), None if text else np.nan, dtype=object if text else "float64")
    for part, where in zip(parts, at, strict=True):
        if name not in part.frame:
            continue
        new = part.frame[name].to_numpy()
        there = ~pd.isna(new)
        old = result[where]
        differ = np.flatnonzero(there & ~pd.isna(old) & (old != new))
        if len(differ):
            shown = "; ".join(
                _two_cells(name, parts, tuple(union.iloc[where[place]])) for place in differ[:_SHOWN]
            )
            raise PanelError.of("importing.imports_conflict", name=name, n=len(differ), shown=shown)
        result[where[there]] = new[there]
    return result


def _two_cells(name: str, parts: tuple[ImportedPanel, ImportedPanel], key: tuple[Any, ...]) -> str:
    """Return both values of a cell of the panel with the file and the cell that each stood in."""
    cells = [part.cell(key, name) for part in parts]
    told = [
        f"{cell.value} ({' '.join(part for part in (cell.file, cell.sheet, cell.address) if part)})"
        for cell in cells
    ]
    return f"{' '.join(str(part) for part in key)}: {', '.join(told)}"


def _places(
    name: str, parts: tuple[ImportedPanel, ImportedPanel], at: list[np.ndarray], n: int, shift: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    result = tuple(np.full(n, -1, dtype="int32") for _ in range(3))
    for number, (part, where) in enumerate(zip(parts, at, strict=True)):
        if name not in part.places:
            continue
        sheet, row, column = (np.asarray(values) for values in part.places[name])
        fresh = (sheet >= 0) & (result[0][where] < 0)
        result[0][where[fresh]] = sheet[fresh] + shift * number
        result[1][where[fresh]] = row[fresh]
        result[2][where[fresh]] = column[fresh]
    return result[0], result[1], result[2]


def _mappings(first: ImportMapping, second: ImportMapping) -> ImportMapping:
    return replace(
        first,
        columns={**second.columns, **first.columns},
        names={**second.names, **first.names},
        accept=tuple(dict.fromkeys([*first.accept, *second.accept])),
    )


def _columns(first: ImportedPanel, second: ImportedPanel, shift: int) -> dict[str, dict[str, Any]]:
    told = {name: {"unit": each["unit"], "read": dict(each["read"])} for name, each in first.columns.items()}
    for name, each in second.columns.items():
        entry = told.setdefault(name, {"unit": each["unit"], "read": {}})
        if not entry["unit"] and name not in dictionary():
            held = [
                part.columns[name]["read"].values()
                for part in (first, second)
                if name in part.columns and part.frame[name].notna().any()
            ]
            refuse_two_units(name, [str(one["unit"]) for read in held for one in read])
        entry["read"] |= {_shifted(place, shift): read for place, read in each["read"].items()}
    return told


def _shifted(place: str, shift: int) -> str:
    sheet, mark, column = place.partition(":")
    return f"{int(sheet) + shift}{mark}{column}"
