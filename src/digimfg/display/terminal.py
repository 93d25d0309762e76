"""Print tables and progress: aligned for a person, plain for a pipe."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digimfg.text import Text, current_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digimfg.errors import DigimfgError

__all__ = ["Progress", "print_error", "print_files", "print_table", "progress"]

Progress = Callable[[int, int, Text], None]
"""Called before each step with its number from 1, the number of steps, and what it does."""

_SECONDS_BETWEEN_LINES = 5.0


def print_table(
    header: Sequence[Text | str], rows: Iterable[Sequence[object]], title: Text | None = None
) -> None:
    """Print rows on stdout: aligned columns on a terminal, tab-separated values otherwise."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in ([str(name) for name in header], *cells):
            print("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        *(str(name) for name in header),
        title=None if title is None else str(title),
        box=None,
        title_justify="left",
        pad_edge=False,
    )
    for row in cells:
        table.add_row(*row)
    Console().print(table)


def print_files(paths: Iterable[object]) -> None:
    """Print the files a command wrote on stdout, one a line."""
    for path in paths:
        print(path)


def print_error(error: DigimfgError, name: str = "") -> None:
    """Print an error on stderr in the reader's language, after the name of what failed."""
    kind = f"{Text('error', '错误')} ({type(error).__name__})"
    print(f"{f'{name}: ' if name else ''}{kind}\n{error.message(current_language())}", file=sys.stderr)


@contextmanager
def progress(what: Text | str) -> Iterator[Progress]:
    """Show the steps of long work on stderr: a bar on a terminal, a line now and then under make or in a
    log.
    """
    if sys.stderr.isatty() and "MAKELEVEL" not in os.environ:
        with _bar(what) as show:
            yield show
    else:
        yield _Lines(what)


class _Lines:
    def __init__(self, what: Text | str) -> None:
        self._what = what
        self._last = -math.inf

    def __call__(self, done: int, total: int, step: Text) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            print(f"{self._what}: {step} ({done}/{total})", file=sys.stderr, flush=True)


@contextmanager
def _bar(what: Text | str) -> Iterator[Progress]:
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(str(what), total=None)
        yield lambda done, total, step: shown.update(
            task, completed=done - 1, total=total, description=f"{what}: {step}"
        )
