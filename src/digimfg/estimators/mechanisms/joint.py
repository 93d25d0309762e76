"""Estimate several equations on one sample, with the covariance of their slopes across equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.covariance import Unadjusted
from digimfg.inference.sandwich import score_covariance
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.estimators.mechanisms.model import Equation
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


def fit_jointly(
    design: Design, columns: Floats, equations: Sequence[Equation], *, intercept: bool
) -> JointFit:
    """Estimate equations by least squares on columns freed of the effects.

    The covariance of equations j and k is A_j M_jk A_k with the inverses A of their normal matrices and the sums M of
    products of their scores by cluster (homoskedastic: s_jk A_j X_j'X_k A_k), times the square roots of their
    small-sample factors.

    Parameters
    ----------
    columns
        Shape (n, p), freed of the effects and of the intercept.
    intercept
        Whether the equations have one, besides the regressors.
    """
    weights = None if design.weights is None else design.weights / design.weights.mean()
    weighted = columns if weights is None else columns * weights[:, None]
    breads, slopes, residuals, scores = [], [], [], []
    for equation in equations:
        x, y = columns[:, list(equation.regressors)], columns[:, equation.outcome]
        xw = weighted[:, list(equation.regressors)]
        normal = xw.T @ x
        scale = 1 / np.sqrt(np.diag(normal))
        bread = np.linalg.inv(normal * scale[:, None] * scale) * scale[:, None] * scale
        slope = bread @ (xw.T @ y)
        slope = slope + bread @ (xw.T @ (y - x @ slope))
        breads.append(bread)
        slopes.append(slope)
        residuals.append(y - x @ slope)
        scores.append(xw * residuals[-1][:, None])
    errors = np.column_stack(residuals)
    counts: dict[str, float] = {}
    notes: tuple[Text, ...] = ()
    groups = 0
    if isinstance(design.specification.covariance, Unadjusted):
        spread = errors.T @ (errors if weights is None else errors * weights[:, None]) / len(errors)
        meat = np.block(
            [
                [
                    spread[j, k] * (weighted[:, list(one.regressors)].T @ columns[:, list(other.regressors)])
                    for k, other in enumerate(equations)
                ]
                for j, one in enumerate(equations)
            ]
        )
    else:
        meat, counts, notes = score_covariance(design, np.hstack(scores))
        groups = int(counts.get("n_clusters", counts.get("n_periods_kernel", 0)))
    adjustments = [
        small_sample_adjustment(design, len(equation.regressors) + intercept, groups)
        for equation in equations
    ]
    lengths = [len(slope) for slope in slopes]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
    bread = np.zeros((int(starts[-1]),) * 2)
    for block, start, adjustment in zip(breads, starts[:-1], adjustments, strict=True):
        place = slice(start, start + len(block))
        bread[place, place] = block * np.sqrt(adjustment.factor)
    covariance = bread @ meat @ bread.T
    counts.pop("n_periods_kernel", None)
    return JointFit(
        slopes=np.concatenate(slopes),
        covariance=(covariance + covariance.T) / 2,
        starts=tuple(int(start) for start in starts[:-1]),
        residuals=errors,
        df=min(adjustment.df for adjustment in adjustments),
        df_absorbed=adjustments[0].df_absorbed,
        statistics=counts,
        notes=notes,
    )
