"""Describe a panel: spread between and within units, patterns of presence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.contracts import Dropped
from digimfg.errors import MeasureError
from digimfg.kinds import Count, Entries, Key, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.measures.contract import SHARE, Gives, measure
from digimfg.measures.descriptive import numeric_column
from digimfg.measures.unbroken_panel import check_keys
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

__all__ = [
    "PresencePatterns",
    "VariationByLevel",
    "presence_patterns",
    "variation_by_level",
]

Variables = Annotated[tuple[str, ...], Entries(1)]


@checked
@shown(Text("Overall, between and within variation", "总体、组间与组内变异"))
@dataclass(frozen=True, kw_only=True, eq=False)
class VariationByLevel:
    """Hold the spread of variables over all rows, between units and within them.

    Parameters
    ----------
    table
        Indexed by ``variable`` and ``variation`` (overall, between, within); ``mean sd min max count``.
        The counts are rows overall, units between, and values per unit within.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@shown(Text("Patterns of presence", "面板出现模式"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PresencePatterns:
    """Hold in which periods units are there.

    Parameters
    ----------
    patterns
        By pattern, ``1`` where a unit is there and ``.`` where not, the most frequent first:
        ``n_units share cumulative``.
    n_units, n_periods, n_rows
        Units, periods with a row, rows.
    least, median, most
        Periods per unit.
    notes
        What a reader must know.
    """

    patterns: pd.DataFrame
    n_units: int
    n_periods: int
    n_rows: int
    least: float
    median: float
    most: float
    notes: tuple[Text, ...]


@measure("frame", gaps="left out", gives={"table.sd": Gives("as given", 0, direction=1)})
@checked
@keeps_marks
def variation_by_level(frame: StoredFrame, variables: Variables, entity: Key) -> VariationByLevel:
    """Return means and standard deviations over all rows, between units and within units.

    x̄_i is the mean of a unit, x̄ of all rows. Between: the spread of x̄_i, every unit once, divided by n − 1.
    Within: the spread of x_it − x̄_i + x̄, divided by N − 1. These are the numbers of Stata's xtsum.

    Parameters
    ----------
    frame
        One row per unit and period. Missing values are left out, variable by variable.
    variables
        Numeric columns.
    entity
        Column that names the unit.

    Raises
    ------
    MeasureError
        If a column is missing, not numeric or holds an infinite value.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["a", "a", "b", "b"], "x": [1.0, 3.0, 5.0, 7.0]})
    >>> variation_by_level(frame, ("x",), "unit").table["sd"].round(4).tolist()
    [2.582, 2.8284, 1.1547]
    """
    rows = {}
    for variable in variables:
        values = numeric_column(frame, variable)
        there = values.notna() & frame[entity].notna()
        kept, units = values[there], frame.loc[there, entity]
        means = kept.groupby(units.to_numpy()).mean()
        within = kept - means.reindex(units.to_numpy()).to_numpy() + kept.mean()
        per_unit = len(kept) / max(len(means), 1)
        for level, found, count in (
            ("overall", kept, len(kept)), ("between", means, len(means)), ("within", within, per_unit)
        ):  # fmt: skip
            rows[variable, level] = {
                "mean": kept.mean() if level == "overall" else np.nan,
                "sd": found.std(ddof=1) if len(found) > 1 else np.nan,
                "min": found.min() if len(found) else np.nan,
                "max": found.max() if len(found) else np.nan,
                "count": int(count) if count == round(count) else count,
            }
    table = pd.DataFrame.from_dict(rows, orient="index").astype({"count": object})
    table.index = pd.MultiIndex.from_tuples(table.index, names=["variable", "variation"])
    note = note_of("measures.levels_of_counts")
    return VariationByLevel(table=table, notes=(note,))


@measure("frame", gaps="left out", gives={"patterns.share": SHARE, "patterns.cumulative": SHARE})
@checked
@keeps_marks
def presence_patterns(frame: StoredFrame, entity: Key, time: Key, *, most: Count = 10) -> PresencePatterns:
    """Return in which periods units are there, as Stata's xtdescribe does.

    Parameters
    ----------
    frame
        One row per unit and period.
    entity, time
        Key columns; the periods are those that occur. Rows in which one is missing are left out and
        counted.
    most
        Patterns to list; the others are counted in one line.

    Raises
    ------
    MeasureError
        If a unit has two rows in a period.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["a", "a", "b"], "year": [2001, 2002, 2002]})
    >>> presence_patterns(frame, "unit", "year").patterns["n_units"].to_dict()
    {'11': 1, '.1': 1}
    """
    keys = frame[[entity, time]].dropna()
    repeated = keys.duplicated()
    if repeated.any():
        first = ", ".join(map(str, keys[repeated].iloc[0]))
        raise MeasureError.of(
            "measures.presence_rows_repeated", entity=entity, time=time, n=int(repeated.sum()), first=first
        )
    check_keys(keys, (entity, time))
    if keys.empty:
        raise MeasureError.of("measures.keys_all_missing", entity=entity, time=time)
    grid = pd.crosstab(keys[entity], keys[time]).to_numpy(dtype=bool)
    shapes = pd.Series(["".join("1" if each else "." for each in line) for line in grid], dtype=object)
    counts = shapes.value_counts()
    order = sorted(counts.index, key=lambda shape: (-counts[shape], shape.replace(".", "2")))
    listed = counts.reindex(order).iloc[:most]
    rest = int(counts.sum() - listed.sum())
    found = {str(shape): int(count) for shape, count in listed.items()} | ({"other": rest} if rest else {})
    patterns = pd.DataFrame({"n_units": pd.Series(found, dtype="int64")}).rename_axis("pattern")
    patterns["share"] = patterns["n_units"] / len(shapes)
    patterns["cumulative"] = patterns["share"].cumsum()
    periods = sorted(keys[time].unique())
    lengths = grid.sum(axis=1)
    note = note_of("measures.pattern_of_periods", first=str(periods[0]), last=str(periods[-1]))
    left_out = len(frame) - len(keys)
    return PresencePatterns(
        patterns=patterns,
        n_units=len(shapes),
        n_periods=len(periods),
        n_rows=len(keys),
        least=float(lengths.min()),
        median=float(np.median(lengths)),
        most=float(lengths.max()),
        notes=(note, *([_without_key(left_out)] if left_out else [])),
    )


def _without_key(count: int) -> Text:
    return Dropped(reason=Text("missing unit or period", "缺个体或时期"), n_rows=count).note
