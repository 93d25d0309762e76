"""Classes of a distribution: the values of a panel, relative to each period or not, and the bounds between classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import MeasureError
from digimfg.measures.columns import Missing, unbroken_panel
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["class_bounds", "panel_values"]


def panel_values(
    frame: pd.DataFrame, value: str, entity: str, time: str, *, relative: bool, missing: Missing
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return values, entities × periods, and notes.

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
    from pandas.api.types import is_numeric_dtype

    table, notes = unbroken_panel(frame, value, entity, time, missing)
    if relative:
        means = table.mean(axis=0)
        if (means == 0).any():
            raise MeasureError(
                where=Text(f"values '{value}'", f"变量“{value}”"),
                expected=Text("means other than zero", "各期均值非零"),
                got=Text(f"zero in {means.index[means == 0][0]}", f"{means.index[means == 0][0]} 期为零"),
                remedy=Text("relative=False", "relative=False"),
            )
        table = table / means
    steps = np.diff(np.asarray(table.columns, dtype=float)) if is_numeric_dtype(table.columns) else np.ones(1)
    if np.ptp(steps) > 0:
        notes += (
            Text(
                f"periods are not equally spaced ({steps.min():g} to {steps.max():g} apart): a step is one period",
                f"时期间隔不等（{steps.min():g} 至 {steps.max():g}）：一步按一期计",
            ),
        )
    return table, notes


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
        raise MeasureError(
            where=Text("option 'classes'", "选项“classes”"),
            expected=Text(
                f"two or more classes whose rising bounds lie within {values.min():g} and {values.max():g}",
                f"至少两类，且递增的界限位于 {values.min():g} 与 {values.max():g} 之间",
            ),
            got=Text(f"bounds {cuts.round(6).tolist()}", f"界限 {cuts.round(6).tolist()}"),
            remedy=Text("give fewer classes (ties) or other bounds", "减少类数（存在重复值）或更换界限"),
        )
    return cuts
