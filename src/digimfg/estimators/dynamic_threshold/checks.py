"""What a threshold of a dynamic panel refuses, and what its readers must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.dynamic_threshold.search import DifferencedPanel

__all__ = ["check_dynamic", "check_rest", "dynamic_notes"]

Floats = NDArray[np.float64]
_ROUNDING = 1e-9


def check_dynamic(panel: DifferencedPanel, term: str, trim: float, low: float, high: float) -> None:
    """Refuse a threshold variable that is constant, and too few or too many instruments.

    Raises
    ------
    EstimationError
        Naming the option.
    """
    if not high > low:
        raise EstimationError.of(
            "dynamic_threshold.threshold_variable_constant", term=repr(term), trim=trim, other=1 - trim
        )
    slopes = panel.common.shape[1] + (1 if panel.kink else panel.moving.shape[1])
    count = panel.instruments.shape[1]
    if slopes + 1 <= count < panel.n_entities:
        return
    raise EstimationError.of(
        "dynamic_threshold.number_of_instruments", slopes=slopes, n=panel.n_entities, count=count
    )


def check_rest(panel: DifferencedPanel, residuals: Floats) -> None:
    """Refuse a model that leaves nothing of the outcome's changes: its moments are rounding.

    Raises
    ------
    EstimationError
        If residuals are less than 1e-9 of the changes.
    """
    if float(np.linalg.norm(residuals)) > _ROUNDING * float(np.linalg.norm(panel.outcome)):
        return
    raise EstimationError.of("dynamic_threshold.outcome_explained")


def dynamic_notes(
    p_value: float, share: float, threshold: float, grid: Floats, *, draws: int, seed: int
) -> list[Text]:
    """Return how the threshold was searched and tested, and whether it is there."""
    notes: list[Text] = [note_of("dynamic_threshold.search", grid=len(grid), share=share)]
    if draws:
        notes.append(note_of("dynamic_threshold.bootstrap", draws=draws, seed=seed))
    if np.isfinite(p_value) and p_value > 0.05:
        notes.append(note_of("dynamic_threshold.linear", p=p_value))
    if threshold in (grid[0], grid[-1]):
        notes.append(note_of("dynamic_threshold.edge"))
    return notes
