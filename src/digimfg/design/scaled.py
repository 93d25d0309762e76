"""Inverses, least squares and ranks that do not depend on the units of the columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["scaled_inverse", "scaled_rank", "scaled_slopes"]

Floats = NDArray[np.float64]


def scaled_slopes(columns: Floats, outcome: Floats) -> Floats:
    """Return the least-squares slopes of least norm in columns of unit length; shape (k,) or (k, m).

    Examples
    --------
    >>> slopes = scaled_slopes(np.array([[1.0, 1e-20], [1.0, 3e-20]]), np.array([1.0, 2.0]))
    >>> (slopes * [1.0, 1e-20]).round(6).tolist()
    [0.5, 0.5]
    """
    size = np.linalg.norm(columns, axis=0)
    size = np.where(size > 0, size, 1.0)
    slopes = np.linalg.lstsq(columns / size, outcome, rcond=None)[0]
    return np.asarray(slopes / (size if slopes.ndim == 1 else size[:, None]))


def scaled_inverse(matrix: Floats) -> Floats:
    """Return the inverse of a matrix of cross-products, taken with a unit diagonal.

    Parameters
    ----------
    matrix
        Symmetric with a diagonal that is not zero, shape (k, k).

    Raises
    ------
    numpy.linalg.LinAlgError
        If it is singular.

    Examples
    --------
    >>> bool(np.allclose(scaled_inverse(np.diag([1e-20, 4e20])) @ [1e-20, 8e20], [1.0, 2.0]))
    True
    """
    scale = 1 / np.sqrt(np.abs(np.diag(matrix)))
    found: Floats = np.linalg.inv(matrix * scale[:, None] * scale) * scale[:, None] * scale
    return found


def scaled_rank(columns: Floats) -> int:
    """Return the rank of columns once each has unit length.

    Examples
    --------
    >>> scaled_rank(np.array([[1.0, 1e-20], [1.0, 3e-20]]))
    2
    """
    size = np.linalg.norm(columns, axis=0)
    return int(np.linalg.matrix_rank(columns[:, size > 0] / size[size > 0])) if (size > 0).any() else 0
