"""Sandwich covariances of linear estimators from scores, clustered in several ways or over lags of periods."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from linearmodels.shared.covariance import cov_kernel
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.covariance import Clustered, DriscollKraay, Robust
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design

__all__ = ["default_lags", "score_covariance"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def score_covariance(design: Design, scores: Floats) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    """Return the sum of outer products of scores, group counts, and notes.

    Parameters
    ----------
    scores
        Residual times regressor (times weight), shape (n, k).

    Returns
    -------
    meat, statistics, notes
        Clustered: inclusion-exclusion over every subset of ways (Cameron, Gelbach & Miller 2011,
        doi:10.1198/jbes.2010.07136), negative eigenvalues set to zero with a note. Driscoll-Kraay: Bartlett weights
        1 - l/(L+1) over sums by period (Driscoll & Kraay 1998, doi:10.1162/003465398557825).

    Raises
    ------
    EstimationError
        If there is only one cluster or period.
    SpecificationError
        If Driscoll-Kraay errors are asked for without a time column.
    """
    covariance = design.specification.covariance
    if isinstance(covariance, Clustered):
        return _clustered(design, scores)
    if isinstance(covariance, DriscollKraay):
        return _driscoll_kraay(design, scores, covariance)
    if isinstance(covariance, Robust):
        return scores.T @ scores, {}, ()
    raise SpecificationError(
        where="covariance",
        expected="Unadjusted, Robust, Clustered, DriscollKraay",
        got=repr(covariance),
        remedy=Text("choose one of these", "请选择其一"),
    )


def default_lags(n_periods: int) -> int:
    """Return the usual lag length, the whole part of 4 (T/100)^(2/9)."""
    return int(4 * (n_periods / 100) ** (2 / 9))


def _clustered(design: Design, scores: Floats) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    ways = list(design.clusters.items())
    if not 1 <= len(ways) <= 3:
        raise SpecificationError(
            where="dm.Clustered",
            expected=Text("one, two or three columns", "一至三列"),
            got=str(len(ways)),
            remedy=Text("name one to three clustering columns", "请指定一至三个聚类列"),
        )
    counts = {name: int(codes.max()) + 1 for name, codes in ways}
    for name, count in counts.items():
        if count < 2:
            raise EstimationError(
                where=Text(f"clusters '{name}'", f"聚类“{name}”"),
                expected=Text("at least two clusters", "至少两个聚类"),
                got=Text("one", "一个"),
                remedy=Text(
                    "cluster by a finer column, or use dm.Robust()", "换更细的聚类列，或使用 dm.Robust()"
                ),
            )
    meat = np.zeros((scores.shape[1], scores.shape[1]))
    for size in range(1, len(ways) + 1):
        for subset in combinations([codes for _, codes in ways], size):
            meat += (-1) ** (size + 1) * _outer(_group_sums(scores, _intersection(subset)))
    notes: list[Text] = []
    if len(ways) > 1:
        values, vectors = np.linalg.eigh((meat + meat.T) / 2)
        if values[0] < 0:
            meat = (vectors * np.maximum(values, 0)) @ vectors.T
            notes.append(
                Text(
                    "The multiway clustered covariance had a negative eigenvalue, set to zero (Cameron, Gelbach & Miller 2011)",
                    "多维聚类协方差出现负特征值，已置零（Cameron、Gelbach 与 Miller，2011）",
                )
            )
    fewest = min(counts.values())
    if fewest < 50:
        notes.append(
            Text(
                f"Only {fewest} clusters: clustered errors tend to be too small with fewer than about 50",
                f"仅 {fewest} 个聚类：少于约 50 个聚类时，聚类标准误往往偏小",
            )
        )
    statistics = {"n_clusters": float(fewest)}
    if len(ways) > 1:
        statistics |= {f"n_clusters_{name}": float(count) for name, count in counts.items()}
    return meat, statistics, tuple(notes)


def _driscoll_kraay(
    design: Design, scores: Floats, covariance: DriscollKraay
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    if design.time is None or design.time_values is None:
        raise SpecificationError(
            where="dm.DriscollKraay",
            expected=Text("`time` in the specification", "设定中须有 `time`"),
            got="time=None",
            remedy=Text("name the time column", "请给出时间列"),
        )
    n_periods = len(design.time_values)
    lags = default_lags(n_periods) if covariance.lags is None else covariance.lags
    if n_periods < 2 or not 0 <= lags < n_periods:
        raise EstimationError(
            where="dm.DriscollKraay",
            expected=Text("two or more periods and fewer lags than periods", "至少两期，且滞后阶数少于期数"),
            got=Text(f"{n_periods} periods, {lags} lags", f"{n_periods} 期，{lags} 阶滞后"),
            remedy=Text("use fewer lags or dm.Clustered", "减少滞后阶数或使用 dm.Clustered"),
        )
    sums = _group_sums(scores, design.time)
    weights = 1 - np.arange(lags + 1) / (lags + 1)
    notes: tuple[Text, ...] = ()
    values = design.time_values
    if values.dtype.kind in "if" and np.any(np.diff(values.astype(np.float64)) > 1):
        notes = (
            Text(
                "Driscoll-Kraay lags count observed periods; the sample has gaps between periods",
                "Driscoll-Kraay 滞后按有观测的期数计；样本时期之间有间断",
            ),
        )
    return (
        cov_kernel(sums, weights) * n_periods,
        {"n_periods_kernel": float(n_periods), "lags": float(lags)},
        notes,
    )


def _outer(sums: Floats) -> Floats:
    product: Floats = cov_kernel(sums, np.ones(1)) * len(sums)
    return product


def _group_sums(scores: Floats, codes: Codes) -> Floats:
    count = int(codes.max()) + 1
    return np.column_stack([np.bincount(codes, scores[:, j], count) for j in range(scores.shape[1])])


def _intersection(codes: Sequence[Codes]) -> Codes:
    joint = codes[0]
    for code in codes[1:]:
        joint = np.unique(joint * (int(code.max()) + 1) + code, return_inverse=True)[1]
    return joint
