"""Too few clusters, periods or neighbourhoods for the errors asked for: one rule for every method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.say import say

if TYPE_CHECKING:
    from digimfg.text import Text

__all__ = ["GroupMethod", "few_groups_note"]

GroupMethod = Literal["clustered", "driscoll_kraay", "conley", "robust", "cr2", "cv3", "wild"]

_MANY = 50
"""Below it sandwiches of sums by group reject a true null too often.

Of 5 per cent tests of one slope with unit effects and a common factor in 30 units, Driscoll-Kraay errors
reject 15 per cent over 8 periods, 10 over 20 and 7 over 80 (1,500 samples); clustered ones are treated by
Cameron and Miller (2015, Journal of Human Resources 50(2)).
"""
_SOME = 6
"""Below it corrected errors and bootstraps have little to go on: five clusters have 16 pairs of opposite
sign vectors."""

_PRINTED = {
    "cr2": ("CR2 errors", "CR2标准误"),
    "cv3": ("the cluster jackknife", "聚类刀切法"),
    "wild": ("the wild cluster bootstrap", "wild cluster bootstrap"),
}


def few_groups_note(method: GroupMethod, count: float) -> tuple[Text, ...]:
    """Return the note on too few groups, none where there are enough or errors know no groups.

    Parameters
    ----------
    method
        How errors are estimated.
    count
        Clusters of the smallest way, periods, or rows² over the sum of the kernel's weights (as many groups
        of equal size as would have the same sum).

    Examples
    --------
    >>> [note.en for note in few_groups_note("driscoll_kraay", 12)]
    ['Only 12 periods: Driscoll–Kraay errors tend to be too small with fewer than about 50']
    >>> few_groups_note("cr2", 12)
    ()
    """
    if method == "robust" or count >= (_SOME if method in _PRINTED else _MANY):
        return ()
    if method == "clustered":
        note = say(
            "Only {n|cluster}: clustered errors tend to be too small with fewer than about {enough}",
            "仅{n}个聚类：少于约{enough}个聚类时，聚类标准误往往偏小",
            n=int(count),
            enough=_MANY,
            kind="few_groups",
        )
    elif method == "driscoll_kraay":
        note = say(
            "Only {n|period}: Driscoll–Kraay errors tend to be too small with fewer than about {enough}",
            "仅{n}期：少于约{enough}期时，Driscoll–Kraay 标准误往往偏小",
            n=int(count),
            enough=_MANY,
            kind="few_groups",
        )
    elif method == "conley":
        note = say(
            "Neighbours within the cutoff leave the rows worth about {n:.0f|independent group}: spatial "
            "errors tend to be too "
            "small with fewer than about {enough}; a shorter cutoff has more",
            "截断距离内的相邻使全部观测约相当于{n:.0f}个独立组：少于约{enough}组时，空间标准误往往偏小；"
            "缩短截断距离可增加组数",
            n=float(count),
            enough=_MANY,
            kind="few_groups",
        )
    else:
        name = _PRINTED[method]
        note = say(
            f"Only {{n|cluster}}: with so few {name[0]} cannot be relied on either",
            f"仅 {{n}} 个聚类：聚类如此之少，{name[1]}亦不可靠",
            n=int(count),
            kind="few_groups",
        )
    return (note,)
