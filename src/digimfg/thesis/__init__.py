"""Lay out a thesis project: folders, a Makefile, a first analysis, and words on where one's own files go."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.errors import DigimfgError
from digimfg.files import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

__all__ = ["create_thesis", "report_text"]

_HIDDEN = {"gitattributes": ".gitattributes", "gitignore": ".gitignore"}


@checked
def create_thesis(folder: Path | str, panel: str = "world") -> list[Path]:
    """Lay out a project in a folder and return the files made.

    The project builds at once with ``make``: its first analysis runs on the shipped panel, or on a synthetic
    twin of the panel that your own files will fill. They go to ``data/raw`` with their mappings in
    ``data/mappings``; every build imports them anew.

    Parameters
    ----------
    folder
        A folder that does not exist yet or is empty.
    panel
        Which panel the first analyses are about: ``"world" "china_province" "china_city" "firm"``; for all
        but ``"world"`` the tests of the paper's claims are among them (`digimfg.claim_pack`).

    Returns
    -------
    list of Path
        ``Makefile``, ``README.md``, ``README.zh.md``, ``labels.toml``, ``package.toml``, ``.gitignore``,
        ``.gitattributes``,
        the panel's first analysis and its chapter ``paper/chapter.md``, ``paper/report.typ`` and a note in
        each folder of data.

    Raises
    ------
    DigimfgError
        If the folder holds anything or cannot be written, or there is no first analysis for the panel.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> made = create_thesis(pathlib.Path(tempfile.mkdtemp()) / "my-thesis")
    >>> sorted(path.name for path in made if path.parent.name == "my-thesis")
    ['.gitattributes', '.gitignore', 'Makefile', 'README.md', 'README.zh.md', 'labels.toml', 'package.toml']
    """
    folder = Path(folder)
    first = {
        entry.name: entry for entry in files("digimfg.thesis").joinpath("panels").iterdir() if entry.is_dir()
    }
    if panel not in first:
        raise DigimfgError.unknown(panel, sorted(first), where="digimfg init --panel")
    if (folder.exists() and not folder.is_dir()) or (folder.is_dir() and any(folder.iterdir())):
        raise DigimfgError.of("thesis.folder_not_empty", where=str(folder))
    made = []
    laid = [*_files(files("digimfg.thesis").joinpath("template"), ""), *_files(first[panel], "")]
    for relative, source in sorted(laid, key=lambda each: each[0]):
        path = folder / relative
        write_text(path, source.read_text(encoding="utf-8"))
        made.append(path)
    return made


def report_text() -> bytes:
    """Return the text of the report of a project that has none of its own."""
    return files("digimfg.thesis").joinpath("template/paper/report.typ").read_bytes()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + _HIDDEN.get(entry.name, entry.name), entry
