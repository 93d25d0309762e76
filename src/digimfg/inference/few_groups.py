"""Too few clusters, periods or neighbourhoods for the errors asked for: one rule for every method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digimfg.notes import note_of

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
    "cr2": "inference.few_clusters_of_cr2",
    "cv3": "inference.few_clusters_of_cv3",
    "wild": "inference.few_clusters_of_wild_bootstrap",
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
        note = note_of("inference.few_clusters", n=int(count), enough=_MANY)
    elif method == "driscoll_kraay":
        note = note_of("inference.few_periods_of_errors", n=int(count), enough=_MANY)
    elif method == "conley":
        note = note_of("inference.few_neighbours", n=float(count), enough=_MANY)
    else:
        note = note_of(_PRINTED[method], n=int(count))
    return (note,)
