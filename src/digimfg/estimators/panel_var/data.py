"""Read the panel of a vector autoregression: grids by unit and period, and the rows with every lag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.frames import read_columns
from digimfg.inference.panel_grid import panel_grid, period_lags, value_order
from digimfg.notes import note_of
from digimfg.reader import Faulty
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.panel_var.model import PanelVAR
    from digimfg.kinds import Holds

__all__ = ["VARPanel", "read_panel"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class VARPanel:
    """Hold the panel in levels.

    Parameters
    ----------
    grids
        Column → values by entity (in the order of values) and period, NaN where missing; shape (N, T).
    entity, period
        Places of the rows used, sorted; shape (n,).
    outcomes, regressors, names
        On the rows used: shapes (n, m), (n, k), k names, lags first.
    exogenous
        Column → values on the rows used, shape (n, 1).
    notes
        Rows left out, the step of the calendar.
    """

    grids: dict[str, Floats]
    entity: Codes
    period: Codes
    outcomes: Floats
    regressors: Floats
    names: tuple[str, ...]
    exogenous: dict[str, Floats]
    notes: tuple[Text, ...]


def read_panel(
    model: PanelVAR, frame: pd.DataFrame, columns: tuple[str, ...], lags_needed: int | None = None
) -> VARPanel:
    """Return the rows whose `lags_needed` (the model's own by default) lags are there.

    Raises
    ------
    SpecificationError
        If a column is not there or not of numbers.
    PanelError
        If keys repeat or are missing.
    EstimationError
        If no unit has enough consecutive periods.
    """
    wanted: dict[str, Holds] = dict.fromkeys(columns, "numbers")
    wanted |= {model.entity: "keys", model.time: "keys"}
    try:
        frame = read_columns(frame, wanted)
    except Faulty as told:
        where = Text("the frame of a panel VAR", "面板VAR的数据")
        raise told.fault.error(SpecificationError, where=where) from None
    grid = panel_grid(frame, columns, model.entity, model.time)
    order = value_order(*grid.columns.values())
    grids = {name: values[order] for name, values in grid.columns.items()}
    needed = max(model.lags, lags_needed or 0)
    whole = np.all([np.isfinite(grids[name]) for name in columns], axis=0)
    past = np.all([np.isfinite(grids[name]) for name in model.variables], axis=0).astype(np.float64)
    past[past == 0] = np.nan
    usable = whole & np.all([np.isfinite(period_lags(past, lag)) for lag in range(1, needed + 1)], axis=0)
    _check_length(model, usable, whole, needed)
    entity, period = (each.astype(np.int64) for each in np.nonzero(usable))
    present = np.flatnonzero(np.bincount(entity, minlength=len(usable)))
    if len(present) < len(usable):
        grids = {name: values[present] for name, values in grids.items()}
        entity = np.searchsorted(present, entity).astype(np.int64)

    def column(name: str, lag: int) -> Floats:
        return np.asarray(grids[name][entity, period - lag])

    names = [
        "L." + name if lag == 1 else f"L{lag}.{name}"
        for lag in range(1, model.lags + 1)
        for name in model.variables
    ]
    lagged = [column(name, lag) for lag in range(1, model.lags + 1) for name in model.variables]
    others = (*model.predetermined, *model.exogenous)
    return VARPanel(
        grids=grids,
        entity=entity,
        period=period,
        outcomes=np.column_stack([column(name, 0) for name in model.variables]),
        regressors=np.column_stack([*lagged, *(column(name, 0) for name in others)]),
        names=(*names, *others),
        exogenous={name: column(name, 0)[:, None] for name in model.exogenous},
        notes=(*_rows_note(len(frame), int(whole.sum()), len(entity), needed), *grid.step_note()),
    )


def _rows_note(n_rows: int, n_whole: int, n_used: int, lags: int) -> tuple[Text, ...]:
    found = []
    if n_rows > n_whole:
        found.append(note_of("panel_var.dropped", n=n_rows - n_whole))
    if n_whole > n_used:
        found.append(note_of("panel_var.lags", n=n_whole - n_used, lags=lags))
    return tuple(found)


def _check_length(model: PanelVAR, usable: NDArray[np.bool_], whole: NDArray[np.bool_], lags: int) -> None:
    """Raise unless a unit has two rows with their lags, in differences two that follow each other."""
    enough = usable[:, 1:] & usable[:, :-1] if model.transformation == "difference" else usable
    counts = enough.sum(axis=1)
    if counts.max(initial=0) >= (1 if model.transformation == "difference" else 2):
        return
    longest = max((_run(row) for row in whole), default=0)
    raise EstimationError.of("panel_var.panel_too_short", n=lags + 2, lags=lags, n_found=longest)


def _run(row: NDArray[np.bool_]) -> int:
    padded = np.concatenate([[False], row, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return int((edges[1::2] - edges[::2]).max(initial=0))
