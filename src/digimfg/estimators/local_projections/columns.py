"""The columns of local projections: what follows, what came before, and states, beside the frame's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares_only import require_least_squares
from digimfg.filled import without_filled
from digimfg.frames.said import keep_said
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.terms.evaluate import Evaluator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["ProjectionColumns", "Response", "projected_equation", "projection_columns"]

Floats = NDArray[np.float64]
Response = Literal["level", "change", "cumulative"]
_WHERE = "dm.local_projections"


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectionColumns:
    """Hold a frame with derived columns and the regression of each horizon.

    Parameters
    ----------
    frame
        The frame given and columns of our own.
    specifications
        Horizon → regression.
    terms
        Name of a response (``""``, or ``low`` and ``high``) → its term in every regression.
    cluster
        Column of the first clusters.
    words
        Derived column → what a reader calls it.
    lags
        Of the outcome and the impulse.
    """

    frame: pd.DataFrame
    specifications: dict[int, Specification]
    terms: dict[str, str]
    cluster: str
    words: dict[str, Text]
    lags: int


def projected_equation(specification: Specification, impulse: str | None) -> tuple[str, str]:
    """Return the impulse and the column of the first clusters of an equation that can be projected.

    Raises
    ------
    SpecificationError
        If it is not least squares with keys and clusters, or the impulse is none of its regressors.
    """
    require_least_squares(specification, _WHERE)
    if specification.entity is None or specification.time is None:
        raise SpecificationError.of("local_projections.no_entity_or_time", where=_WHERE)
    if not isinstance(specification.covariance, Clustered):
        raise SpecificationError.of(
            "local_projections.covariance_not_clustered",
            where=_WHERE,
            got=type(specification.covariance).__name__,
        )
    if not specification.regressors:
        raise SpecificationError.of("local_projections.no_impulse", where=_WHERE)
    chosen = specification.regressors[0] if impulse is None else impulse
    if chosen not in specification.regressors:
        raise SpecificationError.of(
            "local_projections.impulse_unknown",
            where=f"{_WHERE}(impulse=…)",
            got=repr(impulse),
            names=specification.regressors,
        )
    return chosen, specification.covariance.columns[0]


def projection_columns(
    specification: Specification,
    frame: pd.DataFrame,
    impulse: str,
    *,
    horizon: int,
    leads: int,
    lags: int,
    response: Response,
    state: str | None,
    cluster: str,
) -> ProjectionColumns:
    """Return the regressions of all horizons.

    Raises
    ------
    SpecificationError
        If a term is unknown or of several columns.
    EstimationError
        If a state lies outside [0, 1] or does not vary.
    """
    if specification.observed_only:
        frame = without_filled(frame)
    held = Evaluator(frame, specification.entity, specification.time)
    own = _single(held, specification.outcome), _single(held, impulse)
    y, x, s = _unused(frame, ("outcome", "impulse", "state"))
    whole = frame.assign(**{y: own[0], x: own[1]})
    if state is not None:
        whole = whole.assign(**{s: _state(held, state)})
    shifts = Evaluator(whole, specification.entity, specification.time)

    def at(name: str, step: int) -> Floats:
        if step == 0:
            return whole[name].to_numpy(dtype=np.float64)
        return shifts(f"F{step}.{name}" if step > 0 else f"L{-step}.{name}").values[:, 0]

    derived: dict[str, Floats] = {}
    made: dict[int, Specification] = {}
    others = [term for term in specification.regressors if term != impulse]
    shares: dict[str, Floats | None] = {"": None}
    if state is not None:
        high = whole[s].to_numpy(dtype=np.float64)
        shares = {"low": 1 - high, "high": high}

    def added(stem: str, values: Floats) -> list[str]:
        names = []
        for name, share in shares.items():
            label = f"{stem}_{name}" if name else stem
            derived[label] = values if share is None else values * share
            names.append(label)
        return names

    words: dict[str, Text] = {}
    terms = dict(zip(shares, added(f"{x}_now", at(x, 0)), strict=True))
    for place in range(-leads, horizon + 1):
        back = max(-place, 0)
        past = [added(f"{y}_lag_{lag}", at(y, -lag)) for lag in range(back + 1, back + lags + 1)]
        past += [added(f"{x}_lag_{lag}", at(x, -lag)) for lag in range(max(back, 1), back + lags + 1)]
        target = f"{y}_at_{place}"
        words[target] = note_of(
            "local_projections.outcome_at_period",
            outcome=term_label(specification.outcome),
            place=f"{place}".replace("-", "−"),
        )
        derived[target] = _target(at, y, place, response)
        made[place] = specification.replace(
            outcome=target,
            regressors=(*terms.values(), *others),
            controls=(
                *specification.controls,
                *(() if state is None else (s,)),
                *(name for names in past for name in names),
            ),
            observed_only=False,
        )
    extra = pd.DataFrame(derived, index=whole.index)
    joined = pd.concat([whole, extra], axis=1)
    keep_said(joined, frame)
    named = {y: term_label(specification.outcome), x: term_label(impulse), s: term_label(state or "")}
    words |= {name: _said(name, named) for name in (*derived, s) if name not in words}
    return ProjectionColumns(
        frame=joined, specifications=made, terms=terms, cluster=cluster, words=words, lags=lags
    )


def _said(name: str, named: dict[str, Text]) -> Text:
    """Return a lag, or the impulse or state itself, in words."""
    own = next(stem for stem in named if name.startswith(stem))
    lag = re.search(r"_lag_(\d+)", name[len(own) :])
    if lag is None:
        return named[own]
    return note_of("local_projections.name_at_lag", name=named[own], lag=int(lag[1]))


def _target(at: Callable[[str, int], Floats], y: str, place: int, response: Response) -> Floats:
    values = at(y, place)
    if place < 0 or response == "level":
        return values
    if response == "change":
        return np.asarray(values - at(y, -1))
    return np.asarray(sum(at(y, step) for step in range(place + 1)))


def _single(held: Evaluator, term: str) -> Floats:
    where = note_of("local_projections.place_of_projection", name=term_label(term))
    return held(term).single(where, Text("choose one of its levels as a column", "以其中一个水平作为一列"))


def _state(held: Evaluator, term: str) -> Floats:
    values = _single(held, term)
    seen = values[np.isfinite(values)]
    if not len(seen) or seen.min() < 0 or seen.max() > 1 or seen.min() == seen.max():
        raise EstimationError.of(
            "local_projections.state_outside_unit",
            name=term_label(term),
            found=note_of("local_projections.range_of_state", low=float(seen.min()), high=float(seen.max()))
            if len(seen)
            else Text("no value", "没有取值"),
        )
    return values


def _unused(frame: pd.DataFrame, stems: tuple[str, ...]) -> tuple[str, ...]:
    """Return names for columns that no column of the frame begins with."""
    taken = [str(name) for name in frame.columns]
    prefix = "projected"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return tuple(f"{prefix}_{stem}" for stem in stems)
