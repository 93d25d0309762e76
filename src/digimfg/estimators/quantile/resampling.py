"""Draw whole clusters with replacement, as weights on rows: effects of a cluster drawn twice are the same
twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.quantile.linear_program import quantile_slopes
from digimfg.estimators.quantile.moments import fit_moments
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["bootstrap_covariance"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_CHUNK = 25


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draws:
    method: Literal["moments", "plain"]
    outcome: Floats
    regressors: Floats
    effects: tuple[Codes, ...]
    levels: tuple[float, ...]
    weights: Floats
    groups: Codes
    seeds: tuple[np.random.SeedSequence, ...]


def bootstrap_covariance(
    design: Design,
    method: Literal["moments", "plain"],
    levels: Sequence[float],
    weights: Floats,
    groups: Codes,
    *,
    replications: int,
    seed: int,
) -> Floats:
    """Return the covariance of the slopes of all quantiles over resamples of whole groups, shape (q k, q
    k).
    """
    seeds = spawn_seeds(seed, replications)
    tasks = [
        _Draws(
            method=method,
            outcome=design.outcome,
            regressors=design.near,
            effects=tuple(design.effects.values()),
            levels=tuple(levels),
            weights=weights,
            groups=groups,
            seeds=tuple(seeds[start : start + _CHUNK]),
        )
        for start in range(0, replications, _CHUNK)
    ]
    drawn = np.vstack(run_parallel(_slopes, tasks, label=Text("Bootstrap of quantiles", "分位数自助抽样")))
    found: Floats = np.cov(drawn, rowvar=False).reshape(drawn.shape[1], drawn.shape[1])
    return found


def _slopes(draws: _Draws) -> Floats:
    count = int(draws.groups.max()) + 1
    found = []
    for seed in draws.seeds:
        times = np.bincount(np.random.default_rng(seed).integers(0, count, count), minlength=count)
        mass = times[draws.groups] * draws.weights
        rows = np.flatnonzero(mass > 0)
        y, x, mass = draws.outcome[rows], draws.regressors[rows], mass[rows]
        if draws.method == "moments":
            codes = [np.unique(code[rows], return_inverse=True)[1].astype(np.int64) for code in draws.effects]
            found.append(fit_moments(y, x, codes, draws.levels, mass).slopes().ravel())
        else:
            found.append(np.concatenate([quantile_slopes(y, x, level, mass) for level in draws.levels]))
    return np.array(found)
