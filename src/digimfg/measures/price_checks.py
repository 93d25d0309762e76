"""Check prices and currencies: keys, positive values, one base year, each with a message that says where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import MeasureError
from digimfg.measures.columns import refuse_infinite
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "check_base_year",
    "check_keys",
    "check_one_base",
    "check_one_series",
    "check_positive",
    "in_base_year",
    "price_error",
]

_SHOWN = 3


def check_keys(frame: pd.DataFrame, columns: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """Raise where a column is not there or is infinite, or a key of two columns or more repeats."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise price_error(
            Text("columns of the frame", "数据框的列"),
            ", ".join(absent),
            Text("correct the names", "更正列名"),
        )
    for name in columns:
        refuse_infinite(frame[name], name)
    if len(keys) > 1 and (twice := frame.duplicated(list(keys))).any():
        first = frame.loc[twice, list(keys)].head(_SHOWN).to_numpy().tolist()
        raise price_error(
            say("one row per {keys}", "每个{keys}一行", keys=" × ".join(keys)),
            say(
                "{n:,|repeated row}, first {first}",
                "{n:,}行重复，起首{first}",
                n=int(twice.sum()),
                first=first,
            ),
            Text("keep one row of each", "每个键只留一行"),
        )


def check_positive(frame: pd.DataFrame, column: str, *keys: str) -> None:
    """Raise where a value is neither missing nor above zero; the first rows are named by `keys`."""
    rows = np.flatnonzero(
        ~(frame[column].isna() | ((frame[column] > 0) & np.isfinite(frame[column]))).to_numpy()
    )
    if len(rows):
        first = [" ".join(str(frame[key].iloc[row]) for key in keys) for row in rows[:_SHOWN]]
        raise price_error(
            say("positive values of '{column}'", "“{column}”为正", column=column),
            say(
                "{n:,} rows that are not, first {first}", "{n:,}行不是，起首{first}", n=len(rows), first=first
            ),
            Text("leave them missing or correct them", "留作缺失或更正"),
        )


def check_one_base(frame: pd.DataFrame, deflator: str, time: str) -> None:
    """Raise where a deflator looks like one with the previous year = 100."""
    values = frame[deflator].dropna()
    spread = frame[time].max() - frame[time].min() if len(frame) else 0
    named = "previous_year" in deflator or "上年" in deflator
    if named or (
        spread >= 10 and len(values) and values.between(80, 125).all() and _no_trend(frame, deflator, time)
    ):
        raise price_error(
            Text(
                "a price index known to have one base over all years, or the previous year = 100",
                "已知为全期定基或上年 = 100的价格指数",
            ),
            say(
                "'{deflator}', which stays near 100 as an index with the previous year = 100 does",
                "“{deflator}”，始终接近100，形似上年 = 100的指数",
                deflator=deflator,
            ),
            Text(
                'declare it: deflator_base="fixed" where one year is 100 throughout, or '
                'deflator_base="previous_year" to '
                "chain it first",
                '请声明：全期以某年为100用 deflator_base="fixed"；上年 = 100用 '
                'deflator_base="previous_year"，将先作链接',
            ),
        )


def check_one_series(frame: pd.DataFrame, deflator: str, time: str) -> None:
    """Raise where a year has two values of a deflator that is one series of years."""
    held = frame.loc[frame[deflator].notna(), [time, deflator]].drop_duplicates()
    twice = held.loc[held[time].duplicated(), time]
    if len(twice):
        raise price_error(
            say("one '{deflator}' a year", "每年一个“{deflator}”", deflator=deflator),
            Text(
                f"several in {len(twice.unique()):,} years, first {twice.iloc[0]}",
                f"{len(twice.unique()):,}个年份有多个值，首见{twice.iloc[0]}",
            ),
            Text("name the unit column: entity=…", "用 entity=… 指明单位列"),
        )


def check_base_year(absent: list[str], base_year: float, entity: str) -> None:
    """Raise where units are absent from the base year."""
    if absent:
        raise price_error(
            say(
                "a value of every {entity} in the base year {base_year:g}",
                "每个{entity}在基年{base_year:g}均有取值",
                entity=entity,
                base_year=base_year,
            ),
            say("none for {n:,}: {absent}", "{n:,}个没有：{absent}", n=len(absent), absent=absent[:_SHOWN]),
            Text(
                "choose a base year that all have, or leave these units out",
                "改选各单位均有的基年，或剔除这些单位",
            ),
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


def price_error(expected: Text, got: Text | str, remedy: Text) -> MeasureError:
    """Return the error of a measure of prices."""
    return MeasureError.of("measures.prices_refused", expected=expected, got=got, remedy=remedy)


def _no_trend(frame: pd.DataFrame, deflator: str, time: str) -> bool:
    yearly = frame.groupby(time)[deflator].mean().dropna()
    steps = np.diff(yearly.to_numpy())
    rising = max((steps > 0).mean(), (steps < 0).mean()) if len(steps) else 1.0
    return bool(rising < 0.75)
