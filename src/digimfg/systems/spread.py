"""The covariance of a system's estimates, and statistics of all of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import linalg

from digimfg.covariance import Clustered, DriscollKraay, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.design.columns import side_by_side
from digimfg.inference.influence import Influence, slope_units
from digimfg.inference.sandwich import sandwich

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.system_fit import Stacked, SystemFit
    from digimfg.text import Text

__all__ = ["system_covariance", "system_statistics", "unshifting"]

Floats = NDArray[np.float64]


def system_covariance(
    designs: Mapping[str, Design],
    names: Mapping[str, tuple[str, ...]],
    found: SystemFit,
    ends: NDArray[np.int64],
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    """Return the covariance that the specifications ask for, counts of groups, and notes.

    Parameters
    ----------
    ends
        Where each equation's estimates begin, and the number of all.
    """
    first = next(iter(designs.values()))
    asked = first.specification.covariance
    if isinstance(asked, Unadjusted):
        return found.bread, {}, ()
    units, constants = [], []
    for (name, design), start in zip(designs.items(), ends[:-1], strict=True):
        own = slope_units(side_by_side([design.endogenous, design.regressors]))
        here = [place for place, term in enumerate(names[name]) if term == INTERCEPT]
        own[here] = 1.0
        units.append(own * (float(design.outcome.std(ddof=1)) or 1.0))
        constants += [int(start) + place for place in here]
    blocks = [
        [place for place in range(start, end) if place not in constants] for start, end in pairwise(ends)
    ]
    influence = Influence(
        names=[term for terms in names.values() for term in terms],
        rows=found.influence,
        units=np.concatenate(units),
        blocks=[block for block in blocks if block],
        constants=constants,
    )
    spread = sandwich(first, influence)
    factor = 1.0
    if asked.small_sample == "stata":
        grouped = isinstance(asked, Clustered | DriscollKraay)
        groups = spread.n_groups if grouped else first.n_obs
        factor = groups / (groups - 1)
    return spread.covariance * factor, dict(spread.counts), spread.notes


def unshifting(designs: Mapping[str, Design], names: Mapping[str, tuple[str, ...]]) -> Floats:
    """Return what makes estimates for terms as they are of those for terms less their large means."""
    blocks = []
    for name, design in designs.items():
        back = np.eye(len(names[name]))
        if INTERCEPT in names[name]:
            back[names[name].index(INTERCEPT)] -= [design.shift.get(term, 0.0) for term in names[name]]
        blocks.append(back)
    return np.asarray(linalg.block_diag(*blocks))


def system_statistics(stacked: Stacked, found: SystemFit, n_estimates: int) -> dict[str, float]:
    """Return the tests and measures of fit of a system."""
    n, m = stacked.outcomes.shape
    products = found.first_residuals.T @ found.first_residuals
    size = np.sqrt(np.diag(products))
    correlation = products / np.outer(size, size)
    pagan = n * float(np.sum(np.tril(correlation, -1) ** 2))
    pairs = m * (m - 1) / 2
    inverse = np.linalg.inv(found.residuals.T @ found.residuals / n)
    about = stacked.outcomes - stacked.outcomes.mean(axis=0)
    rest = float(np.sum((found.residuals.T @ found.residuals) * inverse))
    whole = float(np.sum((about.T @ about) * inverse))
    statistics = {
        "cross_equation_lm": pagan,
        "cross_equation_lm_p": float(scipy.stats.chi2.sf(pagan, pairs)),
        "cross_equation_lm_df": float(pairs),
        "r2_mcelroy": 1 - rest / whole,
        "iterations": float(found.iterations),
    }
    if stacked.instruments is not None:
        df = m * stacked.instruments.shape[1] - n_estimates
        statistics["sargan"] = found.overidentification
        statistics["sargan_df"] = float(df)
        if df > 0:
            statistics["sargan_p"] = float(scipy.stats.chi2.sf(found.overidentification, df))
    return statistics
