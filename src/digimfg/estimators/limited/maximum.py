"""Maximise a likelihood by Newton's method, whatever its rows or units are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Maximum", "Value", "maximise"]

Floats = NDArray[np.float64]

_MOST_STEPS = 100
_DECREMENT = 1e-16
_SETTLED = 1e-5
_CURVED = 1e-13


@dataclass(frozen=True, kw_only=True, eq=False)
class Value:
    """Hold a log likelihood at a point.

    Parameters
    ----------
    total
        Weighted sum; minus infinity where the point is not allowed.
    scores
        Of each row or unit, weighted, shape (rows, p).
    hessian
        Shape (p, p).
    """

    total: float
    scores: Floats
    hessian: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Maximum:
    """Hold a maximum: `bread` is the inverse of minus the Hessian, missing where it did not converge."""

    parameters: Floats
    bread: Floats
    scores: Floats
    total: float
    converged: bool
    iterations: int


def maximise(evaluate: Callable[[Floats], Value], start: Floats, n: float) -> Maximum:
    """Return the maximum that Newton's steps reach, halved until the likelihood does not fall.

    Parameters
    ----------
    evaluate
        Point → value, scores and Hessian.
    start
        Shape (p,), in units in which a step of one is large.
    n
        Sum of the weights of rows.

    Examples
    --------
    >>> def bowl(point):
    ...     return Value(total=-float(point @ point) / 2, scores=-point[None, :], hessian=-np.eye(1))
    >>> maximise(bowl, np.array([3.0]), 1.0).parameters.tolist()
    [0.0]
    """
    point, here = start, evaluate(start)
    converged, steps = False, 0
    while steps < _MOST_STEPS and not converged and np.isfinite(here.total):
        steps += 1
        gradient = here.scores.sum(axis=0)
        move = _uphill(here.hessian, gradient)
        decrement = float(gradient @ move)
        if not np.isfinite(decrement):
            break
        for halving in range(40):
            there = evaluate(point + move / 2**halving)
            if there.total >= here.total - 1e-10 * max(1.0, abs(here.total)):
                break
        moved = point + move / 2**halving
        step = float(np.abs(moved - point).max())
        point, here = moved, there
        converged = decrement < _DECREMENT * n and step < _SETTLED
    bread = np.full(here.hessian.shape, np.nan)
    if converged:
        values = np.linalg.eigvalsh(-here.hessian)
        converged = bool(values[0] > _CURVED * values[-1])
    if converged:
        bread = np.linalg.inv(-here.hessian)
    return Maximum(
        parameters=point,
        bread=(bread + bread.T) / 2,
        scores=here.scores,
        total=here.total,
        converged=converged,
        iterations=steps,
    )


def _uphill(hessian: Floats, gradient: Floats) -> Floats:
    """Return Newton's step, with the curvature turned where the likelihood is not concave."""
    values, vectors = np.linalg.eigh(-(hessian + hessian.T) / 2)
    size = np.maximum(np.abs(values), 1e-12 * float(np.abs(values).max(initial=1e-300)))
    found: Floats = vectors @ ((vectors.T @ gradient) / size)
    return found
