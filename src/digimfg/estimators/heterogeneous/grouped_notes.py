"""What a reader of grouped effects must know: sizes, how their number was chosen, starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.heterogeneous.grouped_fit import Grouped
    from digimfg.estimators.heterogeneous.unit_rows import UnitRows

__all__ = ["grouped_notes"]


def grouped_notes(rows: UnitRows, found: Grouped, *, most: int | None, known: bool) -> list[Text]:
    """Return the notes.

    Parameters
    ----------
    most
        Groups that the criterion could choose, ``None`` where it did not.
    known
        Whether errors take the groups as known.
    """
    count = len(found.paths)
    sizes = np.bincount(found.group, minlength=count)
    notes: list[Text] = [
        say(
            "units by group: {listed}",
            "各组个体数：{listed}",
            kind="groups",
            weight="how",
            listed=say("{map:;}", "{map}", map=map(str, sizes.tolist())),
        )
    ]
    if most is not None:
        notes.append(
            say(
                "{count|group}, chosen among 1 to {most} by BIC",
                "{count}组，由BIC在1至{most}之间选定",
                kind="n_groups",
                weight="how",
                count=count,
                most=most,
            )
        )
        if count == most:
            notes.append(
                say(
                    "the criterion chose as many groups as it was allowed: raise max_groups, or doubt them",
                    "准则选到了允许的上限：请提高 max_groups，或存疑",
                    kind="groups_at_bound",
                )
            )
    if int(sizes.min()) < max(2, 0.03 * len(rows.units)) and count > 1:
        notes.append(
            say(
                "the smallest group has {n:,|unit}",
                "最小的组仅有{n}个个体",
                kind="small_group",
                n=int(sizes.min()),
            )
        )
    if known and rows.n_periods < 15 and count > 1:
        notes.append(
            say(
                "errors take the groups as known; with {periods|period} some units may be in the wrong one: "
                "errors='few_periods'",
                "标准误视分组为已知；仅{periods}期，部分个体可能被分错：errors='few_periods'",
                kind="groups_known",
                periods=rows.n_periods,
            )
        )
    if found.agreeing < found.starts:
        notes.append(
            say(
                "{agreeing} of {starts} starts reach the least sum of squares; the others end in worse "
                "minima",
                "{starts}个初值中有{agreeing}个达到最小残差平方和，其余停在较差的极小点",
                kind="starts",
                agreeing=found.agreeing,
                starts=found.starts,
            )
        )
    return notes
