"""When firms are there: runs of years, what began and ended each, and why years between are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["absences", "spells"]


def spells(frame: pd.DataFrame, kept: NDArray[np.bool_]) -> pd.DataFrame:
    """Return runs of years with statements, one row each.

    Parameters
    ----------
    frame
        ``firm``, ``year``, sorted; ``listing_year`` and ``delisting_year`` where known.
    kept
        Which rows stay in the panel.

    Returns
    -------
    pandas.DataFrame
        ``firm spell first_year last_year years in_panel began ended``. ``began``: ``"listed"`` (within a
        year of the listing), ``"data begin"``, ``"gap"``, or ``"not known"``; ``ended``: ``"delisted"``,
        ``"data end"``, ``"gap"`` or ``"not known"``.
    """
    years = frame["year"].to_numpy(dtype=np.int64)
    firm = pd.factorize(frame["firm"], sort=True)[0]
    starts = np.flatnonzero(np.r_[True, (np.diff(firm) != 0) | (np.diff(years) != 1)])
    ends = np.r_[starts[1:], len(years)] - 1
    listed = _column(frame, "listing_year")
    delisted = _column(frame, "delisting_year")
    first, last = years.min(), years.max()
    rows = []
    numbers: dict[int, int] = {}
    for start, end in zip(starts, ends, strict=True):
        unit = int(firm[start])
        numbers[unit] = numbers.get(unit, 0) + 1
        again = end + 1 < len(firm) and firm[end + 1] == unit
        began = (
            "gap"
            if numbers[unit] > 1
            else "listed"
            if abs(years[start] - listed[start]) <= 1
            else "data begin"
            if years[start] == first
            else "not known"
        )
        ended = (
            "gap"
            if again
            else "data end"
            if years[end] == last
            else "delisted"
            if 0 <= delisted[end] - years[end] <= 1
            else "not known"
        )
        rows.append(
            {
                "firm": frame["firm"].iloc[start],
                "spell": numbers[unit],
                "first_year": int(years[start]),
                "last_year": int(years[end]),
                "years": int(end - start + 1),
                "in_panel": int(kept[start : end + 1].sum()),
                "began": began,
                "ended": ended,
            }
        )
    return pd.DataFrame(rows)


def absences(
    frame: pd.DataFrame, kept: NDArray[np.bool_], reason: pd.Series, labels: Sequence[Text]
) -> pd.DataFrame:
    """Return the years that the panel lacks between the first and the last year of each firm, by reason.

    Returns
    -------
    pandas.DataFrame
        ``reason`` (no statement, or the rule), ``rows``, ``firms``.
    """
    there = frame[kept].groupby("firm")["year"].agg(["min", "max"])
    ends = there.reindex(frame["firm"])
    years = frame["year"].to_numpy()
    within = (years >= ends["min"].to_numpy()) & (years <= ends["max"].to_numpy())
    stated = frame[within].groupby("firm").size().reindex(there.index)
    without = (there["max"] - there["min"] + 1 - stated).astype("int64")
    rows = [(Text("No statement", "无报表"), int(without.sum()), int((without > 0).sum()))]
    for place, label in enumerate(labels):
        gone = within & (reason == place).to_numpy()
        rows.append((label, int(gone.sum()), int(frame.loc[gone, "firm"].nunique())))
    return pd.DataFrame([row for row in rows if row[1]], columns=["reason", "rows", "firms"])


def _column(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in frame:
        return np.full(len(frame), np.nan)
    values: NDArray[np.float64] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return values
