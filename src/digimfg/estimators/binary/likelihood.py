"""Newton's iterations for the likelihood of a binary outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["BinaryFit", "fit_binary"]

Floats = NDArray[np.float64]

_MOST_STEPS = 60
_SETTLED = 1e-5


@dataclass(frozen=True, kw_only=True, eq=False)
class BinaryFit:
    """Hold a fit.

    Parameters
    ----------
    estimates, bread
        Shapes (k,) and (k, k): the inverse information (observed).
    scores
        Derivative of each row's log likelihood by its index times the weight, shape (n,).
    information
        Minus the second derivative of each row's log likelihood by its index times the weight, shape (n,).
    log_likelihood
        Of the weighted rows.
    converged
        Whether the iterations settled: where terms predict rows perfectly, no estimate exists.
    iterations
        How many steps.
    """

    estimates: Floats
    bread: Floats
    scores: Floats
    information: Floats
    log_likelihood: float
    converged: bool
    iterations: int


def fit_binary(y: Floats, columns: Floats, mass: Floats, link: Literal["logit", "probit"]) -> BinaryFit:
    """Maximise the likelihood of a binary outcome.

    Parameters
    ----------
    y
        Zeros and ones, shape (n,).
    columns
        Shape (n, k), of full rank.
    mass
        Weight of each row, shape (n,).
    link
        Of the mean.

    Examples
    --------
    >>> found = fit_binary(np.array([0.0, 1, 1, 0]), np.ones((4, 1)), np.ones(4), "logit")
    >>> found.estimates.tolist(), found.bread.tolist()
    ([0.0], [[1.0]])
    """
    size = np.linalg.norm(columns, axis=0) / np.sqrt(len(columns))
    x = columns / size
    b = np.zeros(x.shape[1])
    value, score, information = _row(y, x @ b, link)
    likelihood, converged, steps = float(mass @ value), False, 0
    while steps < _MOST_STEPS and not converged:
        steps += 1
        gradient = x.T @ (mass * score)
        hessian = (x * (mass * information)[:, None]).T @ x
        try:
            move = np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            break
        decrement = float(gradient @ move)
        for halving in range(30):
            moved = b + move / 2**halving
            value, score, information = _row(y, x @ moved, link)
            if float(mass @ value) >= likelihood - 1e-12 * abs(likelihood):
                break
        b, likelihood = moved, float(mass @ value)
        # Where rows are separated the likelihood settles while their index still grows, by about one a step.
        if decrement < 1e-18 * float(mass.sum()) and float(np.abs(x @ move).max()) < _SETTLED:
            converged = True
    hessian = (x * (mass * information)[:, None]).T @ x
    bread = np.full(hessian.shape, np.nan)
    if converged and np.linalg.cond(hessian) < 1e14:
        bread = np.linalg.inv(hessian) / np.outer(size, size)
    return BinaryFit(
        estimates=b / size,
        bread=(bread + bread.T) / 2,
        scores=mass * score,
        information=mass * information,
        log_likelihood=likelihood,
        converged=converged and bool(np.isfinite(bread).all()),
        iterations=steps,
    )


def _row(y: Floats, index: Floats, link: Literal["logit", "probit"]) -> tuple[Floats, Floats, Floats]:
    """Return the log likelihood of each row, and its first and minus its second derivative by the index."""
    sign = 2 * y - 1
    if link == "logit":
        mean = special.expit(index)
        return special.log_expit(sign * index), y - mean, mean * (1 - mean)
    value = special.log_ndtr(sign * index)
    ratio = np.exp(-(index**2) / 2 - np.log(2 * np.pi) / 2 - value) * sign
    return value, ratio, ratio * (ratio + index)
