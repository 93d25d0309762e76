"""Tell at one glance whether rows stand in the order of their keys, as those of most files do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["in_key_order"]


def in_key_order(frame: pd.DataFrame, keys: Sequence[str]) -> bool:
    """Tell whether rows are sorted by their keys and none occurs twice, without sorting them.

    Parameters
    ----------
    frame
        Keys as ordinary columns.
    keys
        Columns that name a row, the first one leading.

    Returns
    -------
    bool
        False too where it cannot be told at one glance: a key is missing, or neither numbers nor text.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"country": ["AUT", "AUT", "BEL"], "year": [2000, 2001, 2000]})
    >>> in_key_order(frame, ["country", "year"]), in_key_order(frame, ["year", "country"])
    (True, False)
    """
    tied: np.ndarray | None = None  # rows whose keys so far are those of the next row; at first all
    for key in keys:
        compared = _compared(frame[key], tied)
        if compared is None:
            return False
        before, same = compared
        if not (before | same).all():
            return False
        tied = np.flatnonzero(same) if tied is None else tied[same]
    return tied is None or not len(tied)


def _compared(column: Any, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return whether the values of rows come before those of the next rows, and whether they are the same."""
    import pandas as pd

    if isinstance(column.dtype, pd.StringDtype):
        import pyarrow as pa
        import pyarrow.compute as pc

        texts: Any = pa.array(column.array, pa.large_string())
        if texts.null_count:
            return None
        first, second = (texts[:-1], texts[1:]) if rows is None else (texts.take(rows), texts.take(rows + 1))
        less, equal = (compare(first, second) for compare in (pc.less, pc.equal))
        return np.asarray(less, dtype=bool), np.asarray(equal, dtype=bool)
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "iuf":
        return None
    values = column.to_numpy()
    before, after = (values[:-1], values[1:]) if rows is None else (values[rows], values[rows + 1])
    return before < after, before == after
