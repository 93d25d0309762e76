"""Continuously updated GMM: the weights follow the slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.columns import side_by_side
from digimfg.errors import EstimationError
from digimfg.inference.kernels import kernel_of

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.kernels import Kernel

__all__ = ["continuously_updated"]

Floats = NDArray[np.float64]

_STEPS = 100
_SETTLED = 1e-9
_ASIDE = 1e-5
_SINGULAR = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class _Criterion:
    r"""Give :math:`g'S^{-1}g` and its gradient, g the sums of moments and S their covariance, at slopes."""

    kernel: Kernel
    columns: Floats
    regressors: Floats
    outcome: Floats

    def at(self, slopes: Floats) -> tuple[float, Floats]:
        residuals = self.outcome - self.regressors @ slopes
        moments = self.columns * residuals[:, None]
        spread = self.kernel.products(moments).matrix
        values, vectors = np.linalg.eigh((spread + spread.T) / 2)
        if not values[0] > _SINGULAR * values[-1]:
            return np.inf, np.full(len(slopes), np.nan)
        total = moments.sum(axis=0)
        weights = vectors @ ((vectors.T @ total) / values)
        along = self.columns @ weights
        mixed = self.kernel.products(
            along[:, None] * side_by_side([residuals[:, None], self.regressors])
        ).matrix
        gradient = -2 * self.regressors.T @ along + mixed[0, 1:] + mixed[1:, 0]
        return float(total @ weights), gradient


def continuously_updated(
    design: Design, columns: Floats, regressors: Floats, outcome: Floats, start: Floats, units: Floats
) -> tuple[Floats, float]:
    """Return the slopes at the least criterion found from `start`, and the criterion there (Hansen, Heaton
    and Yaron 1996, doi:10.1080/07350015.1996.10524656).

    Parameters
    ----------
    columns
        Instruments, excluded and exogenous, shape (n, l).
    regressors, outcome
        Shapes (n, k) and (n,).
    start, units
        Of two-step GMM: its slopes and their errors, shape (k,).

    Raises
    ------
    EstimationError
        If no least value is found near.
    """
    criterion = _Criterion(
        kernel=kernel_of(design), columns=columns, regressors=regressors * units, outcome=outcome
    )
    point = start / units
    value, gradient = criterion.at(point)
    for _ in range(_STEPS):
        hessian = np.column_stack(
            [
                (criterion.at(point + aside)[1] - criterion.at(point - aside)[1]) / (2 * _ASIDE)
                for aside in _ASIDE * np.eye(len(point))
            ]
        )
        if not (np.isfinite(hessian).all() and np.isfinite(value)):
            break
        sizes, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        step = -vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(sizes), 1e-8))
        step *= min(1.0, 3.0 / float(np.abs(step).max()))
        for halving in range(30):
            moved = point + step / 2**halving
            there, slope = criterion.at(moved)
            if there <= value + 1e-12 * max(1.0, abs(value)):
                break
        point, value, gradient = moved, there, slope
        if float(np.abs(step).max()) < _SETTLED and sizes[0] > 0:
            return point * units, value
    raise EstimationError.of("instrumental.no_least_criterion")
