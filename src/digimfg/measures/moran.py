"""Spatial autocorrelation of the whole: Moran's I under normality, randomisation and permutation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.estimators.spatial.weights import SpatialWeights
from digimfg.kinds import DrawsOrNone, Key, NumberColumn, Seed
from digimfg.magnitude import near_one
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.measures.contract import PROBABILITY, Gives, measure
from digimfg.measures.measurement import Measurement
from digimfg.measures.spatial_lag import lag_matrix
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    Floats = NDArray[np.float64]

__all__ = ["Alternative", "Moran", "moran", "moran_by_period", "permutation_p", "standardized_units"]

Alternative = Literal["two-sided", "greater", "less"]


@shown(Text("Moran's I", "Moran指数"))
@dataclass(frozen=True, kw_only=True, eq=False)
class Moran:
    """Hold Moran's I with three kinds of inference.

    Parameters
    ----------
    statistic, expected
        I and its mean without autocorrelation, −1/(n − 1).
    variance_normal, z_normal, p_normal
        Under normality.
    variance_random, z_random, p_random
        Under randomisation: every assignment of the values to the units equally likely.
    p_permutation
        Share of permutations as far out, the sample itself counted; two-sided: twice the smaller tail.
    units
        Row per unit, sorted: ``unit value lag``, the standardised value and the mean of its neighbours', the
        axes of the Moran scatter plot, whose slope is I.
    n, permutations, seed, alternative
        Of the test.
    notes
        Rules that were applied.
    """

    statistic: float
    expected: float
    variance_normal: float
    z_normal: float
    p_normal: float
    variance_random: float
    z_random: float
    p_random: float
    p_permutation: float
    units: pd.DataFrame
    n: int
    permutations: int
    seed: int
    alternative: Alternative
    notes: tuple[Text, ...]


@measure(
    "values",
    gaps="refused",
    gives={
        "p_normal": PROBABILITY,
        "p_random": PROBABILITY,
        "p_permutation": PROBABILITY,
        "statistic": Gives("correlation", direction=1),
    },
)
@checked
def moran(
    values: pd.Series[float],
    weights: SpatialWeights,
    *,
    permutations: DrawsOrNone = 999,
    seed: Seed = 0,
    alternative: Alternative = "two-sided",
) -> Moran:
    """Return Moran's I of spatial autocorrelation.

    I = (n/S₀) Σ_i Σ_j w_ij z_i z_j / Σ_i z_i², z = y − ȳ, weights row-standardised so that S₀ = n.

    Parameters
    ----------
    values
        One per unit, the index holds the units' labels; no missing values, not constant.
    weights
        Spatial weights with these labels: a frame, a `WeightMatrix`, a libpysal object. Units of the weights
        that are not among the values are left out and noted.
    permutations, seed
        Random assignments of the values to the units; 0 for none.
    alternative
        ``"two-sided"``, ``"greater"`` (clustering of like values) or ``"less"``, for all three p-values.

    Raises
    ------
    MeasureError
        If values are missing, constant or fewer than four, labels repeat or do not match, or a unit has no
        neighbour.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981). Spatial Processes: Models and Applications. Pion.

    Examples
    --------
    >>> ring = pd.DataFrame(np.roll(np.eye(6), 1, 0) + np.roll(np.eye(6), -1, 0), list("abcdef"),
    ...     list("abcdef"))
    >>> found = moran(pd.Series([1.0, 2, 3, 4, 3, 2], list("abcdef")), ring, permutations=99)
    >>> round(found.statistic, 6), round(found.expected, 6), round(found.z_normal, 4)
    (0.454545, -0.2, 2.0409)
    """
    z, matrix, notes = standardized_units(values, weights)
    n = len(z)
    statistic = _product(z, matrix @ z)
    expected = -1.0 / (n - 1)
    variances = _variances(matrix, z)
    z_scores = [float((statistic - expected) / np.sqrt(variance)) for variance in variances]
    simulated = _permuted(z, matrix, permutations, seed)
    frame = pd.DataFrame({"unit": values.sort_index().index, "value": z, "lag": matrix @ z})
    return Moran(
        statistic=statistic,
        expected=expected,
        variance_normal=variances[0],
        z_normal=z_scores[0],
        p_normal=_normal_p(z_scores[0], alternative),
        variance_random=variances[1],
        z_random=z_scores[1],
        p_random=_normal_p(z_scores[1], alternative),
        p_permutation=float(permutation_p(simulated, statistic, alternative)),
        units=frame,
        n=n,
        permutations=permutations,
        seed=seed,
        alternative=alternative,
        notes=notes,
    )


@measure(
    "frame",
    gaps="refused",
    gives={"moran": Gives("correlation", direction=1), "p_normal": PROBABILITY, "p_random": PROBABILITY},
)
@checked
@keeps_marks
def moran_by_period(
    frame: pd.DataFrame,
    value: NumberColumn,
    entity: Key,
    time: Key,
    weights: SpatialWeights,
    *,
    permutations: DrawsOrNone = 999,
    seed: Seed = 0,
    alternative: Alternative = "two-sided",
) -> Measurement:
    """Return Moran's I of every period, the table of theses.

    Parameters
    ----------
    frame
        One row per entity and period; each period uses the entities it has. A missing value is refused.
    value, entity, time
        Columns.
    weights, permutations, seed, alternative
        As for `moran`; each period draws anew from the same seed.

    Returns
    -------
    Measurement
        ``<time> n moran expected z_normal p_normal z_random p_random p_permutation``, one row per period.

    Raises
    ------
    MeasureError
        As `moran`; the period is named.

    Examples
    --------
    >>> ring = pd.DataFrame(np.roll(np.eye(6), 1, 0) + np.roll(np.eye(6), -1, 0), list("abcdef"),
    ...     list("abcdef"))
    >>> frame = pd.DataFrame({"p": list("abcdef"), "year": 2020, "v": [1.0, 2, 3, 4, 3, 2]})
    >>> moran_by_period(frame, "v", "p", "year", ring, permutations=0).frame.moran.round(6).tolist()
    [0.454545]
    """
    check_columns(frame, (value, entity, time))
    frame = frame.reset_index(drop=True)
    rows, notes = [], []
    for period, part in frame.groupby(time, sort=True):
        try:
            found = moran(
                part.set_index(entity)[value],
                weights,
                permutations=permutations,
                seed=seed,
                alternative=alternative,
            )
        except MeasureError as error:
            place = Text(f"{time} {period}, {error.where.en}", f"{time} {period}，{error.where.zh}")
            raise MeasureError.like(error, where=place) from error
        rows.append(
            {
                time: period,
                "n": found.n,
                "moran": found.statistic,
                "expected": found.expected,
                "z_normal": found.z_normal,
                "p_normal": found.p_normal,
                "z_random": found.z_random,
                "p_random": found.p_random,
                "p_permutation": found.p_permutation,
            }
        )
        notes += [note for note in found.notes if note not in notes]
    return Measurement(frame=pd.DataFrame(rows), notes=tuple(notes))


def standardized_units(
    values: pd.Series[float], weights: Any
) -> tuple[Floats, sparse.csr_array, tuple[Text, ...]]:
    """Return values of mean 0 and variance 1 by sorted unit, row-standardised weights in that order, and
    notes.
    """
    if not isinstance(values, pd.Series) or values.index.has_duplicates:
        raise MeasureError.of("measures.values_not_labelled", got=Text.of(type(values).__name__))
    ordered = values if values.index.is_monotonic_increasing else values.sort_index()
    y, _ = near_one(numbers(ordered, str(values.name or "values")))
    if len(y) < 4 or np.ptp(y) == 0:
        raise MeasureError.of("measures.too_few_units_for_moran", n=len(y), spread=np.ptp(y))
    matrix, notes = lag_matrix(weights, ordered.index)
    return (y - y.mean()) / y.std(), matrix, notes


def _product(z: Floats, lag: Floats) -> float:
    return float((z * lag).sum() / (z * z).sum())


def _variances(matrix: sparse.csr_array, z: Floats) -> tuple[float, float]:
    n = len(z)
    s0 = float(matrix.sum())
    both = matrix + matrix.T
    s1 = float((both.multiply(both)).sum()) / 2
    ends = np.asarray(matrix.sum(axis=0)).ravel() + np.asarray(matrix.sum(axis=1)).ravel()
    s2 = float((ends * ends).sum())
    square = 1.0 / (n - 1) ** 2
    normal = (n * n * s1 - n * s2 + 3 * s0 * s0) / ((n * n - 1) * s0 * s0) - square
    kurtosis = float((z**4).mean() / (z**2).mean() ** 2)
    first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0)
    second = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
    random = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - square
    return normal, random


def _permuted(z: Floats, matrix: sparse.csr_array, permutations: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    drawn = np.empty(permutations)
    for draw in range(permutations):
        shuffled = rng.permutation(z)
        drawn[draw] = _product(shuffled, matrix @ shuffled)
    return drawn


def permutation_p(drawn: Floats, observed: float | Floats, alternative: Alternative) -> Floats:
    """Return the share of draws as far out as the observed statistic, itself counted; missing without
    draws.

    Parameters
    ----------
    drawn
        Shape (draws,), or (draws, statistics).
    observed
        One, or shape (statistics,).
    """
    if not len(drawn):
        return np.full(np.shape(observed), np.nan)
    slack = 1e-12 * np.maximum(1.0, np.abs(observed))
    above = (1 + _count(drawn >= observed - slack)) / (1 + len(drawn))
    below = (1 + _count(drawn <= observed + slack)) / (1 + len(drawn))
    both = np.minimum(1.0, 2 * np.minimum(above, below))
    return np.asarray({"greater": above, "less": below, "two-sided": both}[alternative])


def _count(held: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return how many of the first dimension are true."""
    return np.asarray(np.einsum("i...->...", held.view(np.int8), dtype=np.int32))


def _normal_p(z: float, alternative: Alternative) -> float:
    from scipy.stats import norm

    tails = {"greater": norm.sf(z), "less": norm.cdf(z), "two-sided": 2 * norm.sf(abs(z))}
    return float(tails[alternative])
