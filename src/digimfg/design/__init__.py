"""Turn a specification and a frame into arrays, once for every estimator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.contracts import Dropped
from digimfg.design.absorb import absorb_blocks
from digimfg.design.centre import far_means
from digimfg.design.collinearity import keep_independent
from digimfg.design.columns import side_by_side, spreads, taking
from digimfg.design.digest import Digest
from digimfg.design.keys import check_repeats_allowed, checked_keys
from digimfg.design.main_effects import MainEffects, reference_notes
from digimfg.design.repeated_terms import repeated_terms
from digimfg.design.rows import Rows, compress_codes, logarithm_notes
from digimfg.errors import EstimationError
from digimfg.filled import filled_notes, without_filled
from digimfg.frame_notes import frame_notes
from digimfg.frames.said import synthetic_notes
from digimfg.notes import note_of
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.lags import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["INTERCEPT", "Absorbed", "Design", "Dropped", "build_design"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

INTERCEPT = "Intercept"


@dataclass(frozen=True, kw_only=True, eq=False)
class Absorbed:
    """Hold the residuals of the design's columns on its effects (plain copies where there is none)."""

    outcome: Floats
    regressors: Floats
    endogenous: Floats
    instruments: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """Hold what estimators need: numbers, category codes, and what was left out.

    Rows are in canonical order (entity, time, then values), whatever the order of the frame; every array has
    ``n`` rows.

    Parameters
    ----------
    specification
        As given.
    outcome
        Shape (n,).
    terms, regressors
        Names and values, shape (n, k): the intercept where no effect is absorbed, regressors, controls;
        collinear ones are already out.
    endogenous_terms, endogenous
        Shape (n, m).
    instrument_terms, instruments
        Excluded instruments, shape (n, l).
    weights
        Shape (n,), or ``None``.
    effects
        Name → codes 0..G-1, shape (n,), one per absorbed effect.
    clusters
        Name → codes, one per clustering column.
    entity, time
        Codes of the keys, or ``None`` where the specification has none.
    entity_values, time_values
        Sorted distinct values: ``time_values[time]`` is the column.
    rows
        Positions of the kept rows in the frame given, shape (n,).
    dropped
        Every removal of rows with its reason; counts add up to ``len(frame) - n``.
    collinear
        Term → what it is collinear with.
    notes
        What a reader must know about the sample.
    data_hash
        SHA-256 over the arrays in canonical order.
    absorbed
        The same columns, freed of the effects; where there is none, less `shift`.
    evaluator
        Evaluates further terms on every row of the frame, where lagged instruments lie.
    shift
        Term → what is taken off it beside an intercept, because its mean is large against its spread: cross
        products of the numbers as they are would lose its digits. Slopes are not moved; `with_intercept`
        puts it back.
    """

    specification: Specification
    outcome: Floats
    terms: tuple[str, ...]
    regressors: Floats
    endogenous_terms: tuple[str, ...]
    endogenous: Floats
    instrument_terms: tuple[str, ...]
    instruments: Floats
    weights: Floats | None
    effects: Mapping[str, Codes]
    clusters: Mapping[str, Codes]
    entity: Codes | None
    time: Codes | None
    entity_values: NDArray[np.generic] | None
    time_values: NDArray[np.generic] | None
    rows: Codes
    dropped: tuple[Dropped, ...]
    collinear: Mapping[str, Text]
    notes: tuple[Text, ...]
    data_hash: str
    absorbed: Absorbed
    evaluator: Evaluator
    shift: Mapping[str, float] = field(default_factory=dict)

    @property
    def n_obs(self) -> int:
        """Return the number of rows kept."""
        return len(self.outcome)

    @property
    def near(self) -> Floats:
        """Return the regressors less `shift`, shape (n, k)."""
        return self.regressors - [self.shift.get(term, 0.0) for term in self.terms]


def build_design(specification: Specification, frame: pd.DataFrame) -> Design:
    """Evaluate a specification on a frame.

    Lags are taken on the whole frame before the sample filter; with ``observed_only``, after the cells that
    a policy filled in are missing again. Rows with a missing value in any part, or in one of the
    ``required_terms`` of the estimator or the covariance if these have such, are dropped and counted, then
    singletons of the fixed effects, until none is left. An estimator that removes the effects itself
    (``absorbs_effects = False``) gets them untouched.

    Parameters
    ----------
    specification
        What to estimate.
    frame
        One row per observation, keys as ordinary columns, any order.

    Raises
    ------
    SpecificationError
        If a column is unknown or of the wrong kind, values are infinite, weights are negative, or two rows
        are of one unit and period (without ``repeated_rows``).
    EstimationError
        If no row is left, or the outcome does not vary within the effects.
    """
    given = frame
    if specification.observed_only:
        frame = without_filled(frame)
    evaluator = Evaluator(frame, specification.entity, specification.time)
    rows = Rows(specification, frame, evaluator)
    rows.inside_sample()
    evaluator.inside = rows.keep.copy()
    evaluator.present = main = MainEffects(specification, evaluator, evaluator.inside, rows.codes)
    outcome = _outcome(specification, evaluator)
    blocks = {
        "regressors": _block(evaluator, (*specification.regressors, *specification.controls)),
        "endogenous": _block(evaluator, specification.endogenous),
        "instruments": _block(evaluator, specification.instruments),
    }
    evaluator.present = main.settled()
    check_repeats_allowed(specification, frame)
    rows.missing(specification.outcome, np.isnan(outcome))
    for names, values in blocks.values():
        for place, name in enumerate(names):
            rows.missing(name, np.isnan(values[:, place]))
    for term in (*specification.estimator.required_terms, *specification.covariance.required_terms):
        rows.missing(term, np.asarray(np.any(np.isnan(evaluator(term).values), axis=1)))
    effects = {name: rows.categories(name) for name in specification.fixed_effects}
    if not specification.estimator.absorbs_effects:
        effects = {}
    clusters = {name: rows.categories(name) for name in specification.covariance.cluster_columns}
    entity, time = specification.entity, specification.time
    keys = {name: rows.categories(name) for name in (entity, time) if name is not None}
    if time is not None and (given_times := evaluator.column(time, "`time`")).dtype.kind not in "iuM":
        whole_periods(given_times, time)
    weights = rows.weights()
    rows.singletons(effects)
    rows.check()
    kept, distinct = rows.ordered(keys, outcome, [values for _, values in blocks.values()])
    repeats = [] if distinct else checked_keys(specification, frame, keys, np.flatnonzero(rows.keep))
    take = taking(kept, len(frame))
    arrays = {name: take(values) for name, (_, values) in blocks.items()}
    terms = blocks["regressors"][0]
    if not effects:
        terms = (INTERCEPT, *terms)
        arrays["regressors"] = side_by_side([np.ones(len(kept)), arrays["regressors"]])
    compressed = {name: compress_codes(take(code)) for name, code in {**effects, **clusters, **keys}.items()}
    codes = {name: compressed[name] for name in effects}
    grouped = {name: compressed[name] for name in clusters}
    mass = None if weights is None else take(weights)
    y = take(outcome)
    named = {name: found for name, (found, _) in blocks.items()} | {"regressors": terms}
    entity_codes, entity_values = _key(rows.values, entity, keys, kept, compressed)
    time_codes, time_values = _key(rows.values, time, keys, kept, compressed)
    digest = Digest([y, *arrays.values(), *codes.values(), *grouped.values(), mass, entity_codes, time_codes])
    freed, shift = _freed(y, arrays, named, list(codes.values()), mass)
    _check_outcome(specification, y, freed.outcome, mass)
    notes: list[Text] = []
    places, collinear = keep_independent(
        terms, arrays["regressors"], freed.regressors, mass, notes, absorbing=bool(codes)
    )
    return Design(
        specification=specification,
        outcome=y,
        terms=tuple(terms[place] for place in places),
        regressors=_at(arrays["regressors"], places),
        endogenous_terms=blocks["endogenous"][0],
        endogenous=arrays["endogenous"],
        instrument_terms=blocks["instruments"][0],
        instruments=arrays["instruments"],
        weights=mass,
        effects=codes,
        clusters=grouped,
        entity=entity_codes,
        time=time_codes,
        entity_values=entity_values,
        time_values=time_values,
        rows=kept,
        dropped=tuple(rows.dropped),
        collinear=collinear,
        notes=(
            *synthetic_notes(frame),
            *filled_notes(given, specification, kept),
            *frame_notes(frame, specification),
            *repeated_terms(specification),
            *(each.note for each in rows.dropped),
            *logarithm_notes(evaluator.not_positive),
            *notes,
            *reference_notes(evaluator, kept),
            *repeats,
        ),
        data_hash=digest.result(),
        absorbed=replace(freed, regressors=_at(freed.regressors, places)),
        evaluator=evaluator,
        shift=shift,
    )


def _outcome(specification: Specification, evaluator: Evaluator) -> Floats:
    where = note_of("design.place_of_outcome", outcome=specification.outcome)
    remedy = Text("name a numeric column or a term of one", "请给出数值列或其变换")
    return evaluator(specification.outcome).single(where, remedy)


def _block(evaluator: Evaluator, terms: Iterable[str]) -> tuple[tuple[str, ...], Floats]:
    found = [evaluator(term) for term in dict.fromkeys(terms)]
    names = tuple(name for each in found for name in each.names)
    values = side_by_side([each.values for each in found]) if found else np.empty((len(evaluator.frame), 0))
    return names, values


def _freed(
    y: Floats,
    arrays: Mapping[str, Floats],
    named: Mapping[str, tuple[str, ...]],
    effects: list[Codes],
    weights: Floats | None,
) -> tuple[Absorbed, dict[str, float]]:
    """Return the columns freed of the effects, or of large means beside the intercept, and these means by
    term.
    """
    parts = ("regressors", "endogenous", "instruments")
    together = [y, *(arrays[name] for name in parts)]
    terms = ("", *(term for name in parts for term in named[name]))
    means = np.zeros(len(terms))
    if effects:
        freed = absorb_blocks(together, effects, weights)
    else:
        freed = side_by_side(together)
        means[1:] = far_means(freed[:, 1:])
        freed -= means
    outcome, *blocks = np.split(
        freed, np.cumsum([1, *(arrays[name].shape[1] for name in parts)])[:-1], axis=1
    )
    shift = {term: float(mean) for term, mean in zip(terms, means, strict=True) if mean}
    return Absorbed(
        outcome=outcome[:, 0], regressors=blocks[0], endogenous=blocks[1], instruments=blocks[2]
    ), shift


def _at(columns: Floats, places: list[int]) -> Floats:
    return columns if len(places) == columns.shape[1] else columns[:, places]


def _check_outcome(specification: Specification, y: Floats, freed: Floats, weights: Floats | None) -> None:
    about = y if weights is None else y - np.average(y, weights=weights)
    size = float(spreads(about[:, None])[0])
    whole, left = (float(np.sqrt(each @ each)) for each in (y, freed))
    if (min(left, size) if specification.fixed_effects else size) > max(1e-9 * size, 1e-14 * whole):
        return
    within = ", ".join(specification.fixed_effects)
    raise EstimationError.of(
        "design.outcome_constant_within" if within else "design.outcome_constant",
        outcome=specification.outcome,
        within=within,
        n=len(y),
    )


def _key(
    known: Mapping[str, NDArray[np.generic]],
    name: str | None,
    keys: Mapping[str, Codes],
    rows: Codes,
    compressed: Mapping[str, Codes],
) -> tuple[Codes | None, NDArray[np.generic] | None]:
    if name is None:
        return None, None
    codes, count = compressed[name], int(compressed[name].max()) + 1
    if codes is keys[name]:
        return codes, known[name][:count]
    values = np.zeros(count, dtype=np.int64)
    values[codes] = keys[name][rows]
    return codes, known[name][values]
