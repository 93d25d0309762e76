"""Missing data by a declared policy: bounded, flagged cell by cell, told in every table, and undone in a robustness column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from digimfg.errors import MeasureError
from digimfg.frame_notes import note_entry
from digimfg.measures.choices import check_choice
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FilledFrame", "MissingPolicy", "fill_missing"]

FillMethod = Literal["none", "linear", "geometric"]
_HOW = {
    "linear": Text("linear interpolation", "线性插值"),
    "geometric": Text("interpolation at a constant growth rate", "等比插值"),
}
_SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPolicy:
    """Declare what may be filled in, and how.

    Parameters
    ----------
    method
        ``"none"`` fills nothing; ``"linear"`` between the nearest values before and after; ``"geometric"`` so in logarithms
        (values must be positive).
    max_gap
        Longest run of years without a value that is filled, 1 to 3; longer gaps stay missing altogether.
    columns
        Columns that it holds for. Nothing is ever extrapolated beyond a unit's first and last value.
    """

    method: FillMethod = "none"
    max_gap: int = 1
    columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_choice("method", self.method, get_args(FillMethod))
        if isinstance(self.max_gap, bool) or self.max_gap not in (1, 2, 3):
            raise _wrong(
                Text("max_gap of 1, 2 or 3 years", "max_gap 为 1、2 或 3 年"),
                repr(self.max_gap),
                Text("leave longer gaps missing", "更长的缺口请保持缺失"),
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class FilledFrame:
    """Hold a frame after a policy, with what was done to it.

    Parameters
    ----------
    frame
        The rows given, in their order, and one column ``<column>_filled`` (0/1) per column of the policy. Its notes reach
        every result that uses a filled column.
    counts
        Column → (values observed, cells filled, cells still missing).
    policy
        What was declared.
    """

    frame: pd.DataFrame
    counts: Mapping[str, tuple[int, int, int]]
    policy: MissingPolicy

    def observed_only(self, columns: tuple[str, ...] = ()) -> str:
        """Return the sample filter of the robustness column: rows where none of the columns was filled.

        Parameters
        ----------
        columns
            By default all columns of the policy.
        """
        return " & ".join(f"{_flag(name)} == 0" for name in columns or self.policy.columns)


def fill_missing(
    frame: pd.DataFrame, policy: MissingPolicy, *, entity: str, time: str = "year"
) -> FilledFrame:
    """Fill gaps inside each unit's series as a policy says, and flag every cell that was filled.

    Between the values x_s and x_t, linear: x_s + (x_t − x_s)(r − s)/(t − s) at year r; geometric: the same of logarithms.

    Parameters
    ----------
    frame
        One row per unit and year. A year without a row counts towards a gap; no row is made for it.
    policy
        What may be filled.
    entity, time
        Key columns.

    Returns
    -------
    FilledFrame
        With method ``"none"`` the values are those given and every flag is 0.

    Raises
    ------
    MeasureError
        If a column is not there or holds no numbers, a key repeats, or geometric interpolation meets values that are not
        positive.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"p": ["a"] * 5, "year": range(2011, 2016), "x": [1.0, None, 3.0, None, None]})
    >>> filled = dm.fill_missing(frame, dm.MissingPolicy(method="linear", columns=("x",)), entity="p")
    >>> filled.frame["x"].tolist(), filled.frame["x_filled"].tolist(), filled.counts["x"], filled.observed_only()
    ([1.0, 2.0, 3.0, nan, nan], [0, 1, 0, 0, 0], (2, 1, 2), 'x_filled == 0')
    """
    _check(frame, policy, entity, time)
    units = frame[entity].to_numpy()
    years = frame[time].to_numpy(dtype="float64")
    order = np.lexsort((years, frame[entity].astype(str).to_numpy()))
    result = frame.copy(deep=False)
    counts: dict[str, tuple[int, int, int]] = {}
    notes = list(frame.attrs.get("notes", ()))
    for name in policy.columns:
        values = frame[name].to_numpy(dtype="float64", na_value=np.nan)
        if policy.method == "geometric" and (values <= 0).any():
            raise _wrong(
                Text(f"positive values of '{name}'", f"“{name}”为正"),
                f"{int((values <= 0).sum()):,} ≤ 0",
                Text("use method='linear'", "改用 method='linear'"),
            )
        filled = values if policy.method == "none" else _filled(values, units, years, order, policy)
        new = np.isnan(values) & ~np.isnan(filled)
        result[name] = filled
        result[_flag(name)] = new.astype("int64")
        counts[name] = (int((~np.isnan(values)).sum()), int(new.sum()), int(np.isnan(filled).sum()))
        if new.any():
            notes.append(note_entry(_note(name, policy, counts[name]), (name,)) | {"flag": _flag(name)})
    if notes:
        result.attrs["notes"] = notes
    return FilledFrame(frame=result, counts=counts, policy=policy)


def _filled(
    values: np.ndarray, units: np.ndarray, years: np.ndarray, order: np.ndarray, policy: MissingPolicy
) -> np.ndarray:
    logs = policy.method == "geometric"
    sorted_values = np.log(values[order]) if logs else values[order]
    sorted_units, sorted_years = units[order], years[order]
    held = np.flatnonzero(~np.isnan(sorted_values))
    result = values.copy()
    if len(held) < 2:
        return result
    for place in np.flatnonzero(np.isnan(sorted_values)):
        after = int(np.searchsorted(held, place))
        if after in (0, len(held)):
            continue
        first, last = held[after - 1], held[after]
        unit = sorted_units[place]
        gap = sorted_years[last] - sorted_years[first] - 1
        if sorted_units[first] != unit or sorted_units[last] != unit or gap > policy.max_gap:
            continue
        share = (sorted_years[place] - sorted_years[first]) / (gap + 1)
        value = sorted_values[first] + share * (sorted_values[last] - sorted_values[first])
        result[order[place]] = np.exp(value) if logs else value
    return result


def _note(name: str, policy: MissingPolicy, count: tuple[int, int, int]) -> Text:
    observed, filled, _ = count
    how = _HOW[policy.method]
    total = observed + filled
    return Text(
        f"{name}: {filled:,} of {total:,} values of the panel ({100 * filled / total:.1f} %) by {how.en} inside gaps of at most "
        f"{policy.max_gap} year{'s' if policy.max_gap > 1 else ''}, flagged in {_flag(name)}",
        f"{name}：面板 {total:,} 个取值中有 {filled:,} 个（{100 * filled / total:.1f}%）由{how.zh}得到，缺口至多 {policy.max_gap} 年，"
        f"以 {_flag(name)} 标记",
    )


def _flag(name: str) -> str:
    return f"{name}_filled"


def _check(frame: pd.DataFrame, policy: MissingPolicy, entity: str, time: str) -> None:
    import pandas as pd

    absent = [name for name in (entity, time, *policy.columns) if name not in frame.columns]
    if absent:
        raise _wrong(
            Text("columns of the frame", "数据框的列"),
            ", ".join(absent),
            Text("correct the names", "更正列名"),
        )
    text = [name for name in policy.columns if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    if text:
        raise _wrong(
            Text("columns of numbers", "数值列"), ", ".join(text), Text("convert them first", "请先转换")
        )
    twice = frame.duplicated([entity, time])
    if twice.any():
        first = frame.loc[twice, [entity, time]].head(_SHOWN).to_numpy().tolist()
        raise _wrong(
            Text(f"one row per {entity} × {time}", f"每个 {entity} × {time} 一行"),
            Text(
                f"{int(twice.sum()):,} repeated rows, first {first}",
                f"{int(twice.sum()):,} 行重复，起首 {first}",
            ),
            Text("keep one row of each", "每个键只留一行"),
        )


def _wrong(expected: Text, got: Text | str, remedy: Text) -> MeasureError:
    return MeasureError(where=Text("missing data", "缺失数据"), expected=expected, got=got, remedy=remedy)
