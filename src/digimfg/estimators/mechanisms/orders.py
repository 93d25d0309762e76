"""Does the order of a chain matter: the whole chain's effect under every order of its mediators."""

from __future__ import annotations

from itertools import islice, permutations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.estimators.mechanisms.bootstrap import Draws, percentile
from digimfg.estimators.mechanisms.model import ARROW, solve

__all__ = ["chain_effects", "order_table", "orders_of"]

Floats = NDArray[np.float64]
Order = tuple[int, ...]


def orders_of(count: int, most: int, seed: int) -> tuple[Order, ...]:
    """Return the orders compared: the one declared, then all others, or a random choice of `most` in all.

    Examples
    --------
    >>> orders_of(3, 120, 0)[:2], len(orders_of(7, 120, 0))
    (((0, 1, 2), (0, 2, 1)), 120)
    """
    declared = tuple(range(count))
    if factorial(count) <= most:
        return tuple(permutations(declared))
    generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    found = dict.fromkeys([declared])
    while len(found) < most:
        found[tuple(int(place) for place in generator.permutation(count))] = None
    return tuple(islice(found, most))


def chain_effects(moments: Floats, n_controls: int, orders: tuple[Order, ...]) -> Floats:
    """Return the effect through all mediators one after the other, for every order, shape (R, orders).

    Columns are [controls, treatment, mediators, outcome]; each step is the slope on the mediator before it, given
    controls, treatment and every earlier mediator.
    """
    outcome = moments.shape[1] - 1
    first = n_controls + 1
    known: dict[tuple[int, frozenset[int]], dict[int, Floats]] = {}

    def slope(target: int, before: Order, source: int) -> Floats:
        key = (target, frozenset(before))
        if key not in known:
            places = [*range(n_controls), n_controls, *sorted(before)]
            solved = solve(moments, places, target)
            known[key] = {place: solved[:, j] for j, place in enumerate(places)}
        return known[key][source]

    effects = []
    for order in orders:
        stops = tuple(first + place for place in order)
        effect = slope(stops[0], (), n_controls)
        for step in range(1, len(stops)):
            effect = effect * slope(stops[step], stops[:step], stops[step - 1])
        effects.append(effect * slope(outcome, stops, stops[-1]))
    return np.column_stack(effects)


def order_table(
    draws: Draws, orders: tuple[Order, ...], mediators: tuple[str, ...]
) -> tuple[pd.DataFrame, float]:
    """Return every order's effect and how far the declared one exceeds it, and the share of orders as strong.

    Differences are taken in the direction of the declared effect. Columns: ``estimate``, its interval, ``difference``
    (declared minus this order), its interval and p value.
    """
    sign = 1.0 if draws.estimate[0] >= 0 else -1.0
    gap = Draws(
        estimate=sign * (draws.estimate[0] - draws.estimate),
        drawn=sign * (draws.drawn[:, :1] - draws.drawn),
        left_out=sign * (draws.left_out[:, :1] - draws.left_out),
    )
    low, high, _ = percentile(draws)
    gap_low, gap_high, gap_p = percentile(gap)
    for values in (gap_low, gap_high, gap_p):
        values[0] = np.nan
    table = pd.DataFrame(
        {
            "estimate": draws.estimate,
            "conf_low": low,
            "conf_high": high,
            "difference": gap.estimate,
            "difference_low": gap_low,
            "difference_high": gap_high,
            "difference_p": gap_p,
        },
        index=pd.Index(
            [ARROW.join(mediators[place] for place in order) for order in orders],
            name="mediator_order",
            dtype=object,
        ),
    )
    size = np.abs(draws.estimate)
    share = float(np.mean(size >= size[0] * (1 - 1e-12)))
    return table, share
