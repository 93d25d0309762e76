"""Seemingly unrelated estimation: the covariance of two groups' slopes from their stacked scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.inference.influence import Influence, slope_units
from digimfg.inference.linear_fit import linear_fit
from digimfg.inference.sandwich import sandwich
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Stacked", "stack"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stacked:
    """Hold the joint covariance of the slopes of two groups.

    Parameters
    ----------
    correlation
        Of the first group's slopes, then the second's, shape (2k, 2k).
    suest_std_error
        Of the differences, shape (k,).
    std_error
        Of the slopes, as each group has them by itself, shape (2k,).
    """

    correlation: Floats
    suest_std_error: Floats
    std_error: Floats
    notes: tuple[Text, ...]

    def with_differences(self, std_error: Floats) -> Floats:
        """Return the covariance of slopes and differences that has these standard errors, shape (3k, 3k)."""
        count = len(self.suest_std_error)
        spread = self.correlation * self.std_error[:, None] * self.std_error
        one = np.eye(count)
        turn = np.block([[np.eye(2 * count)], [np.hstack([-one, one])]])
        joint = turn @ spread @ turn.T
        return _correlation(joint) * std_error[:, None] * std_error


def stack(
    together: Design, designs: Sequence[Design], results: Sequence[Result], terms: Sequence[str]
) -> Stacked:
    """Stack the scores of two groups that share clusters, and return the covariance of their slopes.

    Parameters
    ----------
    together
        The design of both groups, whose rows are those of the two.
    designs, results
        Of each group.
    terms
        Slopes wanted.
    """
    place = np.full(int(together.rows.max()) + 1, -1, dtype=np.int64)
    place[together.rows] = np.arange(together.n_obs)
    blocks, own, units = [], [], []
    for design, result in zip(designs, results, strict=True):
        fit = linear_fit(design)
        influence = fit.influence
        chosen = [design.terms.index(term) for term in terms]
        block = np.zeros((together.n_obs, len(terms)))
        block[place[design.rows]] = influence[:, chosen]
        blocks.append(block)
        units.append(slope_units(design.regressors[:, chosen]))
        own.append(result.coefficients.loc[list(terms), "std_error"].to_numpy())
    influences = np.hstack(blocks)
    covariance = together.specification.covariance
    spread, factor, notes = _spread(together, influences, np.concatenate(units))
    gap = np.hstack([-np.eye(len(terms)), np.eye(len(terms))])
    variance = np.diag(gap @ spread @ gap.T) * factor
    bound = np.abs(influences).sum(axis=0).reshape(2, -1).sum(axis=0)
    empty = variance <= (1e-12 * bound) ** 2
    suest = np.sqrt(np.where(empty, np.nan, variance))
    if empty.any():
        listed = ", ".join(term for term, none in zip(terms, empty, strict=True) if none)
        notes = (
            *notes,
            note_of("mechanisms.no_error", listed=listed),
        )
    correlation = np.eye(len(spread)) if isinstance(covariance, Unadjusted) else _correlation(spread)
    return Stacked(correlation=correlation, suest_std_error=suest, std_error=np.concatenate(own), notes=notes)


def _spread(together: Design, influences: Floats, units: Floats) -> tuple[Floats, float, tuple[Text, ...]]:
    covariance = together.specification.covariance
    n = together.n_obs
    if isinstance(covariance, Unadjusted | Robust):
        notes = (note_of("mechanisms.inference"),)
        robust = isinstance(covariance, Robust)
        return influences.T @ influences, n / (n - 1), () if robust else notes
    groups = np.split(np.arange(len(units)), 2)
    both = Influence(names=(), rows=influences, units=units, blocks=[each.tolist() for each in groups])
    if isinstance(covariance, Clustered):
        # The factor is G/(G-1) whatever rule the other errors follow.
        bare = together.specification.replace(covariance=replace(covariance, small_sample="none"))
        found = sandwich(replace(together, specification=bare), both)
        return found.covariance, found.n_groups / (found.n_groups - 1), ()
    return sandwich(together, both).covariance, 1.0, ()


def _correlation(covariance: Floats) -> Floats:
    """Return the correlations of a covariance, zero with what has no variance."""
    size = np.sqrt(np.maximum(np.diag(covariance), 0))
    scale = np.where(size > 0, size, np.inf)
    found: Floats = covariance / scale[:, None] / scale
    np.fill_diagonal(found, 1.0)
    return found
