"""Bootstrap intervals of index weights over units."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from typing_extensions import TypedDict

from digimfg.errors import MeasureError
from digimfg.kinds import DrawsOrNone, Label, Seed, Share
from digimfg.measures.columns import Missing
from digimfg.measures.normalization import Constant, Normalization, fit_scales
from digimfg.measures.weight_rows import Rows, Weighed, fill_indicators, key_column, normalized_rows
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from digimfg.measures.indicators import Indicators

__all__ = ["RowsKeywords", "RowsOptions", "WeightsKeywords", "WeightsOptions", "resampled_weights"]


class RowsKeywords(TypedDict, total=False):
    """Name the fields of `RowsOptions` for a call."""

    constant: Constant
    missing: Missing
    time: str | None
    train_years: Collection[Label] | None


class WeightsKeywords(RowsKeywords, total=False):
    """Name the fields of `WeightsOptions`, but the normalization, for a call."""

    entity: str | None
    bootstrap: DrawsOrNone
    seed: Seed
    level: Share


@dataclass(frozen=True, kw_only=True)
class RowsOptions:
    """Hold which rows and indicators count; `entropy_weights` explains them."""

    constant: Constant = "raise"
    missing: Missing = "raise"
    time: str | None = None
    train_years: Collection[Label] | None = None


@dataclass(frozen=True, kw_only=True)
class WeightsOptions(RowsOptions):
    """Hold the options that every method of weighting takes; `entropy_weights` explains them."""

    normalization: Normalization = "minmax"
    entity: str | None = None
    bootstrap: DrawsOrNone = 0
    seed: Seed = 0
    level: Share = 0.95


def resampled_weights(
    table: pd.DataFrame,
    indicators: Indicators,
    rule: Callable[[Rows], Weighed],
    options: WeightsOptions,
    train: NDArray[np.bool_] | None,
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return ``std_error conf_low conf_high`` by indicator from draws of units, and a note.

    Parameters
    ----------
    table, indicators
        The frame and the indicators read from it.
    rule
        From rows to weights.
    options
        Unit column, draws, seed, level.
    train
        Rows the weights are made from; ``None`` for all.

    Raises
    ------
    MeasureError
        If there are fewer than two units.
    """
    rows = np.arange(indicators.n_rows) if train is None else np.flatnonzero(train)
    units = rows if options.entity is None else key_column(table, options.entity, "entity", indicators)[rows]
    codes, labels = pd.factorize(units, sort=True)
    if len(labels) < 2:
        raise MeasureError.of("measures.too_few_units_to_resample", n=len(labels))
    order = np.argsort(codes, kind="stable")
    members = np.split(rows[order], np.cumsum(np.bincount(codes))[:-1])
    generator = np.random.default_rng(options.seed)
    draws = []
    failed = 0
    for _ in range(options.bootstrap):
        drawn = np.concatenate([members[u] for u in generator.integers(0, len(members), len(members))])
        columns = indicators.select(drawn)
        try:
            scales, _ = fit_scales(indicators, columns, options.normalization, "zero_weight")
            fitted = normalized_rows(indicators.names, scales, columns)
            draws.append(fill_indicators(indicators.names, fitted.names, rule(fitted).weights, 0.0))
        except MeasureError:
            failed += 1
    if not draws:
        return pd.DataFrame(index=pd.Index(indicators.names, name="indicator")), (
            note_of("measures.no_interval"),
        )
    values = np.array(draws)
    tail = (1.0 - options.level) / 2.0
    frame = pd.DataFrame(
        {
            "std_error": values.std(axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1], np.nan),
            "conf_low": np.quantile(values, tail, axis=0),
            "conf_high": np.quantile(values, 1.0 - tail, axis=0),
        },
        index=pd.Index(indicators.names, name="indicator"),
    )
    percent = f"{100 * options.level:g}"
    note = note_of(
        "measures.bootstrap",
        percent=percent,
        n_draws=len(draws),
        n_labels=len(labels),
        seed=options.seed,
        failed=failed,
    )
    return frame, (note,)
