"""Sandwich covariances of linear estimators from scores, clustered in several ways or over lags of periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from linearmodels.shared.covariance import cov_kernel
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.cluster_ways import cluster_ways
from digimfg.inference.conley import conley_meat
from digimfg.inference.covariance import Clustered, Conley, DriscollKraay, Robust
from digimfg.inference.effect_projection import group_sums
from digimfg.periods import calendar
from digimfg.text import Text, counted

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["check_scores_differ", "default_lags", "kernel_periods", "score_covariance"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


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
        1 - l/(L+1) over sums by period (Driscoll & Kraay 1998, doi:10.1162/003465398557825). Conley: see `conley_meat`.

    Raises
    ------
    EstimationError
        If there is only one cluster or period, or the scores add up to zero within every cluster.
    SpecificationError
        If Driscoll-Kraay errors are asked for without a time column.
    """
    covariance = design.specification.covariance
    if isinstance(covariance, Clustered):
        return _clustered(design, scores)
    if isinstance(covariance, DriscollKraay):
        return _driscoll_kraay(design, scores, covariance)
    if isinstance(covariance, Conley):
        return conley_meat(design, scores, covariance)
    if isinstance(covariance, Robust):
        return scores.T @ scores, {}, ()
    raise SpecificationError(
        where="covariance",
        expected="Unadjusted, Robust, Clustered, DriscollKraay, Conley",
        got=repr(covariance),
        remedy=Text("choose one of these", "请选择其一"),
    )


def default_lags(n_periods: int) -> int:
    """Return the usual lag length, the whole part of 4 (T/100)^(2/9)."""
    return int(4 * (n_periods / 100) ** (2 / 9))


def _clustered(design: Design, scores: Floats) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    ways = cluster_ways(design.clusters, design.specification.covariance.small_sample)
    counts = {name: int(codes.max()) + 1 for name, codes in design.clusters.items()}
    meat = np.zeros((scores.shape[1], scores.shape[1]))
    for way in ways:
        meat += way.factor * _outer(group_sums(scores, way.codes, way.count))
    check_scores_differ(meat, scores, counts)
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
                f"Only {counted(fewest, 'cluster')}: clustered errors tend to be too small with fewer than about 50",
                f"仅 {fewest} 个聚类：少于约 50 个聚类时，聚类标准误往往偏小",
            )
        )
    statistics = {"n_clusters": float(fewest)}
    if len(counts) > 1:
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
    codes, n_places, weights = kernel_periods(design, covariance)
    sums = group_sums(scores, codes, n_places)
    meat = cov_kernel(sums, weights) * n_places
    check_scores_differ(sums.T @ sums, scores, {str(design.specification.time): n_periods})
    return (
        meat,
        {"n_periods_kernel": float(n_periods), "lags": float(len(weights) - 1)},
        calendar(design.time_values, str(design.specification.time)).gap_note(),
    )


def kernel_periods(design: Design, covariance: DriscollKraay) -> tuple[Codes, int, Floats]:
    """Return each row's place on the calendar, the number of places, and Bartlett weights by lag from 0 on.

    A lag is one step of the calendar: a period that no row has adds nothing, and its neighbours stay two steps apart.
    The usual number of lags is that of the periods observed.

    Raises
    ------
    EstimationError
        If there is one period, or no fewer periods than lags.
    """
    assert design.time is not None  # noqa: S101 - refused by the caller
    assert design.time_values is not None  # noqa: S101
    n_periods = len(design.time_values)
    lags = default_lags(n_periods) if covariance.lags is None else covariance.lags
    if n_periods < 2 or lags >= n_periods:
        raise EstimationError(
            where="dm.DriscollKraay",
            expected=Text("two or more periods and fewer lags than periods", "至少两期，且滞后阶数少于期数"),
            got=Text(f"{n_periods} periods, {lags} lags", f"{n_periods} 期，{lags} 阶滞后"),
            remedy=Text("use fewer lags or dm.Clustered", "减少滞后阶数或使用 dm.Clustered"),
        )
    dates = calendar(design.time_values, str(design.specification.time))
    return dates.places[design.time], dates.length, 1 - np.arange(lags + 1) / (lags + 1)


def _outer(sums: Floats) -> Floats:
    product: Floats = cov_kernel(sums, np.ones(1)) * len(sums)
    return product


def check_scores_differ(meat: Floats, scores: Floats, counts: dict[str, int]) -> None:
    """Raise where scores add up to zero within every cluster: what is left is rounding, and looks like a tiny error.

    Two clusters and two-way effects are such a case.

    Parameters
    ----------
    meat
        Sum of outer products of the clusters' scores, shape (k, k).
    scores
        By row, shape (n, k).
    counts
        Clustering column → number of clusters, for the error.

    Raises
    ------
    EstimationError
        See above.
    """
    largest = np.abs(scores).sum(axis=0)
    if not largest.any() or np.any(np.abs(np.diag(meat)) > (1e-11 * largest) ** 2):
        return
    listed = ", ".join(f"{name} ({count})" for name, count in counts.items())
    raise EstimationError(
        where=Text(f"clusters: {listed}", f"聚类：{listed}"),
        expected=Text("scores that differ between clusters", "各聚类的得分有差异"),
        got=Text(
            "scores that add up to zero within every cluster, so that the errors would all be zero",
            "得分在每个聚类内之和均为零，标准误将全部为零",
        ),
        remedy=Text(
            "use more clusters, fewer effects, or dm.Robust()", "增加聚类、减少固定效应，或使用 dm.Robust()"
        ),
    )
