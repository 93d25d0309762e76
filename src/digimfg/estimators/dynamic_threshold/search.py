"""Search the threshold of a dynamic panel by GMM in first differences, and test that there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.gmm.moments import invert_bread, invert_moments, moments_by_entity

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["DifferencedPanel", "Point", "linearity_test", "search_threshold", "threshold_covariance"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class DifferencedPanel:
    """Hold the equation in first differences, and the levels that a threshold splits.

    Parameters
    ----------
    outcome, common
        In differences, shapes (m,) and (m, p): regressors, period effects.
    instruments
        Shape (m, l).
    entity, n_entities
        Of the differenced rows.
    difference
        Matrix from levels to differences, shape (m, n).
    moving
        Levels whose slopes change above the threshold, shape (n, k); a column of ones shifts the constant.
    value
        Threshold variable in levels, shape (n,).
    kink
        The slope of the threshold variable changes instead, without a jump.
    """

    outcome: Floats
    common: Floats
    instruments: Floats
    entity: Codes
    n_entities: int
    difference: sparse.csr_array
    moving: Floats
    value: Floats
    kink: bool

    def columns(self, threshold: float) -> Floats:
        """Return the regressors in differences for a threshold, shape (m, p + k)."""
        above = (self.value > threshold).astype(np.float64)
        split = ((self.value - threshold) if self.kink else self.moving.T) * above
        return np.hstack([self.common, self.difference @ np.atleast_2d(split).T])

    @property
    def first_weight(self) -> Floats:
        """Return the inverse of Z'DD'Z: errors in levels that are not correlated."""
        spread = self.difference.T @ self.instruments
        return invert_moments(np.asarray(spread.T @ spread))[0]

    def moments(self, residuals: Floats) -> Floats:
        """Return Z'e by entity, shape (N, l)."""
        return moments_by_entity(self.instruments, residuals, self.entity, self.n_entities)


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """Hold GMM at one threshold: slopes, the matrix that makes them from Z'y, and the criterion."""

    slopes: Floats
    maker: Floats
    bread: Floats
    residuals: Floats
    criterion: float


def _at(panel: DifferencedPanel, threshold: float, weight: Floats) -> Point:
    x = panel.columns(threshold)
    cross = panel.instruments.T @ x
    weighted = weight @ cross
    bread = invert_bread(cross.T @ weighted)
    maker = bread @ weighted.T
    slopes = maker @ (panel.instruments.T @ panel.outcome)
    residuals = panel.outcome - x @ slopes
    total = panel.instruments.T @ residuals
    return Point(
        slopes=slopes, maker=maker, bread=bread, residuals=residuals, criterion=float(total @ weight @ total)
    )


def _second_weight(panel: DifferencedPanel, residuals: Floats) -> Floats:
    """Return the inverse of the centred products of moments (Seo and Shin 2016, equation 11)."""
    moments = panel.moments(residuals)
    apart = moments - moments.mean(axis=0)
    return invert_moments(apart.T @ apart)[0]


def search_threshold(panel: DifferencedPanel, grid: Floats) -> tuple[float, Point, Floats]:
    """Return the two-step threshold, its estimates, and the criterion over the grid."""
    first = panel.first_weight
    points = [_at(panel, float(value), first) for value in grid]
    best = int(np.argmin([point.criterion for point in points]))
    weight = _second_weight(panel, points[best].residuals)
    points = [_at(panel, float(value), weight) for value in grid]
    heights = np.array([point.criterion for point in points])
    best = int(np.argmin(heights))
    return float(grid[best]), points[best], heights


def threshold_covariance(panel: DifferencedPanel, threshold: float, point: Point, width: float) -> Floats:
    r"""Return the covariance of slopes and threshold, :math:`(G'\Omega^{-1}G)^{-1}` (Seo and Shin 2016).

    The derivative by the threshold takes a density by a normal kernel of the given width; of a kink it is
    exact.
    """
    weight = _second_weight(panel, point.residuals)
    x = panel.columns(threshold)
    p = panel.common.shape[1]
    if panel.kink:
        slope = -point.slopes[p] * (panel.value > threshold)
    else:
        density = np.exp(-0.5 * ((threshold - panel.value) / width) ** 2) / (width * np.sqrt(2 * np.pi))
        slope = -(panel.moving @ point.slopes[p:]) * density
    gradient = panel.instruments.T @ np.column_stack([x, panel.difference @ slope])
    return invert_bread(gradient.T @ weight @ gradient)


def linearity_test(panel: DifferencedPanel, grid: Floats, draws: int, seed: int) -> tuple[float, float]:
    """Return the largest Wald statistic of no change above the threshold over the grid, and its p value.

    Each place of the grid has its own two-step weight. Draws take as outcome the residuals of each place
    times a standard normal number for each entity, and estimate anew (Seo and Shin 2016, section 5).
    """
    p = panel.common.shape[1]
    first = panel.first_weight
    numbers = np.random.default_rng(seed).normal(size=(draws, panel.n_entities))
    largest, drawn = -np.inf, np.full(draws, -np.inf)
    targets = panel.moments(search_threshold(panel, grid)[1].residuals)
    for value in grid:
        x = panel.columns(float(value))
        crosses = np.stack([panel.moments(column) for column in x.T], axis=2)
        cross = crosses.sum(axis=0)
        own = panel.moments(panel.outcome)
        largest = max(largest, _wald(own, crosses, cross, first, p))
        for draw, number in enumerate(numbers):
            drawn[draw] = max(drawn[draw], _wald(targets * number[:, None], crosses, cross, first, p))
    return largest, float((1 + np.sum(drawn >= largest)) / (1 + draws)) if draws else np.nan


def _wald(target: Floats, crosses: Floats, cross: Floats, first: Floats, p: int) -> float:
    """Return the two-step Wald statistic of slopes from `p` on, from moments by entity."""
    total = target.sum(axis=0)
    slopes = np.linalg.solve(cross.T @ first @ cross, cross.T @ first @ total)
    moments = target - crosses @ slopes
    apart = moments - moments.mean(axis=0)
    half = np.linalg.solve(apart.T @ apart, np.column_stack([cross, total]))
    bread = np.linalg.inv(cross.T @ half[:, :-1])
    change = (bread @ (cross.T @ half[:, -1]))[p:]
    return float(change @ np.linalg.solve(bread[p:, p:], change))
