"""Transition matrices: probabilities, long-run distribution, mobility, and tests that matrices are equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import MeasureError
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "HomogeneityTest",
    "ergodic_distribution",
    "mean_first_passage",
    "shorrocks_mobility",
    "transition_homogeneity",
    "transition_probabilities",
]


@dataclass(frozen=True, kw_only=True)
class HomogeneityTest:
    """Hold the tests that several transition matrices are equal.

    Parameters
    ----------
    likelihood_ratio, likelihood_ratio_p
        LR statistic and its p-value from χ².
    pearson, pearson_p
        Pearson's Q and its p-value from χ².
    degrees_of_freedom
        Zero cells are not counted.
    bootstrap_likelihood_ratio_p, bootstrap_pearson_p
        Shares of samples drawn under equality with a statistic at least as large; ``None`` without draws.
    draws, seed
        Of the bootstrap.
    """

    likelihood_ratio: float
    likelihood_ratio_p: float
    pearson: float
    pearson_p: float
    degrees_of_freedom: int
    bootstrap_likelihood_ratio_p: float | None
    bootstrap_pearson_p: float | None
    draws: int
    seed: int


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
    table = _counts(counts)
    totals = table.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(table, totals, out=np.full_like(table, np.nan), where=totals > 0)
    return shares


def ergodic_distribution(probabilities: ArrayLike) -> Floats:
    """Return the long-run distribution π = πP.

    Parameters
    ----------
    probabilities
        Shape (k, k), rows that sum to one.

    Returns
    -------
    numpy.ndarray
        Shape (k,), sums to one; zero for states that are left for good. All missing when it is not unique, because
        two or more sets of states are never left, or when a row is missing.

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


def transition_homogeneity(counts: ArrayLike, *, draws: int = 0, seed: int = 0) -> HomogeneityTest:
    """Test whether m transition matrices are equal.

    LR = 2 Σ_c Σ_i Σ_j n_ij(c) ln[p_ij(c)/p_ij], Q = Σ_c Σ_i Σ_j n_i(c) [p_ij(c) − p_ij]²/p_ij, both χ² with
    Σ_i (a_i − 1)(b_i − 1) degrees of freedom, a_i the columns that row i ever reaches and b_i the matrices that have
    row i (m·k(k−1) − k(k−1) without zero cells).

    Parameters
    ----------
    counts
        Shape (m, k, k): by condition, transitions from the row to the column, whole numbers.
    draws, seed
        Samples drawn under equality (rows multinomial with the pooled probabilities and the observed n_i(c)), for
        p-values that do not lean on χ² where cells are few; none by default.

    Raises
    ------
    MeasureError
        If counts are not m square matrices of whole numbers, or nothing can be compared.

    References
    ----------
    Bickenbach, F. and Bode, E. (2003). Evaluating the Markov property in studies of economic convergence.
    International Regional Science Review 26(3), 363–392. https://doi.org/10.1177/0160017603253789

    Examples
    --------
    >>> found = transition_homogeneity([[[8, 2], [2, 8]], [[2, 8], [8, 2]]])
    >>> round(found.pearson, 6), found.degrees_of_freedom
    (14.4, 2)
    """
    from scipy.stats import chi2

    table = _counts(counts)
    if table.ndim != 3 or not np.array_equal(table, np.rint(table)):
        raise _bad(
            Text("m matrices k × k of whole numbers", "m 个 k × k 的整数矩阵"),
            Text(f"shape {table.shape}", f"形状 {table.shape}"),
        )
    reached = (table.sum(axis=0) > 0).sum(axis=1)
    present = (table.sum(axis=2) > 0).sum(axis=0)
    freedom = int(((reached - 1) * (present - 1))[(reached > 0)].sum())
    if freedom < 1:
        raise _bad(
            Text("some row with two outcomes in two matrices", "至少一行在两个矩阵中有两种去向"),
            Text("none", "没有"),
        )
    ratio, pearson = _statistics(table[None])
    shares: tuple[float | None, float | None] = (None, None)
    if draws:
        simulated = _statistics(_simulate(table, draws, seed))
        # the same statistic up to rounding counts as at least as large
        beyond = [
            int((drawn >= observed[0] * (1 - 1e-12)).sum())
            for drawn, observed in zip(simulated, (ratio, pearson), strict=True)
        ]
        shares = ((1 + beyond[0]) / (1 + draws), (1 + beyond[1]) / (1 + draws))
    return HomogeneityTest(
        likelihood_ratio=float(ratio[0]),
        likelihood_ratio_p=float(chi2.sf(ratio[0], freedom)),
        pearson=float(pearson[0]),
        pearson_p=float(chi2.sf(pearson[0], freedom)),
        degrees_of_freedom=freedom,
        bootstrap_likelihood_ratio_p=shares[0],
        bootstrap_pearson_p=shares[1],
        draws=draws,
        seed=seed,
    )


def _statistics(tables: Floats) -> tuple[Floats, Floats]:
    """Return LR and Q of each of the tables, shape (…, m, k, k)."""
    pooled = tables.sum(axis=1, keepdims=True)
    starts = tables.sum(axis=3, keepdims=True)
    all_starts = pooled.sum(axis=3, keepdims=True)
    expected = starts * np.divide(pooled, all_starts, out=np.zeros_like(pooled), where=all_starts > 0)
    seen = expected > 0
    safe = np.where(seen, expected, 1.0)
    ratio = 2 * (tables * np.log(np.where(tables > 0, tables / safe, 1.0))).sum(axis=(1, 2, 3))
    pearson = np.where(seen, (tables - expected) ** 2 / safe, 0.0).sum(axis=(1, 2, 3))
    return ratio, pearson


def _simulate(table: Floats, draws: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    pooled = np.nan_to_num(transition_probabilities(table.sum(axis=0)))
    starts = table.sum(axis=2).astype(int)
    drawn = np.zeros((draws, *table.shape))
    for condition, row in np.argwhere(starts > 0):
        drawn[:, condition, row] = rng.multinomial(starts[condition, row], pooled[row], size=draws)
    return drawn


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


def _counts(counts: ArrayLike) -> Floats:
    table = np.asarray(counts, dtype=float)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2] or not (table >= 0).all():
        raise _bad(
            Text("square matrices of counts, not negative", "非负计数的方阵"),
            Text(f"shape {table.shape}", f"形状 {table.shape}"),
        )
    return table


def _probabilities(probabilities: ArrayLike) -> Floats:
    matrix = np.asarray(probabilities, dtype=float)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and len(matrix) > 1
    sums = matrix.sum(axis=1) if square else np.zeros(1)
    if not square or (np.abs(sums[~np.isnan(sums)] - 1) > 1e-9).any() or (matrix < 0).any():
        raise _bad(
            Text("a square matrix whose rows sum to one", "各行之和为一的方阵"),
            Text(
                f"shape {matrix.shape}, row sums {sums.round(6).tolist()}",
                f"形状 {matrix.shape}，行和 {sums.round(6).tolist()}",
            ),
        )
    return matrix


def _bad(expected: Text, got: Text) -> MeasureError:
    return MeasureError(
        where=Text("transition matrix", "转移矩阵"),
        expected=expected,
        got=got,
        remedy=Text("correct the matrix", "更正矩阵"),
    )
