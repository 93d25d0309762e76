"""Which rows' errors may be correlated: in clusters, over periods, over distances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Conley, DriscollKraay, Robust
from digimfg.design.columns import side_by_side
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.cluster_ways import cluster_ways
from digimfg.inference.conley import conley_products
from digimfg.inference.effect_projection import block_sums, group_sums
from digimfg.notes import note_of
from digimfg.periods import calendar
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.few_groups import GroupMethod

__all__ = ["Kernel", "Products", "default_lags", "kernel_of", "kernel_periods"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_INSIDE = Text("within every cluster", "在每个聚类内")
_MORE = Text("use more clusters, fewer effects, or dm.Robust()", "增加聚类、减少固定效应，或使用 dm.Robust()")


@dataclass(frozen=True, kw_only=True, eq=False)
class Products:
    """Hold S'KS of columns S, shape (k, k), with counts for the result and what a reader must know; for
    clusters also the sums of S by cluster.
    """

    matrix: Floats
    sums: Mapping[str, Floats] | None = None
    counts: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Kernel:
    """Hold how products over pairs of rows are added up.

    Parameters
    ----------
    method
        Its name for notes.
    products
        Blocks of columns that make up S, shape (n, k) → S'KS.
    absolute
        Columns → the diagonal of |S|'|K||S|, of which a variance that cancels is a rounding part; shape (k,).
    groups
        Name → codes 0..G-1 of clusters or periods; empty where rows meet by distance or not at all.
    n_groups
        Clusters of the smallest way, periods, or zero.
    where, within, remedy
        For the error where everything cancels.
    """

    method: GroupMethod
    products: Callable[..., Products]
    absolute: Callable[[Floats], Floats]
    where: Text
    within: Text = _INSIDE
    remedy: Text = _MORE
    groups: Mapping[str, Codes] = field(default_factory=dict)
    n_groups: int = 0


def kernel_of(design: Design) -> Kernel:
    """Return the kernel of a design's covariance.

    Raises
    ------
    SpecificationError
        If the covariance has none, or needs a column that the specification does not name.
    EstimationError
        If there is only one cluster or period, or coordinates are not degrees.
    """
    covariance = design.specification.covariance
    if isinstance(covariance, Clustered):
        return _clustered(design)
    if isinstance(covariance, DriscollKraay):
        return _driscoll_kraay(design, covariance)
    if isinstance(covariance, Conley):
        return _conley(design, covariance)
    if isinstance(covariance, Robust):
        return Kernel(
            method="robust",
            products=lambda *blocks: Products(matrix=(together := side_by_side(blocks)).T @ together),
            absolute=lambda columns: np.einsum("ij,ij->j", columns, columns),
            where=Text("rows", "观测"),
        )
    raise SpecificationError.of("inference.not_a_covariance", got=repr(covariance))


def default_lags(n_periods: int) -> int:
    """Return the usual lag length, the whole part of 4 (T/100)^(2/9)."""
    return int(4 * (n_periods / 100) ** (2 / 9))


def kernel_periods(design: Design, covariance: DriscollKraay) -> tuple[Codes, int, Floats]:
    """Return each row's place on the calendar, the number of places, and Bartlett weights by lag from 0 on.

    A lag is one step of the calendar: a period that no row has adds nothing, and its neighbours stay two
    steps apart. The usual number of lags is that of the periods observed.

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
        raise EstimationError.of("inference.lags_beyond_periods", n_periods=n_periods, lags=lags)
    dates = calendar(design.time_values, str(design.specification.time))
    return dates.places[design.time], dates.length, 1 - np.arange(lags + 1) / (lags + 1)


def _clustered(design: Design) -> Kernel:
    ways = cluster_ways(design.clusters, design.specification.covariance.small_sample)
    sizes = {name: int(codes.max()) + 1 for name, codes in design.clusters.items()}
    fewest = min(sizes.values())

    def products(*blocks: Floats) -> Products:
        count = sum(block.shape[1] for block in blocks)
        found, by_way = np.zeros((count, count)), []
        for way in ways:
            sums = block_sums(blocks, way.codes, way.count)
            found += way.factor * (sums.T @ sums)
            by_way.append(sums)
        named = dict(zip(design.clusters, by_way, strict=False))  # intersections come last
        return Products(matrix=found, counts=counts, sums=named)

    def absolute(columns: Floats) -> Floats:
        found = np.zeros(columns.shape[1])
        for way in ways:
            found += abs(way.factor) * (group_sums(np.abs(columns), way.codes, way.count) ** 2).sum(axis=0)
        return found

    counts = {"n_clusters": float(fewest)}
    if len(sizes) > 1:
        counts |= {f"n_clusters_{name}": float(count) for name, count in sizes.items()}
    listed = ", ".join(f"{name} ({count})" for name, count in sizes.items())
    return Kernel(
        method="clustered",
        products=products,
        absolute=absolute,
        where=Text(f"clusters: {listed}", f"聚类：{listed}"),
        groups=design.clusters,
        n_groups=fewest,
    )


def _driscoll_kraay(design: Design, covariance: DriscollKraay) -> Kernel:
    time, values = design.time, design.time_values
    if time is None or values is None:
        raise SpecificationError.of("inference.no_time")
    name = str(design.specification.time)
    n_periods = len(values)
    codes, n_places, weights = kernel_periods(design, covariance)
    gaps = calendar(values, name).gap_note()

    def products(*blocks: Floats) -> Products:
        from linearmodels.shared.covariance import cov_kernel

        columns = side_by_side(blocks)
        found: Floats = cov_kernel(group_sums(columns, codes, n_places), weights) * n_places
        return Products(matrix=found, counts={"lags": float(len(weights) - 1)}, notes=gaps)

    return Kernel(
        method="driscoll_kraay",
        products=products,
        absolute=lambda columns: np.diag(products(np.abs(columns)).matrix),
        where=Text(f"clusters: {name} ({n_periods})", f"聚类：{name} ({n_periods})"),
        groups={name: time},
        n_groups=n_periods,
    )


def _conley(design: Design, covariance: Conley) -> Kernel:
    def products(*blocks: Floats) -> Products:
        found, neighbours = conley_products(design, side_by_side(blocks), covariance)
        alone = note_of("inference.not_spatial", cutoff=covariance.cutoff_km)
        return Products(
            matrix=found,
            counts={"n_neighbours_mean": neighbours},
            notes=() if neighbours else (alone,),
        )

    cutoff = f"{covariance.cutoff_km:g}"
    return Kernel(
        method="conley",
        products=products,
        absolute=lambda columns: np.diag(products(np.abs(columns)).matrix),
        where=note_of("inference.neighbours_within", cutoff=cutoff),
        within=Text("among neighbours", "在相邻个体之间"),
        remedy=Text("use a shorter cutoff, or dm.Robust()", "缩短截断距离，或使用 dm.Robust()"),
    )
