"""Estimate several equations on one sample, with the covariance of their slopes across equations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Unadjusted
from digimfg.design.scaled import scaled_inverse
from digimfg.inference.influence import Influence
from digimfg.inference.sandwich import Sandwich, sandwich
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.estimators.mechanisms.model import Equation
    from digimfg.estimators.mechanisms.preparation import Prepared
    from digimfg.text import Text

__all__ = ["JointFit", "fit_jointly"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class JointFit:
    """Hold the slopes of all equations, one after the other.

    Parameters
    ----------
    slopes, covariance
        Shapes (k,) and (k, k); the block of each equation is what it has by itself.
    starts
        Place of each equation's first slope.
    residuals
        Shape (n, equations).
    df
        Degrees of freedom of t.
    df_absorbed
        Parameters used by the effects.
    """

    slopes: Floats
    covariance: Floats
    starts: tuple[int, ...]
    residuals: Floats
    df: float
    df_absorbed: int
    statistics: dict[str, float]
    notes: tuple[Text, ...]


def fit_jointly(design: Design, prepared: Prepared, equations: Sequence[Equation]) -> JointFit:
    """Estimate equations by least squares on columns freed of the effects.

    The covariance of equations j and k is A_j M_jk A_k with the inverses A of their normal matrices and the
    sums M of products of their scores by cluster (homoskedastic: s_jk A_j X_j'X_k A_k), times the square
    roots of their small-sample factors.

    Parameters
    ----------
    prepared
        The columns, freed of the effects and of the intercept.
    """
    columns = prepared.columns
    weights = None if design.weights is None else design.weights / design.weights.mean()
    weighted = columns if weights is None else columns * weights[:, None]
    slopes, residuals, owns, units, names = [], [], [], [], []
    root = np.ones((len(columns), 1)) if weights is None else np.sqrt(weights)[:, None]
    for equation in equations:
        x, y = columns[:, list(equation.regressors)], columns[:, equation.outcome]
        xw = weighted[:, list(equation.regressors)]
        bread = scaled_inverse(xw.T @ x)
        slope = bread @ (xw.T @ y)
        slope = slope + bread @ (xw.T @ (y - x @ slope))
        slopes.append(slope)
        residuals.append(y - x @ slope)
        owns.append(x @ bread * root)
        units.append(prepared.units[list(equation.regressors)] / prepared.units[equation.outcome])
        names += [prepared.names[place] for place in equation.regressors]
    errors = np.column_stack(residuals)
    ends = np.cumsum([len(slope) for slope in slopes]).tolist()
    blocks = [range(start, end) for start, end in pairwise([0, *ends])]
    own = np.hstack(owns)
    if isinstance(design.specification.covariance, Unadjusted):
        found = _homoskedastic(own, errors * root, blocks)
    else:
        rows = np.hstack([one * left[:, None] for one, left in zip(owns, (errors * root).T, strict=True)])
        influence = Influence(names=names, rows=rows, units=np.concatenate(units), own=own, blocks=blocks)
        found = sandwich(design, influence)
    adjustments = [
        small_sample_adjustment(design, len(equation.regressors) + prepared.intercept, found.n_groups)
        for equation in equations
    ]
    factors = np.concatenate(
        [np.full(len(block), np.sqrt(each.factor)) for block, each in zip(blocks, adjustments, strict=True)]
    )
    return JointFit(
        slopes=np.concatenate(slopes),
        covariance=found.covariance * factors * factors[:, None],
        starts=tuple(block.start for block in blocks),
        residuals=errors,
        df=min(adjustment.df for adjustment in adjustments),
        df_absorbed=adjustments[0].df_absorbed,
        statistics=dict(found.counts),
        notes=found.notes,
    )


def _homoskedastic(own: Floats, errors: Floats, blocks: Sequence[range]) -> Sandwich:
    """Return s_jk A_j X_j'X_k A_k for every pair of equations."""
    equation = np.concatenate([np.full(len(block), place) for place, block in enumerate(blocks)])
    spread = errors.T @ errors / len(errors)
    return Sandwich(covariance=(own.T @ own) * spread[np.ix_(equation, equation)], n_groups=0)
