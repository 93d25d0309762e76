"""The slopes of a quantile by an interior point on few rows, moved to the vertex and proven there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, qr

__all__ = ["proven_vertex"]

Floats = NDArray[np.float64]

_STEPS = 60
_GAP = 1e-9
_TO_THE_EDGE = 0.99995
_ROUNDING = 1e-11
_ROUNDS = 8


def proven_vertex(y: Floats, x: Floats, level: float) -> Floats | None:
    r"""Return the slopes that minimise :math:`\sum\rho_\tau(y-x'\beta)`, or None where no vertex is proven.

    Rows far from a plane fitted to a part of them are summed into one row above and one below (Portnoy and
    Koenker 1997, doi:10.1214/ss/1030037960); Frisch and Newton's interior point solves what is left. The
    k rows nearest to its plane are the vertex if their multipliers lie strictly inside :math:`[\tau-1,\tau]`
    and no other row lies on it: the answer is then the only one, whatever the path to it.

    Parameters
    ----------
    y, x
        Rows times their weights, of order one; shapes (n,) and (n, k).
    level
        The quantile.
    """
    try:
        q: Floats = qr(x, mode="economic", check_finite=False)[0] * np.sqrt(len(y))
        near = _preprocessed(y, q, level)
        if near is None:
            near = _frisch_newton(y, q, level)
        return _vertex(y, x, level, np.abs(y - q @ near))
    except np.linalg.LinAlgError:
        return None


def _preprocessed(y: Floats, x: Floats, level: float) -> Floats | None:
    n, k = x.shape
    size = int((n * (k + 1)) ** (2 / 3))
    if 4 * size > n:
        return None
    part = np.arange(0, n, n // size)
    try:
        slopes = _frisch_newton(y[part], x[part], level, gap=1e-3)
        residuals = y - x @ slopes
        # The plane of the part passes other rows than the whole's: the level among all is what counts.
        spread = np.sqrt(np.einsum("ij,ij->i", x, x))
        apart = residuals / spread
        below = _at(apart, level - size / (2 * n))
        above = _at(apart, level + size / (2 * n))
        under, over = apart < below, apart > above
        for _ in range(_ROUNDS):
            kept = ~(under | over)
            apart = np.array((under, over), dtype=np.float64)
            rows = np.vstack((x[kept], apart @ x))
            values = np.concatenate((y[kept], apart @ y))
            slopes = _frisch_newton(values, rows, level)
            residuals = y - x @ slopes
            wrong = (under & (residuals > 0)) | (over & (residuals < 0))
            if not wrong.any():
                return slopes
            under &= ~wrong
            over &= ~wrong
    except np.linalg.LinAlgError:
        pass
    return None


def _at(values: Floats, share: float) -> float:
    place = int(np.clip(share * len(values), 0, len(values) - 1))
    return float(np.partition(values, place)[place])


def _vertex(y: Floats, x: Floats, level: float, apart: Floats) -> Floats | None:
    k = x.shape[1]
    basis = np.sort(np.argpartition(apart, k)[:k])
    inverse = np.linalg.inv(x[basis])
    if np.linalg.norm(inverse) * np.linalg.norm(x[basis]) > 1 / _ROUNDING:
        return None
    slopes = np.asarray(np.linalg.solve(x[basis], y[basis]), dtype=np.float64)
    residuals = y - x @ slopes
    other = np.ones(len(y), dtype=np.bool_)
    other[basis] = False
    if np.abs(residuals[other]).min() <= _ROUNDING * np.abs(y).max():
        return None
    score = np.where(residuals < 0, level - 1, level)
    score[basis] = 0
    multipliers = -inverse.T @ (x.T @ score)
    inside = np.all(multipliers > level - 1 + 1e-8) and np.all(multipliers < level - 1e-8)
    return slopes if inside else None


def _frisch_newton(y: Floats, x: Floats, level: float, gap: float = _GAP) -> Floats:
    """Return slopes by the predictor and corrector of the bounded dual: max y'a, X'a = (1-τ)X'1, 0 ≤ a ≤ 1.

    Raises
    ------
    numpy.linalg.LinAlgError
        If rows do not span the regressors, or no step leads on.
    """
    n = len(y)
    up, down = np.full(n, 1 - level), np.full(n, level)
    slopes = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)
    residuals = y - x @ slopes
    least = 1e-3 * max(float(np.abs(residuals).mean()), 1e-12)
    low, high = np.maximum(-residuals, 0) + least, np.maximum(residuals, 0) + least
    start = float(low @ up + high @ down)
    wanted = (1 - level) * (np.ones(n) @ x)
    for _ in range(_STEPS):
        distance = float(low @ up + high @ down)
        if distance <= gap * start:
            return slopes
        weight = 1 / (low / up + high / down)
        factor = cho_factor((x * weight[:, None]).T @ x, check_finite=False)
        missing = x @ slopes - y - low + high
        lack = wanted - x.T @ up

        def direction(push: Floats | float) -> tuple[Floats, Floats]:
            right = missing + low - high - push  # noqa: B023
            turn = cho_solve(factor, lack + x.T @ (weight * right), check_finite=False)  # noqa: B023
            return turn, weight * (x @ turn - right)  # noqa: B023

        turn, move = direction(0.0)
        to_low, to_high = -low * (1 + move / up), -high * (1 - move / down)
        first = _length(up, move, down, -move)
        second = _length(low, to_low, high, to_high)
        if min(first, second) < 1:
            ahead = (low + second * to_low) @ (up + first * move) + (high + second * to_high) @ (
                down - first * move
            )
            centre = distance * (ahead / distance) ** 3 / (2 * n)
            bent_low, bent_high = move * to_low, -move * to_high
            push = centre * (1 / up - 1 / down) - bent_low / up + bent_high / down
            turn, move = direction(push)
            to_low = (centre - bent_low) / up - low * (1 + move / up)
            to_high = (centre - bent_high) / down - high * (1 - move / down)
            first = _length(up, move, down, -move)
            second = _length(low, to_low, high, to_high)
        up, down = up + first * move, down - first * move
        slopes = slopes - second * turn
        low, high = low + second * to_low, high + second * to_high
    raise np.linalg.LinAlgError


def _length(one: Floats, to_one: Floats, other: Floats, to_other: Floats) -> float:
    """Return the share of a step that leaves all values positive."""
    fastest = -min(float(np.min(to_one / one)), float(np.min(to_other / other)))
    return 1.0 if fastest <= _TO_THE_EDGE else _TO_THE_EDGE / fastest
