"""The cluster jackknife: estimates without each cluster, effects estimated anew, and the covariance CV3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.absorb import absorb, degrees_of_freedom
from digimfg.design.collinearity import keep_independent
from digimfg.design.rows import compress_codes
from digimfg.errors import EstimationError
from digimfg.inference.cluster_column import cluster_values
from digimfg.inference.cluster_moments import cluster_moments
from digimfg.inference.cluster_ways import one_way
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.kernels import kernel_of
from digimfg.inference.lone_clusters import lone_cluster_notes, variation_shares
from digimfg.inference.sandwich import cancelled_columns
from digimfg.inference.small_sample import require_rows
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit

__all__ = ["Jackknife", "LeftOut", "jackknife_covariance", "left_out"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_DOUBTFUL = 1e-8
_NAMED = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class LeftOut:
    """Hold what the estimates become without each cluster.

    Parameters
    ----------
    changes
        β(g) - β, shape (G, k); NaN for terms that the other clusters do not identify.
    unidentified
        Cluster → the terms lost without it, and what each is then collinear with.
    """

    changes: Floats
    unidentified: Mapping[int, Mapping[str, Text]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Jackknife:
    """Hold the CV3 covariance, shape (k, k), counts, and what a reader must know."""

    covariance: Floats
    n_clusters: int
    df_absorbed: int
    notes: tuple[Text, ...]


def jackknife_covariance(design: Design, fit: LinearFit) -> Jackknife:
    r"""Return the cluster jackknife covariance CV3 of MacKinnon, Nielsen & Webb (2023).

    With β(g) the estimates without cluster g, all effects estimated anew from the clusters that are left,

    .. math:: V = \frac{G-1}{G}\sum_g (\hat\beta^{(g)}-\hat\beta)(\hat\beta^{(g)}-\hat\beta)'.

    CV3J, which `cluster_influence` gives beside it, has the mean of the β(g) in place of β. CR3 of Bell &
    McCaffrey (2002) is CV3 without (G-1)/G.

    Raises
    ------
    SpecificationError
        If errors are clustered in several ways.
    EstimationError
        If there is one cluster, or leaving out a cluster takes away what identifies a term: these are named.

    Notes
    -----
    doi:10.1002/jae.2969. R: ``summclust::vcov_CR3J(fit, cluster, type = "CRV3")``.
    """
    way = one_way(design.clusters, "cv3")
    absorbed = degrees_of_freedom(design.effects)
    require_rows(design, len(fit.estimates) + absorbed)
    found = left_out(design, fit, way.codes)
    (name,) = design.clusters
    if found.unidentified:
        raise _unidentified(design, name, found.unidentified)
    covariance = (way.count - 1) / way.count * found.changes.T @ found.changes
    cancelled = cancelled_columns(kernel_of(design), fit.influence, np.diag(covariance))
    covariance[cancelled] = 0.0
    covariance[:, cancelled] = 0.0
    lone = lone_cluster_notes(
        design,
        design.terms,
        variation_shares(fit.own),
        design.clusters,
        corrected=np.ones(len(fit.estimates)),
    )
    return Jackknife(
        covariance=covariance,
        n_clusters=way.count,
        df_absorbed=absorbed,
        notes=(
            note_of("inference.cv3_errors", count=way.count),
            *few_groups_note("cv3", way.count),
            *lone.notes,
        ),
    )


def left_out(design: Design, fit: LinearFit, clusters: Codes) -> LeftOut:
    """Estimate without each cluster, from sums of the clusters' cross-products.

    The residuals of the whole sample stand for the outcome, so that their slopes without a cluster are the
    changes themselves. Where cross-products come near singularity the rows are estimated again, and terms
    are lost by the rule that the design has for collinear ones.

    Parameters
    ----------
    clusters
        Codes 0..G-1, shape (n,).
    """
    n_terms = len(fit.estimates)
    columns = np.column_stack([fit.regressors, fit.residuals])
    effects = list(design.effects.values())
    moments = cluster_moments(columns, effects, clusters, fit.weights).without_each()
    mass = np.ones(design.n_obs) if fit.weights is None else fit.weights
    whole = mass @ fit.regressors**2
    normal, right = moments[:, :n_terms, :n_terms], moments[:, :n_terms, n_terms]
    size = np.einsum("gjj->gj", normal)
    scale = 1 / np.sqrt(np.where(size > _DOUBTFUL * whole, size, np.inf))
    scaled = normal * scale[:, :, None] * scale[:, None, :]
    values, vectors = np.linalg.eigh(scaled)
    doubtful = values[:, 0] < _DOUBTFUL
    inverse = 1 / np.where(doubtful[:, None], 1.0, values)
    turned = np.einsum("gij,gi->gj", vectors, right * scale) * inverse
    changes = np.einsum("gij,gj->gi", vectors, turned) * scale
    unidentified: dict[int, Mapping[str, Text]] = {}
    for cluster in np.flatnonzero(doubtful):
        changes[cluster], lost = _again(design, fit, clusters != cluster)
        if lost:
            unidentified[int(cluster)] = lost
    return LeftOut(changes=changes, unidentified=unidentified)


def _again(design: Design, fit: LinearFit, rows: NDArray[np.bool_]) -> tuple[Floats, Mapping[str, Text]]:
    effects = [compress_codes(codes[rows]) for codes in design.effects.values()]
    weights = None if fit.weights is None else fit.weights[rows]
    columns = np.column_stack([design.near, fit.residuals])[rows]
    freed = absorb(columns, effects, weights)
    places, lost = keep_independent(
        design.terms, columns[:, :-1], freed[:, :-1], weights, [], absorbing=bool(effects)
    )
    root = np.ones(len(freed)) if weights is None else np.sqrt(weights)
    kept = freed[:, places] * root[:, None]
    size = np.linalg.norm(kept, axis=0)
    changes = np.full(len(design.terms), np.nan)
    changes[places] = np.linalg.lstsq(kept / size, freed[:, -1] * root, rcond=None)[0] / size
    return changes, lost


def _unidentified(
    design: Design, name: str, unidentified: Mapping[int, Mapping[str, Text]]
) -> EstimationError:
    values = cluster_values(design, name, design.clusters[name])
    named = list(unidentified.items())[:_NAMED]
    english = "; ".join(f"{values[cluster]} ({', '.join(lost)})" for cluster, lost in named)
    chinese = "；".join(f"{values[cluster]}（{'、'.join(lost)}）" for cluster, lost in named)
    more = len(unidentified) - len(named)
    return EstimationError.of(
        "inference.terms_rest_on_a_cluster",
        n=len(unidentified),
        name=name,
        clusters=Text(english, chinese),
        rest=note_of("inference.and_more", more=more) if more else "",
    )
