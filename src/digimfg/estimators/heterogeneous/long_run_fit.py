"""Fully modified and dynamic least squares of cointegrated columns, unit by unit or pooled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError
from digimfg.estimators.heterogeneous.unit_rows import freed, unit_slopes
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.heterogeneous.unit_rows import UnitRows

__all__ = [
    "Corrected",
    "LongRunSlopes",
    "check_on_end",
    "combined",
    "dynamic",
    "fully_modified",
    "long_run_moments",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Corrected:
    """Hold columns from which slopes of the long run follow by least squares.

    Parameters
    ----------
    rows
        Which rows enter; outcome and regressors are freed of everything else by unit, the outcome of what
        the regressors' changes bring too.
    bias
        What :math:`X_i'y_i` exceeds by second-order bias, shape (N, k).
    variances
        Long-run variance of each unit's error given the regressors' changes, shape (N,).
    """

    rows: UnitRows
    bias: Floats
    variances: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class LongRunSlopes:
    """Hold slopes, their covariance, those of each unit with their variances, and errors of the relation."""

    estimates: Floats
    covariance: Floats
    slopes: Floats
    slope_errors: Floats
    residuals: Floats


def long_run_moments(series: Floats, lags: int) -> tuple[Floats, Floats]:
    r"""Return the long-run covariance of series, shape (T, m), and the one-sided one by Bartlett's kernel.

    :math:`\Delta=\sum_{j\ge0}w_j\,T^{-1}\sum_ts_{t-j}s_t'`, :math:`\Omega=\Delta+\Delta'-\Delta_0`.
    """
    count = len(series)
    zero = series.T @ series / count
    one = zero.copy()
    for lag in range(1, min(lags, count - 1) + 1):
        one += (1 - lag / (lags + 1)) * (series[:-lag].T @ series[lag:]) / count
    return one + one.T - zero, one


def check_on_end(rows: UnitRows, least: int, label: Text) -> None:
    """Refuse units with a gap, or with fewer rows than needed.

    Raises
    ------
    EstimationError
        Naming the units.
    """
    first = rows.used.argmax(axis=1)
    last = rows.used.shape[1] - rows.used[:, ::-1].argmax(axis=1)
    gaps = last - first != rows.n_rows
    if gaps.any():
        raise EstimationError.of(
            "heterogeneous.gaps_in_units", where=label, n=int(gaps.sum()), units=rows.named(gaps)
        )
    short = rows.n_rows < least
    if short.any():
        raise EstimationError.of(
            "heterogeneous.too_few_periods_on_end",
            where=label,
            least=least,
            n=int(short.sum()),
            rows=int(rows.n_rows[short].min()),
            units=rows.named(short),
        )


def _fixed(rows: UnitRows, trend: bool) -> Floats:
    if not trend:
        return np.zeros((*rows.used.shape, 0))
    line = np.arange(rows.used.shape[1], dtype=np.float64)[None, :, None]
    return np.asarray(np.broadcast_to(line, (*rows.used.shape, 1)))


def _freed(rows: UnitRows, others: Floats) -> tuple[UnitRows, NDArray[np.int64]]:
    near, rank = freed(np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2), others, rows.used)
    return replace(rows, outcome=near[:, :, 0], regressors=near[:, :, 1:]), rank


def _within(rows: UnitRows, used: NDArray[np.bool_]) -> UnitRows:
    return replace(
        rows,
        used=used,
        outcome=np.where(used, rows.outcome, 0.0),
        regressors=np.where(used[:, :, None], rows.regressors, 0.0),
    )


def fully_modified(
    rows: UnitRows, *, pooled: bool, trend: bool, drift: bool, kernel_lags: int, label: Text
) -> Corrected:
    r"""Return columns corrected as Phillips and Hansen do, with :math:`w=(u,\Delta x)`.

    :math:`y^+=y-\Delta x\,\Omega_{xx}^{-1}\Omega_{xu}` and bias
    :math:`n(\Delta_{xu}-\Delta_{xx}\Omega_{xx}^{-1}\Omega_{xu})`; pooled, moments are averages over units.
    """
    fixed = _fixed(rows, trend)
    near, rank = _freed(rows, fixed)
    slopes = unit_slopes(near, near.outcome, near.regressors, rank, label)
    if pooled:
        slopes = np.broadcast_to(_pooled_slopes(near, np.zeros_like(slopes)), slopes.shape)
    errors = near.outcome - np.einsum("ntk,nk->nt", near.regressors, slopes)
    later = rows.used.copy()
    later[np.arange(len(later)), rows.used.argmax(axis=1)] = False
    changes = np.zeros_like(rows.regressors)
    changes[:, 1:] = near.regressors[:, 1:] - near.regressors[:, :-1]
    changes = np.where(later[:, :, None], changes, 0.0)
    counts = later.sum(axis=1)
    if drift:
        changes = np.where(
            later[:, :, None], changes - changes.sum(axis=1)[:, None] / counts[:, None, None], 0.0
        )
    stacked = np.concatenate([errors[:, :, None], changes], axis=2)
    moments = [long_run_moments(each[used], kernel_lags) for each, used in zip(stacked, later, strict=True)]
    long, one = (np.stack([pair[place] for pair in moments]) for place in (0, 1))
    if pooled:
        weights = counts / counts.sum()
        long = np.broadcast_to(np.einsum("n,njk->jk", weights, long), long.shape)
        one = np.broadcast_to(np.einsum("n,njk->jk", weights, one), one.shape)
    pulls = np.stack([scaled_inverse(each[1:, 1:]) @ each[1:, 0] for each in long])
    given = long[:, 0, 0] - np.einsum("nk,nk->n", long[:, 0, 1:], pulls)
    kept = _within(rows, later)
    kept = replace(kept, outcome=np.where(later, rows.outcome - np.einsum("ntk,nk->nt", changes, pulls), 0.0))
    return Corrected(
        rows=_freed(kept, fixed)[0],
        bias=counts[:, None] * (one[:, 1:, 0] - np.einsum("njk,nk->nj", one[:, 1:, 1:], pulls)),
        variances=given,
    )


def dynamic(
    rows: UnitRows, *, pooled: bool, trend: bool, lags: int, leads: int, kernel_lags: int, label: Text
) -> Corrected:
    """Return columns freed of lags and leads of the regressors' changes, each unit's its own."""
    periods = rows.used.shape[1]
    used, columns = rows.used.copy(), [_fixed(rows, trend)]
    for shift in range(-lags, leads + 1):
        moved, there = np.zeros_like(rows.regressors), np.zeros_like(rows.used)
        low, high = max(1, 1 - shift), min(periods, periods - shift)
        if low < high:
            now = slice(low, high)
            at, before = slice(low + shift, high + shift), slice(low + shift - 1, high + shift - 1)
            moved[:, now] = rows.regressors[:, at] - rows.regressors[:, before]
            there[:, now] = rows.used[:, at] & rows.used[:, before]
        used &= there
        columns.append(moved)
    kept = _within(rows, used)
    others = np.concatenate(columns, axis=2) * used[:, :, None]
    near, rank = _freed(kept, others)
    slopes = unit_slopes(near, near.outcome, near.regressors, rank, label)
    if pooled:
        slopes = np.broadcast_to(_pooled_slopes(near, np.zeros_like(slopes)), slopes.shape)
    errors = near.outcome - np.einsum("ntk,nk->nt", near.regressors, slopes)
    variances = np.array(
        [
            float(long_run_moments(each[there][:, None], kernel_lags)[0][0, 0])
            for each, there in zip(errors, used, strict=True)
        ]
    )
    if pooled:
        counts = used.sum(axis=1)
        variances = np.full(len(used), float(variances @ counts / counts.sum()))
    return Corrected(rows=near, bias=np.zeros_like(slopes), variances=variances)


def _pooled_slopes(rows: UnitRows, bias: Floats) -> Floats:
    products = np.einsum("ntj,ntk->jk", rows.regressors, rows.regressors)
    scores = np.einsum("ntk,nt->k", rows.regressors, rows.outcome) - bias.sum(axis=0)
    return np.asarray(scaled_inverse(products) @ scores)


def combined(found: Corrected, *, pooled: bool, spread: bool) -> LongRunSlopes:
    """Return the mean of units' slopes, or pooled ones, with errors from long-run variances or the spread
    over units.
    """
    x, y = found.rows.regressors, found.rows.outcome
    count = len(x)
    products = np.swapaxes(x, 1, 2) @ x
    inverses = np.stack([scaled_inverse(each) for each in products])
    slopes = np.einsum("njk,nk->nj", inverses, np.einsum("ntk,nt->nk", x, y) - found.bias)
    own = found.variances[:, None, None] * inverses
    if pooled:
        estimates = _pooled_slopes(found.rows, found.bias)
        bread = scaled_inverse(products.sum(axis=0))
        residuals = y - x @ estimates
        scores = np.einsum("ntk,nt->nk", x, residuals) - found.bias
        covariance = (
            count / (count - 1) * bread @ (scores.T @ scores) @ bread
            if spread
            else bread @ np.einsum("n,njk->jk", found.variances, products) @ bread
        )
    else:
        estimates = slopes.mean(axis=0)
        residuals = y - np.einsum("ntk,nk->nt", x, slopes)
        apart = slopes - estimates
        covariance = apart.T @ apart / (count * (count - 1)) if spread else own.sum(axis=0) / count**2
    return LongRunSlopes(
        estimates=estimates,
        covariance=np.asarray(covariance),
        slopes=slopes,
        slope_errors=np.sqrt(np.maximum(np.diagonal(own, axis1=1, axis2=2), 0.0)),
        residuals=residuals,
    )
