"""Where a project keeps things: everything hangs on the folder that holds ``analyses/``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digimfg.errors import AnalysisError

__all__ = ["Project", "find_project"]


@dataclass(frozen=True, slots=True)
class Project:
    """Name the folders of a project.

    Parameters
    ----------
    root
        The folder that holds ``analyses/``; all others are below it.

    Examples
    --------
    >>> Project(Path("thesis")).tables.as_posix()
    'thesis/output/tables'
    """

    root: Path

    @property
    def raw(self) -> Path:
        """Return the folder of raw files."""
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Return the folder of built panels."""
        return self.root / "data" / "processed"

    @property
    def analyses(self) -> Path:
        """Return the folder of analysis files."""
        return self.root / "analyses"

    @property
    def paper(self) -> Path:
        """Return the folder of the text."""
        return self.root / "paper"

    @property
    def snapshots(self) -> Path:
        """Return the folder of accepted results."""
        return self.root / "tests" / "snapshots"

    @property
    def output(self) -> Path:
        """Return the folder of everything generated."""
        return self.root / "output"

    @property
    def results(self) -> Path:
        """Return the folder of estimates as JSON."""
        return self.output / "results"

    @property
    def tables(self) -> Path:
        """Return the folder of tables."""
        return self.output / "tables"

    @property
    def figures(self) -> Path:
        """Return the folder of figures."""
        return self.output / "figures"

    def analysis_files(self) -> dict[str, Path]:
        """Return every analysis file by name, in alphabetical order; names with a leading underscore are
        helpers.
        """
        found = {path.stem: path for path in self.analyses.glob("*.py") if not path.name.startswith("_")}
        return dict(sorted(found.items()))

    def relative(self, path: Path) -> str:
        """Return `path` below the root with forward slashes, the same on every machine."""
        return path.relative_to(self.root).as_posix()


def find_project(start: Path | None = None) -> Project:
    """Return the project that `start` (by default the working folder) lies in.

    Raises
    ------
    AnalysisError
        If neither the folder nor any above it holds ``analyses/``.
    """
    folder = Path.cwd() if start is None else Path(start).resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / "analyses").is_dir():
            return Project(candidate)
    raise AnalysisError.of("project.no_project_here", where=str(folder))
