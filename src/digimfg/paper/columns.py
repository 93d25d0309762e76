"""See that a register's table, as users may have changed it, holds what the dictionary says of its
columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from digimfg.errors import PanelError
from digimfg.frames import read_columns
from digimfg.kinds import Holds
from digimfg.reader import Faulty
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["register_columns"]


def register_columns(frame: pd.DataFrame, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """Return a register's table with numbers and text where they belong.

    Raises
    ------
    PanelError
        If there are no rows, or a column is missing or holds something else.
    """
    entries = dictionary()
    names = list(columns)
    numbers = [
        column for column in names if column in entries and entries[column].dtype in ("float", "integer")
    ]
    wanted: dict[str, Holds] = {column: "numbers" if column in numbers else "keys" for column in names}
    try:
        result = read_columns(frame, wanted)
    except Faulty as told:
        where = Text(f"register '{name}'", f"资料表“{name}”")
        raise told.fault.error(PanelError, where=where) from None
    words = [column for column in names if column not in entries or entries[column].dtype == "string"]
    for column in words:
        odd = next((each for each in result[column].dropna() if not isinstance(each, str)), None)
        if odd is not None:
            got = f"'{column}': {type(odd).__name__} {odd!r}"[:80]
            raise PanelError.of("paper.register_column_not_text", got=Text.of(got), name=name, column=column)
    return result
