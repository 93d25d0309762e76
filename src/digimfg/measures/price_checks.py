"""Check prices and currencies: keys, positive values, one base year, each with a message that says where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import MeasureError
from digimfg.measures.columns import refuse_infinite

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "check_base_year",
    "check_keys",
    "check_one_base",
    "check_one_series",
    "check_positive",
    "in_base_year",
]

_SHOWN = 3


def check_keys(frame: pd.DataFrame, columns: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """Raise where a column is not there or is infinite, or a key of two columns or more repeats."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise MeasureError.of("measures.price_columns_unknown", got=", ".join(absent))
    for name in columns:
        refuse_infinite(frame[name], name)
    if len(keys) > 1 and (twice := frame.duplicated(list(keys))).any():
        first = frame.loc[twice, list(keys)].head(_SHOWN).to_numpy().tolist()
        raise MeasureError.of(
            "measures.price_rows_repeated", keys=" × ".join(keys), n=int(twice.sum()), first=first
        )


def check_positive(frame: pd.DataFrame, column: str, *keys: str) -> None:
    """Raise where a value is neither missing nor above zero; the first rows are named by `keys`."""
    rows = np.flatnonzero(
        ~(frame[column].isna() | ((frame[column] > 0) & np.isfinite(frame[column]))).to_numpy()
    )
    if len(rows):
        first = [" ".join(str(frame[key].iloc[row]) for key in keys) for row in rows[:_SHOWN]]
        raise MeasureError.of("measures.price_not_positive", column=column, n=len(rows), first=first)


def check_one_base(frame: pd.DataFrame, deflator: str, time: str) -> None:
    """Raise where a deflator looks like one with the previous year = 100."""
    values = frame[deflator].dropna()
    spread = frame[time].max() - frame[time].min() if len(frame) else 0
    named = "previous_year" in deflator or "上年" in deflator
    if named or (
        spread >= 10 and len(values) and values.between(80, 125).all() and _no_trend(frame, deflator, time)
    ):
        raise MeasureError.of("measures.price_index_chained", deflator=deflator)


def check_one_series(frame: pd.DataFrame, deflator: str, time: str) -> None:
    """Raise where a year has two values of a deflator that is one series of years."""
    held = frame.loc[frame[deflator].notna(), [time, deflator]].drop_duplicates()
    twice = held.loc[held[time].duplicated(), time]
    if len(twice):
        raise MeasureError.of(
            "measures.deflator_varies_within_year",
            deflator=deflator,
            n_unique=len(twice.unique()),
            iloc=twice.iloc[0],
        )


def check_base_year(absent: list[str], base_year: float, entity: str) -> None:
    """Raise where units are absent from the base year."""
    if absent:
        raise MeasureError.of(
            "measures.no_value_in_base_year",
            entity=entity,
            base_year=base_year,
            n=len(absent),
            absent=absent[:_SHOWN],
        )


def in_base_year(
    frame: pd.DataFrame, values: pd.Series[float], base_year: float, entity: str | None, time: str
) -> pd.Series[float] | float:
    """Return the value of each row's unit in the base year, or of all units where there is no `entity`.

    Raises
    ------
    MeasureError
        If a unit with values has none in the base year.
    """
    at = (frame[time] == base_year) & values.notna()
    if entity is None:
        if not at.any():
            check_base_year([time], base_year, time)
        return float(values[at].iloc[0])
    base = dict(zip(frame.loc[at, entity], values[at], strict=True))
    needed = frame.loc[values.notna(), entity].drop_duplicates()
    check_base_year([str(unit) for unit in needed if unit not in base], base_year, entity)
    return frame[entity].map(base).astype("float64")


def _no_trend(frame: pd.DataFrame, deflator: str, time: str) -> bool:
    yearly = frame.groupby(time)[deflator].mean().dropna()
    steps = np.diff(yearly.to_numpy())
    rising = max((steps > 0).mean(), (steps < 0).mean()) if len(steps) else 1.0
    return bool(rising < 0.75)
