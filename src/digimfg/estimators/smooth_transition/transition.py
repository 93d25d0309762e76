"""The logistic transition of a panel, its derivatives, and the search for the best one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import expit

from digimfg.estimators.threshold.search import demean, orthonormal_basis

__all__ = ["Fitted", "TransitionPanel", "fit_transition", "logistic", "second_derivatives", "slopes_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_SLOPES = np.log(np.array([0.3, 0.7, 1.5, 3.0, 6.0, 12.0, 30.0, 100.0]))
LEAST_SLOPE, MOST_SLOPE = np.log(0.05), np.log(500.0)
_PLACES = {1: 25, 2: 9, 3: 7}
_STEPS = 100
_AGREE = 1e-7
_EDGE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class TransitionPanel:
    """Hold the arrays of a smooth transition, rows sorted by unit and period.

    Parameters
    ----------
    outcome, common
        Less means by unit, shapes (n,) and (n, p): regressors of one slope and indicators of periods.
    moving
        Regressors whose slopes move, as given, shape (n, k).
    value
        The transition variable less its mean, over its standard deviation, shape (n,).
    unit
        Codes, shape (n,).
    """

    outcome: Floats
    common: Floats
    moving: Floats
    value: Floats
    unit: Codes

    @property
    def linear(self) -> Floats:
        """Return the columns of the model without transition, less means by unit."""
        return np.hstack([demean(self.moving, self.unit), self.common])


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """Hold the best transition found.

    Parameters
    ----------
    slope, locations
        Log of the slope and the locations, in units of the standardized variable.
    free
        Which of the two, slope first, lie inside the range that was searched.
    sum_of_squares
        Least found.
    starts, agreeing
        Searches, and how many of them end there.
    """

    slope: float
    locations: Floats
    free: NDArray[np.bool_]
    sum_of_squares: float
    starts: int
    agreeing: int


def logistic(value: Floats, slope: float, locations: Floats) -> tuple[Floats, Floats]:
    r"""Return :math:`g=1/(1+e^{-\gamma\prod_j(q-c_j)})` and its derivatives by γ and each c, shape
    (n, 1 + m).

    Parameters
    ----------
    slope
        γ itself.

    Examples
    --------
    >>> g, by = logistic(np.array([0.0, 1.0]), 2.0, np.array([0.0]))
    >>> g.round(4).tolist(), by.round(4).tolist()
    ([0.5, 0.8808], [[0.0, -0.5], [0.105, -0.21]])
    """
    gaps = value[:, None] - locations
    g = expit(slope * gaps.prod(axis=1))
    inner = np.column_stack([gaps.prod(axis=1), *(-slope * others for others in _others(gaps))])
    return g, (g * (1 - g))[:, None] * inner


def _others(gaps: Floats) -> list[Floats]:
    return [np.delete(gaps, place, axis=1).prod(axis=1) for place in range(gaps.shape[1])]


def second_derivatives(value: Floats, slope: float, locations: Floats) -> Floats:
    """Return the second derivatives of the transition by slope and locations, shape (n, 1 + m, 1 + m)."""
    gaps = value[:, None] - locations
    m = len(locations)
    g = expit(slope * gaps.prod(axis=1))
    one = g * (1 - g)
    others = _others(gaps)
    inner = np.column_stack([gaps.prod(axis=1), *(-slope * each for each in others)])
    found = (one * (1 - 2 * g))[:, None, None] * inner[:, :, None] * inner[:, None, :]
    for k in range(m):
        found[:, 0, k + 1] -= one * others[k]
        found[:, k + 1, 0] -= one * others[k]
        for j in range(m):
            if j != k:
                found[:, k + 1, j + 1] += one * slope * np.delete(gaps, [j, k], axis=1).prod(axis=1)
    return np.asarray(found)


def slopes_of(columns: Floats, outcome: Floats) -> Floats:
    """Return least-squares slopes; columns that depend on others share theirs."""
    size = np.linalg.norm(columns, axis=0)
    size = np.where(size > 0, size, 1.0)
    return np.asarray(np.linalg.lstsq(columns / size, outcome, rcond=1e-10)[0] / size)


def fit_transition(panel: TransitionPanel, switches: int, starts: int) -> Fitted:
    """Return the transition of least squares: a grid of slopes and locations, its best places refined.

    Locations stay within the values of the transition variable, the slope between one that is all but linear
    and one that is all but a step; of one location a step at the best of its quantiles is a further start.
    """
    basis = orthonormal_basis(panel.linear)
    total = float(np.linalg.norm(panel.outcome))
    left = panel.outcome / total
    left = left - basis @ (basis.T @ left)

    def moved(point: Floats) -> tuple[Floats, Floats, Floats]:
        g, by = logistic(panel.value, float(np.exp(point[0])), point[1:])
        columns = demean(panel.moving * g[:, None], panel.unit)
        columns = columns - basis @ (basis.T @ columns)
        return columns, slopes_of(columns, left), by

    def residual(point: Floats) -> Floats:
        columns, slopes, _ = moved(point)
        return np.asarray(left - columns @ slopes)

    def jacobian(point: Floats) -> Floats:
        columns, slopes, by = moved(point)
        by = by * np.concatenate([[np.exp(point[0])], np.ones(len(point) - 1)])
        pulls = demean(by * (panel.moving @ slopes)[:, None], panel.unit)
        pulls = pulls - basis @ (basis.T @ pulls)
        own = orthonormal_basis(columns)
        return np.asarray(own @ (own.T @ pulls) - pulls)

    places = np.unique(np.quantile(panel.value, np.linspace(0, 1, _PLACES[switches])))
    grid: list[tuple[float, Floats]] = []
    for locations in combinations(places, switches):
        points = [np.array([slope, *locations]) for slope in _SLOPES]
        heights = [float(np.square(residual(point)).sum()) for point in points]
        grid.append((min(heights), points[int(np.argmin(heights))]))
    grid.sort(key=lambda pair: pair[0])
    begins = [begin for _, begin in grid[:starts]]
    if switches == 1:
        begins.append(_best_step(residual, panel.value))
    low = np.array([LEAST_SLOPE, *[panel.value.min()] * switches])
    high = np.array([MOST_SLOPE, *[panel.value.max()] * switches])
    ends = [
        least_squares(
            residual,
            np.clip(begin, low + _EDGE, high - _EDGE),
            jac=jacobian,
            bounds=(low, high),
            xtol=1e-12,
            ftol=1e-13,
            gtol=1e-12,
            max_nfev=300,
        )
        for begin in begins
    ]
    found = np.array([2 * end.cost for end in ends])
    best = np.asarray(ends[int(np.argmin(found))].x)
    reach = high - low
    return Fitted(
        slope=float(best[0]),
        locations=np.sort(best[1:]),
        free=np.concatenate(
            [
                [low[0] + 1e-4 < best[0] < high[0] - 1e-4],
                (np.sort(best[1:]) > low[1:] + 1e-5 * reach[1:])
                & (np.sort(best[1:]) < high[1:] - 1e-5 * reach[1:]),
            ]
        ),
        sum_of_squares=float(found.min()) * total**2,
        starts=len(ends),
        agreeing=int((found <= found.min() * (1 + _AGREE)).sum()),
    )


def _best_step(residual: Callable[[Floats], Floats], value: Floats) -> Floats:
    """Return the best of steps at quantiles of the variable, searched again around the best: steps have
    minima of their own, between values.
    """
    share = np.linspace(0.01, 0.99, _STEPS)
    for _ in range(2):
        steps = [np.array([MOST_SLOPE, place]) for place in np.quantile(value, share)]
        least = int(np.argmin([float(np.square(residual(point)).sum()) for point in steps]))
        found, middle, width = steps[least], share[least], share[1] - share[0]
        share = np.clip(np.linspace(middle - width, middle + width, _STEPS), 0.0, 1.0)
    return found
