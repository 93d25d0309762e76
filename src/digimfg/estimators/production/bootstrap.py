"""The bootstrap of a production function: whole firms drawn with replacement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import Fit, Options, fit
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.text import Text

__all__ = ["bootstrap"]

Floats = NDArray[np.float64]
_CHUNK = 10


def bootstrap(firms: Firms, options: Options, found: Fit, *, n_jobs: int | None) -> Floats:
    """Return slopes of every draw, shape (replications, slopes); each begins where the estimate lies."""
    seeds = spawn_seeds(options.seed, options.replications)
    tasks = [
        _Draws(firms=firms, options=options, start=found.slopes, seeds=tuple(seeds[first : first + _CHUNK]))
        for first in range(0, len(seeds), _CHUNK)
    ]
    return np.vstack(
        run_parallel(_drawn, tasks, label=Text("Bootstrap of firms", "企业自助抽样"), n_jobs=n_jobs)
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draws:
    firms: Firms
    options: Options
    start: Floats
    seeds: tuple[np.random.SeedSequence, ...]


def _drawn(task: _Draws) -> Floats:
    n = int(task.firms.firm.max()) + 1
    found = []
    for seed in task.seeds:
        chosen = np.random.default_rng(seed).integers(0, n, n)
        found.append(fit(task.firms.redrawn(chosen), task.options, task.start[None, :]).slopes)
    return np.array(found)
