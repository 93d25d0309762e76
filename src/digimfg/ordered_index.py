"""Index tables by several names in the order of a model, found without a search through all rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

__all__ = ["ordered_index"]


def ordered_index(
    rows: Sequence[tuple[Hashable, ...]], names: Sequence[str], levels: Sequence[Sequence[Hashable]]
) -> pd.MultiIndex:
    """Return an index whose levels stand in the order given, not in that of the alphabet.

    Parameters
    ----------
    rows
        Keys, sorted by the places of their parts in `levels`.
    names
        Of the levels.
    levels
        The values of each level in order.

    Examples
    --------
    >>> index = ordered_index([("b", 1), ("b", 2), ("a", 1)], ("unit", "period"), [("b", "a"), (1, 2)])
    >>> pd.Series([1.0, 2.0, 3.0], index=index).loc[("b", 2)]
    np.float64(2.0)
    """
    places = [{value: place for place, value in enumerate(level)} for level in levels]
    codes = [[place[row[depth]] for row in rows] for depth, place in enumerate(places)]
    held: list[Any] = [pd.Index(list(level)) for level in levels]
    return pd.MultiIndex(levels=held, codes=codes, names=list(names))
