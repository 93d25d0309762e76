"""Build panels from raw sources and write them with their codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from digimfg.errors import PanelError
from digimfg.files import sha256_bytes, write_bytes
from digimfg.panels import Panel, find_panel, shipped_panels
from digimfg.panels.codebook import write_codebook
from digimfg.panels.imported import how_to_import
from digimfg.panels.store import frame_bytes, read_frame, same_content
from digimfg.panels.validate import validate_frame
from digimfg.registry import instances

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from digimfg.panels import Frames
    from digimfg.sources import Source

__all__ = ["build_panel", "write_panels"]


def build_panel(name: str, raw: Path) -> pd.DataFrame:
    """Build one panel from the raw files below `raw`, validate it, and return it in canonical order.

    Linear algebra runs on one thread, so that the last bit of a number does not depend on the machine's load.

    Raises
    ------
    SourceError
        If a raw file is missing or changed.
    PanelError
        If the panel built breaks its own schema, no panel has that name, or it is made of users' own files.
    """
    panel = find_panel(name)
    return _build(panel, _load_sources(panel.sources, raw))


def write_panels(raw: Path, processed: Path, progress: Callable[[str], None] | None = None) -> dict[str, str]:
    """Build every panel that ships and write it below `processed` with ``datapackage.json`` and
    ``codebook.md``.

    A panel file that already holds the same content (see `same_content`) keeps its bytes, so that
    another processor's last bit or another version of the parquet writer does not change a committed file.

    Parameters
    ----------
    raw
        The project's ``data/raw``.
    processed
        Folder to write to; each file is written whole or not at all, the codebook last.
    progress
        Called with a panel's name when its turn comes.

    Returns
    -------
    dict
        Panel name → SHA-256 of its file.
    """
    hashes: dict[str, str] = {}
    frames: dict[str, pd.DataFrame] = {}
    for name, panel in shipped_panels().items():
        if progress is not None:
            progress(name)
        content = _write(_build(panel, _load_sources(panel.sources, raw)), processed / f"{name}.parquet")
        frames[name] = read_frame(content)
        hashes[name] = sha256_bytes(content)
    write_codebook(processed, frames, hashes)
    return hashes


def _load_sources(names: tuple[str, ...], raw: Path) -> Mapping[str, Frames]:
    found: Mapping[str, Source] = instances("sources", "SOURCE")
    return {name: found[name].load(raw) for name in names}


def _build(panel: Panel, sources: Mapping[str, Frames]) -> pd.DataFrame:
    if panel.build is None:
        raise PanelError.of("panels.panel_of_own_files", remedy=how_to_import(panel.name), name=panel.name)
    with threadpool_limits(limits=1):
        frame = panel.build(sources)
    extra = [column for column in frame.columns if column not in panel.variables]
    if extra:
        raise PanelError.of("panels.undeclared_columns", got=", ".join(extra), name=panel.name)
    return validate_frame(frame, panel)


def _write(frame: pd.DataFrame, path: Path) -> bytes:
    content = frame_bytes(frame)
    old = path.read_bytes() if path.is_file() else None
    if old is not None and same_content(old, content):
        path.touch()
        return old
    write_bytes(path, content)
    return content
