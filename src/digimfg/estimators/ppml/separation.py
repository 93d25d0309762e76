"""Find rows whose fitted value runs to zero: no maximum-likelihood estimate exists until they are left
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from digimfg.design.centre import far_means
from digimfg.design.columns import side_by_side, taken
from digimfg.design.elimination import Elimination, is_sparse

__all__ = ["Separation", "separated_by_effects", "separated_by_regressors"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_STEPS = 20_000
_POSITIVE, _ROUNDING = 1e-7, 1e-9
_NULL = 1e-11
_MOST = 4_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Separation:
    """Which rows are separated, and whether the search ended with a certificate."""

    rows: Booleans
    settled: bool


def separated_by_effects(outcome: Floats, effects: Sequence[Codes]) -> Booleans:
    """Return the rows in categories whose outcomes are all zero."""
    found = np.zeros(len(outcome), dtype=bool)
    for codes in effects:
        positive = np.bincount(codes, outcome > 0, int(codes.max(initial=0)) + 1)
        found |= positive[codes] == 0
    return found


def separated_by_regressors(
    outcome: Floats, regressors: Floats, effects: Sequence[Codes], keep: Booleans
) -> Separation:
    r"""Search, by the iterative rectifier, for a combination of columns that is positive only where outcomes
    are zero.

    A row with :math:`y_i=0` is separated when some :math:`z=X\gamma+D\alpha` has :math:`z_i>0`, :math:`z\ge0`
    everywhere and :math:`z=0` wherever :math:`y>0`. Starting from :math:`u=1(y=0)`, u is regressed on the
    columns under the constraint of a zero fit where y > 0, and replaced by the positive part of its fit,
    until no fit is negative (Correia, Guimarães and Zylkin 2019, arXiv:1903.01633). They impose the
    constraint by a large weight; here the columns are first reduced to the combinations that obey it, which
    are few or none.

    Parameters
    ----------
    outcome, regressors
        Shapes (n,), (n, k); regressors with the intercept where no effect is absorbed.
    effects
        Codes of the absorbed effects; each category has a positive outcome among the rows kept.
    keep
        Rows to look at.

    Returns
    -------
    Separation
        Not settled where effects beside the largest have more than 4,000 levels, which are too many for the
        reduction.
    """
    rows = np.zeros(len(outcome), dtype=bool)
    zero = outcome[keep] == 0
    if not zero.any():
        return Separation(rows=rows, settled=True)
    codes = [np.unique(code[keep], return_inverse=True)[1].astype(np.int64) for code in effects]
    levels = sorted(int(code.max()) + 1 for code in codes)
    if sum(levels[:-1]) > _MOST:
        return Separation(rows=rows, settled=False)
    directions = _directions(_scaled(regressors[keep]), codes, zero)
    if directions.shape[1] == 0:
        return Separation(rows=rows, settled=True)
    fit, settled = _rectify(directions)
    rows[np.flatnonzero(keep)[zero]] = settled & (fit > _POSITIVE)
    return Separation(rows=rows, settled=settled)


def _rectify(basis: Floats) -> tuple[Floats, bool]:
    target = np.ones(len(basis))
    fit = target
    for _ in range(_STEPS):
        fit = basis @ (basis.T @ target)
        if fit.max(initial=0) < _POSITIVE:
            return np.zeros_like(fit), True
        if fit.min() >= -_ROUNDING:
            return fit, True
        target = np.maximum(fit, 0.0)
    return fit, False


def _directions(regressors: Floats, effects: Sequence[Codes], zero: Booleans) -> Floats:
    """Return an orthonormal basis, on the rows with zero outcomes, of the fits that vanish on all others."""
    if not effects:
        normal, rest = regressors[~zero].T @ regressors[~zero], regressors[zero]
        return _basis(rest @ _null_space(normal))
    there, here = np.flatnonzero(~zero), np.flatnonzero(zero)
    kernel = Elimination([code[there] for code in effects], None)
    inside = taken(regressors, there)
    free = side_by_side([np.empty((len(there), 0)), *(kernel.demeaned(column) for column in inside.T)])
    # What the largest effect leaves of the cross products.
    normal = free.T @ free
    if kernel.others:
        beside = side_by_side([np.empty((kernel.others, 0)), *(kernel.sums(column) for column in free.T)])
        own = kernel.matrix()
        normal = np.block([[normal, beside.T], [beside, own.toarray() if is_sparse(own) else own]])
    null = _null_space(normal)
    slopes, values = null[: regressors.shape[1]], null[regressors.shape[1] :]
    first, *others = (effects[place][here] for place in kernel.order)
    fit = regressors[here] @ slopes - kernel.means(inside @ slopes, values)[first]
    start = 0
    for code, count in zip(others, kernel.counts, strict=True):
        fit += values[start : start + count][code]
        start += count
    return _basis(fit)


def _null_space(normal: Floats) -> Floats:
    values, vectors = linalg.eigh((normal + normal.T) / 2)
    null: Floats = vectors[:, values <= _NULL * max(float(values[-1]), 1.0)]
    return null


def _basis(columns: Floats) -> Floats:
    """Return an orthonormal basis of columns; combinations that are zero in truth (collinear effects) go."""
    if columns.shape[1] == 0:
        return columns
    left, values, _ = linalg.svd(columns, full_matrices=False)
    basis: Floats = left[:, values > 1e-6 * np.sqrt(len(columns))]
    return basis


def _scaled(columns: Floats) -> Floats:
    near = columns - far_means(columns)
    size = np.abs(near).max(axis=0, initial=0)
    return near / np.where(size > 0, size, 1.0)
