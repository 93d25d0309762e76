"""Bring the columns of a mediation model into one matrix, freed of effects, and refuse what it cannot
answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.design.absorb import absorb
from digimfg.design.collinearity import EFFECTS, keep_independent
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.influence import slope_units
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.say import Said
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.mechanisms.mediation_options import MediationOptions

__all__ = [
    "Prepared",
    "extended_hash",
    "one_column",
    "prepare",
    "resampled_clusters",
    "treatment_of",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """Hold what the equations need.

    Parameters
    ----------
    names
        Controls, treatment, mediators, outcome.
    columns
        In the same order, freed of effects and intercept, shape (n, p).
    units
        One over the standard deviation of each as given, shape (p,).
    effects
        Codes of the effects; of a single one where the specification has none but an intercept.
    clusters, resampled
        What the bootstrap draws, and its name (empty for rows).
    """

    names: tuple[str, ...]
    columns: Floats
    units: Floats
    effects: tuple[Codes, ...]
    clusters: Codes
    resampled: str
    intercept: bool
    data_hash: str
    notes: tuple[Text, ...]


def prepare(options: MediationOptions, design: Design) -> Prepared:
    """Return the columns of a design's equations.

    Raises
    ------
    SpecificationError
        If a part of the specification does not fit the model.
    EstimationError
        If a mediator is collinear with what comes before it, or treatment and controls explain the outcome
        without rest.
    """
    treatment = treatment_of(options.treatment, design)
    named = {design.specification.outcome, *design.specification.regressors, *design.specification.controls}
    for term in options.mediators:
        if term in named:
            raise SpecificationError.of("mechanisms.mediator_in_specification", term=term)
    raw = np.column_stack(
        [one_column(design, term, Text("mediator", "中介变量")) for term in options.mediators]
    )
    effects = list(design.effects.values()) or [np.zeros(design.n_obs, dtype=np.int64)]
    base = [name for name in design.terms if name not in (INTERCEPT, treatment)]
    places = [design.terms.index(name) for name in (*base, treatment)]
    values = np.column_stack([design.regressors[:, places], raw, design.outcome])
    columns = absorb(values, effects, design.weights)
    names = (*base, treatment, *options.mediators, design.specification.outcome)
    notes: list[Text] = []
    kept, gone = keep_independent(
        names[:-1], values[:, :-1], columns[:, :-1], design.weights, notes, absorbing=True
    )
    if len(kept) < len(names) - 1:
        _refuse(gone, design, dict(zip(names[:-1], columns[:, :-1].T, strict=True)))
    _check_rest(columns[:, : len(places)], columns[:, -1], names[-1])
    # What the design said of its own terms need not be said again.
    mediators = {term_label(term) for term in options.mediators}
    notes = [each for each in notes if isinstance(each, Said) and each.values.get("label") in mediators]
    resampled, clusters, note = resampled_clusters(design, options.replications > 0)
    return Prepared(
        names=names,
        columns=columns,
        units=slope_units(values),
        effects=tuple(effects),
        clusters=clusters,
        resampled=resampled,
        intercept=not design.effects,
        data_hash=extended_hash(design, raw),
        notes=(*notes, *note),
    )


def one_column(design: Design, term: str, role: Text) -> Floats:
    """Return a term on the rows of the sample, shape (n,).

    Raises
    ------
    SpecificationError
        If it has several columns.
    """
    where = note_of("mechanisms.place_of_role", role=role, term=term)
    return design.evaluator(term).single(where)[design.rows]


def resampled_clusters(design: Design, needed: bool) -> tuple[str, Codes, tuple[Text, ...]]:
    """Return what a bootstrap draws: clusters of the first way, or rows where errors are not clustered.

    Raises
    ------
    SpecificationError
        If errors are neither clustered nor independent.
    """
    covariance = design.specification.covariance
    if isinstance(covariance, Clustered):
        first, *others = design.clusters
        note = note_of("mechanisms.bootstrap_clusters", first=first)
        return first, design.clusters[first], (note,) if others and needed else ()
    if needed and not isinstance(covariance, Robust | Unadjusted):
        raise SpecificationError.of(
            "mechanisms.covariance_not_resampled", got=f"dm.{type(covariance).__name__}"
        )
    return "", np.arange(design.n_obs, dtype=np.int64), ()


def extended_hash(design: Design, *arrays: NDArray[np.generic]) -> str:
    """Return the hash of the design's data with further columns."""
    digest = hashlib.sha256(design.data_hash.encode())
    for array in arrays:
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def treatment_of(wanted: str | None, design: Design) -> str:
    """Return the regressor asked for, by default the first.

    Raises
    ------
    SpecificationError
        If it is no regressor.
    EstimationError
        If effects and other terms leave nothing of it.
    """
    regressors = design.specification.regressors
    wanted = wanted or (regressors[0] if regressors else "")
    if wanted in design.collinear:
        reason = design.collinear[wanted]
        raise EstimationError.of("mechanisms.treatment_collinear", wanted=wanted, reason=reason)
    if wanted not in regressors or wanted not in design.terms:
        listed = ", ".join(regressors) or "—"
        raise SpecificationError.of("mechanisms.treatment_not_a_regressor", got=repr(wanted), listed=listed)
    return wanted


def _check_rest(explaining: Floats, outcome: Floats, name: str) -> None:
    scaled = explaining / np.linalg.norm(explaining, axis=0)
    left = outcome - scaled @ np.linalg.lstsq(scaled, outcome, rcond=None)[0]
    if np.linalg.norm(left) > 1e-10 * np.linalg.norm(outcome):
        return
    raise EstimationError.of("mechanisms.outcome_explained", name=name)


def _refuse(gone: dict[str, Text], design: Design, columns: dict[str, Floats]) -> None:
    term, reason = next(iter(gone.items()))
    effects = ", ".join(design.effects)
    twin = next((name for name in columns if name not in gone and _alike(columns[name], columns[term])), None)
    if reason == EFFECTS:
        found = Text(
            f"no variation within {effects}" if effects else "no variation",
            f"在{effects}内无变动" if effects else "无变动",
        )
    elif twin is not None:
        within = Text(f" within {effects}", f"在{effects}内") if effects else Text("", "")
        found = Text(f"the same as '{twin}'{within.en}, up to scale", f"{within.zh}与“{twin}”仅差一个倍数")
    else:
        found = Text(f"collinear with {reason.en}", f"与{reason.zh}共线")
    raise EstimationError.of("mechanisms.mediator_without_variation", got=found, term=term)


def _alike(first: Floats, second: Floats) -> bool:
    size = float(np.sqrt((first @ first) * (second @ second)))
    return size > 0 and abs(float(first @ second)) > (1 - 1e-9) * size
