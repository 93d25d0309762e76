"""Negative eigenvalues of covariances set to zero, in units in which every coefficient counts alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Repaired", "positive_semidefinite"]

Floats = NDArray[np.float64]

_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Repaired:
    """Hold a covariance without negative eigenvalues, shape (k, k), and how many it had."""

    covariance: Floats
    n_negative: int


def positive_semidefinite(
    covariance: Floats, units: Floats, blocks: Sequence[Sequence[int]], rest: Sequence[int] = ()
) -> Repaired:
    r"""Set negative eigenvalues to zero in standardised units.

    With U the units, :math:`V^+=UQ\max(\Lambda,0)Q'U` and :math:`Q\Lambda Q'=U^{-1}VU^{-1}` (Cameron,
    Gelbach and Miller 2011, sec. 2.3, doi:10.1198/jbes.2010.07136). Units of slopes are :math:`1/s_j`, with
    the standard deviation of the regressor as given, as reghdfe has them: so t statistics do not depend on
    what the regressors are measured in. A block is repaired as if it stood alone: one equation among
    several, the slopes beside the constant. The constant's own part comes from the repair of everything.
    Covariances between blocks come from it too, times the largest number up to one that leaves no eigenvalue
    negative.

    Parameters
    ----------
    covariance
        Symmetric, shape (k, k).
    units
        Positive, shape (k,).
    blocks
        Places that are repaired together.
    rest
        Places of constants, which are repaired with everything.

    Examples
    --------
    >>> wrong = np.array([[1.0, 2.0], [2.0, 1.0]])
    >>> positive_semidefinite(wrong, np.ones(2), [(0, 1)]).covariance.round(12).tolist()
    [[1.5, 1.5], [1.5, 1.5]]
    >>> positive_semidefinite(wrong, np.ones(2), [(0,), (1,)]).covariance.round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    scaled = covariance / units / units[:, None]
    whole, n_negative = _clipped(scaled)
    if not n_negative:
        return Repaired(covariance=covariance, n_negative=0)
    if len(blocks) + bool(rest) > 1:
        whole = _joined(scaled, whole, blocks, rest)
    return Repaired(covariance=whole * units * units[:, None], n_negative=n_negative)


def _clipped(matrix: Floats) -> tuple[Floats, int]:
    """Return a matrix without its negative eigenvalues, and how many are more than rounding."""
    values, vectors = np.linalg.eigh(matrix)
    negative = int(np.count_nonzero(values < -_ROUNDING * max(float(values[-1]), 0.0)))
    found: Floats = (vectors * np.maximum(values, 0)) @ vectors.T if negative else matrix
    return found, negative


def _joined(scaled: Floats, whole: Floats, blocks: Sequence[Sequence[int]], rest: Sequence[int]) -> Floats:
    apart = np.zeros_like(whole)
    for block in blocks:
        place = np.ix_(block, block)
        apart[place] = _clipped(scaled[place])[0]
    apart[np.ix_(rest, rest)] = whole[np.ix_(rest, rest)]
    between = whole.copy()
    for block in (*blocks, rest):
        between[np.ix_(block, block)] = 0.0
    values, vectors = np.linalg.eigh(apart)
    keep = values > _ROUNDING * max(float(values[-1]), 0.0)
    root = vectors[:, keep] / np.sqrt(values[keep])
    inside = vectors[:, keep] @ vectors[:, keep].T
    least = float(linalg.eigvalsh(root.T @ between @ root)[0]) if keep.any() else 0.0
    share = min(1.0, -1 / least) if least < 0 else 1.0
    joined: Floats = apart + share * (inside @ between @ inside)
    return joined
