"""Groups under one roof: efficiency within a group, against all, and the gap between the two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.efficiency.models import as_shares
from digimfg.efficiency.options import Columns, EnvelopmentKeywords, EnvelopmentOptions
from digimfg.efficiency.scores import Reference, efficiency
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.kinds import AtLeast, Key
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.periods import calendar
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

__all__ = ["Metafrontier", "WindowAnalysis", "metafrontier", "window_analysis"]


@checked
@shown(Text("Metafrontier", "共同前沿"), first="means")
@dataclass(frozen=True, kw_only=True, eq=False)
class Metafrontier:
    """Hold efficiency against the own group and against all.

    Parameters
    ----------
    scores
        Indexed as the frame: keys, the group, ``group_efficiency``, ``meta_efficiency`` and
        ``technology_gap_ratio`` (meta over group; of directional models both as 1/(1 + β), of
        input orientation as 1 - β).
    means
        Means of the three by group, with the number of rows ``n``.
    notes
        What a reader must know.
    """

    scores: pd.DataFrame
    means: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@takes(EnvelopmentOptions)
def metafrontier(
    frame: pd.DataFrame,
    inputs: Columns,
    outputs: Columns,
    *,
    group: Key,
    unit: Key,
    time: Key | None = None,
    reference: Reference = "period",
    **options: Unpack[EnvelopmentKeywords],
) -> Metafrontier:
    r"""Measure units against the frontier of their group and against the metafrontier of all.

    The technology gap ratio is the second over the first: how near the group's frontier comes to that of all
    (O'Donnell, Rao & Battese 2008, doi:10.1007/s00181-007-0119-4).

    Parameters
    ----------
    group
        Column of groups.
    frame, inputs, outputs, unit, time, undesirable, model, orientation, returns, disposability
        See `efficiency`.
    reference, missing, n_jobs
        See `efficiency`.

    Raises
    ------
    MeasureError
        As `efficiency`; if there are fewer than two groups, or a row has none.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"plant": list("abcd"), "region": ["east", "east", "west", "west"],
    ...                        "x": [1.0, 2.0, 2.0, 4.0], "y": [2.0, 2.0, 2.0, 3.0]})
    >>> found = metafrontier(plants, ["x"], ["y"], group="region", unit="plant")
    >>> found.means["technology_gap_ratio"].tolist()
    [1.0, 0.5]
    """
    import pandas as pd

    check_columns(frame, [group])
    names = sorted(frame[group].dropna().unique())
    if len(names) < 2 or frame[group].isna().any():
        raise MeasureError.of(
            "efficiency.too_few_groups", name=group, n=len(names), gaps=int(frame[group].isna().sum())
        )
    measure = partial(
        efficiency,
        inputs=inputs,
        outputs=outputs,
        unit=unit,
        time=time,
        reference=reference,
        **options,
    )
    every = measure(frame)
    parts = [measure(frame[frame[group] == name]) for name in names]
    used = [
        *inputs,
        *outputs,
        *options.get("undesirable", ()),
        *(key for key in (unit, time) if key is not None),
    ]
    held = frame[used].notna().all(axis=1)
    column = next(name for name in every.scores.columns if name.endswith("efficiency"))
    within = pd.concat([part.scores[column] for part in parts]).to_numpy()
    rows = np.concatenate([np.flatnonzero((frame[group] == name) & held) for name in names])
    order = np.argsort(rows)
    keys = every.scores.drop(columns=[column, "efficient"])
    pair = np.column_stack([within[order], every.scores[column].to_numpy()])
    if column == "inefficiency":
        pair = as_shares(pair, options.get("model", "radial"), options.get("orientation"))
    scores = keys.assign(
        **{
            group: frame.iloc[rows[order]][group].to_numpy(),
            "group_efficiency": pair[:, 0],
            "meta_efficiency": pair[:, 1],
            "technology_gap_ratio": pair[:, 1] / pair[:, 0],
        }
    )
    measured = ["group_efficiency", "meta_efficiency", "technology_gap_ratio"]
    grouped = scores.groupby(group, sort=True)
    return Metafrontier(
        scores=scores,
        means=grouped[measured].mean().assign(n=grouped.size()),
        notes=tuple(dict.fromkeys([*every.notes, *(note for part in parts for note in part.notes)])),
    )


@checked
@shown(Text("Window analysis", "窗口分析"), first="scores")
@dataclass(frozen=True, kw_only=True, eq=False)
class WindowAnalysis:
    """Hold efficiency in moving windows of periods.

    Parameters
    ----------
    windows
        One row per unit, period and window (its first period): keys, ``window``, and the measure.
    scores
        Keys and the mean of the measure over the windows that hold the period, with their ``spread``
        (largest less smallest).
    notes
        What a reader must know.
    """

    windows: pd.DataFrame
    scores: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@takes(EnvelopmentOptions)
def window_analysis(
    frame: pd.DataFrame,
    inputs: Columns,
    outputs: Columns,
    *,
    unit: Key,
    time: Key,
    width: Annotated[int, AtLeast(2)] = 3,
    **options: Unpack[EnvelopmentKeywords],
) -> WindowAnalysis:
    r"""Measure efficiency in windows of periods that move by one: a unit in each period of a window is a unit
    of its own (Charnes, Clark, Cooper & Golany 1984, doi:10.1007/BF01874734).

    Parameters
    ----------
    width
        Periods of the calendar in a window.
    frame, inputs, outputs, unit, time, undesirable, model, orientation, returns, disposability
        See `efficiency`.
    missing, n_jobs
        See `efficiency`.

    Raises
    ------
    MeasureError
        As `efficiency`; if the periods are fewer than the width.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"unit": list("abab"), "year": [1, 1, 2, 2], "x": 1.0, "y": [1, 2, 2, 4]})
    >>> found = window_analysis(frame, ["x"], ["y"], unit="unit", time="year", width=2)
    >>> found.scores["efficiency"].tolist()
    [0.25, 0.5, 0.5, 1.0]
    """
    import pandas as pd

    check_columns(frame, [unit, time])
    dates = calendar(frame[time], time)
    if dates.length < width:
        raise MeasureError.of("efficiency.too_few_periods", time=time, n=width, n_found=dates.length)
    parts: list[pd.DataFrame] = []
    notes: list[Text] = []
    for first in range(dates.length - width + 1):
        inside = (dates.places >= first) & (dates.places < first + width)
        if len(np.unique(dates.places[inside])) < width:
            continue  # a window with an empty place is none of this width
        found = efficiency(
            frame[inside],
            inputs,
            outputs,
            unit=unit,
            time=time,
            reference="global",
            **options,
        )
        parts.append(found.scores.drop(columns="efficient").assign(window=frame[time][inside].min()))
        notes += found.notes
    if not parts:
        raise MeasureError.of("efficiency.periods_with_gaps", time=time, n=width, n_found=dates.n_missing)
    windows = pd.concat(parts)
    column = next(name for name in windows.columns if name.endswith("efficiency"))
    grouped = windows.groupby([unit, time], sort=True)[column]
    spread = grouped.max() - grouped.min()
    return WindowAnalysis(
        windows=windows.sort_values([unit, time, "window"], kind="stable").reset_index(drop=True),
        scores=grouped.mean().to_frame().assign(spread=spread).reset_index(),
        notes=tuple(dict.fromkeys(notes)),
    )
