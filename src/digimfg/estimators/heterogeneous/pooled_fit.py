"""The likelihood of a long-run relation that units share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError

__all__ = ["LongRun", "fit_long_run"]

Floats = NDArray[np.float64]
_MOST = 50_000
_STILL = 1e-11
_AGREE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class LongRun:
    """Hold the highest of the maxima found.

    Parameters
    ----------
    slopes, covariance
        Of the long-run relation, shapes (k,) and (k, k).
    speeds, variances
        Of each unit, shape (N,).
    log_likelihood, log_likelihood_own
        At the maximum, and with a long run of each unit's own.
    starts, agreeing
        Starts, and how many of them reach the maximum.
    """

    slopes: Floats
    covariance: Floats
    speeds: Floats
    variances: Floats
    log_likelihood: float
    log_likelihood_own: float
    starts: int
    agreeing: int


def fit_long_run(near: Floats, n_rows: NDArray[np.int64], own: Floats, starts: int, seed: int) -> LongRun:
    """Return the maximum-likelihood long run.

    Parameters
    ----------
    near
        Changes of the outcome, its lagged level and the regressors, freed of everything else by unit, shape
        (N, T, 2 + k).
    own
        Unrestricted slopes by unit of lagged level and regressors, shape (N, 1 + k).

    Raises
    ------
    EstimationError
        If no climb settles.
    """
    scale = np.sqrt((near**2).sum(axis=(0, 1)) / max(int(n_rows.sum()), 1))
    change, level, columns = near[:, :, 0], near[:, :, 1], near[:, :, 2:] / scale[2:] * scale[1]
    ratio = scale[2:] / scale[1]
    alone = -own[:, 1:] / own[:, :1] * ratio
    flat = columns.reshape(-1, columns.shape[2])
    pooled = scaled_inverse(flat.T @ flat) @ (flat.T @ level.ravel())
    rng = np.random.default_rng(seed)
    begins = [np.median(alone, axis=0), pooled, np.zeros_like(pooled)]
    begins += [pooled + rng.normal(size=len(pooled)) * (1 + np.abs(pooled)) for _ in range(starts - 3)]
    rows = n_rows.astype(np.float64)
    found = [
        each for each in (_climb(change, level, columns, rows, begin) for begin in begins[:starts]) if each
    ]
    if not found:
        raise EstimationError.of("heterogeneous.likelihood_not_settled", most=_MOST)
    heights = np.array([each[1] for each in found])
    slopes = found[int(np.argmax(heights))][0]
    speeds, variances, gap = _given(change, level, columns, rows, slopes)
    shared = np.einsum("ntk,nt->nk", columns, gap) / np.sqrt((gap**2).sum(axis=1))[:, None]
    products = np.einsum("ntj,ntk->njk", columns, columns) - shared[:, :, None] * shared[:, None, :]
    information = np.einsum("n,njk->jk", speeds**2 / variances, products)
    left = change - np.einsum("ntk,nk->nt", near[:, :, 1:], own)
    return LongRun(
        slopes=slopes / ratio,
        covariance=scaled_inverse(information) / np.outer(ratio, ratio),
        speeds=speeds,
        variances=variances,
        log_likelihood=float(heights.max()),
        log_likelihood_own=_height((left**2).sum(axis=1) / rows, rows),
        starts=len(begins[:starts]),
        agreeing=int((heights >= heights.max() - _AGREE * (1 + abs(heights.max()))).sum()),
    )


def _height(variances: Floats, rows: Floats) -> float:
    return float(-0.5 * (rows * (np.log(2 * np.pi * variances) + 1)).sum())


def _given(
    change: Floats, level: Floats, columns: Floats, rows: Floats, slopes: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return speeds and variances by unit given the long run, and the distance from it."""
    gap = level - columns @ slopes
    speeds = (gap * change).sum(axis=1) / (gap**2).sum(axis=1)
    variances = ((change - speeds[:, None] * gap) ** 2).sum(axis=1) / rows
    return speeds, variances, gap


def _climb(
    change: Floats, level: Floats, columns: Floats, rows: Floats, slopes: Floats
) -> tuple[Floats, float] | None:
    products = np.swapaxes(columns, 1, 2) @ columns
    for _ in range(_MOST):
        speeds, variances, _ = _given(change, level, columns, rows, slopes)
        weights = speeds**2 / variances
        matrix = np.einsum("n,njk->jk", weights, products)
        target = np.einsum("n,ntk,nt->k", speeds / variances, columns, speeds[:, None] * level - change)
        new = scaled_inverse(matrix) @ target
        if not np.isfinite(new).all():
            return None
        moved = float(np.abs(new - slopes).max())
        slopes = new
        if moved <= _STILL * (1 + float(np.abs(slopes).max())):
            return slopes, _height(_given(change, level, columns, rows, slopes)[1], rows)
    return None
