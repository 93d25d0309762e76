"""Missing data by a declared policy: bounded, flagged cell by cell, told in every table, and undone on
demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError, nearest
from digimfg.frames import as_numbers
from digimfg.frames.filled_cells import declare_filled, filled_columns, flag_name
from digimfg.kinds import AtLeast, AtMost, ColumnOf, Entries, NumberColumn, StoredFrame
from digimfg.measures.columns import refuse_infinite
from digimfg.measures.contract import measure
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

__all__ = ["FilledFrame", "MissingPolicy", "fill_missing", "mark_filled"]

FillMethod = Literal["none", "linear", "geometric"]
_SHOWN = 3


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPolicy:
    """Declare what may be filled in, and how.

    Nothing is ever extrapolated beyond a unit's first and last value.

    Parameters
    ----------
    method
        ``"none"`` fills nothing; ``"linear"`` between the nearest values before and after; ``"geometric"``
        so in logarithms (values must be positive).
    max_gap
        Longest run of years without a value that is filled, 1 to 3; longer gaps stay missing altogether.
    columns
        Columns that it holds for; one name may be given as it is.

    Raises
    ------
    MeasureError
        If a choice is out of bounds, a column is named twice, or a method is named without columns.

    Examples
    --------
    >>> MissingPolicy(method="linear", max_gap=2, columns="patents").columns
    ('patents',)
    """

    method: FillMethod = "none"
    max_gap: Annotated[int, AtLeast(1), AtMost(3)] = 1
    columns: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = (self.columns,) if isinstance(self.columns, str) else self.columns
        object.__setattr__(self, "columns", names)
        if len(set(names)) < len(names) or (not names and self.method != "none"):
            raise MeasureError.of(
                "measures.policy_columns_not_unique", given=", ".join(map(str, names)) or Text("none", "没有")
            )


@checked
@shown(Text("Cells filled in", "缺失填补"), first="filled")
@dataclass(frozen=True, kw_only=True, eq=False)
class FilledFrame:
    """Hold a frame after its policies, with what was done to it.

    Parameters
    ----------
    frame
        The rows given, in their order, and one column ``<column>_filled`` (0/1) per column of a policy.
        Results that use a filled column say so; ``Specification(observed_only=True)`` sets its filled cells
        back to missing.
    counts
        Column → (values observed, cells filled, cells still missing).
    """

    frame: pd.DataFrame
    counts: Mapping[str, tuple[int, int, int]]

    @property
    def filled(self) -> pd.DataFrame:
        """Return the counts as a frame: column → ``n_observed n_filled n_missing``."""
        import pandas as pd

        names = ["n_observed", "n_filled", "n_missing"]
        return pd.DataFrame.from_dict(dict(self.counts), orient="index", columns=names).rename_axis("column")


@measure("frame", gaps="filled", gives={})
@checked
def fill_missing(
    frame: StoredFrame,
    policies: MissingPolicy | Iterable[MissingPolicy],
    *,
    entity: Annotated[str | Annotated[Iterable[str], Entries(1)], ColumnOf("keys")],
    time: NumberColumn = "year",
) -> FilledFrame:
    """Fill gaps inside each unit's series as policies say, and flag every cell that was filled.

    Between the values x_s and x_t, linear: x_s + (x_t − x_s)(r − s)/(t − s) at year r; geometric: the same
    of logarithms. Nothing is extrapolated: before a unit's first value and after its last, cells stay
    missing.

    Parameters
    ----------
    frame
        One row per unit and year. A year without a row counts towards a gap; no row is made for it.
    policies
        What may be filled: one policy, or several for different columns.
    entity, time
        Key columns; several that together name a unit are given as a tuple.

    Returns
    -------
    FilledFrame
        With method ``"none"`` the values are those given and every flag is 0.

    Raises
    ------
    MeasureError
        If a column is not there, holds no numbers or infinite ones, or was filled before; two policies name
        one column; a key repeats; or geometric interpolation meets values that are not positive.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"p": ["a"] * 5, "year": range(2011, 2016), "x": [1.0, None, 3.0, None, None]})
    >>> filled = dm.fill_missing(frame, dm.MissingPolicy(method="linear", columns="x"), entity="p")
    >>> filled.frame["x"].tolist(), filled.frame["x_filled"].tolist(), filled.counts["x"]
    ([1.0, 2.0, 3.0, nan, nan], [0, 1, 0, 0, 0], (2, 1, 2))
    """
    declared = (policies,) if isinstance(policies, MissingPolicy) else tuple(policies)
    keys = (entity,) if isinstance(entity, str) else tuple(entity)
    columns = [name for policy in declared for name in policy.columns]
    _check(frame, columns, keys, time)
    result = frame.copy(deep=False)
    counts: dict[str, tuple[int, int, int]] = {}
    places = _places(frame, keys, time)
    for policy in declared:
        for name in policy.columns:
            values = frame[name].to_numpy(dtype="float64", na_value=np.nan)
            if policy.method == "geometric" and (values <= 0).any():
                raise MeasureError.of(
                    "measures.logs_of_values_not_positive", got=f"{int((values <= 0).sum()):,} ≤ 0", name=name
                )
            filled = values if policy.method == "none" else _filled(values, *places, policy)
            new = np.isnan(values) & ~np.isnan(filled)
            if new.any():
                result[name] = filled
            held, added = int((~np.isnan(values)).sum()), int(new.sum())
            counts[name] = (held, added, len(values) - held - added)
            said = dict(zip(("observed", "filled", "missing"), counts[name], strict=True))
            declare_filled(result, name, new, {"method": policy.method, "max_gap": policy.max_gap, **said})
    return FilledFrame(frame=result, counts=counts)


@measure("frame", gaps="carried", gives={})
@checked
def mark_filled(
    frame: StoredFrame, column: Annotated[str, ColumnOf()], computed_from: Iterable[str]
) -> pd.DataFrame:
    """Flag a column computed row by row from filled columns, such as an index: its notes and its undoing
    follow them.

    Parameters
    ----------
    frame
        After `fill_missing`.
    column
        The computed column.
    computed_from
        Columns that it was computed from; those that no policy names do not matter.

    Returns
    -------
    pandas.DataFrame
        The frame with ``<column>_filled``: 1 where any of the columns was filled in and the result is not
        missing.

    Raises
    ------
    MeasureError
        If a column is not there, `column` holds an infinite value, or none of them was filled by a policy.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"p": ["a"] * 3, "year": range(2011, 2014), "x": [1.0, None, 3.0], "z": [2.0,
    ...     5.0, 1.0]})
    >>> filled = dm.fill_missing(frame, dm.MissingPolicy(method="linear", columns="x"), entity="p").frame
    >>> dm.mark_filled(filled.assign(index=filled["x"] + filled["z"]), "index", ("x",
    ...     "z"))["index_filled"].tolist()
    [0, 1, 0]
    """
    names = tuple(computed_from)
    _check_there(frame, (column, *names))
    refuse_infinite(frame[column], column)
    known = filled_columns(frame)
    parts = [name for name in names if name in known]
    if not parts:
        raise MeasureError.of("measures.no_columns_of_policy", given=", ".join(names) or Text("none", "没有"))
    _check_there(frame, map(flag_name, parts))
    there = frame[column].notna().to_numpy(dtype=bool)
    flags = frame[[flag_name(name) for name in parts]].eq(1).any(axis=1).to_numpy(dtype=bool) & there
    result = frame.copy(deep=False)
    counts = {
        "observed": int(there.sum() - flags.sum()),
        "filled": int(flags.sum()),
        "missing": int((~there).sum()),
    }
    declare_filled(result, column, flags, {"computed_from": parts, **counts})
    return result


def _places(frame: pd.DataFrame, keys: tuple[str, ...], time: str) -> tuple[Codes, Codes, Floats]:
    """Return the rows by unit and year, and the unit and the year of each; rows without a key are left
    out.
    """
    units = frame.groupby(list(keys), sort=False, dropna=True, observed=True).ngroup()
    codes = units.fillna(-1).to_numpy(dtype=np.int64)
    years = frame[time].to_numpy(dtype="float64", na_value=np.nan)
    order = np.lexsort((years, codes))
    order = order[(codes[order] >= 0) & ~np.isnan(years[order])]
    return order, codes[order], years[order]


def _filled(values: Floats, order: Codes, units: Codes, years: Floats, policy: MissingPolicy) -> Floats:
    logs = policy.method == "geometric"
    known = np.log(values[order]) if logs else values[order]
    held = np.flatnonzero(~np.isnan(known))
    gaps = np.flatnonzero(np.isnan(known))
    after = np.searchsorted(held, gaps)
    inside = (after > 0) & (after < len(held))
    gaps, after = gaps[inside], after[inside]
    first, last = held[after - 1], held[after]
    span = years[last] - years[first]
    near = (units[first] == units[gaps]) & (units[last] == units[gaps]) & (span - 1 <= policy.max_gap)
    gaps, first, last, span = gaps[near], first[near], last[near], span[near]
    share = (years[gaps] - years[first]) / span
    between = known[first] + share * (known[last] - known[first])
    result = values.copy()
    result[order[gaps]] = np.exp(between) if logs else between
    return result


def _check(frame: pd.DataFrame, columns: list[str], keys: tuple[str, ...], time: str) -> None:
    _check_there(frame, columns)
    text = [name for name in columns if as_numbers(frame[name]) is None]
    if text:
        raise MeasureError.of("measures.filled_columns_not_numbers", got=", ".join(text))
    for name in columns:
        refuse_infinite(frame[name], name)
    again = [name for name in columns if columns.count(name) > 1 or flag_name(name) in frame.columns]
    if again:
        raise MeasureError.of(
            "measures.columns_filled_twice",
            got=", ".join(dict.fromkeys(again)),
            flag_name=flag_name(again[0]),
        )
    twice = frame.duplicated([*keys, time]) & frame[[*keys, time]].notna().all(axis=1)
    if twice.any():
        first = frame.loc[twice, [*keys, time]].head(_SHOWN).to_numpy().tolist()
        raise MeasureError.of(
            "measures.rows_to_fill_repeated", value=" × ".join((*keys, time)), n=int(twice.sum()), first=first
        )


def _check_there(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        near = nearest(absent[0], [str(name) for name in frame.columns])
        raise MeasureError.of("measures.columns_to_fill_unknown", got=", ".join(absent), near=near)
