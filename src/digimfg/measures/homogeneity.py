"""Tests that several transition matrices are equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import DrawsOrNone, Seed
from digimfg.measures.contract import PROBABILITY, measure
from digimfg.measures.transitions import transition_counts, transition_probabilities
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["HomogeneityTest", "transition_homogeneity"]


@shown(Text("Homogeneity of transitions", "转移概率齐次性检验"))
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


@measure("counts", gaps="refused", gives={"likelihood_ratio_p": PROBABILITY, "pearson_p": PROBABILITY})
@checked
def transition_homogeneity(counts: ArrayLike, *, draws: DrawsOrNone = 0, seed: Seed = 0) -> HomogeneityTest:
    """Test whether m transition matrices are equal.

    LR = 2 Σ_c Σ_i Σ_j n_ij(c) ln[p_ij(c)/p_ij], Q = Σ_c Σ_i Σ_j n_i(c) [p_ij(c) − p_ij]²/p_ij, both χ² with
    Σ_i (a_i − 1)(b_i − 1) degrees of freedom, a_i the columns that row i ever reaches and b_i the matrices
    that have row i (m·k(k−1) − k(k−1) without zero cells).

    Parameters
    ----------
    counts
        Shape (m, k, k): by condition, transitions from the row to the column, whole numbers, none missing.
    draws, seed
        Samples drawn under equality (rows multinomial with the pooled probabilities and the observed
        n_i(c)), for p-values that do not lean on χ² where cells are few; none by default.

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

    table = transition_counts(counts)
    if table.ndim != 3 or not np.array_equal(table, np.rint(table)):
        raise MeasureError.of("measures.counts_of_other_shape", shape=str(table.shape))
    reached = (table.sum(axis=0) > 0).sum(axis=1)
    present = (table.sum(axis=2) > 0).sum(axis=0)
    freedom = int(((reached - 1) * (present - 1))[(reached > 0)].sum())
    if freedom < 1:
        raise MeasureError.of("measures.no_row_to_compare")
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
