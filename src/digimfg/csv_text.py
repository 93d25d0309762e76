"""Write frames as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from digimfg.text import legible

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["csv_text"]

# What a spreadsheet takes for the beginning of a formula, in both widths, and blanks that it takes away
# first.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_LINE_ENDS = re.compile(r"\r\n?")  # only in its Unix form is a line end within a cell put into quotes
_NUMBER = re.compile(r"[+\-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+\-]?\d+)?%?")


def csv_text(frame: pd.DataFrame) -> str:
    r"""Return the columns of a frame as CSV with Unix line ends.

    A text that a spreadsheet would take for a formula (``=``, ``+``, ``-``, ``@``, a tab or a line end at
    its beginning) is written behind an apostrophe, in cells and in the header; numbers are numbers, negative
    ones too. What is no character becomes ``�``. Line ends within cells are Unix ones too. Missing values
    are empty.

    Parameters
    ----------
    frame
        Its index is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> print(csv_text(pd.DataFrame({"firm": ["=1+1", "-5"], "change": [-0.5, None]})), end="")
    firm,change
    '=1+1,-0.5
    -5,
    """
    import pandas as pd

    columns = [_plain(frame.iloc[:, place]) for place in range(frame.shape[1])]
    shown = pd.concat(columns, axis=1) if columns else frame
    written: str = shown.to_csv(
        index=False, header=[_shown(str(name)) for name in frame.columns], lineterminator="\n"
    )
    return written


def _plain(column: pd.Series) -> pd.Series:
    import pandas as pd

    kind = column.dtype
    words = pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind)
    if words or isinstance(kind, pd.CategoricalDtype):
        return column.astype(object).map(_shown, na_action="ignore")
    return column


def _shown(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = _LINE_ENDS.sub("\n", legible(value))
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
