"""The columns that learners see, freed of effects within units, by differences, or by means of units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.labels import term_label

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["Material", "material"]

Floats = NDArray[np.float64]

_WHERE = "dm.DoubleMachineLearning"


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Hold the columns of one estimate.

    Parameters
    ----------
    design
        Of the rows that count.
    names, treatments
        Regressors of interest, shape (n, k).
    outcome, endogenous, instruments
        Shapes (n,), (n, m) and (n, l).
    feature_names, features
        What learners see, shape (n, p).
    """

    design: Design
    names: tuple[str, ...]
    outcome: Floats
    treatments: Floats
    endogenous: Floats
    instruments: Floats
    feature_names: tuple[str, ...]
    features: Floats


def material(
    design: Design, effects: Literal["within", "first_difference", "mundlak"], *, interactive: bool
) -> Material:
    """Return the columns that learners see.

    Raises
    ------
    SpecificationError
        If there is no regressor of interest, no covariate, no entity where one is needed, or weights.
    EstimationError
        If no unit has two periods on end where differences are asked for.
    """
    from digimfg.design import INTERCEPT

    specification = design.specification
    if design.weights is not None:
        raise SpecificationError.of("dml.weights_not_taken", weights=specification.weights)
    wanted = {name for term in specification.regressors for name in design.evaluator(term).names}
    places = [place for place, term in enumerate(design.terms) if term in wanted]
    others = [place for place, term in enumerate(design.terms) if term not in wanted and term != INTERCEPT]
    if not places and not design.endogenous_terms:
        raise SpecificationError.of("dml.no_regressor_of_interest")
    if not others:
        raise SpecificationError.of("dml.no_covariates")
    _require_free(design, wanted, others)
    if effects == "first_difference":
        return _differences(design, places, others)
    freed = design.absorbed
    found = Material(
        design=design,
        names=tuple(design.terms[place] for place in places),
        outcome=freed.outcome,
        treatments=freed.regressors[:, places],
        endogenous=freed.endogenous,
        instruments=freed.instruments,
        feature_names=tuple(design.terms[place] for place in others),
        features=freed.regressors[:, others],
    )
    return found if effects == "within" else _with_means(found, interactive=interactive)


def _require_free(design: Design, wanted: set[str], others: list[int]) -> None:
    """Raise where a covariate that the design left out determines a regressor together with the others."""
    from digimfg.design.absorb import absorb
    from digimfg.design.scaled import scaled_slopes

    gone = []
    features = np.column_stack([np.ones(design.n_obs), design.absorbed.regressors[:, others]])
    for term in design.specification.controls:
        found = design.evaluator(term)
        for place, name in enumerate(found.names):
            if name in design.terms or name in wanted:
                continue
            column = found.values[design.rows, place][:, None]
            column = column - column.mean(axis=0)
            if design.effects:
                column = absorb(column, list(design.effects.values()))
            left = column[:, 0] - features @ scaled_slopes(features, column[:, 0])
            size = float(np.linalg.norm(found.values[design.rows, place]))
            if np.linalg.norm(left) > 1e-7 * np.linalg.norm(column) > 1e-12 * size:
                gone.append(name)
    if gone:
        raise EstimationError.of(
            "dml.regressors_determined", where=_WHERE, terms=[term_label(name) for name in gone]
        )


def _with_means(found: Material, *, interactive: bool) -> Material:
    design = found.design
    entity, name = design.entity, design.specification.entity
    if entity is None or name in design.specification.fixed_effects:
        raise SpecificationError.of(
            "dml.entity_among_fixed_effects",
            entity=repr(name),
            effects=repr(design.specification.fixed_effects),
        )
    columns = [found.features, found.instruments, *([] if interactive else [found.treatments])]
    together = np.column_stack(columns)
    size = np.bincount(entity).astype(np.float64)
    means = np.column_stack([np.bincount(entity, column) for column in together.T]) / size[:, None]
    names = (*found.feature_names, *design.instrument_terms, *(() if interactive else found.names))
    return replace(
        found,
        features=np.column_stack([found.features, means[entity]]),
        feature_names=(*found.feature_names, *(f"mean({each})" for each in names)),
    )


def _differences(design: Design, places: list[int], others: list[int]) -> Material:
    from digimfg.design.absorb import absorb
    from digimfg.design.changes import design_of_changes
    from digimfg.design.rows import compress_codes

    specification = design.specification
    after, before = _pairs(design)
    codes = {
        name: compress_codes(code[after])
        for name, code in design.effects.items()
        if name != specification.entity
    }
    k, m, q = len(places), design.endogenous.shape[1], design.instruments.shape[1]
    changing = np.column_stack(
        [design.outcome, design.near[:, places], design.endogenous, design.instruments]
    )
    levels = design.near[:, others]
    columns = np.column_stack([changing[after] - changing[before], levels[after], levels[before]])
    if codes:
        columns = absorb(columns, list(codes.values()))
    outcome, treatments, endogenous, instruments, features = np.split(
        columns, np.cumsum([1, k, m, q]), axis=1
    )
    names = tuple(design.terms[place] for place in places)
    changes = design_of_changes(
        design,
        after,
        outcome=outcome[:, 0],
        terms=names,
        regressors=treatments,
        endogenous=endogenous,
        instruments=instruments,
    )
    controls = tuple(design.terms[place] for place in others)
    return Material(
        design=replace(changes, effects=codes),
        names=names,
        outcome=outcome[:, 0],
        treatments=treatments,
        endogenous=endogenous,
        instruments=instruments,
        feature_names=(*controls, *(f"L.{name}" for name in controls)),
        features=features,
    )


def _pairs(design: Design) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return positions of rows that have one of the unit a period before, and of these."""
    from digimfg.design.changes import rows_on_end
    from digimfg.design.rows import count_repeats

    entity, time = design.entity, design.time
    if entity is None or time is None or design.time_values is None:
        raise SpecificationError.of(
            "dml.no_keys_for_differences",
            entity=repr(design.specification.entity),
            time=repr(design.specification.time),
        )
    if count_repeats(entity * (int(time.max()) + 1) + time):
        raise SpecificationError.of("dml.keys_repeated_for_differences")
    after, before = rows_on_end(entity, time, design.time_values)
    if not len(after):
        raise EstimationError.of("dml.no_unit_with_two_periods", where=_WHERE)
    return after, before
