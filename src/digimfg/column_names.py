"""Columns are found by their names, which are text and differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NamesFault", "names_fault"]

_SHOWN = 5


class NamesFault(NamedTuple):
    """What is wrong with the names of a frame's columns: the parts of an error."""

    expected: Text
    got: Text
    remedy: Text


def names_fault(frame: pd.DataFrame) -> NamesFault | None:
    """Return what is wrong with the names of a frame's columns, ``None`` where all are text and differ.

    Examples
    --------
    >>> import pandas as pd
    >>> names_fault(pd.DataFrame([[1, 2]], columns=["x", 2015])).got.en
    '1 column: 2015 (int)'
    >>> names_fault(pd.DataFrame([[1, 2]], columns=["x", "z"]))
    """
    odd = [name for name in frame.columns.tolist() if not isinstance(name, str)]
    if odd:
        more = " …" if len(odd) > _SHOWN else ""
        shown = ", ".join(f"{name!r} ({type(name).__name__})" for name in odd[:_SHOWN]) + more
        several = getattr(frame.columns, "nlevels", 1) > 1
        write = "frame.columns.map('_'.join)" if several else "frame.columns.map(str)"
        return NamesFault(
            Text("column names that are text", "文本形式的列名"),
            say("{n:,|column}: {shown}", "{n}列：{shown}", n=len(odd), shown=shown),
            say("name them: frame.columns = {write}", "请命名：frame.columns = {write}", write=write),
        )
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        shown = ", ".join(str(name) for name in repeated[:_SHOWN])
        return NamesFault(
            Text("column names that differ", "列名互不相同"),
            Text(shown, shown),
            Text("rename or drop the repeated columns", "请重命名或删除重复的列"),
        )
    return None
