"""The density of the cusp, its likelihood, and the search for its largest value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cusp", "lowest"]

Floats = NDArray[np.float64]


_NODES = 128


_FURTHEST = (100.0, 40.0)
"""Largest asymmetry and bifurcation looked at: beyond them the density is a normal one, or two, to four
digits."""


class Cusp:
    """Minus the log-likelihood of the cusp and its gradient in (a, b, w0, ln w1)."""

    def __init__(self, state: Floats, z: Floats, v: Floats) -> None:
        self.x, self.z, self.v = state, z, v
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        self.nodes, self.weights = np.asarray(nodes), np.asarray(weights)

    def moments(self, alpha: Floats, beta: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the logarithm of the integral of exp(αy + βy²/2 − y⁴/4) and the means of y and y²."""
        outer = np.sqrt(np.maximum(beta, 0.0))
        reach = outer + np.cbrt(np.abs(alpha)) + 4 / (1 + outer / 2)
        y = reach[:, None] * self.nodes
        square = y * y
        mass = square * -0.25  # in place from here on: nothing else costs time
        mass += (beta / 2)[:, None]
        mass *= square
        mass += alpha[:, None] * y
        top = mass.max(axis=1, keepdims=True)
        mass -= top
        np.exp(mass, out=mass)
        whole = mass @ self.weights
        means = [np.einsum("ij,ij,j->i", mass, each, self.weights) / whole for each in (y, square)]
        return np.log(whole * reach) + top[:, 0], means[0], means[1]

    def loss(self, place: Floats) -> tuple[float, Floats]:
        """Return minus the log-likelihood and its gradient."""
        n_z = self.z.shape[1]
        width = float(np.exp(np.clip(place[-1], -6, 6)))
        y = place[-2] + width * self.x
        alpha, beta = self.z @ place[:n_z], self.v @ place[n_z:-2]
        whole, first, second = self.moments(alpha, beta)
        value = len(y) * np.log(width) + np.sum(alpha * y + beta * y**2 / 2 - y**2 * y**2 / 4 - whole)
        slope = alpha + beta * y - y**3
        over = [
            np.sign(each) * np.maximum(np.abs(each) - most, 0.0)
            for each, most in zip((alpha, beta), _FURTHEST, strict=True)
        ]
        value -= float(over[0] @ over[0] + over[1] @ over[1])
        gradient = np.r_[
            self.z.T @ (y - first - 2 * over[0]),
            self.v.T @ ((y**2 - second) / 2 - 2 * over[1]),
            slope.sum(),
            len(y) + width * (slope @ self.x),
        ]
        return float(-value), -gradient

    def starts(self) -> list[Floats]:
        """Return places to begin: one state or two, narrow or wide."""
        line = np.linalg.lstsq(self.z, self.x, rcond=None)[0]
        return [
            np.r_[line * tilt, middle, np.zeros(self.v.shape[1] - 1), 0.0, np.log(width)]
            for tilt in (1.0, 3.0)
            for middle, width in ((-1.0, 0.8), (0.5, 1.0), (2.0, 1.4))
        ]

    def covariance(self, place: Floats) -> Floats:
        """Return the inverse Hessian, by differences of the gradient; missing where it is singular."""
        count = len(place)
        hessian = np.empty((count, count))
        for one in range(count):
            step = np.zeros(count)
            step[one] = 1e-5 * max(abs(place[one]), 1.0)
            hessian[one] = (self.loss(place + step)[1] - self.loss(place - step)[1]) / (2 * step[one])
        hessian = (hessian + hessian.T) / 2
        values = np.linalg.eigvalsh(hessian)
        if not values[0] > 1e-9 * values[-1]:
            return np.full((count, count), np.nan)
        return np.asarray(np.linalg.inv(hessian))


def lowest(loss: Callable[[Floats], tuple[float, Floats]], starts: list[Floats]) -> tuple[Floats, int]:
    """Return where the lowest of several searches ends, and at how many different values they end."""
    from scipy.optimize import minimize

    ends = [
        minimize(
            loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-13, "gtol": 1e-8}
        )
        for start in starts
    ]
    values = np.array([float(end.fun) for end in ends])
    distinct = len(np.unique(np.round(values - values.min(), 3)))
    return np.asarray(ends[int(values.argmin())].x), distinct
