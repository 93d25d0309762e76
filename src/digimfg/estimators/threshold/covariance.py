"""Errors of slopes in a panel whose unit effects were subtracted, by the specification's own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Unadjusted
from digimfg.inference.influence import Influence, slope_units
from digimfg.inference.sandwich import sandwich
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    names: Sequence[str],
    effects: dict[str, Codes],
    curvature: Floats | None = None,
) -> tuple[Floats, float, dict[str, float], tuple[Text, ...]]:
    """Return covariance, degrees of freedom, numbers of clusters and notes of least squares on demeaned
    columns.

    Parameters
    ----------
    columns
        Shape (n, k), demeaned by unit: the slopes, then indicators of periods and what else has no name.
    order
        Rows of the design in the order of the columns.
    names
        Of the slopes.
    effects
        Name → codes of the effects that were removed, in the order of the design: the rule for small samples
        counts them.
    curvature
        What second derivatives of a nonlinear fit add to the products of the columns, its gradient.
    """
    n_slopes = len(names)
    size = np.linalg.norm(columns, axis=0)
    size[size == 0] = 1.0
    scaled = columns / size
    back = np.outer(1.0 / size, 1.0 / size)
    products = scaled.T @ scaled if curvature is None else scaled.T @ scaled + curvature * back
    bread = np.asarray(np.linalg.pinv(products, hermitian=True), dtype=np.float64)
    counted = replace(design, effects=effects)
    if isinstance(design.specification.covariance, Unadjusted):
        adjustment = small_sample_adjustment(counted, n_slopes, 0)
        variance = float(residual @ residual) / len(residual) * adjustment.factor
        return variance * bread * back, adjustment.df, {}, ()
    own = np.empty_like(columns)
    own[order] = scaled @ bread / size
    rows = np.empty_like(columns)
    rows[order] = own[order] * residual[:, None]
    slopes, others = range(n_slopes), range(n_slopes, columns.shape[1])
    influence = Influence(
        names=names,
        rows=rows,
        units=slope_units(columns),
        own=own[:, :n_slopes],
        blocks=[slopes, others] if len(others) else (),
    )
    found = sandwich(counted, influence)
    adjustment = small_sample_adjustment(counted, n_slopes, found.n_groups)
    return found.covariance * adjustment.factor, adjustment.df, dict(found.counts), found.notes
