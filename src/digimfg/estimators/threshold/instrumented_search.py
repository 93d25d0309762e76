"""Search a threshold whose regressors are instrumented, and test that there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse
from digimfg.estimators.threshold.search import demean, orthonormal_basis

__all__ = ["InstrumentedPanel", "Regimes", "at_threshold", "search", "threshold_test"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class InstrumentedPanel:
    """Hold the columns of an equation with instruments and a threshold.

    Parameters
    ----------
    outcome
        Free of effects, shape (n,).
    common, common_instruments
        Regressors of one slope with period effects, and what they are instrumented by, as given, shapes
        (n, p) and (n, l).
    moving, moving_instruments
        Regressors whose slopes differ by regime and their instruments, as given, shapes (n, k) and (n, m).
    fitted_common, fitted_moving
        The regressors as the first stage fits them.
    value
        Threshold variable, shape (n,).
    unit
        Codes of units whose effects are removed; ``None`` for none.
    """

    outcome: Floats
    common: Floats
    common_instruments: Floats
    moving: Floats
    moving_instruments: Floats
    fitted_common: Floats
    fitted_moving: Floats
    value: Floats
    unit: Codes | None

    def free(self, columns: Floats) -> Floats:
        """Return columns less means by unit, where effects of units are removed."""
        return columns if self.unit is None else demean(columns, self.unit)

    def split(self, moving: Floats, common: Floats, threshold: float) -> Floats:
        """Return columns of the regimes, regime by regime within each, then the common ones."""
        low = (self.value <= threshold).astype(np.float64)
        columns = [part for column in moving.T for part in (column * low, column * (1 - low))]
        return self.free(np.column_stack([*columns, common]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Regimes:
    """Hold two-stage least squares at one threshold: slopes, fitted columns, their inverse products and
    residuals.
    """

    slopes: Floats
    fitted: Floats
    bread: Floats
    residuals: Floats


def search(panel: InstrumentedPanel, grid: Floats) -> Floats:
    """Return the sum of squares of the outcome given fitted regressors at every place (Caner and Hansen
    2004, equation 8).
    """
    heights = []
    for value in grid:
        basis = orthonormal_basis(panel.split(panel.fitted_moving, panel.fitted_common, float(value)))
        left = panel.outcome - basis @ (basis.T @ panel.outcome)
        heights.append(float(left @ left))
    return np.array(heights)


def at_threshold(panel: InstrumentedPanel, threshold: float) -> Regimes:
    """Return two-stage least squares with instruments of each regime's own.

    Raises
    ------
    numpy.linalg.LinAlgError
        If they do not identify the slopes.
    """
    x = panel.split(panel.moving, panel.common, threshold)
    basis = orthonormal_basis(panel.split(panel.moving_instruments, panel.common_instruments, threshold))
    fitted = basis @ (basis.T @ x)
    size = np.linalg.norm(fitted, axis=0)
    if (size <= 1e-8 * np.linalg.norm(x, axis=0)).any():
        raise np.linalg.LinAlgError
    if float(np.linalg.svd(fitted / size, compute_uv=False)[-1]) < 1e-6:
        raise np.linalg.LinAlgError
    bread = scaled_inverse(fitted.T @ fitted)
    slopes = bread @ (fitted.T @ panel.outcome)
    return Regimes(slopes=slopes, fitted=fitted, bread=bread, residuals=panel.outcome - x @ slopes)


def threshold_test(
    panel: InstrumentedPanel, grid: Floats, groups: Codes, draws: int, seed: int
) -> tuple[float, float]:
    """Return the largest Wald statistic of equal slopes over the grid, and its p value.

    Covariances are clustered by group; draws turn the signs of whole groups' scores (Hansen 1996; Caner and
    Hansen 2004, section 5).
    """
    k = panel.moving.shape[1]
    count = int(groups.max()) + 1
    signs = np.random.default_rng(seed).integers(0, 2, size=(draws, count)) * 2.0 - 1.0
    largest, drawn = -np.inf, np.full(draws, -np.inf)
    for value in grid:
        try:
            found = at_threshold(panel, float(value))
        except np.linalg.LinAlgError:
            continue
        scores = np.zeros((count, len(found.slopes)))
        np.add.at(scores, groups, found.fitted * found.residuals[:, None])
        influence = scores @ found.bread
        apart = influence[:, 1 : 2 * k : 2] - influence[:, : 2 * k : 2]
        change = found.slopes[1 : 2 * k : 2] - found.slopes[: 2 * k : 2]
        inverse = np.linalg.pinv(apart.T @ apart, hermitian=True)
        largest = max(largest, float(change @ inverse @ change))
        other = signs @ apart
        drawn = np.maximum(drawn, np.einsum("bj,jk,bk->b", other, inverse, other))
    return largest, float((1 + np.sum(drawn >= largest)) / (1 + draws)) if draws else np.nan
