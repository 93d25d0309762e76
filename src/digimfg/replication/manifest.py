"""Record what the outputs came from: a hash of every file that matters and the versions of the engines."""

from __future__ import annotations

import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.files import canonical_json, sha256_bytes, sha256_file, write_text
from digimfg.version import PACKAGE, __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digimfg.project import Project

__all__ = ["ENGINES", "manifest", "versions_used", "write_manifest"]

ENGINES = (
    "linearmodels", "matplotlib", "numpy", "pandas", "pandera", "pyarrow", "python-docx", "scipy", "seaborn",
    "statsmodels", "typst",
)  # fmt: skip
"""Packages whose arithmetic or writing reaches an output."""


def write_manifest(project: Project) -> Path:
    """Write ``output/manifest.json`` and return its path."""
    path = project.output / "manifest.json"
    write_text(path, canonical_json(manifest(project)))
    return path


def manifest(project: Project) -> dict[str, dict[str, str]]:
    """Return hashes of raw data, panels, analyses, text, code and outputs, and versions.

    No time, user, host or path outside the project is recorded: two builds from the same files agree.

    Returns
    -------
    dict
        Section → name → SHA-256 (or version). Files are named by their path below the project's root; the
        package is one hash over its modules, for it may be installed anywhere.
    """
    package = PACKAGE
    return {
        "raw": _hashes(project, _files(project.raw)),
        "panels": _hashes(project, _files(project.processed)),
        "analyses": _hashes(project, project.analyses.glob("*.py")),
        "paper": _hashes(project, _files(project.paper)),
        "code": {"digimfg": _tree_hash(package)},
        "outputs": _hashes(
            project, (path for path in _files(project.output) if path.name != "manifest.json")
        ),
        "versions": versions_used(),
    }


def versions_used() -> dict[str, str]:
    """Return the versions of Python, this package and its engines."""
    own = {"python": platform.python_version(), "digimfg": __version__}
    return own | {name: version(name) for name in ENGINES}


def _files(folder: Path) -> list[Path]:
    visible = (
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    return [path for path in visible if path.is_file()]


def _hashes(project: Project, paths: Iterable[Path]) -> dict[str, str]:
    hashes = {}
    for path in sorted(paths):
        with suppress(FileNotFoundError):  # another process took it away: it is no output any more
            hashes[project.relative(path)] = sha256_file(path)
    return hashes


def _tree_hash(package: Path) -> str:
    lines = [
        f"{path.relative_to(package).as_posix()} {sha256_file(path)}"
        for path in sorted(package.rglob("*"))
        if path.suffix in (".py", ".toml")  # words and variables stand in sheets
    ]
    return sha256_bytes("\n".join(lines).encode())
