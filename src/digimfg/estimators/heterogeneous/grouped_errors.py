"""Errors of grouped effects for few periods, where units may be in the wrong group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.heterogeneous.grouped_fit import Grouped, gaps_to_groups
from digimfg.estimators.heterogeneous.unit_rows import UnitRows

__all__ = ["few_periods_covariance"]

Floats = NDArray[np.float64]


def few_periods_covariance(rows: UnitRows, found: Grouped) -> Floats | None:
    r"""Return the covariance of slopes for a fixed number of periods; ``None`` where it does not exist.

    The estimate minimises :math:`\frac1N\sum_i\min_gd_{ig}(\theta,\alpha)`,
    :math:`d_{ig}=\sum_t(y_{it}-x_{it}'\theta-\alpha_{gt})^2`. Its second derivative is that of the chosen
    :math:`d_{ig}` less the density, at zero, of :math:`d_{ig}-d_{ih}` between the two nearest groups times
    the squared difference of their gradients (Pollard 1982, doi:10.1214/aop/1176993713); a normal kernel with
    Silverman's bandwidth for each pair of groups estimates it. Parameters are the slopes and every path,
    errors by unit.
    """
    n, periods, k = rows.regressors.shape
    count = len(found.paths)
    left = np.where(rows.used, rows.outcome - rows.regressors @ found.slopes, 0.0)
    scale = np.sqrt(np.square(rows.regressors).sum(axis=(0, 1)))
    columns = rows.regressors / scale
    paths = np.nan_to_num(found.paths)
    gaps = gaps_to_groups(left, rows.used, found.paths)
    nearest = np.argsort(gaps, axis=1)
    total = k + count * periods

    def gradients(group: NDArray[np.int64]) -> Floats:
        error = np.where(rows.used, left - paths[group], 0.0)
        out = np.zeros((n, total))
        out[:, :k] = -2 * np.einsum("ntk,nt->nk", columns, error)
        places = k + group[:, None] * periods + np.arange(periods)
        out[np.arange(n)[:, None], places] = -2 * error
        return out

    own = np.zeros((n, periods, total))
    own[:, :, :k] = columns
    places = k + found.group[:, None] * periods + np.arange(periods)
    own[np.arange(n)[:, None], np.arange(periods)[None], places] = rows.used
    flat = own.reshape(-1, total)
    hessian = 2 * flat.T @ flat
    if count > 1:
        apart = gaps[np.arange(n), nearest[:, 1]] - gaps[np.arange(n), nearest[:, 0]]
        density = _density_at_zero(apart, np.sort(nearest[:, :2], axis=1))
        turn = gradients(nearest[:, 1]) - gradients(nearest[:, 0])
        hessian -= (turn * density[:, None]).T @ turn
    there = np.diag(flat.T @ flat) > 0
    hessian = hessian[np.ix_(there, there)]
    length = np.sqrt(2 * np.diag(flat.T @ flat)[there])
    scaled = hessian / np.outer(length, length)
    if float(np.linalg.eigvalsh(scaled)[0]) <= 1e-8:
        return None
    scores = gradients(found.group)[:, there]
    bread = np.linalg.inv(scaled) / np.outer(length, length)
    covariance = n / (n - 1) * bread @ (scores.T @ scores) @ bread
    return np.asarray(covariance[:k, :k] / np.outer(scale, scale))


def _density_at_zero(apart: Floats, pairs: NDArray[np.int64]) -> Floats:
    """Return what each unit brings to the density at zero of the distance between its two nearest groups."""
    _, pair = np.unique(pairs, axis=0, return_inverse=True)
    out = np.zeros(len(apart))
    for each in range(int(pair.max()) + 1):
        own = pair.ravel() == each
        width = 1.06 * float(apart[own].std()) * float(own.sum()) ** -0.2
        if width > 0:
            out[own] = np.exp(-0.5 * (apart[own] / width) ** 2) / (width * np.sqrt(2 * np.pi))
    return out
