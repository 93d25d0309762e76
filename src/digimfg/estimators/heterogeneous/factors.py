"""Principal components of a panel of errors, and how many of them are factors."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["FactorRule", "chosen_factors", "components"]

Floats = NDArray[np.float64]
FactorRule = Literal["bai_ng", "growth_ratio"]


def components(matrix: Floats, count: int) -> tuple[Floats, Floats]:
    """Return factors, shape (T, count) with F'F/T = I, and loadings, shape (N, count), of a matrix (N, T)."""
    periods = matrix.shape[1]
    if not count:
        return np.zeros((periods, 0)), np.zeros((len(matrix), 0))
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    root = np.sqrt(periods)
    factors = right[:count].T * root
    # signs by the largest entry, so that they do not hang on the order of units
    signs = np.sign(factors[np.abs(factors).argmax(axis=0), np.arange(count)])
    return factors * signs, left[:, :count] * sizes[:count] / root * signs


def chosen_factors(matrix: Floats, most: int, rule: FactorRule) -> int:
    """Return the number of factors in a matrix (N, T), between 0 and `most`.

    ``"bai_ng"``: the smallest IC_p2 of Bai and Ng (2002, doi:10.1111/1468-0262.00273), the log of the mean
    square left plus k (N+T)/(NT) log min(N, T). ``"growth_ratio"``: the largest growth ratio of Ahn and
    Horenstein (2013, doi:10.3982/ECTA8968), with their mock eigenvalue for none.
    """
    n, t = matrix.shape
    values = np.linalg.svd(matrix, compute_uv=False) ** 2 / (n * t)
    left = values.sum() - np.concatenate([[0.0], np.cumsum(values)])
    left = np.maximum(left, np.finfo(float).eps * max(float(values.sum()), np.finfo(float).tiny))
    if rule == "bai_ng":
        penalty = (n + t) / (n * t) * np.log(min(n, t))
        return int(np.argmin(np.log(left[: most + 1]) + penalty * np.arange(most + 1)))
    mock = values.sum() / np.log(min(n, t))
    before = np.concatenate([[values.sum() + mock], left])
    growth = np.log(before[:-1] / before[1:])[: most + 2]
    return int(np.argmax(growth[:-1] / growth[1:]))
