"""Columns are found by their names, which are text and differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import Fault

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["names_fault"]

_SHOWN = 5


def names_fault(frame: pd.DataFrame) -> Fault | None:
    """Return what is wrong with the names of a frame's columns, ``None`` where all are text and differ.

    Examples
    --------
    >>> import pandas as pd
    >>> names_fault(pd.DataFrame([[1, 2]], columns=["x", 2015])).facts["shown"]
    '2015 (int)'
    >>> names_fault(pd.DataFrame([[1, 2]], columns=["x", "z"]))
    """
    odd = [name for name in frame.columns.tolist() if not isinstance(name, str)]
    if odd:
        more = " …" if len(odd) > _SHOWN else ""
        shown = ", ".join(f"{name!r} ({type(name).__name__})" for name in odd[:_SHOWN]) + more
        several = getattr(frame.columns, "nlevels", 1) > 1
        write = "frame.columns.map('_'.join)" if several else "frame.columns.map(str)"
        return Fault.of("frames.names_not_text", n=len(odd), shown=shown, write=write)
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        shown = ", ".join(str(name) for name in repeated[:_SHOWN])
        return Fault.of("frames.names_repeated", shown=shown)
    return None
