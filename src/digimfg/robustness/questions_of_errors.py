"""Questions to the errors of a design: by row, few clusters, one large cluster, dependence of units."""

from __future__ import annotations

import numpy as np

from digimfg.covariance import Clustered, Conley, DriscollKraay
from digimfg.errors import DigimfgError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.robustness.design_facts import (
    LEVEL,
    Checked,
    DesignQuestion,
    residuals_of,
)

__all__ = ["dependence", "errors_by_row", "few_clusters", "one_cluster"]

_ENOUGH_CLUSTERS = 50
_MOST_OF_ONE = 0.3
_FACTOR_PERIODS = 8


def errors_by_row(facts: Checked) -> list[DesignQuestion]:
    """Ask for clustered errors where units have several rows."""
    entity = facts.specification.entity
    if entity is None or isinstance(facts.specification.covariance, Clustered | DriscollKraay | Conley):
        return []
    rows = facts.design.n_obs
    units = 0 if facts.design.entity_values is None else len(facts.design.entity_values)
    if units == rows:
        return []
    text = note_of("robustness.errors_by_row", n=units, rows=rows)
    call = f"dm.estimate(specification.replace(covariance=dm.Clustered({entity!r})), frame)"
    return [DesignQuestion(check="errors_by_row", text=text, call=call)]


def few_clusters(facts: Checked) -> list[DesignQuestion]:
    """Ask for the wild bootstrap where clusters are few."""
    covariance, clusters = facts.specification.covariance, facts.design.clusters
    if not isinstance(covariance, Clustered) or facts.term is None or not clusters:
        return []
    count = min(int(codes.max()) + 1 for codes in clusters.values())
    if count >= _ENOUGH_CLUSTERS or covariance.small_sample in ("cr2", "cv3"):
        return []
    text = note_of("robustness.few_clusters_here", n=count, enough=_ENOUGH_CLUSTERS)
    call = f"dm.wild_cluster_bootstrap(specification, frame, {facts.term!r})"
    return [DesignQuestion(check="few_clusters", text=text, call=call)]


def one_cluster(facts: Checked) -> list[DesignQuestion]:
    """Ask for the estimate without a cluster that holds much of all rows."""
    if facts.term is None or not facts.design.clusters:
        return []
    name, codes = next(iter(facts.design.clusters.items()))
    squares = np.bincount(codes, facts.own(facts.term) ** 2)
    share = float(squares.max() / squares.sum()) if squares.sum() > 0 else 0.0
    if share < max(_MOST_OF_ONE, 3 / len(squares)) or len(squares) < 3:
        return []
    text = note_of(
        "robustness.one_cluster_decides", share=share, term=term_label(facts.term), name=term_label(name)
    )
    call = f"dm.cluster_influence(specification, frame, term={facts.term!r})"
    return [DesignQuestion(check="one_cluster", text=text, call=call)]


def dependence(facts: Checked) -> list[DesignQuestion]:
    """Ask for errors that allow dependence of units, where a test finds it."""
    from digimfg.inference.cross_section_dependence import pesaran_cd

    specification, frame = facts.specification, facts.frame
    if specification.entity is None or specification.time is None:
        return []
    if isinstance(specification.covariance, DriscollKraay | Conley) or specification.outcome not in frame:
        return []
    try:
        found = pesaran_cd(
            frame.assign(**{specification.outcome: residuals_of(facts)}),
            specification.outcome,
            entity=specification.entity,
            time=specification.time,
        )
    except DigimfgError:
        return []
    if not found.p_value < LEVEL:
        return []
    text = note_of("robustness.residuals_go_together", p=float(found.p_value))
    call = "dm.estimate(specification.replace(covariance=dm.DriscollKraay()), frame)"
    questions = [DesignQuestion(check="dependence", text=text, call=call)]
    periods = facts.design.time_values
    plain = isinstance(specification.estimator, LeastSquares)
    if plain and periods is not None and len(periods) >= _FACTOR_PERIODS:
        slopes = note_of("robustness.shock_moves_regressors")
        call = "dm.estimate(specification.replace(estimator=dm.InteractiveEffects()), frame)"
        questions.append(DesignQuestion(check="dependence", text=slopes, call=call))
    return questions
