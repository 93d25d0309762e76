"""Does the order of a chain matter: the whole chain's effect under every order of its mediators."""

from __future__ import annotations

from itertools import islice, permutations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.estimators.mechanisms.bootstrap import Draws, percentile
from digimfg.estimators.mechanisms.model import ARROW

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

    Columns are [controls, treatment, mediators, outcome]; each step is the slope on the mediator before it,
    given controls, treatment and every earlier mediator: with L the Cholesky factor of the cross-products in
    that order, :math:`L_{s,s-1}/L_{s-1,s-1}`.
    """
    size = np.sqrt(np.diagonal(moments, axis1=1, axis2=2))
    freed = _freed(moments / size[:, :, None] / size[:, None, :], n_controls)
    # The outcome's own square moves its last pivot only, which no slope takes: with more of it none can be
    # zero.
    freed[:, -1, -1] += 1
    units = size[:, -1] / size[:, n_controls]
    effects = []
    for order in orders:
        places = [0, *(1 + mediator for mediator in order), freed.shape[1] - 1]
        factor = np.linalg.cholesky(freed[:, places][:, :, places])
        pivots = np.diagonal(factor, axis1=1, axis2=2)[:, :-1]
        effects.append((np.diagonal(factor, offset=-1, axis1=1, axis2=2) / pivots).prod(axis=1) * units)
    return np.column_stack(effects)


def _freed(moments: Floats, n_controls: int) -> Floats:
    """Return the cross-products of the other columns freed of the controls."""
    own, cross = moments[:, :n_controls, :n_controls], moments[:, :n_controls, n_controls:]
    rest = moments[:, n_controls:, n_controls:]
    if not n_controls:
        return rest.copy()
    return np.asarray(rest - cross.transpose(0, 2, 1) @ np.linalg.solve(own, cross))


def order_table(
    draws: Draws, orders: tuple[Order, ...], mediators: tuple[str, ...]
) -> tuple[pd.DataFrame, float]:
    """Return every order's effect and how far the declared one exceeds it, and the share of orders as strong.

    Differences are taken in the direction of the declared effect. Columns: ``estimate``, its interval,
    ``difference`` (declared minus this order), its interval and p value.
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
