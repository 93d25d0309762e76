"""Fill the roles of a test from the columns of a frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import MeasureError, nearest
from digimfg.magnitude import near_one
from digimfg.paper.packs.roles import ROLES, Role, role
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Filled",
    "fill_roles",
]

_FEWEST = 60
_LEAST_SHARE = 0.5
_SKEWED = 10.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Filled:
    """Hold the columns that fill roles, by role, which of the frame's they use, what each was made of, and
    what
    is missing.
    """

    columns: Mapping[str, pd.Series]
    used: tuple[str, ...]
    found: tuple[Text, ...]
    missing: tuple[Text, ...]


def fill_roles(
    frame: pd.DataFrame, wanted: Iterable[str], named: Mapping[str, str], known: Collection[str]
) -> Filled:
    """Return the columns that fill roles, standardised over the panel.

    Parameters
    ----------
    frame
        The panel.
    wanted
        Roles.
    named
        Role → column that the user named.
    known
        Columns that a panel of the kind may have: of these is said what would be enough.

    Raises
    ------
    MeasureError
        If a named column is not there, or holds no numbers.
    """
    for name, column in named.items():
        role(name)
        if column not in frame:
            near = nearest(column, [str(each) for each in frame.columns])
            raise MeasureError.of("paper.role_unfilled", got=f"'{column}'", name=name, near=near)
    columns, used, found, missing = {}, [], [], []
    for name in wanted:
        own = ROLES[name]
        single = _single(frame, own, named)
        parts = [] if single else _indicators(frame, own)
        used += [single] if single else [each.lstrip("-") for each in parts]
        if single:
            columns[name] = _standard(frame[single], single)
            found.append(
                own.label
                if single == name
                else Text(f"{own.label.en}: {single}", f"{own.label.zh}：{single}")
            )
        elif parts:
            columns[name] = _index(frame, parts)
            listed = ", ".join(parts)
            found.append(
                Text(f"{own.label.en}: mean of {listed}", f"{own.label.zh}：{'、'.join(parts)}的均值")
            )
        else:
            missing.append(_lacking(own, frame, known))
    return Filled(
        columns=columns,
        used=tuple(dict.fromkeys(used)),
        found=tuple(dict.fromkeys(found)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _single(frame: pd.DataFrame, own: Role, named: Mapping[str, str]) -> str:
    for name in (own.name, own.like):
        if name in named:
            return named[name]
        if name and name in frame and frame[name].notna().any():
            return name
    return ""


def _indicators(frame: pd.DataFrame, own: Role) -> list[str]:
    """Return the indicators that are there: those with half as many values as the one with most, or more."""
    base = ROLES[own.like] if own.like else own
    counts = {
        each: int(frame[each.lstrip("-")].notna().sum())
        for each in base.indicators
        if each.lstrip("-") in frame and _seen(frame[each.lstrip("-")])
    }
    there = [each for each, count in counts.items() if count >= _LEAST_SHARE * max(counts.values())]
    return there if len(there) >= base.least else []


def _seen(column: pd.Series) -> bool:
    return bool(
        pd.api.types.is_numeric_dtype(column) and column.notna().sum() >= _FEWEST and column.nunique() > 2
    )


def _index(frame: pd.DataFrame, parts: list[str]) -> pd.Series:
    signed = [
        (-1 if each.startswith("-") else 1) * _standard(frame[each.lstrip("-")], each) for each in parts
    ]
    total: pd.Series = pd.concat(signed, axis=1).mean(axis=1, skipna=False)
    return _standard(total, "index")


def _standard(column: pd.Series, name: str) -> pd.Series:
    """Return a column with mean zero and standard deviation one; amounts that span orders of size in logs."""
    if not pd.api.types.is_numeric_dtype(column):
        raise MeasureError.of("paper.column_not_numbers", got=str(column.dtype), name=name)
    values: NDArray[np.float64] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    if len(known) and known.min() > 0 and known.max() > _SKEWED * np.median(known):
        values = np.log(values)
    values, _ = near_one(values)
    spread = np.nanstd(values)
    return pd.Series((values - np.nanmean(values)) / (spread if spread > 0 else 1.0), index=column.index)


def _lacking(own: Role, frame: pd.DataFrame, possible: Collection[str]) -> Text:
    """Return what would be enough to fill a role."""
    base = ROLES[own.like] if own.like else own
    known = dictionary()
    names = [each.lstrip("-") for each in base.indicators]
    absent = [each for each in names if each not in frame and each in possible]
    there = [each for each in names if each in frame]
    column = Text(f"a column '{own.name}'", f"列“{own.name}”")
    have = Text(f"; found only {', '.join(there)}", f"；仅有{'、'.join(there)}") if there else Text("", "")
    if not absent:
        return Text(f"{own.label.en} ({column.en}{have.en})", f"{own.label.zh}（{column.zh}{have.zh}）")
    more = max(1, base.least - len(there))
    en = ", ".join(f"{each} ({known[each].label.en})" if each in known else each for each in absent[:6])
    zh = "、".join(f"{each}（{known[each].label.zh}）" if each in known else each for each in absent[:6])
    return Text(
        f"{own.label.en} ({column.en}, or {more} of: {en}{have.en})",
        f"{own.label.zh}（{column.zh}，或下列中的{more}个：{zh}{have.zh}）",
    )
