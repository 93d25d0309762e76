"""Means of groups side by side, and tests that they are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.kinds import Key, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.measures.contract import PROBABILITY, measure
from digimfg.measures.descriptive import numeric_column
from digimfg.measures.panel_summary import Variables
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

__all__ = [
    "GroupMeans",
    "group_means",
]


@checked
@shown(Text("Differences between groups", "组间差异检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class GroupMeans:
    """Hold means by group and tests that groups are alike.

    Parameters
    ----------
    table
        By variable: the mean in each group, ``difference`` (first less second group; of two groups only),
        ``t`` or ``f`` and its ``p_mean``, ``rank`` and ``p_rank``, ``chi2`` and ``p_chi2`` for categories.
    n_groups
        Number of groups.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    n_groups: int
    notes: tuple[Text, ...]


@measure("frame", gaps="left out", gives={"table.p_mean": PROBABILITY, "table.p_rank": PROBABILITY})
@checked
@keeps_marks
def group_means(
    frame: StoredFrame,
    variables: Variables,
    by: Key,
    *,
    variances: Literal["unequal", "equal"] = "unequal",
) -> GroupMeans:
    """Return means by group with tests of means, of ranks and of shares.

    Two groups: Welch's t (or the classical t) and the rank-sum z with midranks; more: one-way F (Welch's for
    unequal variances) and the Kruskal–Wallis H. Columns of words or of two values have Pearson's χ² of the
    table of counts, without a correction for continuity.

    Parameters
    ----------
    frame
        One row per observation. Rows without a group are left out; missing values variable by variable.
    variables
        Columns; those of words have χ² alone.
    by
        Column of the groups, two or more, in ascending order.
    variances
        ``"unequal"``: Welch (1951, doi:10.1093/biomet/38.3-4.330); ``"equal"``: one common variance.

    Raises
    ------
    MeasureError
        If there is only one group, or a column is missing or holds an infinite value.

    Examples
    --------
    >>> frame = pd.DataFrame({"east": [1, 1, 1, 0, 0, 0], "x": [3.0, 4.0, 5.0, 1.0, 2.0, 3.0]})
    >>> group_means(frame, ("x",), "east", variances="equal").table["t"].round(4).tolist()
    [-2.4495]
    """
    groups = sorted(frame[by].dropna().unique(), key=lambda each: (str(type(each)), each))
    if len(groups) < 2:
        raise MeasureError.of("measures.one_group", got=str(len(groups)), by=by)
    rows = {variable: _compared(frame, variable, by, groups, variances) for variable in variables}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("variable")
    table = table.loc[:, [name for name in table if table[name].notna().any()]]
    counts = [int((frame[by] == group).sum()) for group in groups]
    notes = (
        note_of("measures.rows_independent"),
        note_of(
            "measures.rows_by_group",
            listed=[f"{group} {count:,}" for group, count in zip(groups, counts, strict=True)],
        ),
        note_of(
            "measures.tests_of_means",
            test=Text("Welch's", "Welch（方差不等）")
            if variances == "unequal"
            else Text("Equal-variance", "等方差"),
        ),
    )
    return GroupMeans(table=table, n_groups=len(groups), notes=notes)


def _compared(
    frame: pd.DataFrame, variable: str, by: str, groups: list[object], variances: str
) -> dict[str, float]:
    from scipy import stats

    found: dict[str, float] = {}
    column = frame[variable] if variable in frame.columns else numeric_column(frame, variable)
    numbers = as_numbers(column) is not None
    inside = column.notna() & frame[by].notna()
    if numbers:
        values = numeric_column(frame, variable)
        parts = [values[inside & (frame[by] == group)].to_numpy(dtype=float) for group in groups]
        found |= {
            f"mean[{group}]": part.mean() if len(part) else np.nan
            for group, part in zip(groups, parts, strict=True)
        }
        testable = all(len(part) > 1 for part in parts) and any(np.ptp(part) > 0 for part in parts)
        equal = variances == "equal"
        if len(groups) == 2:
            found["difference"] = found[f"mean[{groups[0]}]"] - found[f"mean[{groups[1]}]"]
            if testable:
                t = stats.ttest_ind(*parts, equal_var=equal)
                found |= {"t": float(t.statistic), "p_mean": float(t.pvalue)}
        elif testable:
            f = stats.f_oneway(*parts, equal_var=equal)
            found |= {"f": float(f.statistic), "p_mean": float(f.pvalue)}
        if testable:
            found |= _ranked(parts)
    if not numbers or column[inside].nunique() == 2:
        counts = pd.crosstab(column[inside], frame.loc[inside, by])
        if min(counts.shape) > 1:
            chi2 = stats.chi2_contingency(counts.to_numpy(), correction=False)
            found |= {"chi2": float(chi2.statistic), "p_chi2": float(chi2.pvalue)}
    return found


def _ranked(parts: list[np.ndarray]) -> dict[str, float]:
    """Return the rank-sum z of the first of two groups, or the H of several, and its p value."""
    from scipy import stats

    if len(parts) > 2:
        h = stats.kruskal(*parts)
        return {"rank": float(h.statistic), "p_rank": float(h.pvalue)}
    first, second = len(parts[0]), len(parts[1])
    n = first + second
    ranks = stats.rankdata(np.concatenate(parts))
    variance = first * second / n * ranks.var(ddof=1)
    z = float((ranks[:first].sum() - first * (n + 1) / 2) / np.sqrt(variance))
    return {"rank": z, "p_rank": float(2 * stats.norm.sf(abs(z)))}
