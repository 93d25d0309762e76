"""Read a panel for stages: indicators by unit and calendar place, what was not seen left out, too little
refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError
from digimfg.evolution.hidden_markov import Observed
from digimfg.inference.panel_grid import panel_grid, value_order
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StageData", "read_stage_data"]

Floats = NDArray[np.float64]

_FEWEST = 3
_PER_PARAMETER = 3


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class StageData:
    """Hold standardized indicators and where they came from.

    Parameters
    ----------
    observed
        Units × places × indicators, each unit from its first period on.
    seen
        Places with a value of some indicator, shape (N, T).
    units, labels
        Label of each unit, in the order of values; of each unit the label of each place, ``None`` where the
        frame has no such period.
    by_name
        Places of the units in the order of their labels.
    indicators, entity, time
        Columns.
    centre, scale
        Of each indicator.
    log_scale
        What the log-likelihood of standardized values exceeds that of the values by.
    n_gaps, n_cells
        Periods missing between a unit's first and last; values missing in periods that are there.
    """

    observed: Observed
    seen: NDArray[np.bool_]
    units: list[Any]
    by_name: NDArray[np.int64]
    labels: list[list[Any]]
    indicators: tuple[str, ...]
    entity: str
    time: str
    centre: Floats
    scale: Floats
    log_scale: float
    n_gaps: int
    n_cells: int

    @property
    def n_obs(self) -> int:
        """Return the number of unit-periods with a value."""
        return int(self.seen.sum())


def read_stage_data(
    frame: pd.DataFrame, indicators: tuple[str, ...], entity: str, time: str, stages: int
) -> StageData:
    """Return the panel that stages are fitted to.

    Raises
    ------
    MeasureError
        See `fit_stages`.
    """
    check_columns(frame, (*indicators, entity, time))
    kept = frame[frame[list(indicators)].notna().any(axis=1)]
    _check_values(kept, indicators)
    grid = panel_grid(kept, indicators, entity, time)
    order = value_order(*(grid.columns[name] for name in indicators))
    values = np.stack([grid.columns[name][order] for name in indicators], axis=-1)
    there = np.asarray(~np.isnan(values).all(axis=2))
    first = there.argmax(axis=1)
    lengths = there.shape[1] - there[:, ::-1].argmax(axis=1) - first
    length = int(lengths.max())
    places = first[:, None] + np.arange(length)
    inside = np.arange(length) < lengths[:, None]
    places = np.where(inside, places, 0)
    rows = np.arange(len(values))[:, None]
    shifted = np.where(inside[..., None], values[rows, places], np.nan)
    seen = there[rows, places] & inside
    names = _names(kept, grid.calendar.places, time)
    data = StageData(
        observed=Observed(values=shifted, lengths=lengths.astype(np.int64)),
        seen=seen,
        units=list(grid.entities[order].tolist()),
        by_name=np.argsort(order),
        labels=[[names.get(int(place)) for place in row] for row in places],
        indicators=indicators,
        entity=entity,
        time=time,
        centre=np.nanmean(shifted, axis=(0, 1)),
        scale=np.nanstd(shifted, axis=(0, 1)),
        log_scale=0.0,
        n_gaps=int((inside & ~seen).sum()),
        n_cells=int((np.isnan(shifted).any(axis=2) & seen).sum()),
    )
    _check(data, stages)
    return _standardized(data)


def _check_values(frame: pd.DataFrame, indicators: tuple[str, ...]) -> None:
    infinite = int(np.isinf(frame[list(indicators)].to_numpy(dtype=np.float64)).sum())
    if len(frame) and not infinite:
        return
    raise MeasureError.of(
        "evolution.indicators_not_finite",
        names=indicators,
        found=note_of("evolution.infinite_values", n=infinite) if infinite else Text("none", "没有"),
    )


def _names(frame: pd.DataFrame, places: NDArray[np.int64], time: str) -> dict[int, Any]:
    return dict(zip(places.tolist(), frame[time].tolist(), strict=True))


def _standardized(data: StageData) -> StageData:
    from dataclasses import replace

    values = (data.observed.values - data.centre) / data.scale
    counts = (~np.isnan(values)).sum(axis=(0, 1))
    return replace(
        data,
        observed=Observed(values=values, lengths=data.observed.lengths),
        log_scale=float(counts @ np.log(data.scale)),
    )


def _check(data: StageData, stages: int) -> None:
    counts = data.seen.sum(axis=1)
    few = [str(data.units[place]) for place in data.by_name if counts[place] < _FEWEST]
    if few:
        raise MeasureError.of(
            "evolution.units_too_short",
            entity=data.entity,
            n=_FEWEST,
            n_found=len(few),
            all=len(counts),
            names=few[:3],
        )
    values = data.observed.values
    ranges = np.nanmax(values, axis=1) - np.nanmin(values, axis=1) if len(values) else np.zeros((0, 1))
    size = np.nanmax(np.abs(values), axis=(0, 1))
    still = [
        name
        for place, name in enumerate(data.indicators)
        if not (np.nan_to_num(ranges[:, place]) > 1e-10 * max(float(size[place]), 1e-300)).any()
    ]
    if still:
        raise MeasureError.of("evolution.indicators_do_not_move", names=still)
    parameters = 2 * stages * len(data.indicators) + stages - 1 + 2 * (stages - 1)
    if data.n_obs < _PER_PARAMETER * parameters:
        raise MeasureError.of(
            "evolution.too_few_unit_periods",
            stages=stages,
            names=data.indicators,
            n=_PER_PARAMETER * parameters,
            each=_PER_PARAMETER,
            count=parameters,
            n_found=data.n_obs,
        )
