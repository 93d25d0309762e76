"""How much each cluster weighs in an estimate: leverage, partial leverage, the estimate without it,
effective numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.estimators.least_squares_only import require_least_squares
from digimfg.inference.cluster_column import cluster_codes, cluster_values, with_clusters
from digimfg.inference.cluster_jackknife import left_out
from digimfg.inference.effect_projection import group_sums
from digimfg.inference.linear_fit import linear_fit
from digimfg.inference.terms_of_design import term_place
from digimfg.kinds import StoredFrame
from digimfg.labels import term_label, value_labels
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["ClusterInfluence", "cluster_influence"]

Floats = NDArray[np.float64]

_ROUNDING = 1e-12


@checked
@shown(Text("Influence of clusters", "聚类影响力"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ClusterInfluence:
    """Hold what each cluster weighs in the estimate of one term.

    Parameters
    ----------
    term, cluster
        The regressor, and the column of the clusters.
    clusters
        By cluster: ``n_obs leverage partial_leverage estimate_without``.
    statistics
        ``estimate n_clusters effective_clusters effective_clusters_correlated``, coefficients of variation
        ``cv_n_obs cv_leverage cv_partial_leverage cv_estimate_without``, jackknife errors ``std_error_cv3
        std_error_cv3j``.
    notes
        What a reader must know.
    """

    term: str
    cluster: str
    clusters: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def cluster_influence(
    specification: Specification, frame: StoredFrame, *, term: str | None = None, cluster: str | None = None
) -> ClusterInfluence:
    r"""Summarize how unequal clusters are, which clustered errors suffer from.

    With X the terms freed of all effects, :math:`\tilde x` the term also freed of the others and β(g) the
    estimate without cluster g, effects estimated anew,

    .. math:: L_g=\mathrm{tr}\big(X_g(X'X)^{-1}X_g'\big), \qquad
       L_{gj}=\frac{\tilde x_g'\tilde x_g}{\tilde x'\tilde x}, \qquad
       G^*=\frac{G}{1+\frac1G\sum_g(\gamma_g/\bar\gamma-1)^2}.

    Leverages add up to the number of terms, partial leverages to one. Effective numbers of clusters suppose
    errors that are independent within clusters, :math:`\gamma_g\propto L_{gj}` (``effective_clusters``), or
    the same, :math:`\gamma_g\propto(\iota'\tilde x_g)^2` (``effective_clusters_correlated``: missing where
    the effects take such errors away). Weights multiply every cross-product. A coefficient of variation has
    G - 1 below.

    Parameters
    ----------
    specification
        Least squares with absorbed effects and weights of any kind.
    frame
        As for `dm.estimate`.
    term
        The regressor; by default the first.
    cluster
        Column; by default the specification's way of clustering with fewest clusters.

    Returns
    -------
    ClusterInfluence
        ``estimate_without`` and the jackknife errors are missing where the other clusters do not identify
        the term.

    Raises
    ------
    SpecificationError
        If no column of clusters is named, the estimator is not least squares, or the term is unknown.
    EstimationError
        If there is one cluster.

    Notes
    -----
    MacKinnon, Nielsen & Webb (2023, Stata Journal 23(4), doi:10.1177/1536867X231212433), Stata's
    ``summclust``; Carter, Schnepel & Steigerwald (2017, Review of Economics and Statistics 99(4)).

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects=("firm", "year"))
    >>> found = dm.cluster_influence(spec, grunfeld.load_pandas().data, cluster="firm")
    >>> found.clusters["partial_leverage"].idxmax(), round(found.statistics["effective_clusters"], 1)
    ('General Motors', 2.7)
    """
    require_least_squares(specification, "dm.cluster_influence")
    design = build_design(with_clusters(specification, cluster, "dm.cluster_influence"), frame)
    fit = linear_fit(design)
    name, codes = cluster_codes(design, cluster)
    place = term_place(design, specification.regressors[0] if term is None else term)
    count = int(codes.max()) + 1
    out = left_out(design, fit, codes)
    direction = fit.regressors @ fit.bread
    tilde = direction[:, place]
    by_row = np.einsum("ij,ij->i", fit.regressors, direction)
    weighted = fit.weighted(tilde)
    partial, summed, bound = group_sums(
        np.column_stack([weighted * tilde, weighted, np.abs(weighted)]), codes, count
    ).T
    estimate = float(fit.estimates[place])
    changes = out.changes[:, place]
    values = cluster_values(design, name, codes)
    table = pd.DataFrame(
        {
            "n_obs": np.bincount(codes, minlength=count).astype(np.float64),
            "leverage": np.bincount(codes, fit.weighted(by_row), count),
            "partial_leverage": partial / partial.sum(),
            "estimate_without": estimate + changes,
        },
        index=pd.Index(values, name=name, tupleize_cols=False),
    )
    correlated = np.abs(summed).sum() > _ROUNDING * bound.sum()
    statistics = {
        "estimate": estimate,
        "n_clusters": float(count),
        "effective_clusters": _effective(partial),
        "effective_clusters_correlated": _effective(summed**2) if correlated else float("nan"),
        **{f"cv_{column}": _variation(table[column].to_numpy()) for column in table},
        "std_error_cv3": _spread(changes, 0.0),
        "std_error_cv3j": _spread(changes, float(changes.mean())),
    }
    lost = [values[cluster] for cluster, terms in out.unidentified.items() if design.terms[place] in terms]
    return ClusterInfluence(
        term=design.terms[place],
        cluster=name,
        clusters=table,
        statistics=statistics,
        notes=(*design.notes, *_notes(table, design.terms[place], statistics, lost)),
    )


def _effective(weights: Floats) -> float:
    return float(len(weights) / (1 + np.mean((weights / weights.mean() - 1) ** 2)))


def _variation(values: Floats) -> float:
    return float(values.std(ddof=1) / abs(values.mean()))


def _spread(changes: Floats, centre: float) -> float:
    count = len(changes)
    return float(np.sqrt((count - 1) / count * np.sum((changes - centre) ** 2)))


def _notes(
    table: pd.DataFrame, term: str, statistics: Mapping[str, float], lost: list[object]
) -> tuple[Text, ...]:
    heaviest, label = table["partial_leverage"].idxmax(), term_label(term)
    notes = [
        note_of(
            "robustness.effective_clusters",
            label=label,
            count=len(table),
            effective=statistics["effective_clusters"],
            heaviest=value_labels([heaviest], str(table.index.name))[0],
            share=float(table["partial_leverage"].max()),
        )
    ]
    if lost:
        notes.append(
            note_of("robustness.not_identified", label=label, lost=value_labels(lost, str(table.index.name)))
        )
    return tuple(notes)
