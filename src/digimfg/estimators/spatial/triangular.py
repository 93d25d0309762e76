"""Triangular factors of a few columns, and least squares by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from digimfg.errors import EstimationError

__all__ = ["least_squares", "triangular_factor", "triangular_slopes"]

Floats = NDArray[np.float64]
_BLOCK = 64


def triangular_factor(columns: Floats) -> Floats:
    """Return the triangular matrix with the cross products of the columns, shape (min(n, k), k).

    Examples
    --------
    >>> root = triangular_factor(np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0]]))
    >>> (root.T @ root).round(12).tolist()
    [[9.0, 8.0], [8.0, 9.0]]
    """
    n_rows, n_columns = columns.shape
    if not columns.size:
        return np.zeros((min(n_rows, n_columns), n_columns))
    packed = lapack.dgeqrf(columns, lwork=_BLOCK * n_columns)[0]
    return np.triu(packed[:n_columns])


def least_squares(columns: Floats, outcome: Floats) -> Floats:
    """Return slopes, shape (k,) or (k, m).

    Raises
    ------
    EstimationError
        If the columns are collinear.
    """
    return triangular_slopes(columns, outcome)[0]


def triangular_slopes(columns: Floats, outcome: Floats) -> tuple[Floats, Floats, Floats]:
    """Return slopes, the triangular factor of the columns over their lengths, for `dtrtrs`, which looks at
    nothing below the diagonal, and these lengths.

    Raises
    ------
    EstimationError
        If the columns are collinear.
    """
    scale = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    count = len(scale)
    if not count:
        return np.zeros((0, *outcome.shape[1:])), np.zeros((0, 0)), scale
    if columns.shape[0] >= count and scale.all():
        right = outcome.reshape(len(outcome), -1)
        both = np.empty((len(columns), count + right.shape[1]), order="F")
        np.divide(columns, scale, out=both[:, :count])
        both[:, count:] = right
        packed = lapack.dgeqrf(both, lwork=_BLOCK * both.shape[1], overwrite_a=1)[0]
        root = packed[:count, :count]
        if np.abs(root.diagonal()).min() > 1e-8:
            found = lapack.dtrtrs(root, packed[:count, count:])[0]
            return (found / scale[:, None]).reshape(count, *outcome.shape[1:]), root, scale
    raise EstimationError.of("spatial.lags_collinear", n_columns=columns.shape[1])
