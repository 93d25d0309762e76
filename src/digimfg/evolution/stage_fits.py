"""Fit the chain of stages by EM: from several starts, under each rule of moves, on draws of units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.evolution.hidden_markov import Chain, Moves, expectation_maximization, sampled_paths
from digimfg.evolution.stage_data import StageData

__all__ = ["Fit", "best_fit", "drawn_units", "joined", "refitted", "starting_chains", "under_moves"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_CHUNK = 50


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Fit:
    """Hold the best end of several starts: one chain, its log-likelihood in the indicators' units, and how
    the starts ended.
    """

    chain: Chain
    log_likelihood: float
    n_parameters: int
    ends: Floats
    ended: bool


def best_fit(begun: Chain, data: StageData, moves: Moves) -> Fit:
    """Return the best end of all starts, polished."""
    chain, values, ended = expectation_maximization(begun, data.observed, moves)
    best = np.flatnonzero(values >= values.max() - 1e-9)[:1]
    polished, value, done = expectation_maximization(
        chain.take(best), data.observed, moves, tolerance=1e-12, most=5_000
    )
    values[best] = value
    n_states, n_indicators = chain.means.shape[1:]
    return Fit(
        chain=polished,
        log_likelihood=float(value[0]) - data.log_scale,
        n_parameters=2 * n_states * n_indicators + n_states - 1 + moves.n_free,
        ends=values - data.log_scale,
        ended=bool(done[0] and ended.all()),
    )


def starting_chains(data: StageData, moves: Moves, count: int, generator: np.random.Generator) -> Chain:
    """Return chains whose states are slices of the indicators' mean: equal ones first, then random ones."""
    n_states = len(moves.allowed)
    values = data.observed.values.reshape(-1, data.observed.values.shape[2])
    values = values[~np.isnan(values).all(axis=1)]
    level = np.nanmean(values, axis=1)
    order = np.argsort(level, kind="stable")
    cuts = np.sort(generator.random((count, n_states - 1)), axis=1)
    cuts[0] = np.arange(1, n_states) / n_states
    means = np.zeros((count, n_states, values.shape[1]))
    sds = np.ones_like(means)
    for number in range(count):
        edges = np.r_[0, np.round(cuts[number] * len(order)).astype(np.int64), len(order)]
        for state in range(n_states):
            low = min(edges[state], len(order) - 2)
            part = values[order[low : max(edges[state + 1], low + 2)]]
            for place in range(values.shape[1]):
                held = part[:, place][~np.isnan(part[:, place])]
                means[number, state, place] = held.mean() if len(held) else 0.0
                sds[number, state, place] = max(float(held.std()), 0.1) if len(held) else 1.0
    even = np.full((count, n_states), 1 / n_states)
    stay = np.eye(n_states) * 6 + np.eye(n_states, k=1) * 2 + 1
    return Chain(means=means, sds=sds, start=even, moves=moves.estimated(np.tile(stay, (count, 1, 1))))


def under_moves(chain: Chain, moves: Moves) -> Chain:
    """Return chains as starts under other moves: those not there before begin small."""
    return Chain(
        means=chain.means, sds=chain.sds, start=chain.start, moves=moves.estimated(chain.moves + 0.01)
    )


def joined(one: Chain, other: Chain) -> Chain:
    """Return the chains of two values in one."""
    return Chain(
        means=np.concatenate([one.means, other.means]),
        sds=np.concatenate([one.sds, other.sds]),
        start=np.concatenate([one.start, other.start]),
        moves=np.concatenate([one.moves, other.moves]),
    )


def drawn_units(
    chain: Chain, data: StageData, moves: Moves, draws: int, generator: np.random.Generator
) -> tuple[Chain, Codes]:
    """Return the parameters of each draw of units, and one path of every unit under each."""
    n_units = len(data.units)
    weights = generator.multinomial(n_units, np.full(n_units, 1 / n_units), size=draws).astype(np.float64)
    chains, paths = [], []
    for begin in range(0, draws, _CHUNK):
        fitted = refitted(chain, data, moves, weights[begin : begin + _CHUNK])
        chains.append(fitted)
        paths.append(sampled_paths(fitted, data.observed, generator))
    every = chains[0]
    for more in chains[1:]:
        every = joined(every, more)
    return every, np.concatenate(paths)


def refitted(chain: Chain, data: StageData, moves: Moves, weights: Floats) -> Chain:
    """Return the parameters under weights of units, from every allowed move possible.

    One move of each row, spread over all stages, counts as seen before (Perks' prior): where few units fall
    the likeliest probability is often zero, and so are then those of all draws.
    """
    fitted, _, _ = expectation_maximization(
        chain.take(np.zeros(len(weights), dtype=np.int64)),
        data.observed,
        moves,
        weights=weights,
        prior=1 / len(moves.allowed),
        tolerance=1e-6,
        most=200,
    )
    return fitted
