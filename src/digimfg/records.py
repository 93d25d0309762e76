"""Rows of a table as plain dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["records"]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows; a missing text is ``None``, whatever way pandas stores text.

    Examples
    --------
    >>> import pandas as pd
    >>> records(pd.DataFrame({"name": ["steam", None], "start": [1782.0, float("nan")]}))
    [{'name': 'steam', 'start': 1782.0}, {'name': None, 'start': nan}]
    """
    words = [str(name) for name, kind in frame.dtypes.items() if kind == "object" or kind == "string"]
    texts = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in words}
    return [
        {str(name): value for name, value in row.items()} for row in frame.assign(**texts).to_dict("records")
    ]
