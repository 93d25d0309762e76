"""Run several analyses side by side, in processes that load libraries and analysis files once."""

from __future__ import annotations

import functools
import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.display.terminal import progress
from digimfg.errors import DigimfgError
from digimfg.files import write_text
from digimfg.parallel import run_parallel
from digimfg.replication.load import load_alone, load_analyses
from digimfg.replication.run import run_analysis, silent
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from digimfg.analysis import Analysis
    from digimfg.project import Project

__all__ = ["Ran", "processes", "run_analyses"]

_MOST = 4


@dataclass(frozen=True, slots=True)
class Ran:
    """Say how the run of one analysis ended.

    Parameters
    ----------
    name
        The analysis.
    files
        What it wrote, relative to the project; empty where it failed.
    error
        What was wrong, where it failed.
    """

    name: str
    files: tuple[str, ...] = ()
    error: DigimfgError | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    project: Project
    name: str
    stamps: Path | None


def processes() -> int:
    """Return how many analyses run side by side by default: as many as processors, at most four."""
    return min(os.cpu_count() or 1, _MOST)


def run_analyses(
    project: Project, names: Sequence[str], *, n_jobs: int, stamps: Path | None = None
) -> list[Ran]:
    """Run analyses, several at a time; one that fails does not stop the others.

    Parameters
    ----------
    project
        Where they are and where outputs go.
    names
        Names of files below ``analyses/`` without ``.py``.
    n_jobs
        Processes, at most one for each analysis.
    stamps
        A folder; each analysis that was run leaves a file of its name there that lists what it wrote.

    Returns
    -------
    list of Ran
        In the order of the names.

    Raises
    ------
    AnalysisError
        If a name is unknown.
    """
    files = project.analysis_files()
    known = [name for name in names if name in files]
    if len(known) < len(names):
        load_analyses(project, names)  # says which name is wrong
    # The longest files tend to hold the most work, and go first so that none is left alone at the end.
    order = sorted(known, key=lambda name: (-files[name].stat().st_size, name))
    at = None if stamps is None else stamps.absolute()  # a process that is reused may stand elsewhere
    tasks = [_Task(project, name, at) for name in order]
    side_by_side = min(n_jobs, len(tasks))
    if side_by_side > 1:
        answers = run_parallel(
            _run_beside_others, tasks, label=Text("Analyses", "分析"), n_jobs=side_by_side, kept=False
        )
    else:
        answers = [_run(task, alone=len(tasks) == 1) for task in tasks]
    ran = {each.name: each for each in answers}
    return [ran[name] for name in names]


def _run_beside_others(task: _Task) -> Ran:
    """Leave a terminal to the bar that counts analyses."""
    return _run(task, shown=not sys.stderr.isatty())


def _run(task: _Task, *, shown: bool = True, alone: bool = False) -> Ran:
    try:
        analysis = (load_alone if alone else _loaded)(task.project, task.name)
        with progress(task.name) if shown else nullcontext(silent) as show:
            written = run_analysis(task.project, task.name, analysis, show)
    except DigimfgError as error:
        return Ran(task.name, error=error)
    files = tuple(task.project.relative(path) for path in written)
    if task.stamps is not None:
        write_text(task.stamps / task.name, "".join(f"{path}\n" for path in files))
    return Ran(task.name, files)


def _loaded(project: Project, name: str) -> Analysis:
    """Return one analysis, checked against all others; a process loads them once while they stay."""
    files = sorted(project.analyses.glob("*.py"))
    state = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _checked(project, state).get(name) or load_analyses(project, [name])[name]


@functools.lru_cache(maxsize=1)
def _checked(project: Project, _state: tuple[tuple[str, int, int], ...]) -> dict[str, Analysis]:
    """Return all analyses where all are sound, else none: each will say of itself what is wrong."""
    try:
        return load_analyses(project)
    except DigimfgError:
        return {}
