"""Weights on the simplex with a ridge: the steps behind published numbers, and the optimum itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.simplex import simplex_least_squares

__all__ = ["exact_weights", "frank_wolfe_weights"]

Floats = NDArray[np.float64]

_BEFORE_SPARSE = 100
_MOST_STEPS = 10_000
_MOST_FACES = 60


def frank_wolfe_weights(columns: Floats, target: Floats, penalty: float, least: float) -> Floats:
    r"""Return weights near the minimum of :math:`\|Aw-b\|^2+p\|w\|^2`, :math:`w\ge0`, :math:`\sum w=1`.

    Frank–Wolfe steps with exact line search from equal weights: up to 100, then weights of at most a quarter
    of the largest are set to zero, then up to 10,000 more; each round ends where a step gains no more than
    `least` in the mean square. These are the steps of Arkhangelsky et al. (2021,
    doi:10.1257/aer.20190159), whose published effects are those of the weights reached, not of the minimum.

    Parameters
    ----------
    columns, target
        A and b, shapes (m, k) and (m,).
    penalty, least
        p, and the least gain of a step.

    Examples
    --------
    >>> frank_wolfe_weights(np.eye(2), np.array([0.25, 0.75]), 0.0, 1e-12).round(4).tolist()
    [0.25, 0.75]
    """
    equal = np.full(columns.shape[1], 1.0 / columns.shape[1])
    first = _steps(columns, target, penalty, least, equal, _BEFORE_SPARSE)
    sparse = np.where(first <= first.max() / 4, 0.0, first)
    return _steps(columns, target, penalty, least, sparse / sparse.sum(), _MOST_STEPS)


def _steps(
    columns: Floats, target: Floats, penalty: float, least: float, weights: Floats, most: int
) -> Floats:
    rows = len(columns)
    moved = columns.T @ target
    product = columns.T @ (columns @ weights) + penalty * weights
    for count in range(most):
        slope = product - moved
        enter = int(np.argmin(slope))
        # The gain of the step, half the curvature along it, from the products that are kept up to date.
        column = columns.T @ columns[:, enter]
        column[enter] += penalty
        gain = float(weights @ slope) - float(slope[enter])
        curve = float(column[enter] - 2 * product[enter] + weights @ product)
        step = min(1.0, max(0.0, gain / curve)) if curve > 0 else 0.0
        weights = weights * (1 - step)
        weights[enter] += step
        product = product * (1 - step) + step * column
        if count and not (2 * step * gain - step**2 * curve) / rows > least:
            break
    return weights


def exact_weights(columns: Floats, target: Floats, penalty: Floats) -> Floats:
    r"""Return the weights that minimise :math:`\|Aw-b\|^2+\sum_jp_jw_j^2`, :math:`w\ge0`, :math:`\sum w=1`.

    Parameters
    ----------
    columns, target
        A and b, shapes (m, k) and (m,).
    penalty
        Positive, shape (k,).

    Notes
    -----
    For a set of positive weights the minimum is that of a system of m equations; weights that turn negative
    leave the set and those whose slope lies below the others' enter, until none does.

    Examples
    --------
    >>> exact_weights(np.eye(2), np.array([1.0, 0.0]), np.array([1.0, 1.0])).round(12).tolist()
    [0.75, 0.25]
    """
    scale = float(np.einsum("ij,ij->", columns, columns))
    if penalty.min() > 1e-8 * scale:
        inside = np.ones(len(penalty), dtype=bool)
        for _ in range(_MOST_FACES):
            wanted = _on_face(columns, target, penalty, inside)
            after = wanted > 0
            if np.array_equal(after, inside):
                return np.where(inside, wanted, 0.0)
            inside = after
    rows = np.vstack([columns, np.diag(np.sqrt(penalty))])
    return simplex_least_squares(np.append(target, np.zeros(len(penalty))), rows)


def _on_face(columns: Floats, target: Floats, penalty: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return what each weight would be if those inside solved their equations, signs free."""
    shares = columns[:, inside] / penalty[inside]
    total = shares.sum(axis=1)
    system = np.eye(len(target)) + shares @ columns[:, inside].T
    solved = np.linalg.solve(system, np.column_stack([total, target]))
    level = (1 - total @ solved[:, 1]) / (np.sum(1 / penalty[inside]) - total @ solved[:, 0])
    residual = level * solved[:, 0] - solved[:, 1]
    wanted: Floats = (level - columns.T @ residual) / penalty
    return wanted
