"""Transition matrices: probabilities, long-run distribution, mobility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.contract import PROBABILITY, Gives, measure

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "ergodic_distribution",
    "mean_first_passage",
    "shorrocks_mobility",
    "transition_counts",
    "transition_probabilities",
]


def transition_probabilities(counts: ArrayLike) -> Floats:
    """Return rows of counts as probabilities; a row without counts is missing.

    Parameters
    ----------
    counts
        Shape (…, k, k): transitions from the row to the column, not negative.

    Examples
    --------
    >>> transition_probabilities([[3, 1], [0, 0]]).tolist()
    [[0.75, 0.25], [nan, nan]]
    """
    table = transition_counts(counts)
    totals = table.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(table, totals, out=np.full_like(table, np.nan), where=totals > 0)
    return shares


@measure("probabilities", gaps="carried", gives={"": PROBABILITY})
@checked
def ergodic_distribution(probabilities: ArrayLike) -> Floats:
    """Return the long-run distribution π = πP.

    Parameters
    ----------
    probabilities
        Shape (k, k), rows that sum to one.

    Returns
    -------
    numpy.ndarray
        Shape (k,), sums to one; zero for states that are left for good. All missing when it is not unique,
        because two or more sets of states are never left, or when a row is missing.

    Raises
    ------
    MeasureError
        If the matrix is not square or a row does not sum to one.

    References
    ----------
    Kemeny, J. G. and Snell, J. L. (1976). Finite Markov Chains. Springer.

    Examples
    --------
    >>> ergodic_distribution([[0.9, 0.1], [0.3, 0.7]]).round(6).tolist()
    [0.75, 0.25]
    """
    matrix = _probabilities(probabilities)
    size = len(matrix)
    if np.isnan(matrix).any() or _closed_sets(matrix) != 1:
        return np.full(size, np.nan)
    system = np.vstack([(matrix.T - np.eye(size))[:-1], np.ones(size)])
    answer = np.linalg.solve(system, np.eye(size)[-1])
    answer = np.where(np.abs(answer) < 1e-15, 0.0, answer)
    distribution: Floats = answer / answer.sum()
    return distribution


@measure("probabilities", gaps="carried", gives={"": Gives("periods", 0)})
@checked
def mean_first_passage(probabilities: ArrayLike) -> Floats:
    """Return the expected number of steps from the row to the first visit of the column.

    m_ij = 1 + Σ_{k≠j} p_ik m_kj; on the diagonal the mean time of return, 1/π_i.

    Parameters
    ----------
    probabilities
        Shape (k, k), rows that sum to one.

    Returns
    -------
    numpy.ndarray
        Shape (k, k); missing unless every state can be reached from every other.

    References
    ----------
    Kemeny, J. G. and Snell, J. L. (1976). Finite Markov Chains. Springer.

    Examples
    --------
    >>> mean_first_passage([[0.5, 0.5], [0.25, 0.75]]).round(6).tolist()
    [[3.0, 2.0], [4.0, 1.5]]
    """
    matrix = _probabilities(probabilities)
    size = len(matrix)
    long_run = ergodic_distribution(matrix)
    if np.isnan(long_run).any() or (long_run <= 0).any():
        return np.full((size, size), np.nan)
    # fundamental matrix Z: m_ij = (δ_ij − z_ij + z_jj) / π_j
    fundamental = np.linalg.inv(np.eye(size) - matrix + long_run[None, :])
    passage: Floats = (np.eye(size) - fundamental + np.diag(fundamental)[None, :]) / long_run[None, :]
    return passage


def shorrocks_mobility(probabilities: ArrayLike) -> float:
    """Return Shorrocks' index of mobility, (k − tr P)/(k − 1): 0 when nobody moves.

    Parameters
    ----------
    probabilities
        Shape (k, k), rows that sum to one; missing rows make it missing.

    References
    ----------
    Shorrocks, A. F. (1978). The measurement of mobility. Econometrica 46(5), 1013–1024.
    https://doi.org/10.2307/1911433

    Examples
    --------
    >>> shorrocks_mobility([[0.9, 0.1], [0.3, 0.7]])
    0.4
    """
    matrix = _probabilities(probabilities)
    size = len(matrix)
    return float(round((size - np.trace(matrix)) / (size - 1), 15))


def transition_counts(counts: ArrayLike) -> Floats:
    """Return counts as square matrices, shape (…, k, k), or raise.

    Raises
    ------
    MeasureError
        If they are not square, negative, missing or infinite.
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2] or not ((table >= 0) & np.isfinite(table)).all():
        raise MeasureError.of("measures.counts_not_square", shape=str(table.shape))
    return table


def _closed_sets(matrix: Floats) -> int:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    count, member = connected_components(
        csr_array((matrix > 0).astype(np.int8)), directed=True, connection="strong"
    )
    left = np.zeros(count, dtype=bool)
    rows, columns = np.nonzero(matrix > 0)
    left[member[rows][member[rows] != member[columns]]] = True
    return int((~left).sum())


def _probabilities(probabilities: ArrayLike) -> Floats:
    matrix = np.asarray(probabilities, dtype=float)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and len(matrix) > 1
    sums = matrix.sum(axis=1) if square else np.zeros(1)
    if not square or (np.abs(sums[~np.isnan(sums)] - 1) > 1e-9).any() or (matrix < 0).any():
        raise MeasureError.of(
            "measures.rows_do_not_sum_to_one", shape=str(matrix.shape), value=str(sums.round(6).tolist())
        )
    return matrix
