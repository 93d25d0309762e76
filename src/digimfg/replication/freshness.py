"""Tell whether the stored results of an analysis are those of its present files."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError
from digimfg.files import sha256_file
from digimfg.text import Text
from digimfg.variables.labels_file import LABELS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from digimfg.project import Project

__all__ = ["made_from", "require_fresh"]


def made_from(project: Project, name: str) -> dict[str, str]:
    """Return the SHA-256 of the files that an analysis is made from: itself, its helpers, labels, panels and
    imported data.
    """
    hashes = {}
    for path in _inputs(project, name):
        with suppress(FileNotFoundError):
            hashes[project.relative(path)] = sha256_file(path)
    return dict(sorted(hashes.items()))


def require_fresh(project: Project, name: str, held: Mapping[str, str] | None, where: Text | str) -> None:
    """Raise unless the results of an analysis were made from its present files.

    Parameters
    ----------
    project, name
        The analysis.
    held
        `made_from` when it was run.
    where
        What quotes its results.

    Raises
    ------
    AnalysisError
        Naming the analysis and the files that changed since.
    """
    now = made_from(project, name)
    before = {} if held is None else dict(held)
    changed = sorted(each for each in {*now, *before} if now.get(each) != before.get(each))
    if changed:
        raise AnalysisError.of("replication.results_out_of_date", where=where, name=name, changed=changed)


def _inputs(project: Project, name: str) -> Iterator[Path]:
    yield project.analyses / f"{name}.py"
    yield from project.analyses.glob("_*.py")
    yield project.root / LABELS_FILE
    for folder in (project.processed, project.root / "data" / "imported"):
        for path in folder.rglob("*"):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
                yield path
