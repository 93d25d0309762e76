"""Koenker and Bassett's quantile regression as a linear program, and its errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import ndtri

from digimfg.design.centre import far_means
from digimfg.errors import EstimationError
from digimfg.estimators.quantile.interior_point import proven_vertex

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["constant_loss", "independent_covariance", "kernel_scores", "quantile_loss", "quantile_slopes"]

Floats = NDArray[np.float64]

_FEW = 2_000
_SAME = 1e-12  # of the size of the outcome: rounding


def quantile_slopes(outcome: Floats, regressors: Floats, level: float, weights: Floats) -> Floats:
    r"""Return the slopes that minimise :math:`\sum w\rho_\tau(y-x'\beta)`, exactly.

    Many rows go by an interior point to a vertex that its multipliers prove; few rows, and many whose
    vertex is not the only one, by the dual program.

    Raises
    ------
    EstimationError
        If the program has no solution.
    """
    size = np.abs(regressors).max(axis=0)
    constant = np.flatnonzero(np.ptp(regressors, axis=0) == 0)[:1]
    mean = float(far_means(outcome[:, None])[0]) if len(constant) else 0.0
    level_of_y = float(np.abs(outcome - mean).max()) or 1.0
    x, y = regressors / size * weights[:, None], (outcome - mean) / level_of_y * weights
    slopes = proven_vertex(y, x, level) if len(y) > _FEW else None
    if slopes is None:
        slopes = _dual_program(y, x, level)
    slopes = np.asarray(slopes / size * level_of_y)
    slopes[constant] += mean / regressors[0, constant]
    return slopes


def constant_loss(outcome: Floats, level: float, weights: Floats) -> float:
    """Return the least loss of a constant: that of the weighted quantile."""
    order = np.argsort(outcome, kind="stable")
    total = np.cumsum(weights[order])
    constant = outcome[order[np.searchsorted(total, level * total[-1])]]
    return quantile_loss(outcome - constant, level, weights)


def quantile_loss(residuals: Floats, level: float, weights: Floats) -> float:
    r"""Return :math:`\sum w\rho_\tau(u)`."""
    return float(np.sum(weights * residuals * (level - (residuals < 0))))


def _dual_program(y: Floats, x: Floats, level: float) -> Floats:
    answer = linprog(
        -y,
        A_eq=x.T,
        b_eq=(1 - level) * x.sum(axis=0),
        bounds=(0, 1),
        method="highs-ds",
    )
    if answer.status != 0:
        raise EstimationError.of("quantile.program_not_solved", got=str(answer.message))
    return np.asarray(-answer.eqlin.marginals, dtype=np.float64)


def independent_covariance(design: Design, residuals: Floats, level: float) -> Floats:
    r"""Return :math:`\tau(1-\tau)(X'X)^{-1}/f(0)^2`, f by the Epanechnikov kernel with Hall and Sheather's
    bandwidth.
    """
    x = design.near
    n = len(residuals)
    quarter = np.subtract(*np.quantile(residuals, [0.75, 0.25]))
    spread = hall_sheather(n, level)
    width = min(float(np.std(design.outcome)), quarter / 1.34) * (
        ndtri(level + spread) - ndtri(level - spread)
    )
    _check_width(width, residuals, design)
    u = residuals / width
    density = float(np.sum(0.75 * (1 - u**2) * (np.abs(u) <= 1))) / (n * width)
    found: Floats = level * (1 - level) * _inverse(x, x) / density**2
    return found


def kernel_scores(
    design: Design, residuals: Floats, level: float, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    r"""Return Powell's bread :math:`(X'FX)^{-1}`, the meat :math:`\tau(1-\tau)X'X`, and rows' scores
    :math:`x(\tau-1\{u<0\})`.

    Gaussian kernel with the bandwidth of R's quantreg (``se = "ker"``).
    """
    x = design.near * weights[:, None]
    n = len(residuals)
    spread = hall_sheather(n, level)
    while level - spread < 0 or level + spread > 1:
        spread /= 2
    width = float(ndtri(level + spread) - ndtri(level - spread)) * min(
        float(np.std(residuals, ddof=1)), np.subtract(*np.quantile(residuals, [0.75, 0.25])) / 1.34
    )
    _check_width(width, residuals, design)
    density = np.exp(-((residuals / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))
    bread = _inverse(design.near * density[:, None], x)
    # Rows on the fitted plane, as many as slopes, are zero but for rounding and count as above it.
    size = _size(design)
    sign = level - (residuals < -1e-9 * max(size, 1e-300))
    return bread, level * (1 - level) * (x.T @ x), x * sign[:, None]


def _size(design: Design) -> float:
    return float(np.abs(design.outcome - far_means(design.outcome[:, None])).max())


def _check_width(width: float, residuals: Floats, design: Design) -> None:
    """Refuse residuals half of which, but not all, are one value: no density can be told from them."""
    least = _SAME * _size(design)
    if width > least or float(np.ptp(residuals)) <= least:
        return
    middle = float(np.median(residuals))
    same = int(np.count_nonzero(np.abs(residuals - middle) <= least))
    raise EstimationError.of("quantile.residuals_without_density", n=same, of=len(residuals))


def _inverse(left: Floats, right: Floats) -> Floats:
    """Return (L'R)⁻¹, its columns scaled first."""
    size = np.linalg.norm(right, axis=0)
    return np.asarray(np.linalg.inv((left / size).T @ (right / size)) / size / size[:, None])


def hall_sheather(n: int, level: float, size: float = 0.05) -> float:
    """Return Hall and Sheather's (1988) bandwidth on the scale of probabilities."""
    x = float(ndtri(level))
    density = math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return float(
        n ** (-1 / 3) * ndtri(1 - size / 2) ** (2 / 3) * (1.5 * density**2 / (2 * x**2 + 1)) ** (1 / 3)
    )
