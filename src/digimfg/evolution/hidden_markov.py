"""Hidden Markov chains with normal indicators, many parameter sets and many units at once: likelihood, EM,
paths.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Chain",
    "Moves",
    "Observed",
    "expectation_maximization",
    "likeliest_paths",
    "log_likelihood",
    "sampled_paths",
    "smoothed",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_FLOOR = 1e-3
_LEAST_LOG = -600.0
_TINY = 1e-300
_HUGE = 1e280
"""Of odds ahead: those beyond belong to states whose share is below 1/1e280, so nothing is lost, and no sum
of them overflows."""


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Observed:
    """Hold standardized indicators of units.

    Parameters
    ----------
    values
        Units × periods × indicators, from each unit's first period on, missing where nothing was seen.
    lengths
        Periods from a unit's first to its last, shape (N,).
    """

    values: Floats
    lengths: Codes

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Return whether a period lies before a unit's end, shape (N, T)."""
        return np.asarray(np.arange(self.values.shape[1]) < self.lengths[:, None])


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Chain:
    """Hold R sets of parameters of a chain with K states and P indicators.

    Parameters
    ----------
    means, sds
        Shape (R, K, P).
    start
        Shares of states at a unit's first period, shape (R, K).
    moves
        Transition probabilities, shape (R, K, K).
    """

    means: Floats
    sds: Floats
    start: Floats
    moves: Floats

    def __len__(self) -> int:
        return len(self.means)

    def take(self, places: Codes) -> Chain:
        """Return some of the sets."""
        return Chain(
            means=self.means[places], sds=self.sds[places], start=self.start[places], moves=self.moves[places]
        )


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Moves:
    """Say which moves there are.

    Parameters
    ----------
    allowed
        Shape (K, K).
    most_regress
        Largest probability of a move to a lower state.
    """

    allowed: NDArray[np.bool_]
    most_regress: float

    @classmethod
    def ordered(cls, n_states: int, most_regress: float) -> Moves:
        """Return moves to the neighbours: up, and down with a probability up to `most_regress`."""
        near = np.eye(n_states, dtype=bool) | np.eye(n_states, k=1, dtype=bool)
        if most_regress > 0:
            near |= np.eye(n_states, k=-1, dtype=bool)
        return cls(allowed=near, most_regress=most_regress)

    @classmethod
    def free(cls, n_states: int) -> Moves:
        """Return all moves."""
        return cls(allowed=np.ones((n_states, n_states), dtype=bool), most_regress=1.0)

    @property
    def n_free(self) -> int:
        """Return the number of free transition probabilities."""
        return int(self.allowed.sum() - len(self.allowed))

    def estimated(self, counts: Floats) -> Floats:
        """Return the likeliest probabilities given expected counts (R, K, K), the bound on regress kept."""
        held = np.where(self.allowed, counts, 0.0)
        totals = held.sum(axis=-1, keepdims=True)
        even = self.allowed / self.allowed.sum(axis=-1, keepdims=True)
        found = np.where(totals > _TINY, held / np.maximum(totals, _TINY), even)
        down = np.tril(np.ones(counts.shape[-2:]), -1)
        regress = (found * down).sum(axis=-1, keepdims=True)
        over = regress > self.most_regress
        if over.any():
            rest = np.maximum(1 - regress, _TINY)
            scale = np.where(
                down > 0, self.most_regress / np.maximum(regress, _TINY), (1 - self.most_regress) / rest
            )
            stays = np.eye(counts.shape[-1]) * (1 - self.most_regress) + found * down * scale
            found = np.where(over, np.where(1 - regress > 1e-12, found * scale, stays), found)
        return np.asarray(found)


def _emissions(chain: Chain, observed: Observed) -> tuple[Floats, Floats]:
    """Return densities (R, N, T, K) over the largest of each period, and the logarithm of that."""
    shape = (len(chain), *observed.values.shape[:2], chain.means.shape[1])
    logs = np.zeros(shape)
    for place in range(observed.values.shape[2]):
        x = observed.values[None, :, :, None, place]
        sd = chain.sds[:, None, None, :, place]
        z = (x - chain.means[:, None, None, :, place]) / sd
        logs += np.where(np.isnan(x), 0.0, -0.5 * z * z - np.log(sd) - 0.5 * np.log(2 * np.pi))
    top = logs.max(axis=-1, keepdims=True)
    return np.exp(np.maximum(logs - top, _LEAST_LOG)), top[..., 0]


def _forward(chain: Chain, densities: Floats) -> tuple[Floats, Floats]:
    """Return filtered shares (R, N, T, K) and the densities of each period given those before (R, N, T)."""
    alpha, scale = np.empty_like(densities), np.empty(densities.shape[:3])
    now = chain.start[:, None, :] * densities[:, :, 0]
    for t in range(densities.shape[2]):
        if t:
            now = (alpha[:, :, t - 1] @ chain.moves) * densities[:, :, t]
        scale[:, :, t] = np.maximum(now.sum(axis=-1), _TINY)
        alpha[:, :, t] = now / scale[:, :, t, None]
    return alpha, scale


def _backward(chain: Chain, densities: Floats, scale: Floats, inside: NDArray[np.bool_]) -> Floats:
    beta = np.ones_like(densities)
    back = chain.moves.transpose(0, 2, 1)
    for t in range(densities.shape[2] - 2, -1, -1):
        ahead = _odds_ahead(densities[:, :, t + 1], beta[:, :, t + 1], scale[:, :, t + 1])
        beta[:, :, t] = np.where(inside[None, :, t + 1, None], ahead @ back, 1.0)
    return beta


def _odds_ahead(densities: Floats, beta: Floats, scale: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(np.minimum(densities * beta / scale[..., None], _HUGE))


def log_likelihood(chain: Chain, observed: Observed, weights: Floats | None = None) -> Floats:
    """Return the logarithm of the likelihood of each set, shape (R,)."""
    densities, top = _emissions(chain, observed)
    _, scale = _forward(chain, densities)
    return _total(scale, top, observed, weights)


def _total(scale: Floats, top: Floats, observed: Observed, weights: Floats | None) -> Floats:
    of_units = ((np.log(scale) + top) * observed.inside).sum(axis=2)
    return np.asarray(of_units.sum(axis=1) if weights is None else (of_units * weights).sum(axis=1))


def smoothed(chain: Chain, observed: Observed) -> Floats:
    """Return the probability of each state at each period given all of a unit's, shape (R, N, T, K)."""
    densities, _ = _emissions(chain, observed)
    alpha, scale = _forward(chain, densities)
    found = alpha * _backward(chain, densities, scale, observed.inside)
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def expectation_maximization(
    chain: Chain,
    observed: Observed,
    moves: Moves,
    *,
    weights: Floats | None = None,
    prior: float = 0.0,
    tolerance: float = 1e-8,
    most: int = 1_000,
) -> tuple[Chain, Floats, NDArray[np.bool_]]:
    """Return the sets at which EM ends, their log-likelihoods, and whether it ended before `most` steps.

    Parameters
    ----------
    chain
        Where to begin.
    weights
        How often each unit counts, shape (R, N).
    prior
        Of each allowed move, as many are counted as seen before; the log-likelihoods are then penalised.
    tolerance
        Ends when a step gains less than this, over the log-likelihood's size.

    Notes
    -----
    Standard deviations stay above a thousandth of the indicator's own: without that one observation alone
    makes the likelihood infinite.
    """
    held, last = chain, np.full(len(chain), -np.inf)
    ended = np.zeros(len(chain), dtype=bool)
    for _ in range(most):
        active = np.flatnonzero(~ended)
        part = held.take(active)
        weight = None if weights is None else weights[active]
        stepped, now = _step(part, observed, moves, weight, prior)
        if prior:
            known = np.where(moves.allowed, part.moves, 1.0)
            now = now + prior * np.log(np.maximum(known, _TINY)).sum(axis=(1, 2))
        done = now - last[active] < tolerance * np.maximum(np.abs(now), 1.0)
        last[active] = now
        held = _placed(held, active[~done], stepped.take(np.flatnonzero(~done)))
        ended[active] = done
        if ended.all():
            break
    return held, last, ended


def _placed(chain: Chain, places: Codes, part: Chain) -> Chain:
    names = ("means", "sds", "start", "moves")
    changed = {}
    for name in names:
        whole = getattr(chain, name).copy()
        whole[places] = getattr(part, name)
        changed[name] = whole
    return replace(chain, **changed)


def _step(
    chain: Chain, observed: Observed, moves: Moves, weights: Floats | None, prior: float
) -> tuple[Chain, Floats]:
    """Return the parameters after one step of EM, and the log-likelihood before it."""
    inside = observed.inside
    densities, top = _emissions(chain, observed)
    alpha, scale = _forward(chain, densities)
    beta = _backward(chain, densities, scale, inside)
    gamma = alpha * beta
    gamma /= np.maximum(gamma.sum(axis=-1, keepdims=True), _TINY)
    gamma *= inside[None, :, :, None] if weights is None else (weights[:, :, None] * inside)[..., None]
    ahead = _odds_ahead(densities, beta, scale)[:, :, 1:] * inside[None, :, 1:, None]
    if weights is not None:
        ahead = ahead * weights[:, :, None, None]
    n_sets, n_states = len(chain), chain.means.shape[1]
    flat = alpha[:, :, :-1].reshape(n_sets, -1, n_states), ahead.reshape(n_sets, -1, n_states)
    counts = chain.moves * (flat[0].transpose(0, 2, 1) @ flat[1]) + prior
    start = gamma[:, :, 0].sum(axis=1)
    means, sds = np.empty_like(chain.means), np.empty_like(chain.sds)
    for place in range(observed.values.shape[2]):
        x = observed.values[:, :, place]
        seen = ~np.isnan(x)
        shares = (gamma * seen[None, :, :, None]).reshape(n_sets, -1, n_states)
        values = np.where(seen, x, 0.0).ravel()
        mass = np.maximum(shares.sum(axis=1), _TINY)
        mean = np.where(mass > 1e-9, (values @ shares) / mass, chain.means[..., place])
        spread = np.einsum("rok,rok->rk", shares, (values[None, :, None] - mean[:, None, :]) ** 2)
        means[..., place] = mean
        sds[..., place] = np.sqrt(np.maximum(spread / mass, _FLOOR**2))
    stepped = Chain(
        means=means, sds=sds, start=start / start.sum(axis=-1, keepdims=True), moves=moves.estimated(counts)
    )
    return stepped, _total(scale, top, observed, weights)


def likeliest_paths(chain: Chain, observed: Observed) -> Codes:
    """Return the likeliest sequence of states of each unit (Viterbi) under one set, shape (N, T)."""
    densities, _ = _emissions(chain, observed)
    with np.errstate(divide="ignore"):
        logs, moves, start = np.log(densities[0]), np.log(chain.moves[0]), np.log(chain.start[0])
    n_units, n_periods = logs.shape[:2]
    best = start + logs[:, 0]
    came = np.zeros(logs.shape, dtype=np.int64)
    held = [best]
    for t in range(1, n_periods):
        reached = best[:, :, None] + moves
        came[:, t] = reached.argmax(axis=1)
        best = reached.max(axis=1) + logs[:, t]
        held.append(best)
    scores = np.stack(held, axis=1)
    path = np.zeros((n_units, n_periods), dtype=np.int64)
    for t in range(n_periods - 1, -1, -1):
        last = t == observed.lengths - 1
        within = t < observed.lengths - 1
        ahead = path[:, min(t + 1, n_periods - 1)]
        came_from = came[np.arange(n_units), min(t + 1, n_periods - 1), ahead]
        path[:, t] = np.where(last, scores[:, t].argmax(axis=1), np.where(within, came_from, 0))
    return path


def sampled_paths(chain: Chain, observed: Observed, generator: np.random.Generator) -> Codes:
    """Return one sequence of states per set and unit, drawn given all that was seen, shape (R, N, T)."""
    densities, _ = _emissions(chain, observed)
    alpha, _ = _forward(chain, densities)
    n_sets, n_units, n_periods, n_states = alpha.shape
    uniform = generator.random((n_sets, n_units, n_periods))
    path = np.zeros((n_sets, n_units, n_periods), dtype=np.int64)
    sets = np.arange(n_sets)[:, None]
    for t in range(n_periods - 1, -1, -1):
        shares = alpha[:, :, t]
        if t + 1 < n_periods:
            ahead = chain.moves.transpose(0, 2, 1)[sets, path[:, :, t + 1]]
            shares = np.where((t + 1 < observed.lengths)[None, :, None], shares * ahead, shares)
        ladder = shares.cumsum(axis=-1)
        path[:, :, t] = np.minimum(
            (uniform[:, :, t, None] * ladder[..., -1:] >= ladder).sum(axis=-1), n_states - 1
        )
    return path
