"""Classes of a distribution: the values of a panel, relative to each period or not, and the bounds between
classes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import MeasureError
from digimfg.measures.columns import Missing
from digimfg.measures.unbroken_panel import UnbrokenPanel, unbroken_panel
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["class_bounds", "panel_values", "steps_of"]


def panel_values(
    frame: pd.DataFrame, value: str, entity: str, time: str, *, relative: bool, missing: Missing
) -> UnbrokenPanel:
    """Return values by entity and period.

    Parameters
    ----------
    frame, value, entity, time, missing
        As for `unbroken_panel`.
    relative
        Divide by the mean of each period.

    Raises
    ------
    MeasureError
        As `unbroken_panel`; for a mean of zero.
    """
    panel = unbroken_panel(frame, value, entity, time, missing)
    if not relative:
        return panel
    means = panel.values.mean(axis=0)
    if (means == 0).any():
        raise MeasureError.of("measures.mean_of_zero", value=value, first=str(means.index[means == 0][0]))
    return replace(panel, values=panel.values / means)


def steps_of(panel: UnbrokenPanel, step: int) -> tuple[Codes, Codes, tuple[Text, ...]]:
    """Return the positions of periods that lie `step` steps of the calendar apart, starts and ends, and
    notes.

    Raises
    ------
    MeasureError
        If no two periods do.
    """
    places = panel.calendar.places
    ends = np.searchsorted(places, places + step)
    found = (step >= 1) & (ends < len(places))
    found[found] = places[ends[found]] == places[found] + step
    starts = np.flatnonzero(found)
    if not len(starts):
        apart = np.unique(np.diff(places))
        raise MeasureError.of(
            "measures.step_outside", got=str(step), most=places[-1], nearest=apart[0], farthest=apart[-1]
        )
    return starts, ends[starts].astype(np.int64), panel.calendar.gap_note()


def class_bounds(values: Floats, classes: int | Sequence[float]) -> Floats:
    """Return the upper bounds of all classes but the last.

    Parameters
    ----------
    values
        Any shape, without missing values.
    classes
        How many, cut at quantiles of all values; or the bounds themselves, rising.

    Raises
    ------
    MeasureError
        If the bounds do not rise, or the first or last class would be empty.

    Examples
    --------
    >>> class_bounds(np.array([1.0, 2.0, 3.0, 4.0]), 2).tolist()
    [2.5]
    """
    if isinstance(classes, int | np.integer):
        cuts = np.quantile(values, np.arange(1, classes) / classes) if classes > 1 else np.zeros(0)
    else:
        cuts = np.asarray(classes, dtype=float)
    if not len(cuts) or (np.diff(cuts) <= 0).any() or cuts[-1] >= values.max() or cuts[0] < values.min():
        raise MeasureError.of(
            "measures.bounds_of_classes",
            min=values.min(),
            max=values.max(),
            bounds=str(cuts.round(6).tolist()),
        )
    return cuts
