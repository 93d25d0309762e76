"""The likelihood of binary outcomes given how many of a unit's are one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["ConditionalFit", "fit_conditional"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_MOST_STEPS = 60
_SETTLED = 1e-5
_NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class ConditionalFit:
    """Hold a fit.

    Parameters
    ----------
    estimates, bread
        Shapes (k,) and (k, k): the inverse information.
    scores
        Of each unit, shape (G, k).
    log_likelihood, log_likelihood_null
        At the estimates, and where every slope is zero.
    converged
        Whether the iterations settled.
    iterations
        How many steps.
    """

    estimates: Floats
    bread: Floats
    scores: Floats
    log_likelihood: float
    log_likelihood_null: float
    converged: bool
    iterations: int


@dataclass(frozen=True, kw_only=True, eq=False)
class _Units:
    """Rows of units side by side, shape (G, T, …); `present` is false where a unit has fewer rows."""

    y: Floats
    x: Floats
    present: NDArray[np.bool_]
    ones: Codes


def fit_conditional(y: Floats, columns: Floats, units: Codes) -> ConditionalFit:
    r"""Maximise :math:`\sum_i\log\frac{\exp(\sum_ty_{it}x_{it}'b)}{\sum_{d\in B_i}\exp(\sum_td_tx_{it}'b)}`.

    :math:`B_i` holds the sequences with as many ones as the unit's (Chamberlain 1980, doi:10.2307/2297110);
    their sum is built row by row (Gail, Lubin and Rubinstein 1981, doi:10.1093/biomet/68.3.703) with its
    derivatives.

    Parameters
    ----------
    y
        Zeros and ones, shape (n,), both in every unit.
    columns
        Shape (n, k), of full rank within units.
    units
        Codes 0..G-1.

    Examples
    --------
    >>> y, x = np.array([0.0, 1, 1, 0, 0, 1]), np.array([[0.0], [1], [0], [1], [0], [1]])
    >>> fit_conditional(y, x, np.array([0, 0, 1, 1, 2, 2])).estimates.round(4).tolist()  # log(2 / 1)
    [0.6931]
    """
    size = np.sqrt(np.mean((columns - columns.mean(axis=0)) ** 2, axis=0))
    size = np.where(size > 0, size, 1.0)
    data = _side_by_side(y, (columns - columns.mean(axis=0)) / size, units)
    b = np.zeros(columns.shape[1])
    value, score, information = _derivatives(data, b)
    null = likelihood = float(value.sum())
    at_zero = information
    converged, steps = False, 0
    while steps < _MOST_STEPS and not converged:
        steps += 1
        try:
            move = np.linalg.solve(information, score.sum(axis=0))
        except np.linalg.LinAlgError:
            break
        decrement = float(score.sum(axis=0) @ move)
        for halving in range(30):
            moved = b + move / 2**halving
            value, score, information = _derivatives(data, moved)
            if float(value.sum()) >= likelihood - 1e-12 * abs(likelihood):
                break
        b, likelihood = moved, float(value.sum())
        converged = decrement < 1e-16 * len(y) and float(np.abs(move).max()) < _SETTLED
    bread = np.full(information.shape, np.nan)
    # Where terms tell the outcomes, the score vanishes as the slopes run off, and the information with it.
    told = np.linalg.eigvalsh(information)[0] < _NOTHING * np.linalg.eigvalsh(at_zero)[0]
    if converged and not told and np.linalg.cond(information) < 1e14:
        bread = np.linalg.inv(information) / np.outer(size, size)
    return ConditionalFit(
        estimates=b / size,
        bread=(bread + bread.T) / 2,
        scores=score * size,
        log_likelihood=likelihood,
        log_likelihood_null=null,
        converged=converged and bool(np.isfinite(bread).all()),
        iterations=steps,
    )


def _side_by_side(y: Floats, x: Floats, units: Codes) -> _Units:
    order = np.argsort(units, kind="stable")
    counts = np.bincount(units)
    place = np.arange(len(y)) - np.repeat(np.cumsum(counts) - counts, counts)
    shape = (len(counts), int(counts.max()))
    wide_y, wide_x = np.zeros(shape), np.zeros((*shape, x.shape[1]))
    present = np.zeros(shape, dtype=bool)
    rows = (units[order], place)
    wide_y[rows], wide_x[rows], present[rows] = y[order], x[order], True
    return _Units(y=wide_y, x=wide_x, present=present, ones=wide_y.sum(axis=1).astype(np.int64))


def _derivatives(data: _Units, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return each unit's log likelihood, its score, and the information of all."""
    n_units, n_rows, k = data.x.shape
    index = data.x @ b
    top = _middle(data, index)
    e = np.where(data.present, np.exp(index - top[:, None]), 0.0)
    most = int(data.ones.max())
    # f[g, j]: sum over choices of j rows so far, with its derivatives, all divided by exp(scale).
    f = np.zeros((n_units, most + 1))
    f1, f2 = np.zeros((*f.shape, k)), np.zeros((*f.shape, k, k))
    f[:, 0] = 1.0
    scale = np.zeros(n_units)
    for t in range(n_rows):
        x, weight = data.x[:, t], e[:, t]
        before, first = f[:, :-1], f1[:, :-1]
        mixed = x[:, None, :, None] * first[:, :, None, :]
        square = (x[:, :, None] * x[:, None, :])[:, None] * before[:, :, None, None]
        f2[:, 1:] += weight[:, None, None, None] * (f2[:, :-1] + mixed + mixed.swapaxes(2, 3) + square)
        f1[:, 1:] += weight[:, None, None] * (first + x[:, None] * before[:, :, None])
        f[:, 1:] += weight[:, None] * before
        largest = f.max(axis=1)
        scale += np.log(largest)
        f /= largest[:, None]
        f1 /= largest[:, None, None]
        f2 /= largest[:, None, None, None]
    units = np.arange(n_units)
    whole = f[units, data.ones]
    mean = f1[units, data.ones] / whole[:, None]
    second = f2[units, data.ones] / whole[:, None, None]
    value = np.sum(data.y * index, axis=1) - np.log(whole) - scale - data.ones * top
    score = np.einsum("gt,gtk->gk", data.y, data.x) - mean
    information: Floats = np.sum(second - mean[:, :, None] * mean[:, None, :], axis=0)
    return value, score, information


def _middle(data: _Units, index: Floats) -> Floats:
    """Return what, taken off a unit's index, lets independent logits expect as many ones as it has.

    The sum over sequences with that many is then near the largest of all, and does not underflow in long
    panels.
    """
    reach = np.where(data.present, np.abs(index), 0.0).max(axis=1) + np.log(data.x.shape[1] + 1.0)
    low, high = -reach, reach
    for _ in range(40):
        middle = (low + high) / 2
        expected = np.where(data.present, special.expit(index - middle[:, None]), 0.0).sum(axis=1)
        above = expected > data.ones
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found: Floats = (low + high) / 2
    return found
