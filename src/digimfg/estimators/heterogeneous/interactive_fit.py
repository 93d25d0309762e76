"""Least squares with factors: the search over slopes, factors and loadings, and what it implies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError
from digimfg.estimators.heterogeneous.factors import components
from digimfg.estimators.heterogeneous.unit_rows import UnitRows
from digimfg.text import Text

__all__ = ["Interactive", "fit_interactive", "small_sample_bias"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_MOST = 20_000
_STILL = 1e-11
_AGREE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Interactive:
    """Hold the least of the minima found.

    Parameters
    ----------
    slopes, factors, loadings
        Shapes (k,), (T, r), (N, r).
    additive
        Whether there are effects of units and of periods.
    centred
        Whether columns enter less their overall means.
    errors
        Outcome less regressors and additive effects, missing cells filled by the fit, shape (N, T).
    residuals
        Zero where there is no row.
    near, bread
        Regressors freed of what effects, factors and loadings span, and the inverse of their cross products.
    n_parameters
        Of effects, factors and loadings.
    starts, agreeing
        Starts, and how many of them reach the least sum of squares.
    """

    slopes: Floats
    factors: Floats
    loadings: Floats
    additive: tuple[bool, bool]
    centred: bool
    errors: Floats
    residuals: Floats
    near: Floats
    bread: Floats
    n_parameters: int
    starts: int
    agreeing: int


def fit_interactive(
    rows: UnitRows, count: int, additive: tuple[bool, bool], starts: int, seed: int, *, centred: bool
) -> Interactive:
    """Return the best fit with `count` factors over several starts.

    Raises
    ------
    EstimationError
        If regressors vary with the effects alone, or no search settles.
    """
    seen = np.asarray(rows.used.any(axis=0))
    used = rows.used[:, seen]
    y, x = rows.outcome[:, seen], rows.regressors[:, seen]
    unit, period = additive
    if centred:
        y = np.where(used, y - y[used].mean(), 0.0)
        x = np.where(used[:, :, None], x - x[used].mean(axis=0), 0.0)
    scale = np.sqrt((x**2).mean(axis=(0, 1)))
    scale = np.where(scale > 0, scale, 1.0)
    size = float(np.sqrt((y**2).mean())) or 1.0
    y, x = y / size, x / scale
    effects_only = _spanned(x, np.zeros((y.shape[1], 0)), np.zeros((len(y), 0)), used, additive)
    y_only = _spanned(y[:, :, None], np.zeros((y.shape[1], 0)), np.zeros((len(y), 0)), used, additive)[
        :, :, 0
    ]
    bread = _bread(effects_only, x, rows)
    plain = bread @ np.einsum("ntk,nt->k", effects_only, y_only)
    spread = np.sqrt(np.diag(bread) * float((y_only**2).mean())) * 10
    rng = np.random.default_rng(seed)
    begins = [
        plain,
        np.zeros_like(plain),
        *(plain + spread * rng.normal(size=(max(starts - 2, 0), len(plain)))),
    ]
    if not count:
        begins = begins[:1]
    searched = [_search(y, x, used, begin, count, additive) for begin in begins[:starts]]
    found = [each for each in searched if each is not None]
    if not found:
        raise EstimationError.of("heterogeneous.interactive_not_settled", most=_MOST)
    sums = np.array([each[2] for each in found])
    best = found[int(np.argmin(sums))]
    slopes, (fitted, errors), _ = best
    factors, loadings = components(errors, count)
    residuals = np.where(used, y - np.einsum("ntk,k->nt", x, slopes) - fitted, 0.0)
    near = _spanned(x, factors, loadings, used, additive)
    bread = _bread(near, x, rows)
    n, t = y.shape
    n_parameters = count * (n + t - count)
    n_parameters += (n if unit else 0) + (t if period else 0) - (1 if unit and period else 0)
    n_parameters -= count * (int(unit) + int(period))

    def wide(values: Floats) -> Floats:
        out = np.zeros((len(values), len(seen), *values.shape[2:]))
        out[:, seen] = values
        return out

    all_factors = np.zeros((len(seen), count))
    all_factors[seen] = factors
    return Interactive(
        slopes=slopes * size / scale,
        factors=all_factors,
        loadings=loadings * size,
        additive=additive,
        centred=centred,
        errors=errors * size,
        residuals=wide(residuals * size),
        near=wide(near * scale),
        bread=bread / np.outer(scale, scale),
        n_parameters=n_parameters,
        starts=len(begins[:starts]),
        agreeing=int((sums <= sums.min() * (1 + _AGREE) + 1e-14).sum()),
    )


def _bread(near: Floats, x: Floats, rows: UnitRows) -> Floats:
    left, whole = (near**2).sum(axis=(0, 1)), (x**2).sum(axis=(0, 1))
    still = left <= 1e-14 * whole
    products = np.einsum("ntj,ntk->jk", near, near)
    length = np.sqrt(np.maximum(left, np.finfo(float).tiny))
    if still.any() or np.linalg.matrix_rank(products / np.outer(length, length), tol=1e-10) < len(length):
        raise EstimationError.of(
            "heterogeneous.regressors_without_variation",
            terms=[term for term, flag in zip(rows.terms, still, strict=True) if flag] or list(rows.terms),
        )
    return scaled_inverse(products)


def _search(
    y: Floats, x: Floats, used: Flags, slopes: Floats, count: int, additive: tuple[bool, bool]
) -> tuple[Floats, tuple[Floats, Floats], float] | None:
    """Return slopes, fit and filled errors, and the sum of squares, from one start."""
    complete = bool(used.all())
    fitted = np.zeros_like(y)
    flat = x[used]
    pseudo = scaled_inverse(flat.T @ flat)
    last = np.inf
    for _ in range(_MOST):
        errors = y - np.einsum("ntk,k->nt", x, slopes)
        filled = errors if complete else np.where(used, errors, fitted)
        means, rest = _two_means(filled, additive)
        factors, loadings = components(rest, count)
        fitted = means + loadings @ factors.T
        if complete:
            basis = factors / np.sqrt(len(factors))
            apart = np.stack([_two_means(x[:, :, j], additive)[1] for j in range(x.shape[2])], axis=2)
            near = apart - np.einsum("ts,nsk->ntk", basis @ basis.T, apart)
            new = scaled_inverse(np.einsum("ntj,ntk->jk", near, near)) @ np.einsum("ntk,nt->k", near, y)
        else:
            new = pseudo @ (flat.T @ (y - fitted)[used])
        total = float(((errors - fitted)[used] ** 2).sum())
        moved = float(np.abs(new - slopes).max())
        slopes = new
        if moved <= _STILL * (1 + float(np.abs(slopes).max())) and abs(last - total) <= _STILL * (
            1e-3 + total
        ):
            filled = np.where(used, y - np.einsum("ntk,k->nt", x, slopes), fitted)
            means, rest = _two_means(filled, additive)
            factors, loadings = components(rest, count)
            fit = means + loadings @ factors.T
            errors = y - np.einsum("ntk,k->nt", x, slopes)
            return slopes, (fit, rest), float(((errors - fit)[used] ** 2).sum())
        last = total
    return None


def _two_means(matrix: Floats, additive: tuple[bool, bool]) -> tuple[Floats, Floats]:
    """Return the additive part of a full matrix and what is left."""
    part = np.zeros_like(matrix)
    if additive[0]:
        part = part + matrix.mean(axis=1, keepdims=True)
    if additive[1]:
        part = part + (matrix - part).mean(axis=0, keepdims=True)
    return part, matrix - part


def _spanned(
    x: Floats, factors: Floats, loadings: Floats, used: Flags, additive: tuple[bool, bool]
) -> Floats:
    """Return columns, shape (N, T, k), less their projection on what effects, factors and loadings span."""
    by_unit = np.column_stack([np.ones((len(factors), int(additive[0]))), factors])
    by_period = np.column_stack([np.ones((len(loadings), int(additive[1]))), loadings])
    if not by_unit.shape[1] and not by_period.shape[1]:
        return x
    mask = used.astype(np.float64)
    unit_products = np.linalg.pinv(np.einsum("nt,ta,tb->nab", mask, by_unit, by_unit), hermitian=True)
    period_products = np.linalg.pinv(np.einsum("nt,na,nb->tab", mask, by_period, by_period), hermitian=True)
    near = x
    whole = float((x**2).sum())
    for _ in range(_MOST):
        pulls = np.einsum("nab,tb,ntk->nak", unit_products, by_unit, near)
        near = (near - np.einsum("ta,nak->ntk", by_unit, pulls)) * mask[:, :, None]
        pulls = np.einsum("tab,nb,ntk->tak", period_products, by_period, near)
        change = np.einsum("na,tak->ntk", by_period, pulls) * mask[:, :, None]
        near = near - change
        if used.all() or float((change**2).sum()) <= 1e-24 * whole:
            break
    return near


def small_sample_bias(rows: UnitRows, found: Interactive, label: Text) -> Floats:
    """Return the bias of order 1/N and 1/T of the slopes (Bai 2009, section 7), errors uncorrelated.

    Raises
    ------
    EstimationError
        If the panel is not balanced.
    """
    seen = np.asarray(rows.used.any(axis=0))
    if not rows.used[:, seen].all():
        raise EstimationError.of(
            "heterogeneous.bias_correction_needs_balanced", label=label, n=int((~rows.used[:, seen]).sum())
        )
    factors, loadings = found.factors[seen], found.loadings
    n, t = len(loadings), len(factors)
    if not factors.shape[1]:
        return np.zeros_like(found.slopes)
    x, residuals = rows.regressors[:, seen], found.residuals[:, seen]
    if found.centred:
        x = x - x.mean(axis=(0, 1))
    x = np.stack([_two_means(x[:, :, j], found.additive)[1] for j in range(x.shape[2])], axis=2)
    inverse = np.linalg.inv(loadings.T @ loadings / n)
    by_unit, by_period = (residuals**2).mean(axis=1), (residuals**2).mean(axis=0)
    weights = loadings @ inverse
    common = np.einsum("mr,mtk->rtk", loadings, x) / n
    apart = x - np.einsum("nr,rtk->ntk", weights, common)
    over_units = np.einsum("ntk,tr,nr,n->k", apart, factors, weights, by_unit) / (n * t)
    kept = x - np.einsum("ts,nsk->ntk", factors @ factors.T / t, x)
    over_periods = np.einsum("ntk,t,tr,nr->k", kept, by_period, factors, weights) / (n * t)
    shape = found.bread * (n * t)
    return -np.asarray(shape @ (over_units / n + over_periods / t))
