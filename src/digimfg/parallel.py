"""Run many independent tasks: in order, with progress, on whatever joblib is told to use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from pickle import PicklingError
from typing import Any, TypeVar

import numpy as np

from digimfg.arguments import checked
from digimfg.files import sha256_bytes
from digimfg.kept_answers import keep_answer, kept_answers
from digimfg.one_thread import one_thread
from digimfg.text import Text, current_language
from digimfg.version import __version__

__all__ = ["checkpoints", "run_parallel", "spawn_seeds"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_PATIENCE = 0.5
_SHOWN = threading.Lock()
_FOLDER: ContextVar[Path | None] = ContextVar("folder of checkpoints", default=None)


def run_parallel(
    function: Callable[[Task], Answer],
    tasks: Sequence[Task],
    *,
    label: Text,
    n_jobs: int | None = None,
    kept: bool = True,
) -> list[Answer]:
    """Return the answer of a function to every task, in the order of the tasks.

    Progress appears on the terminal (stderr) once the work takes longer than half a second. An interruption
    (Ctrl-C) or an error stops what still runs and leaves nothing behind, but answers under `checkpoints`.
    Each task runs on one thread of linear algebra, so the answers are the same bytes whatever the number of
    processes; a task with random numbers carries its own seed (`spawn_seeds`).

    Parameters
    ----------
    function
        Of one task; defined at the top of a module, so that another process can find it.
    tasks
        One argument each.
    label
        What is done, shown beside the bar.
    n_jobs
        Processes; -1 for one per core. ``None`` is one, or what ``joblib.parallel_config(...)`` says: with
        ``joblib.parallel_config(backend="dask")`` a Dask cluster takes over.
    kept
        Whether `checkpoints` may stand in for a task; not where it writes files too.

    Examples
    --------
    >>> run_parallel(abs, [-2, 1, -3], label=Text("Sizes", "大小"))
    [2, 1, 3]
    """
    from joblib import Parallel, delayed

    home = _FOLDER.get() if kept else None
    folder = None if home is None else home / _digest(function, list(tasks))
    found = {} if folder is None else kept_answers(folder, len(tasks))
    left = [place for place in range(len(tasks)) if place not in found]
    work = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_on_one_thread)(function, tasks[place]) for place in left
    )
    try:
        with _progress(label, len(tasks)) as advance:
            for place, answer in zip(left, work, strict=True):
                found[place] = answer
                if folder is not None:
                    keep_answer(folder, place, answer)
                advance(len(found))
    finally:
        work.close()
    return [found[place] for place in range(len(tasks))]


@checked
@contextmanager
def checkpoints(folder: str | Path) -> Iterator[None]:
    """Keep the answers of long work in a folder while it runs, so that an interruption loses none of them.

    The same call under the same folder goes on where it stopped: bootstraps, reassignments, specification
    curves and all else that runs tasks. Answers belong to their tasks (data, options, seeds) and to this
    version; one that was damaged is made again. Delete the folder when the work is done.

    Parameters
    ----------
    folder
        Made where it is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, checkpoints(folder):
    ...     run_parallel(abs, [-2, 1], label=Text("Sizes", "大小"))
    [2, 1]
    """
    token = _FOLDER.set(Path(folder))
    try:
        yield
    finally:
        _FOLDER.reset(token)


def spawn_seeds(seed: int | np.random.SeedSequence, count: int) -> list[np.random.SeedSequence]:
    """Return independent seeds for `count` tasks; task i has the same one however many there are.

    Examples
    --------
    >>> few, many = spawn_seeds(1, 2), spawn_seeds(1, 3)
    >>> few[1].generate_state(1) == many[1].generate_state(1)
    array([ True])
    """
    parent = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    # Children are made from the parent's own entropy, so that asking twice gives the same ones.
    return [
        np.random.SeedSequence(parent.entropy, spawn_key=(*parent.spawn_key, place)) for place in range(count)
    ]


def _digest(function: object, tasks: list[Any]) -> str:
    import cloudpickle
    import joblib

    whole = (__version__, function, tasks)
    try:
        return str(joblib.hash(whole))
    except (PicklingError, AttributeError, TypeError):
        # Functions without a name of their own go by their code and what they hold.
        return sha256_bytes(cloudpickle.dumps(whole))


def _on_one_thread(function: Callable[[Task], Answer], task: Task) -> Answer:
    return one_thread(function)(task)


@contextmanager
def _progress(label: Text, total: int) -> Iterator[Callable[[int], None]]:
    """Show the outermost work of this process only, and only if someone sits at a terminal."""
    from rich import progress
    from rich.console import Console

    console = Console(stderr=True)
    mine = (console.is_terminal or console.is_jupyter) and _SHOWN.acquire(blocking=False)
    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not mine,
    )
    place = bar.add_task(label.language(current_language()), total=total)
    begun = time.monotonic()
    started = False

    def advance(done: int) -> None:
        nonlocal started
        if not started and time.monotonic() - begun > _PATIENCE:
            bar.start()
            started = True
        bar.update(place, completed=done)

    try:
        yield advance
    finally:
        bar.stop()
        if mine:
            _SHOWN.release()
