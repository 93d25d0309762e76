"""What all index weights share: normalize, weigh on the training rows, score every row, resample units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.kinds import Number
from digimfg.measures.indicators import as_frame, read_indicators
from digimfg.measures.normalization import fit_scales
from digimfg.measures.summation import weighted_sum
from digimfg.measures.weight_resampling import WeightsOptions, resampled_weights
from digimfg.measures.weight_rows import Rows, Weighed, fill_indicators, normalized_rows, training_rows
from digimfg.shown import shown
from digimfg.text import Text

__all__ = ["WeightsResult", "weigh"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Weights", "权重"))
@dataclass(frozen=True, kw_only=True, eq=False)
class WeightsResult(Mapping[str, float]):
    """Hold the weights of an index, its scores, and what a reader must know about them.

    It reads like a mapping of indicator to weight: ``result["patents"]``, ``dict(result)``.

    Parameters
    ----------
    method
        ``"entropy"``, ``"critic"``, ….
    weights
        Indicator → weight; they sum to one.
    table
        Indexed by indicator: what the method computed on its way, ``weight``, and with a bootstrap
        ``std_error conf_low conf_high``.
    scores
        The index, Σ w_j z_j for every row of the frame; missing for rows left out.
    statistics
        Named numbers of the method (``n_rows``, ``kmo``, …).
    tables
        Further tables by name (PCA: ``"components"``, ``"loadings"``).
    notes
        What was assumed, left out or is doubtful.
    """

    method: str
    weights: pd.Series
    table: pd.DataFrame
    scores: pd.Series
    statistics: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))
    tables: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Text, ...] = ()

    def __getitem__(self, indicator: str) -> float:
        return float(self.weights[indicator])

    def __iter__(self) -> Iterator[str]:
        return iter(self.weights.index)

    def __len__(self) -> int:
        return len(self.weights)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Floats:
        return np.array(self.weights.to_numpy(dtype=np.float64), dtype=dtype, copy=copy)


def weigh(
    method: str,
    rule: Callable[[Rows], Weighed],
    frame: pd.DataFrame | Mapping[str, Any] | Floats,
    directions: Any,
    options: WeightsOptions,
) -> WeightsResult:
    """Return the weights that `rule` gives on the training rows, and the scores of every row.

    Parameters
    ----------
    method
        Name of the method.
    rule
        From rows to weights.
    frame, directions
        See `entropy_weights`.
    options
        The shared options.

    Raises
    ------
    MeasureError
        If the indicators, the options, or what the rule asks of them are not in order.
    """
    table = as_frame(frame)
    keys = (options.time, options.entity)
    indicators = read_indicators(table, directions, missing=options.missing, keys=keys)
    train, train_notes = training_rows(table, indicators, options.time, options.train_years)
    columns = indicators.columns if train is None else indicators.select(train)
    scales, notes = fit_scales(indicators, columns, options.normalization, options.constant)
    scored = normalized_rows(indicators.names, scales, indicators.columns)
    fitted = scored if train is None else normalized_rows(indicators.names, scales, columns)
    answer = rule(fitted)
    filled = {
        name: fill_indicators(indicators.names, fitted.names, values)
        for name, values in answer.columns.items()
    }
    weights = fill_indicators(indicators.names, fitted.names, answer.weights, 0.0)
    result = pd.DataFrame({**filled, "weight": weights}, index=pd.Index(indicators.names, name="indicator"))
    if options.bootstrap:
        intervals, bootstrap_notes = resampled_weights(table, indicators, rule, options, train)
        result = result.join(intervals)
        notes = (*notes, *bootstrap_notes)
    coefficients = answer.weights if answer.coefficients is None else answer.coefficients
    scores = weighted_sum(scored.normalized, coefficients) + answer.offset
    return WeightsResult(
        method=method,
        weights=result["weight"],
        table=result,
        scores=indicators.series(scores, "score"),
        statistics=MappingProxyType({"n_rows": float(len(columns[0])), **answer.statistics}),
        tables=answer.tables,
        notes=(*indicators.notes, *train_notes, *notes, *answer.notes),
    )
