"""Folds of whole clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["drawn_folds", "fixed_folds", "kept_together", "levels_of"]

Codes = NDArray[np.int64]


def kept_together(design: Design) -> tuple[Codes, str]:
    """Return which rows a fold keeps together, and the column that says so.

    These are the clusters of the first column that errors are clustered by, else units, else rows (``""``).
    """
    if design.clusters:
        name = next(iter(design.clusters))
        return design.clusters[name], name
    if design.entity is not None:
        return design.entity, str(design.specification.entity)
    return np.arange(design.n_obs), ""


def drawn_folds(groups: Codes, count: int, seed: np.random.SeedSequence) -> Codes:
    """Return a fold for every row: groups in random order are dealt out in turn.

    Raises
    ------
    SpecificationError
        If there are fewer groups than folds.

    Examples
    --------
    >>> folds = drawn_folds(np.array([0, 0, 1, 2, 3]), 2, np.random.SeedSequence(0))
    >>> np.bincount(folds[[0, 2, 3, 4]]).tolist(), folds[0] == folds[1]
    ([2, 2], np.True_)
    """
    n_groups = int(groups.max()) + 1
    if n_groups < count:
        raise SpecificationError.of(
            "dml.more_folds_than_clusters", n=n_groups, count=count, n_advised=max(n_groups, 2)
        )
    place = np.empty(n_groups, dtype=np.int64)
    place[np.random.default_rng(seed).permutation(n_groups)] = np.arange(n_groups)
    found: Codes = (place % count)[groups]
    return found


def fixed_folds(design: Design, column: str, groups: Codes) -> Codes:
    """Return the folds that a column names.

    Raises
    ------
    SpecificationError
        If it is missing somewhere, names fewer than two folds, or splits a cluster.
    """
    codes, _ = levels_of(design, column)
    if np.any(codes < 0):
        n = int(np.sum(codes < 0))
        raise SpecificationError.of("dml.folds_missing", column=column, n=n)
    if codes.max() < 1:
        raise SpecificationError.of("dml.one_fold", column=column)
    pairs = len(np.unique(np.column_stack([groups, codes]), axis=0))
    split = pairs - len(np.unique(groups))
    if split:
        raise SpecificationError.of("dml.folds_split_clusters", column=column, n=split)
    return codes


def levels_of(design: Design, column: str) -> tuple[Codes, list[object]]:
    """Return the codes of a column on the rows of a design, -1 where missing, and its sorted levels.

    Raises
    ------
    SpecificationError
        If there is no such column.
    """
    values = design.evaluator.column(column, "dm.DoubleMachineLearning").iloc[design.rows]
    codes, levels = pd.factorize(values, sort=True)
    return np.asarray(codes, dtype=np.int64), list(levels)
