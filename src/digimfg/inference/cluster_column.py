"""Which clusters a test works with: a way of clustering of the specification, or another column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError, SpecificationError
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["cluster_codes", "cluster_values", "with_clusters"]

Codes = NDArray[np.int64]


def with_clusters(specification: Specification, cluster: str | None, where: str) -> Specification:
    """Return a specification with clustered errors: its own, or by the column named.

    Raises
    ------
    SpecificationError
        If it has other errors and no column is named.
    """
    if isinstance(specification.covariance, Clustered):
        return specification
    if cluster is not None:
        return specification.replace(covariance=Clustered(cluster))
    raise SpecificationError.of(
        "inference.covariance_not_clustered", where=where, got=type(specification.covariance).__name__
    )


def cluster_codes(design: Design, cluster: str | None) -> tuple[str, Codes]:
    """Return the name and the codes of the column named, by default of the way with fewest clusters.

    Raises
    ------
    EstimationError
        If the column has missing values in the sample, or one value only.
    """
    import pandas as pd

    if cluster is None:
        name = min(design.clusters, key=lambda way: int(design.clusters[way].max()))
        return name, design.clusters[name]
    if cluster in design.clusters:
        return cluster, design.clusters[cluster]
    column = design.evaluator.column(cluster, Text("clusters", "聚类"))
    codes = pd.factorize(column.iloc[design.rows], sort=True)[0].astype(np.int64)
    if (codes < 0).any() or codes.max() < 1:
        missing = int(np.count_nonzero(codes < 0))
        raise EstimationError.of(
            "inference.clusters_not_usable", cluster=cluster, max=int(codes.max()) + 1, missing=missing
        )
    return cluster, codes


def cluster_values(design: Design, name: str, codes: Codes) -> list[object]:
    """Return the value of a column in each cluster, in the order of the codes."""
    column = design.evaluator.column(name, Text("clusters", "聚类")).iloc[design.rows]
    first = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return list(column.iloc[first])
