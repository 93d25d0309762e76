"""One race: the same work by every engine that is there, in turn, in one process."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["OURS", "Race", "raced", "there"]

OURS = "digimfg"
_MEMORY = """
import json, sys
from benchmarks.duels import RACES
from benchmarks.memory import peak_gigabytes

RACES[sys.argv[1]].prepare()[sys.argv[2]]()
print(json.dumps(peak_gigabytes()))
"""


@dataclass(frozen=True, kw_only=True)
class Race:
    """Hold what is raced.

    Parameters
    ----------
    what, zh
        The work, in both languages.
    aim
        Our time over that of the best peer, at most.
    prepare
        Makes the data; engine → its run, which returns numbers that engines share, or ``None``.
    repeats
        Rounds, of which the median counts.
    peaks
        Whether the most memory of each engine is measured, each in a process of its own.
    """

    what: str
    zh: str
    aim: float
    prepare: Callable[[], Mapping[str, Callable[[], np.ndarray | None]]]
    repeats: int = 5
    peaks: bool = False


def there(package: str) -> bool:
    """Return whether a package can be imported."""
    return importlib.util.find_spec(package) is not None


def raced(name: str, race: Race) -> dict[str, dict[str, Any]]:
    """Return engine → median seconds, the largest gap to our answer, and peak memory in GB where measured."""
    runs = dict(race.prepare())
    answers: dict[str, np.ndarray | None] = {}
    for engine in list(runs):
        try:
            answers[engine] = runs[engine]()  # the first run compiles and imports
        except Exception as error:
            if engine == OURS:
                raise
            print(f"  {name}: {engine} gives no answer ({error})", file=sys.stderr)
            del runs[engine]
    seconds: dict[str, list[float]] = {engine: [] for engine in runs}
    for _ in range(race.repeats):
        for engine, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[engine].append(time.perf_counter() - start)
    found: dict[str, dict[str, Any]] = {}
    for engine, times in seconds.items():
        found[engine] = {"seconds": float(f"{np.median(times):.4g}")}
        ours, theirs = answers[OURS], answers[engine]
        if engine != OURS and ours is not None and theirs is not None:
            found[engine]["apart"] = float(f"{np.abs(np.sort(theirs) - np.sort(ours)).max():.1g}")
        if race.peaks:
            found[engine]["peak_gb"] = round(_peak(name, engine), 2)
    return found


def _peak(name: str, engine: str) -> float:
    call = [sys.executable, "-c", _MEMORY, name, engine]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))
