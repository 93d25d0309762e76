"""Generalised least squares of stacked equations, with or without instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError

__all__ = ["Stacked", "SystemFit", "fit_system"]

Floats = NDArray[np.float64]

_ROUNDS = 500
_SETTLED = 1e-10
_SINGULAR = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Stacked:
    """Hold the columns of M equations over the same n rows, times the root of the weights.

    Parameters
    ----------
    outcomes
        Shape (n, M).
    regressors
        Of each equation, shape (n, k_m).
    instruments
        All of the system, shape (n, l); ``None`` for seemingly unrelated regressions.
    """

    outcomes: Floats
    regressors: Sequence[Floats]
    instruments: Floats | None


@dataclass(frozen=True, kw_only=True, eq=False)
class SystemFit:
    r"""Hold a fit.

    Parameters
    ----------
    estimates, bread
        Of all equations one after another, shapes (K,) and (K, K): the inverse of the normal matrix.
    influence
        What each row adds to the estimates, shape (n, K).
    residuals, first_residuals
        Of the equations, at the estimates and equation by equation, shape (n, M).
    spread
        Their covariance in the weights, shape (M, M).
    iterations
        How often the weights were made.
    overidentification
        :math:`u'(\Sigma^{-1}\otimes P)u`; NaN without instruments.
    """

    estimates: Floats
    bread: Floats
    influence: Floats
    residuals: Floats
    first_residuals: Floats
    spread: Floats
    iterations: int
    overidentification: float


def fit_system(stacked: Stacked, *, iterate: bool, where: str) -> SystemFit:
    r"""Estimate :math:`b=[\hat X'(\Sigma^{-1}\otimes I)\hat X]^{-1}\hat X'(\Sigma^{-1}\otimes I)y`.

    :math:`\hat X` are the terms (Zellner 1962, doi:10.1080/01621459.1962.10480664) or their projection on the
    instruments (Zellner and Theil 1962, doi:10.2307/1911287), :math:`\Sigma` the mean products of the
    residuals of each equation by itself; with `iterate` those of the system, until they settle.

    Raises
    ------
    EstimationError
        If the residuals of equations are linearly dependent, or iterations do not settle.
    """
    y = stacked.outcomes
    n = len(y)
    projected = [_projected(columns, stacked.instruments) for columns in stacked.regressors]
    size = [np.linalg.norm(columns, axis=0) for columns in projected]
    x = [columns / each for columns, each in zip(stacked.regressors, size, strict=True)]
    fitted = [columns / each for columns, each in zip(projected, size, strict=True)]
    ends = np.cumsum([0, *(columns.shape[1] for columns in x)])
    first = np.column_stack(
        [
            y[:, m] - x[m] @ linalg.lstsq(fitted[m].T @ x[m], fitted[m].T @ y[:, m])[0]
            for m in range(y.shape[1])
        ]
    )
    residuals, estimates, rounds = first, np.zeros(ends[-1]), 0
    while True:
        rounds += 1
        spread = residuals.T @ residuals / n
        weights = _inverse(spread, where)
        normal = np.block(
            [[weights[m, o] * (fitted[m].T @ fitted[o]) for o in range(len(x))] for m in range(len(x))]
        )
        weighted = y @ weights
        right = np.concatenate([fitted[m].T @ weighted[:, m] for m in range(len(x))])
        bread = scaled_inverse(normal)
        moved = bread @ right
        residuals = np.column_stack([y[:, m] - x[m] @ moved[ends[m] : ends[m + 1]] for m in range(len(x))])
        change = float(np.abs(moved - estimates).max() / np.abs(moved).max())
        estimates = moved
        if not iterate or change < _SETTLED:
            break
        if rounds == _ROUNDS:
            raise EstimationError.of("systems.system_not_settled", where=where, change=change, rounds=rounds)
    pressed = residuals @ weights
    scores = np.column_stack([fitted[m] * pressed[:, [m]] for m in range(len(x))])
    unit = np.concatenate(size)
    held = np.nan
    if stacked.instruments is not None:
        inside = _projected(residuals, stacked.instruments)
        held = float(np.sum((inside.T @ inside) * weights))
    return SystemFit(
        estimates=estimates / unit,
        bread=bread / np.outer(unit, unit),
        influence=scores @ bread / unit,
        residuals=residuals,
        first_residuals=first,
        spread=spread,
        iterations=rounds,
        overidentification=held,
    )


def _projected(columns: Floats, instruments: Floats | None) -> Floats:
    if instruments is None:
        return columns
    found: Floats = instruments @ linalg.lstsq(instruments, columns)[0]
    return found


def _inverse(spread: Floats, where: str) -> Floats:
    scale = np.sqrt(np.diag(spread))
    if (scale > 0).all():
        values = np.linalg.eigvalsh(spread / np.outer(scale, scale))
        if values[0] > _SINGULAR * values[-1]:
            return np.asarray(np.linalg.inv(spread / np.outer(scale, scale)) / np.outer(scale, scale))
    raise EstimationError.of("systems.residuals_dependent", where=where)
