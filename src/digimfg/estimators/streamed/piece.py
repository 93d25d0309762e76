"""The rows of one piece that enter an estimate, as arrays, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.design.columns import side_by_side, taken
from digimfg.design.keys import checked_keys
from digimfg.design.rows import Rows, compress_codes
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.lags import whole_periods

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.contracts import Dropped
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.specification import Specification

__all__ = ["Piece", "piece_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece:
    """Hold the rows of whole units.

    Parameters
    ----------
    n_read
        Rows that were looked at.
    columns
        The terms, then the outcome, shape (n, k + 1).
    entity, units
        Codes 0..G-1 and their values.
    others, levels
        Codes of each further column and their values.
    time, periods
        The same of the time column.
    dropped
        Step → what it took.
    not_positive
        Term → logarithms of numbers that are not positive.
    weights
        Shape (n,), ``None`` without them.
    """

    n_read: int
    columns: Floats
    entity: Codes
    units: NDArray[Any]
    others: tuple[Codes, ...]
    levels: tuple[NDArray[Any], ...]
    periods: NDArray[Any] | None
    dropped: Mapping[int, tuple[Dropped, ...]]
    not_positive: Mapping[str, int]
    weights: Floats | None


def piece_of(
    specification: Specification,
    plan: Plan,
    frame: pd.DataFrame,
    single_levels: Mapping[str, frozenset[Any]],
) -> Piece:
    """Return the rows of a frame as `build_design` chooses them, by the same steps.

    Parameters
    ----------
    frame
        Whole units.
    single_levels
        Of the further columns that are absorbed: their one row in all of the data is a singleton.
    """
    evaluator = Evaluator(frame, specification.entity, specification.time)
    rows = Rows(specification, frame, evaluator)
    dropped: dict[int, tuple[Dropped, ...]] = {}
    seen = 0

    def step(place: int) -> None:
        nonlocal seen
        if len(rows.dropped) > seen:
            dropped[place] = tuple(rows.dropped[seen:])
            seen = len(rows.dropped)

    rows.inside_sample()
    step(0)
    evaluator.inside = rows.keep.copy()
    outcome = evaluator(specification.outcome).values[:, 0]
    terms = tuple(dict.fromkeys((*specification.regressors, *specification.controls)))
    values = [evaluator(term).values for term in terms]
    rows.missing(specification.outcome, np.isnan(outcome))
    step(1)
    for place, (term, column) in enumerate(zip(terms, values, strict=True)):
        rows.missing(term, np.isnan(column[:, 0]))
        step(2 + place)
    names = (*specification.fixed_effects, *specification.covariance.cluster_columns)
    keys = tuple(name for name in (specification.entity, specification.time) if name is not None)
    codes = {}
    for place, name in enumerate(dict.fromkeys((*names, *keys))):
        codes[name] = rows.categories(name)
        step(2 + len(terms) + place)
    if specification.time is not None and frame[specification.time].dtype.kind not in "iuM":
        whole_periods(frame[specification.time], specification.time)
    if specification.weights is not None:
        rows.missing(specification.weights, np.isnan(evaluator(specification.weights).values[:, 0]))
        step(2 + len(terms) + len(codes))
    weights = rows.weights()
    step(3 + len(terms) + len(codes))
    effects = {plan.entity: codes[plan.entity]}
    for name, single in single_levels.items():
        alone = np.array([value in single for value in rows.values[name].tolist()] + [False])[codes[name]]
        effects[name] = np.where(alone, 1 + np.arange(len(frame)), 0)
    rows.singletons(effects)
    step(4 + len(terms) + len(codes))
    order = _ordered(specification, frame, rows, {name: codes[name] for name in keys})
    entity, units = _compressed(taken(codes[plan.entity], order), rows.values[plan.entity])
    periods = None
    others = [_compressed(taken(codes[name], order), rows.values[name]) for name in plan.others]
    if specification.time is not None:
        when = np.unique(codes[specification.time][order]) if len(order) < len(frame) else slice(None)
        periods = rows.values[specification.time][when]
    return Piece(
        n_read=len(frame),
        columns=side_by_side([taken(column, order) for column in (*values, outcome[:, None])]),
        entity=entity,
        units=units,
        others=tuple(codes for codes, _ in others),
        levels=tuple(values for _, values in others),
        periods=periods,
        dropped=dropped,
        not_positive=dict(evaluator.not_positive),
        weights=None if weights is None else taken(weights, order),
    )


def _ordered(
    specification: Specification, frame: pd.DataFrame, rows: Rows, keys: Mapping[str, Codes]
) -> Codes:
    """Return the places of the rows kept in the order of their keys, none of which repeats."""
    kept = np.flatnonzero(rows.keep)
    if not len(kept):
        return kept
    own = [taken(code, kept) for code in keys.values()]
    joint = own[0] if len(own) == 1 else own[0] * (int(own[1].max()) + 1) + own[1]
    if np.all(joint[1:] > joint[:-1]):
        return kept
    checked_keys(specification, frame, keys, kept)
    return np.asarray(kept[np.argsort(joint, kind="stable")])


def _compressed(codes: Codes, values: NDArray[Any]) -> tuple[Codes, NDArray[Any]]:
    found = compress_codes(codes)
    places = np.zeros(int(found.max(initial=-1)) + 1, dtype=np.int64)
    places[found] = codes
    return found, values[places]
