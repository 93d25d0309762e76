"""Least squares with weights on the simplex, exactly: an active-set method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["simplex_least_squares"]

Floats = NDArray[np.float64]
_PLAIN = 1e6


def simplex_least_squares(target: Floats, columns: Floats) -> Floats:
    r"""Return the weights that minimise :math:`\|b-Aw\|^2`, :math:`w\ge0`, :math:`\sum w=1`.

    The solution satisfies the Karush–Kuhn–Tucker conditions to rounding. Where several weights do equally
    well (more columns than rows), the one with few positive weights that the method reaches first from the
    best single column is returned; columns are taken in their order.

    Parameters
    ----------
    target, columns
        Shapes (m,) and (m, k).

    Examples
    --------
    >>> simplex_least_squares(np.array([0.25, 0.75]), np.eye(2)).round(12).tolist()
    [0.25, 0.75]
    """
    gap = columns - target[:, None]
    gram = gap.T @ gap
    scale = float(np.trace(gram)) / len(gram)
    if scale <= 0:
        return np.full(len(gram), 1.0 / len(gram))
    gram = gram / scale
    weights = np.zeros(len(gram))
    weights[int(np.argmin(np.diag(gram)))] = 1.0
    active = weights > 0
    for _ in range(50 * len(gram) + 100):
        slope = gram @ weights
        level = float(weights @ slope)
        reduced = np.where(active, np.inf, slope - level)
        enter = int(np.argmin(reduced))
        if not reduced[enter] < -1e-13 * max(1.0, level):
            return weights
        active[enter] = True
        while True:
            wanted = _equality(gram, active)
            if (wanted[active] > 0).all():
                weights = wanted
                break
            falling = active & (wanted <= 0)
            step = weights[falling] / (weights[falling] - wanted[falling])
            share = float(step.min())
            if share <= 0 and falling[enter] and weights[enter] == 0:
                # The column that entered is collinear with those inside: nothing is gained by it.
                active[enter] = False
                return weights
            weights = weights + share * (wanted - weights)
            gone = falling & (weights <= 1e-14)
            weights[gone] = 0.0
            active &= ~gone
            weights = weights / weights.sum()
    return weights


def _equality(gram: Floats, active: NDArray[np.bool_]) -> Floats:
    """Return the minimiser on the face of the active weights, signs free."""
    places = np.flatnonzero(active)
    size = len(places)
    system = np.ones((size + 1, size + 1))
    system[:size, :size] = gram[places[:, None], places]
    system[size, size] = 0.0
    right = np.zeros(size + 1)
    right[size] = 1.0
    weights = np.zeros(len(gram))
    weights[places] = _solve(system, right)[:size]
    return weights


def _solve(system: Floats, right: Floats) -> Floats:
    """Return the solution, that of least norm where the system lacks a rank."""
    try:
        found = np.asarray(np.linalg.solve(system, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        found = np.full(len(right), np.inf)
    if np.abs(found).max() < _PLAIN:
        return found
    return np.asarray(np.linalg.lstsq(system, right, rcond=1e-13)[0])
