"""The best product of a cross-section and a series, beside additive effects of units and periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Product", "fit_product"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROUNDS = 1_000
_SETTLED = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Product:
    """The fit of a_i b_t.

    Parameters
    ----------
    share
        Of the sum of squares that additive effects leave.
    left
        Share of the sum of squares around the mean that additive effects leave.
    series
        b, up to its sign and size.
    """

    share: float
    left: float
    series: Floats


def fit_product(values: Floats, units: Codes, periods: Codes) -> Product:
    """Fit x_it = u_i + v_t + a_i b_t to the cells that exist.

    Empty cells are filled with the fit, again and again until they settle (expectation-maximization); a full
    grid needs one singular value decomposition. Cells that occur several times enter by their mean.

    Parameters
    ----------
    values, units, periods
        Of each row, shape (n,).

    Examples
    --------
    >>> a, b = np.array([1.0, 2.0, 5.0]), np.array([1.0, 3.0, 2.0])
    >>> found = fit_product(np.outer(a, b).ravel() + 7, np.repeat(range(3), 3), np.tile(range(3), 3))
    >>> round(found.share, 9)
    1.0
    """
    shape = (int(units.max()) + 1, int(periods.max()) + 1)
    cells = units * shape[1] + periods
    count = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cells, values, minlength=shape[0] * shape[1]).reshape(shape)
    there = count > 0
    grid = np.divide(total, count, out=np.zeros(shape), where=there)
    spread = float(np.sum((grid[there] - grid[there].mean()) ** 2))
    if spread == 0:
        return Product(share=0.0, left=0.0, series=np.zeros(shape[1]))
    additive, _ = _fit(grid, there, product=False)
    rest = float(np.sum((grid - additive)[there] ** 2))
    if rest / spread < 1e-12:
        return Product(share=0.0, left=0.0, series=np.zeros(shape[1]))
    fitted, series = _fit(grid, there, product=True)
    share = 1 - float(np.sum((grid - fitted)[there] ** 2)) / rest
    return Product(share=share, left=rest / spread, series=series)


def _fit(grid: Floats, there: NDArray[np.bool_], *, product: bool) -> tuple[Floats, Floats]:
    filled = np.where(there, grid, grid[there].mean())
    size = float(np.linalg.norm(grid[there] - grid[there].mean()))
    series = np.zeros(grid.shape[1])
    fitted = filled
    for _ in range(_ROUNDS):
        rows, columns = filled.mean(axis=1, keepdims=True), filled.mean(axis=0, keepdims=True)
        additive = rows + columns - filled.mean()
        fitted = additive
        if product:
            left, values, right = np.linalg.svd(filled - additive, full_matrices=False)
            fitted = additive + values[0] * np.outer(left[:, 0], right[0])
            series = right[0]
        again = np.where(there, grid, fitted)
        change = float(np.linalg.norm(again - filled))
        filled = again
        if change <= _SETTLED * size:
            break
    return fitted, series
