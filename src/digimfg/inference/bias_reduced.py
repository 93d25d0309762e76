"""Bias-reduced linearization (CR2) with Satterthwaite's degrees of freedom, effects absorbed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from digimfg.design.absorb import degrees_of_freedom
from digimfg.errors import EstimationError
from digimfg.inference.cluster_ways import one_way
from digimfg.inference.effect_projection import EffectProjection
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.kernels import kernel_of
from digimfg.inference.lone_clusters import lone_cluster_notes, variation_shares
from digimfg.inference.sandwich import cancelled_columns
from digimfg.inference.satterthwaite import Satterthwaite
from digimfg.inference.small_sample import require_rows
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit

__all__ = ["BiasReduced", "bias_reduced_covariance"]

Floats = NDArray[np.float64]

_ZERO = 1e-9
_LEAST = 4.0
_LOW = (note_of("inference.few_degrees_of_freedom", least=_LEAST),)
_LARGEST = 5_000


@dataclass(frozen=True, kw_only=True, eq=False)
class BiasReduced:
    """Hold the CR2 covariance.

    Parameters
    ----------
    covariance
        Shape (k, k).
    df
        Satterthwaite's degrees of freedom of each coefficient, shape (k,).
    combinations
        What contrasts and joint tests of the coefficients rest on.
    n_clusters, df_absorbed
        Counts.
    notes
        What a reader must know.
    """

    covariance: Floats
    df: Floats
    combinations: Satterthwaite
    n_clusters: int
    df_absorbed: int
    notes: tuple[Text, ...]


def bias_reduced_covariance(design: Design, fit: LinearFit) -> BiasReduced:
    r"""Return the CR2 covariance of Bell & McCaffrey (2002) for fixed effects (Pustejovsky & Tipton 2018).

    With M the residual maker of regressors and all effects and working errors that are independent with
    variances inverse to the weights,

    .. math:: V = B\Big(\sum_g X_g'A_g u_g u_g'A_g X_g\Big)B, \quad A_g = M_{gg}^{+1/2}, \quad
       \nu_j = \frac{(\sum_g P_{gg})^2}{\sum_{g,h} P_{gh}^2}, \quad P_{gh} = p_g' M_{gh} p_h,\; p_g = A_g X_g
       B e_j,

    all of it multiplied by the roots of the weights first; the pseudo-inverse root leaves out what the
    effects take.

    Raises
    ------
    SpecificationError
        If errors are clustered in several ways.
    EstimationError
        If there is one cluster, or not more rows than parameters.

    Notes
    -----
    doi:10.1080/07350015.2016.1247004. R: ``clubSandwich::vcovCR(lm(... + factor(i) + factor(t)), cluster,
    type = "CR2")``, with weights on data multiplied by their roots.
    """
    way = one_way(design.clusters, "cr2")
    absorbed = degrees_of_freedom(design.effects)
    require_rows(design, len(fit.estimates) + absorbed)
    projection = EffectProjection(list(design.effects.values()), fit.weights)
    root = np.ones(design.n_obs) if fit.weights is None else np.sqrt(fit.weights)
    x, u = fit.regressors * root[:, None], fit.residuals * root
    linear = x @ fit.bread
    adjusted = np.empty_like(x)
    scores = np.empty((way.count, x.shape[1]))
    # Roots of what regressors and small effects take: H_gg = R R' beside the largest effect.
    taken = x @ linalg.cholesky(fit.bread, lower=True)
    nested = projection.largest_within(way.codes)
    order = np.argsort(way.codes, kind="stable")
    for group, rows in enumerate(np.split(order, np.cumsum(np.bincount(way.codes))[:-1])):
        hat = np.column_stack([root[rows, None] * projection.others_root(rows), taken[rows]])
        if nested:
            adjusted[rows] = _beside_nested(hat, linear[rows])
        else:
            _check_size(len(rows))
            largest = root[rows, None] * projection.largest_block(rows) * root[rows]
            adjusted[rows] = _pseudo_root(np.eye(len(rows)) - largest - hat @ hat.T) @ linear[rows]
        scores[group] = u[rows] @ adjusted[rows]
    covariance = scores.T @ scores
    cancelled = cancelled_columns(kernel_of(design), u[:, None] * linear, np.diag(covariance))
    covariance[cancelled] = 0.0
    covariance[:, cancelled] = 0.0
    combinations = Satterthwaite(
        projection=projection,
        codes=way.codes,
        count=way.count,
        root=root,
        regressors=x,
        bread=fit.bread,
        adjusted=adjusted,
    )
    df = np.array([combinations.degrees(row[None, :]) for row in np.eye(x.shape[1])])
    expected = np.array([combinations.expected(row[None, :])[0, 0] for row in np.eye(x.shape[1])])
    lone = lone_cluster_notes(
        design,
        design.terms,
        variation_shares(fit.own),
        design.clusters,
        corrected=np.maximum(expected / np.diag(fit.bread), 0.0),
    )
    low = float(np.nanmin(df))
    return BiasReduced(
        covariance=(covariance + covariance.T) / 2,
        df=df,
        combinations=combinations,
        n_clusters=way.count,
        df_absorbed=absorbed,
        notes=(
            note_of("inference.cr2_errors", low=low, n=way.count),
            *few_groups_note("cr2", way.count),
            *(_LOW if low < _LEAST else ()),
            *lone.notes,
        ),
    )


def _beside_nested(hat: Floats, linear: Floats) -> Floats:
    """Return A_g X_g B where the largest effect lies within clusters: it takes nothing from the columns it
    has left.
    """
    basis, triangle = linalg.qr(hat, mode="economic")
    inside = basis.T @ linear
    found: Floats = linear + basis @ (
        _pseudo_root(np.eye(len(triangle)) - triangle @ triangle.T) @ inside - inside
    )
    return found


def _check_size(rows: int) -> None:
    if rows <= _LARGEST:
        return
    raise EstimationError.of("inference.cluster_too_large", largest=_LARGEST, rows=rows)


def _pseudo_root(maker: Floats) -> Floats:
    values, vectors = linalg.eigh(maker)
    keep = values > _ZERO
    found: Floats = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
    return found
