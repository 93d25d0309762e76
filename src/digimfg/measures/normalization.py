"""Bring indicators to one scale: normalizations that are fitted on some rows and applied to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.columns import Missing
from digimfg.measures.contract import Gives, measure
from digimfg.measures.directions import Directions, TargetRange
from digimfg.measures.indicators import Indicators, first_rows, read_indicators
from digimfg.measures.summation import order_free_sum, standardized
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Constant", "Normalization", "Scale", "fit_scales", "normalize_indicators"]

Floats = NDArray[np.float64]
Normalization = Literal["minmax", "zscore", "log_minmax", "vector", "none"]
Constant = Literal["raise", "zero_weight"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Hold how one indicator is normalized: z = sign · (f(x) - origin) / unit.

    Parameters
    ----------
    logarithm
        Whether f is the natural logarithm.
    target
        The range of a target-type indicator; f is then the distance to it.
    sign, origin, unit
        The affine map.
    """

    logarithm: bool
    target: TargetRange | None
    sign: int
    origin: float
    unit: float

    def apply(self, values: Floats) -> Floats:
        """Return the normalized values."""
        moved = _transformed(values, self.logarithm, self.target)
        scaled: Floats = self.origin - moved if self.sign < 0 else moved - self.origin
        scaled /= self.unit
        return scaled


@measure("frame", gaps="refused", gives={"": Gives("index")})
@checked
def normalize_indicators(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    normalization: Normalization = "minmax",
    missing: Missing = "raise",
) -> pd.DataFrame:
    """Return the indicators on one scale, each turned so that more is better.

    - ``minmax``: z = (x - min)/(max - min), negative indicators (max - x)/(max - min), a `TargetRange` 1 -
      d/max d with d the distance to the range. Bounds are taken over all rows, so that years can be compared.
    - ``log_minmax``: the same of ln x.
    - ``zscore``: (x - mean)/standard deviation (n - 1), times -1 for negative indicators.
    - ``vector``: x/√Σx², times -1 for negative indicators (TOPSIS).
    - ``none``: x, times -1 for negative indicators.

    Parameters
    ----------
    frame
        One row per observation.
    directions
        Column → ``1`` (more is better), ``-1`` or `TargetRange`; see `entropy_weights`.
    normalization
        One of the above.
    missing
        ``"raise"``, or ``"drop"``: rows with a missing indicator become missing.

    Returns
    -------
    pandas.DataFrame
        Indexed like `frame`, one column per indicator.

    Raises
    ------
    MeasureError
        If an indicator is constant (it cannot be normalized), missing, infinite, or not positive under
        ``log_minmax``.

    Examples
    --------
    >>> normalize_indicators({"speed": [10.0, 20.0, 30.0], "cost": [5.0, 1.0, 3.0]}, {"speed": 1, "cost": -1})
       speed  cost
    0    0.0   0.0
    1    0.5   1.0
    2    1.0   0.5
    """
    indicators = read_indicators(frame, directions, missing=missing)
    scales, _ = fit_scales(indicators, indicators.columns, normalization, "raise")
    columns = zip(indicators.names, scales, indicators.columns, strict=True)
    return pd.DataFrame({n: indicators.series(s.apply(c), n) for n, s, c in columns if s is not None})


def fit_scales(
    indicators: Indicators, columns: Sequence[Floats], normalization: Normalization, constant: Constant
) -> tuple[tuple[Scale | None, ...], tuple[Text, ...]]:
    """Return how each indicator is normalized, fitted on `columns` (some or all rows of the indicators).

    Parameters
    ----------
    indicators
        Names and directions.
    columns
        The rows to fit on, one array per indicator.
    normalization
        See `normalize_indicators`.
    constant
        ``"raise"``, or ``"zero_weight"``: a constant indicator has no scale (``None``), with a note.

    Raises
    ------
    MeasureError
        If an indicator is constant (``constant="raise"``), all are, or one is not positive under
        ``log_minmax``.
    """
    flat = [
        name for name, column in zip(indicators.names, columns, strict=True) if column.min() == column.max()
    ]
    if flat and (constant == "raise" or len(flat) == len(columns)):
        raise MeasureError.of("measures.indicators_constant", flat=flat)
    scales = tuple(
        None if name in flat else _fit(name, column, direction, normalization, indicators.index)
        for name, column, direction in zip(indicators.names, columns, indicators.directions, strict=True)
    )
    if not flat:
        return scales, ()
    note = note_of("measures.constant", flat=flat)
    return scales, (note,)


def _fit(
    name: str, column: Floats, direction: int | TargetRange, normalization: Normalization, index: pd.Index
) -> Scale:
    target = direction if isinstance(direction, TargetRange) else None
    sign = -1 if isinstance(direction, TargetRange) else direction
    logarithm = normalization == "log_minmax"
    if logarithm and (target is not None or (column <= 0).any()):
        found = (
            Text("a TargetRange", "适度区间 TargetRange")
            if target is not None
            else Text.of(
                first_rows(index, column <= 0) if len(index) == len(column) else f"{(column <= 0).sum()}"
            )
        )
        raise MeasureError.of(
            "measures.logarithm_not_possible",
            name=name,
            odd=note_of("measures.not_positive_in_rows", found=found) if target is None else found,
        )
    values = _transformed(column, logarithm, target)
    if normalization in ("minmax", "log_minmax"):
        low = 0.0 if target is not None else float(values.min())
        high = float(values.max())
        if high == low:
            raise MeasureError.of("measures.every_row_within_target", name=name)
        return Scale(
            logarithm=logarithm, target=target, sign=sign, origin=high if sign < 0 else low, unit=high - low
        )
    if normalization == "zscore":
        _, origin, unit = standardized(values)
    else:
        origin = 0.0
        unit = float(np.sqrt(order_free_sum(values * values))) if normalization == "vector" else 1.0
    return Scale(logarithm=False, target=target, sign=sign, origin=origin, unit=unit)


def _transformed(values: Floats, logarithm: bool, target: TargetRange | None) -> Floats:
    if target is not None:
        return target.distance(values)
    return np.log(values) if logarithm else values
