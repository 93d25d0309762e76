"""Compute replicator dynamics of games between populations, and where they rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

__all__ = ["ZERO", "Dynamics"]

Floats = NDArray[np.float64]
ZERO = 1e-12


class Dynamics:
    """The replicator dynamics of populations with two strategies; advantages are multilinear in the others'
    shares.
    """

    def __init__(self, advantages: tuple[Floats, ...]) -> None:
        self.alone = len(advantages) == 1
        self.n = len(advantages)
        self.coefficients = [_multilinear(table) for table in advantages]
        scale = max((float(np.abs(table).max()) for table in advantages), default=0.0) or 1.0
        self.zero = ZERO * scale

    def others(self, k: int) -> list[int]:
        """Return the populations whose shares the advantage of one depends on."""
        return [0] if self.alone else [j for j in range(self.n) if j != k]

    def advantage(self, k: int, x: Floats) -> float:
        """Return how much the first strategy of a population pays more than its second."""
        return _evaluated(self.coefficients[k], [float(x[j]) for j in self.others(k)])

    def slope(self, k: int, j: int, x: Floats) -> float:
        """Return the derivative of an advantage in one of the others' shares."""
        others = self.others(k)
        place = others.index(j)
        fixed = self.coefficients[k].take(1, axis=place)
        return (
            _evaluated(fixed, [float(x[other]) for other in others if other != j])
            if fixed.ndim
            else float(fixed)
        )

    def speed(self, x: Floats) -> Floats:
        """Return the change of every share in time."""
        return np.array([x[k] * (1 - x[k]) * self.advantage(k, x) for k in range(self.n)])

    def path(self, start: Floats, times: Floats) -> Floats:
        r"""Return shares at times from 0 on, shape (times, players).

        By logarithms of odds, :math:`d\ln[x_k/(1-x_k)]/dt=\Delta_k`, in which no share leaves its bounds; a
        strategy that nobody or everybody plays stays so.
        """
        from scipy.integrate import solve_ivp
        from scipy.special import expit, logit

        mixed = np.flatnonzero((start > 0) & (start < 1))
        shares = np.tile(start, (len(times), 1))

        def speed(_: float, odds: Floats) -> list[float]:
            x = start.copy()
            x[mixed] = expit(odds)
            return [self.advantage(int(k), x) for k in mixed]

        if len(mixed):
            found = solve_ivp(
                speed,
                (0.0, times[-1]),
                logit(start[mixed]),
                t_eval=times,
                rtol=1e-9,
                atol=1e-9,
                method="LSODA",
            )
            shares[:, mixed] = expit(found.y.T)
        return shares

    def eigenvalues(self, x: Floats) -> list[complex]:
        """Return the eigenvalues of the dynamics at a point, largest first where they couple."""
        jacobian = np.zeros((self.n, self.n))
        for k in range(self.n):
            jacobian[k, k] += (1 - 2 * x[k]) * self.advantage(k, x)
            for j in self.others(k):
                jacobian[k, j] += x[k] * (1 - x[k]) * self.slope(k, j, x)
        if np.array_equal(jacobian, np.diag(np.diag(jacobian))):
            return [complex(each) for each in np.diag(jacobian)]  # in the order of the populations
        found = np.linalg.eigvals(jacobian)
        return sorted((complex(each) for each in found), key=lambda each: (-each.real, -each.imag))

    @property
    def has_lines(self) -> bool:
        """Return whether some corner leaves a population indifferent, so that rest points may form lines."""
        return any(
            abs(self.advantage(k, np.array(corner, dtype=np.float64))) <= self.zero
            for k in range(self.n)
            for corner in product((0.0, 1.0), repeat=self.n)
        )

    def rest_points(self) -> list[tuple[Floats, str]]:
        """Return where no share moves: vertices, boundary and interior points."""
        found = [(np.array(corner), "vertex") for corner in product((0.0, 1.0), repeat=self.n)]
        if self.alone:
            constant, slope = self.coefficients[0]
            mixed = [np.array([-constant / slope])] if abs(slope) > self.zero else []
            return found + [(x, "interior") for x in mixed if _inside(x)]
        for size in range(2, self.n + 1):
            for free in _subsets(self.n, size):
                for corner in product((0.0, 1.0), repeat=self.n - size):
                    fixed = dict(zip([k for k in range(self.n) if k not in free], corner, strict=True))
                    for x in self._mixed(free, fixed):
                        if _inside(x[list(free)]):
                            found.append((x, "interior" if size == self.n else "boundary"))
        return found

    def _mixed(self, free: tuple[int, ...], fixed: Mapping[int, float]) -> list[Floats]:
        """Return where the advantages of the free populations vanish, the rest held at a corner."""
        x = np.zeros(self.n)
        for k, share in fixed.items():
            x[k] = share
        if len(free) == 2:
            first, second = free
            for k, j in ((first, second), (second, first)):
                x[j] = 0.0
                constant, slope = self.advantage(k, x), self.slope(k, j, x)
                if abs(slope) <= self.zero:
                    return []
                x[j] = -constant / slope
            x[second] = _root_of(self, first, second, x)
            x[first] = _root_of(self, second, first, x)
            return [x]
        return self._three()

    def _three(self) -> list[Floats]:
        """Return points at which three populations mix: each advantage is bilinear in the other two shares.

        With the third share z, the first advantage gives y(z), the second x(z), and the third a quadratic in
        z.
        """
        (a, b, c) = self.coefficients  # a over (y, z), b over (x, z), c over (x, y)
        y_top, y_low = np.array([-a[0, 1], -a[0, 0]]), np.array([a[1, 1], a[1, 0]])
        x_top, x_low = np.array([-b[0, 1], -b[0, 0]]), np.array([b[1, 1], b[1, 0]])
        terms = [
            c[0, 0] * np.polymul(x_low, y_low),
            c[1, 0] * np.polymul(x_top, y_low),
            c[0, 1] * np.polymul(x_low, y_top),
            c[1, 1] * np.polymul(x_top, y_top),
        ]
        polynomial = np.zeros(1)
        for term in terms:
            polynomial = np.polyadd(polynomial, term)
        scale = float(np.abs(polynomial).max())
        if scale <= self.zero**3:
            return []
        found = []
        for root in np.roots(np.where(np.abs(polynomial) < 1e-14 * scale, 0.0, polynomial)):
            z = float(root.real)
            y_by, x_by = np.polyval(y_low, z), np.polyval(x_low, z)
            if abs(root.imag) > 1e-9 or abs(y_by) <= self.zero or abs(x_by) <= self.zero:
                continue
            found.append(np.array([np.polyval(x_top, z) / x_by, np.polyval(y_top, z) / y_by, z]))
        return found


def _root_of(dynamics: Dynamics, k: int, j: int, x: Floats) -> float:
    at = x.copy()
    at[j] = 0.0
    return -dynamics.advantage(k, at) / dynamics.slope(k, j, at)


def _multilinear(table: Floats) -> Floats:
    """Return coefficients of a function given at corners, the first entry of each axis being a share of
    one.
    """
    found = table
    for axis in range(table.ndim):
        one, none = found.take(0, axis=axis), found.take(1, axis=axis)
        found = np.stack([none, one - none], axis=axis)
    return np.asarray(found)


def _evaluated(coefficients: Floats, shares: Sequence[float]) -> float:
    found = coefficients
    for share in shares:
        found = found[0] + found[1] * share
    return float(found)


def _subsets(n: int, size: int) -> list[tuple[int, ...]]:
    from itertools import combinations

    return list(combinations(range(n), size))


def _inside(shares: Floats) -> bool:
    """Return whether all shares lie strictly between 0 and 1."""
    return bool(((shares > ZERO) & (shares < 1 - ZERO)).all())
