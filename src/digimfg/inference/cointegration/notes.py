"""What a test of cointegration says of how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from digimfg.inference.cointegration.series import UnitSeries
from digimfg.inference.panel_grid import PanelGrid
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CointegrationTest", "made_notes", "orders_note"]

CointegrationTest: TypeAlias = Literal["pedroni", "kao", "westerlund"]


def orders_note(by_entity: pd.DataFrame) -> Text:
    """Return which lags and leads units have."""
    lags, leads = (by_entity[name] for name in ("lags", "leads"))
    return note_of(
        "inference.orders_by_criterion",
        lags=float(lags.mean()),
        low=int(lags.min()),
        high=int(lags.max()),
        leads=float(leads.mean()),
        first=int(leads.min()),
        last=int(leads.max()),
    )


def made_notes(
    test: CointegrationTest, units: list[UnitSeries], grid: PanelGrid, draws: int, kernel: int
) -> list[Text]:
    """Return what a reader must know of a test of units as they are."""
    notes: list[Text] = [note_of("inference.kernel", kernel=kernel)]
    if test == "westerlund" and draws:
        notes.append(note_of("inference.cointegration_bootstrap", draws=draws))
    else:
        notes.append(note_of("inference.independence"))
    lengths = [len(unit.outcome) for unit in units]
    if min(lengths) < max(lengths) or max(lengths) < grid.calendar.length:
        notes.append(note_of("inference.periods_by_unit", shortest=min(lengths), longest=max(lengths)))
    if float(np.median(lengths)) < 25:
        notes.append(note_of("inference.few_periods"))
    return notes
