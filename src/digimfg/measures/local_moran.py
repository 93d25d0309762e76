"""Local spatial autocorrelation: which units lie in clusters, with control of false discoveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.estimators.spatial.weights import SpatialWeights
from digimfg.kinds import Draws, Seed, Share
from digimfg.measures.contract import PROBABILITY, measure
from digimfg.measures.moran import permutation_p, standardized_units
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

__all__ = ["LocalMoran", "local_moran"]

_CELLS = 4_000_000
_QUADRANTS = pd.array(["LL", "LH", "HL", "HH"], dtype="str")


@shown(Text("Local Moran", "局部Moran指数"))
@dataclass(frozen=True, kw_only=True, eq=False)
class LocalMoran:
    """Hold local Moran statistics.

    Parameters
    ----------
    frame
        Row per unit, sorted: ``unit value lag local_moran p_value p_adjusted quadrant significant``; quadrant
        ``HH LH LL HL`` (own, neighbours'), p-values two-sided from conditional permutation.
    false_discovery_rate, permutations, seed
        Of the inference.
    notes
        Rules that were applied.
    """

    frame: pd.DataFrame
    false_discovery_rate: float
    permutations: int
    seed: int
    notes: tuple[Text, ...]


@measure("values", gaps="refused", gives={"p_value": PROBABILITY, "p_adjusted": PROBABILITY})
@checked
def local_moran(
    values: pd.Series[float],
    weights: SpatialWeights,
    *,
    permutations: Draws = 999,
    seed: Seed = 0,
    false_discovery_rate: Share = 0.05,
) -> LocalMoran:
    """Return local Moran statistics (LISA) with conditional permutation and control of false discoveries.

    I_i = z_i Σ_j w_ij z_j, z standardised with divisor n, so that the mean of I_i is Moran's I. For each
    unit the values of the others are drawn without replacement into its neighbours' places. With n tests at
    5 % some are always "significant": `significant` follows Benjamini and Hochberg's procedure over all
    units.

    Parameters
    ----------
    values, weights, seed
        As for `moran`: no missing values.
    permutations
        One or more; the smallest two-sided p-value is 2/(permutations + 1).
    false_discovery_rate
        In (0, 1).

    Raises
    ------
    MeasureError
        As `moran`; if options are out of range.

    References
    ----------
    Anselin, L. (1995). Local indicators of spatial association—LISA. Geographical Analysis 27(2), 93–115.
    https://doi.org/10.1111/j.1538-4632.1995.tb00338.x

    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal
    Statistical Society B 57(1), 289–300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> ring = pd.DataFrame(np.roll(np.eye(6), 1, 0) + np.roll(np.eye(6), -1, 0), list("abcdef"),
    ...     list("abcdef"))
    >>> found = local_moran(pd.Series([1.0, 2, 3, 4, 3, 2], list("abcdef")), ring, permutations=99)
    >>> found.frame.quadrant.tolist()
    ['LL', 'LL', 'HH', 'HH', 'HH', 'LL']
    """
    ordered = values if values.index.is_monotonic_increasing else values.sort_index()
    z, matrix, notes = standardized_units(ordered, weights)
    lag = matrix @ z
    local = z * lag
    p_values = _conditional(z, matrix, local, permutations, seed)
    adjusted = _benjamini_hochberg(p_values)
    quadrant = _QUADRANTS.take(2 * (z > 0) + (lag > 0))
    frame = pd.DataFrame(
        {
            "unit": ordered.index,
            "value": z,
            "lag": lag,
            "local_moran": local,
            "p_value": p_values,
            "p_adjusted": adjusted,
            "quadrant": quadrant,
            "significant": adjusted <= false_discovery_rate,
        },
        copy=False,
    )
    found = int(np.count_nonzero(adjusted <= false_discovery_rate))
    note = note_of(
        "measures.discoveries",
        found=found,
        n_frame=len(frame),
        false_discovery_rate=false_discovery_rate,
        total=int((p_values <= false_discovery_rate).sum()),
    )
    return LocalMoran(
        frame=frame,
        false_discovery_rate=false_discovery_rate,
        permutations=permutations,
        seed=seed,
        notes=(note, *notes),
    )


def _conditional(z: Floats, matrix: sparse.csr_array, local: Floats, permutations: int, seed: int) -> Floats:
    """Return p-values of units; the same permutations of the others serve all of them."""
    rng = np.random.default_rng(seed)
    n = len(z)
    counts = np.diff(matrix.indptr)
    most = int(counts.max())
    some = max(1, _CELLS // n)  # permutations at a time: the same as one by one
    places = np.concatenate(
        [
            rng.permuted(np.tile(np.arange(n - 1), (min(some, permutations - start), 1)), axis=1)[:, :most].T
            for start in range(0, permutations, some)
        ],
        axis=1,
    )
    p_values = np.empty(n)
    by_count = np.argsort(-counts, kind="stable")
    size = max(1, _CELLS // max(permutations, n))
    for start in range(0, n, size):
        units = by_count[start : start + size]
        sums = _drawn_lags(z, matrix, units, places)
        p_values[units] = permutation_p(z[units] * sums, local[units], "two-sided")
    return p_values


def _drawn_lags(z: Floats, matrix: sparse.csr_array, units: Codes, places: Codes) -> Floats:
    """Return the lags that units, most neighbours first, have under each permutation, shape (permutations,
    units).
    """
    starts = matrix.indptr[units]
    counts = matrix.indptr[units + 1] - starts
    place = np.arange(len(z) - 1)[:, None]
    others = z[place + (place >= units)]
    sums = np.zeros((places.shape[1], len(units)))
    for neighbour in range(int(counts[0])):
        having = int(np.count_nonzero(counts > neighbour))
        weighted = others[:, :having] * matrix.data[starts[:having] + neighbour]
        sums[:, :having] += weighted.take(places[neighbour], axis=0)
    return sums


def _benjamini_hochberg(p_values: Floats) -> Floats:
    n = len(p_values)
    order = np.argsort(-p_values, kind="stable")
    steps = np.minimum.accumulate(p_values[order] * n / np.arange(n, 0, -1))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
