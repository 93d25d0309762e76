"""Errors of slopes in a panel whose unit effects were subtracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.inference.covariance import Clustered, Robust, Unadjusted
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["panel_covariance"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def panel_covariance(
    design: Design, columns: Floats, residual: Floats, order: Codes, n_units: int
) -> tuple[Floats, float, dict[str, float]]:
    """Return covariance, degrees of freedom and the number of clusters of least squares on demeaned columns.

    The rule ``"stata"`` is that of xtreg, fe: with G clusters of the units' own or coarser, G/(G-1)·(n-1)/(n-k-1);
    ``"none"`` has no factor.

    Parameters
    ----------
    columns
        Shape (n, k), demeaned by unit.
    order
        Rows of the design in the order of the columns.

    Raises
    ------
    SpecificationError
        If the covariance is not Unadjusted, Robust or clustered one way, or its rule is another.
    """
    covariance = design.specification.covariance
    n_rows, n_columns = columns.shape
    bread = np.linalg.pinv(columns.T @ columns)
    rule = getattr(covariance, "small_sample", "stata")
    if rule not in ("stata", "none") or not isinstance(covariance, Unadjusted | Robust | Clustered):
        raise _unsupported(f"{covariance!r}")
    adjusted = rule == "stata"
    left = n_rows - n_units - n_columns
    if isinstance(covariance, Unadjusted):
        variance = float(residual @ residual) / (left if adjusted else n_rows)
        return variance * bread, float(left), {}
    if isinstance(covariance, Robust):
        half = columns * residual[:, None] @ bread
        return half.T @ half * (n_rows / left if adjusted else 1.0), float(left), {}
    if len(covariance.columns) != 1:
        raise _unsupported(f"{covariance!r}")
    codes = np.unique(design.clusters[covariance.columns[0]][order], return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1
    scores = columns * residual[:, None]
    sums = np.column_stack([np.bincount(codes, weights=score) for score in scores.T]) @ bread
    factor = n_clusters / (n_clusters - 1) * (n_rows - 1) / (n_rows - n_columns - 1) if adjusted else 1.0
    return sums.T @ sums * factor, float(n_clusters - 1), {"n_clusters": float(n_clusters)}


def _unsupported(got: str) -> SpecificationError:
    return SpecificationError(
        where=Text("panel threshold, `covariance`", "面板门槛，`covariance`"),
        expected=Text(
            "Unadjusted, Robust or Clustered by one column, with the rule 'stata' or 'none'",
            "Unadjusted、Robust 或单列 Clustered，小样本规则为 'stata' 或 'none'",
        ),
        got=got,
        remedy=Text("cluster by the unit", "按个体聚类"),
    )
