"""Import every file of a project that has a mapping: what a build does before it runs the analyses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from digimfg.errors import PanelError
from digimfg.files import remove_file, sha256_bytes, write_text
from digimfg.importing.combining import combine_imports
from digimfg.importing.importer import import_panel
from digimfg.importing.mapping import load_mapping
from digimfg.importing.stored import ImportedPanel, import_lock
from digimfg.panels import all_panels
from digimfg.panels.imported import cells_path, data_path, record_path
from digimfg.text import Text

__all__ = ["find_mapped_files", "import_project"]

_DATA = frozenset({".csv", ".dta", ".parquet", ".tsv", ".txt", ".xls", ".xlsm", ".xlsx"})


def import_project(
    root: Path, told: Callable[[Path, ImportedPanel], None] = lambda _file, _imported: None
) -> list[Path]:
    """Import the files of ``data/raw`` that have a mapping in ``data/mappings`` into ``data/imported``.

    Files of one panel are put together. What an earlier build imported and this one does not is removed; a
    panel that was imported by itself (``digimfg data import FILE``) stays. Where another process imports the
    same project, this one waits for it.

    Parameters
    ----------
    root
        The project's folder.
    told
        Called with each file and what came of it.

    Returns
    -------
    list of Path
        The files written: values, addresses and record of every panel.

    Raises
    ------
    PanelError
        If a mapping has no file or several, or a file cannot be imported as its mapping says.
    """
    panels: dict[str, ImportedPanel] = {}
    for mapping, file in find_mapped_files(root).items():
        plan = load_mapping(mapping)
        imported = import_panel(file, plan.panel, plan)
        told(file, imported)
        before = panels.get(imported.panel)
        panels[imported.panel] = imported if before is None else combine_imports(before, imported)
    home = root / "data" / "imported"
    with import_lock(home):
        written = [path for imported in panels.values() for path in imported.write(home)]
        for name in _built(home) - set(panels):
            for path in (record_path(home, name), data_path(home, name), cells_path(home, name)):
                remove_file(path)
        if panels or _list(home).is_file():
            lines = [f"{name} {_mark(home, name)}\n" for name in sorted(panels)]
            write_text(_list(home), "".join(lines))
    return written


def _list(home: Path) -> Path:
    """Return the file that names the panels that the last build imported, and marks of their records."""
    return home / "built.txt"


def _mark(home: Path, name: str) -> str:
    record = record_path(home, name)
    return sha256_bytes(record.read_bytes()) if record.is_file() else ""


def _built(home: Path) -> set[str]:
    """Return the panels that an earlier build imported and nobody imported again since."""
    path = _list(home)
    if not path.is_file():
        return set()
    told = dict(line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines() if " " in line)
    return {name for name in all_panels() if told.get(name) and told[name] == _mark(home, name)}


def find_mapped_files(root: Path) -> dict[Path, Path]:
    """Return mapping → file: ``data/mappings/NAME.toml`` is of the one ``data/raw/NAME.*``, whatever
    characters are in NAME.

    Raises
    ------
    PanelError
        If a mapping has no file, or several that could be meant.
    """
    raw = root / "data" / "raw"
    there = sorted(path for path in raw.iterdir() if path.is_file()) if raw.is_dir() else []
    mappings = sorted((root / "data" / "mappings").glob("*.toml"))
    found = {}
    for mapping in mappings:
        files = [path for path in there if path.stem == mapping.stem and path.suffix.lower() in _DATA]
        if len(files) != 1:
            raise PanelError.of(
                "importing.several_files" if files else "importing.no_file",
                where=str(mapping),
                stem=mapping.stem,
                found=", ".join(path.name for path in files) or Text("none", "没有"),
                data=sorted(_DATA),
            )
        found[mapping] = files[0]
    return found
