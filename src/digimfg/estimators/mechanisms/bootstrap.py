"""The cluster bootstrap of everything that depends on cross-products, and intervals from its draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.inference.drawn import drawn_interval, drawn_p_value, share_below
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.inference.cluster_moments import ClusterMoments

__all__ = ["Draws", "bca", "draw", "percentile"]

Floats = NDArray[np.float64]

_CHUNK = 250


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Hold a quantity in every sample.

    Parameters
    ----------
    estimate
        In the sample as it is, shape (q,).
    drawn
        In samples of clusters drawn with replacement, shape (R, q), NaN where it cannot be estimated.
    left_out
        Without one cluster at a time, shape (G, q).
    """

    estimate: Floats
    drawn: Floats
    left_out: Floats


def draw(
    moments: ClusterMoments, quantity: Callable[[Floats], Floats], *, replications: int, seed: int
) -> Draws:
    """Return a quantity of cross-products in the sample, in bootstrap samples and without each cluster.

    Parameters
    ----------
    quantity
        From cross-products (R, p, p) to (R, q), NaN where they do not determine it; defined at the top of a
        module.
    replications, seed
        Each draw takes G clusters out of G with replacement; a cluster drawn twice counts twice.
    """
    count = moments.n_clusters
    starts = range(0, replications, _CHUNK)
    tasks = [_Task(drawn=1, seed=None, leave_out=None)]
    for seed_of_chunk, start in zip(spawn_seeds(seed, len(starts)), starts, strict=True):
        tasks.append(_Task(drawn=min(_CHUNK, replications - start), seed=seed_of_chunk, leave_out=None))
    if replications:
        tasks += [
            _Task(drawn=min(_CHUNK, count - start), seed=None, leave_out=start)
            for start in range(0, count, _CHUNK)
        ]
    label = Text("Cluster bootstrap", "聚类自助法")
    first, *answers = run_parallel(partial(_one_chunk, moments, quantity), tasks, label=label)
    empty = np.empty((0, first.shape[1]))
    return Draws(
        estimate=first[0],
        drawn=np.vstack([empty, *answers[: len(starts)]]),
        left_out=np.vstack([empty, *answers[len(starts) :]]),
    )


def percentile(draws: Draws, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Return the bounds of the percentile interval and the two-sided p value of zero, each (q,).

    The p value is one less the level of the interval that ends at zero (`drawn_p_value`).

    Examples
    --------
    >>> drawn = np.arange(-1.0, 98.0)[:, None]
    >>> draws = Draws(estimate=np.array([48.0]), drawn=drawn, left_out=np.empty((0, 1)))
    >>> low, high, p_value = percentile(draws, level=0.9)
    >>> round(float(low[0]), 6), round(float(high[0]), 6), float(p_value[0])
    (3.9, 92.1, 0.02040816326530612)
    """
    low, high, p_value = (np.full(len(draws.estimate), np.nan) for _ in range(3))
    for j in range(len(draws.estimate)):
        values = draws.drawn[np.isfinite(draws.drawn[:, j]), j]
        if len(values) < 2:
            continue
        low[j], high[j] = drawn_interval(values, level)
        p_value[j] = drawn_p_value(values)
    return low, high, p_value


def bca(draws: Draws, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    r"""Return the bounds of the bias-corrected and accelerated interval and the p value of zero, each (q,).

    .. math:: \alpha_1=\Phi\left(z_0+\frac{z_0+z_\alpha}{1-a(z_0+z_\alpha)}\right),\quad
       z_0=\Phi^{-1}(\#\{\theta^*<\hat\theta\}/R),\quad
       a=\frac{\sum(\bar\theta-\theta_{(g)})^3}{6[\sum(\bar\theta-\theta_{(g)})^2]^{3/2}}

    (Efron 1987, JASA), with clusters left out one at a time. The p value is 1 minus the level of the
    interval that ends at zero. NaN where the draws lie on one side of the estimate, or the correction has no
    value.
    """
    low, high, p_value = (np.full(len(draws.estimate), np.nan) for _ in range(3))
    tail = scipy.stats.norm.ppf((1 + level) / 2)
    for j, estimate in enumerate(draws.estimate):
        values = draws.drawn[np.isfinite(draws.drawn[:, j]), j]
        below = np.count_nonzero(values < estimate) + 0.5 * np.count_nonzero(values == estimate)
        rest = draws.left_out[np.isfinite(draws.left_out[:, j]), j]
        spread = rest.mean() - rest if len(rest) else rest
        square = float(spread @ spread)
        if not 0 < below < len(values) or square <= 0:
            continue
        bias = scipy.stats.norm.ppf(below / len(values))
        acceleration = float(np.sum(spread**3)) / (6 * square**1.5)
        ends = bias + np.array([-tail, tail])
        if np.any(1 - acceleration * ends <= 0):
            continue
        low[j], high[j] = np.quantile(values, scipy.stats.norm.cdf(bias + ends / (1 - acceleration * ends)))
        negative = float(np.mean(share_below(values, 0.0)))
        share = float(np.clip(negative, 1 / (len(values) + 1), 1 - 1 / (len(values) + 1)))
        away = scipy.stats.norm.ppf(share) - bias
        if 1 + acceleration * away <= 0:
            continue
        reached = away / (1 + acceleration * away) - bias
        p_value[j] = 2 * scipy.stats.norm.sf(abs(reached))
    return low, high, p_value


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    drawn: int
    seed: np.random.SeedSequence | None
    leave_out: int | None


def _one_chunk(moments: ClusterMoments, quantity: Callable[[Floats], Floats], task: _Task) -> Floats:
    count = moments.n_clusters
    multiplicities: Floats = np.ones((task.drawn, count))
    if task.seed is not None:
        generator = np.random.default_rng(task.seed)
        drawn = generator.multinomial(count, np.full(count, 1 / count), size=task.drawn)
        multiplicities = drawn.astype(np.float64)
    elif task.leave_out is not None:
        multiplicities[np.arange(task.drawn), task.leave_out + np.arange(task.drawn)] = 0
    return quantity(moments.at(multiplicities))
