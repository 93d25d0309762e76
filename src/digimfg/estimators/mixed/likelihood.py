"""The profiled likelihood of a linear model with random coefficients of units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

__all__ = ["Columns", "Components", "components", "freed", "log_likelihood_at"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_STARTS = (0.3, 1.0, 3.0)
_ZERO = 1e-4
_FAR = 1e300


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """Hold an equation of n rows: outcome (n,), k terms (n, k), q random columns (n, q) and units 0..G-1."""

    outcome: Floats
    terms: Floats
    random: Floats
    units: Codes


@dataclass(frozen=True, kw_only=True, eq=False)
class Components:
    """Hold variance components at the highest likelihood found.

    Parameters
    ----------
    factor
        Lower triangular root of the covariance of random coefficients over the variance of errors, (q, q).
    variance
        Of errors.
    log_likelihood
        At these, restricted or not.
    at_border
        Whether a variance is zero, or coefficients of units are perfectly correlated.
    converged
        Whether the search settled.
    """

    factor: Floats
    variance: float
    log_likelihood: float
    at_border: bool
    converged: bool


def components(columns: Columns, method: Literal["reml", "ml"]) -> Components:
    r"""Maximise the likelihood over the covariance of random coefficients (Bates, Mächler, Bolker and Walker
    2015, doi:10.18637/jss.v067.i01).

    With :math:`V_i=I+Z_i\Lambda\Lambda'Z_i'`, slopes and the variance of errors at their best given Λ,

    .. math:: -2\ln L=\sum_i\ln|V_i|+(n-p)\ln\hat\sigma^2+\ln|\sum_iX_i'V_i^{-1}X_i|+\ldots

    (without the last term and p under ``"ml"``).

    Parameters
    ----------
    columns
        In units in which outcome and random columns have a spread of about one.
    method
        Restricted (``"reml"``) or not.
    """
    q = columns.random.shape[1]
    moments = _moments(columns)

    def deviance(point: Floats) -> float:
        try:
            with np.errstate(all="ignore"):
                found = _deviance(moments, _triangle(point, q), method)[0]
        except linalg.LinAlgError:
            return _FAR
        return found if np.isfinite(found) else _FAR

    best: optimize.OptimizeResult | None = None
    for scale in _STARTS:
        start = np.zeros(q * (q + 1) // 2)
        start[_diagonal(q)] = scale
        found = optimize.minimize(
            deviance,
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4_000, "maxfev": 8_000},
        )
        polished = optimize.minimize(deviance, found.x, method="BFGS", options={"gtol": 1e-7})
        here = polished if polished.fun <= found.fun else found
        if best is None or here.fun < best.fun - 1e-9:
            best = here
            settled = bool(found.success)
    assert best is not None  # noqa: S101
    factor = _triangle(best.x, q)
    value, variance = _deviance(moments, factor, method)
    singular = linalg.svdvals(factor * np.sqrt(np.mean(columns.random**2, axis=0))[:, None])
    return Components(
        factor=factor,
        variance=variance,
        log_likelihood=-value / 2,
        at_border=bool(singular[-1] < _ZERO),
        converged=settled,
    )


def log_likelihood_at(columns: Columns, method: Literal["reml", "ml"]) -> float:
    """Return the log likelihood without random coefficients."""
    q = columns.random.shape[1]
    return -_deviance(_moments(columns), np.zeros((q, q)), method)[0] / 2


@dataclass(frozen=True, kw_only=True, eq=False)
class _Moments:
    """Cross products of W = (X, y) and Z by unit and over all."""

    n: int
    k: int
    zz: Floats
    zw: Floats
    ww: Floats


def _moments(columns: Columns) -> _Moments:
    w = np.column_stack([columns.terms, columns.outcome])
    z, units = columns.random, columns.units
    count = int(units.max()) + 1

    def summed(left: Floats, right: Floats) -> Floats:
        found = np.zeros((count, left.shape[1], right.shape[1]))
        for i in range(left.shape[1]):
            for j in range(right.shape[1]):
                found[:, i, j] = np.bincount(units, left[:, i] * right[:, j], minlength=count)
        return found

    return _Moments(n=len(w), k=columns.terms.shape[1], zz=summed(z, z), zw=summed(z, w), ww=w.T @ w)


def _diagonal(q: int) -> NDArray[np.int64]:
    rows, columns = np.tril_indices(q)
    return np.flatnonzero(rows == columns)


def _triangle(point: Floats, q: int) -> Floats:
    factor = np.zeros((q, q))
    factor[np.tril_indices(q)] = point
    return factor


def _deviance(moments: _Moments, factor: Floats, method: Literal["reml", "ml"]) -> tuple[float, float]:
    """Return minus twice the profiled log likelihood, and the variance of errors."""
    n, k, q = moments.n, moments.k, len(factor)
    inner = np.eye(q) + factor.T @ moments.zz @ factor
    pressed = np.linalg.solve(inner, factor.T @ moments.zw)
    whole = moments.ww - np.einsum("gqi,gqj->ij", factor.T @ moments.zw, pressed)
    root = linalg.cholesky(whole[:k, :k], lower=True)
    along = linalg.solve_triangular(root, whole[:k, k], lower=True)
    rest = float(whole[k, k] - along @ along)
    df = n - k if method == "reml" else n
    variance = rest / df
    value = float(np.linalg.slogdet(inner)[1].sum()) + df * (1 + np.log(2 * np.pi * variance))
    if method == "reml":
        value += 2 * float(np.log(np.diag(root)).sum())
    return value, variance


def freed(columns: Columns, factor: Floats) -> tuple[Floats, Floats]:
    r"""Return outcome and terms times :math:`V_i^{-1/2}`, as rows whose errors are independent."""
    both = np.column_stack([columns.outcome, columns.terms])
    order = np.argsort(columns.units, kind="stable")
    ends = np.cumsum([0, *np.bincount(columns.units)])
    for start, end in pairwise(ends):
        rows = order[start:end]
        left, sizes, _ = np.linalg.svd(columns.random[rows] @ factor, full_matrices=False)
        both[rows] += left @ ((1 / np.sqrt(1 + sizes**2) - 1)[:, None] * (left.T @ both[rows]))
    return both[:, 0], both[:, 1:]
