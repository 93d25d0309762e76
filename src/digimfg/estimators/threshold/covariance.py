"""Errors of slopes in a panel whose unit effects were subtracted, by the specification's own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.covariance import Unadjusted
from digimfg.inference.sandwich import score_covariance
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.text import Text

__all__ = ["panel_covariance"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def panel_covariance(
    design: Design,
    columns: Floats,
    residual: Floats,
    order: Codes,
    *,
    effects: dict[str, Codes],
    n_slopes: int,
) -> tuple[Floats, float, dict[str, float], tuple[Text, ...]]:
    """Return covariance, degrees of freedom, numbers of clusters and notes of least squares on demeaned columns.

    Parameters
    ----------
    columns
        Shape (n, k), demeaned by unit, indicators of periods among them.
    order
        Rows of the design in the order of the columns.
    effects
        Name → codes of the effects that were removed, in the order of the design: the rule for small samples counts
        them.
    n_slopes
        Columns that are not indicators of periods.
    """
    size = np.linalg.norm(columns, axis=0)
    size[size == 0] = 1.0
    scaled = columns / size
    bread = np.asarray(np.linalg.pinv(scaled.T @ scaled, hermitian=True), dtype=np.float64)
    back = np.outer(1.0 / size, 1.0 / size)
    counted = replace(design, effects=effects)
    if isinstance(design.specification.covariance, Unadjusted):
        adjustment = small_sample_adjustment(counted, n_slopes, 0)
        variance = float(residual @ residual) / len(residual) * adjustment.factor
        return variance * bread * back, adjustment.df, {}, ()
    scores = np.empty_like(columns)
    scores[order] = scaled * residual[:, None]
    meat, counts, notes = score_covariance(counted, scores)
    groups = int(counts.get("n_clusters", counts.pop("n_periods_kernel", 0)))
    adjustment = small_sample_adjustment(counted, n_slopes, groups)
    return bread @ meat @ bread * back * adjustment.factor, adjustment.df, counts, notes
