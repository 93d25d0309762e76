"""Columns of a text file that hold numbers alone: read as numbers, and as text where someone asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from digimfg.importing.cells import MISSING_MARKS

__all__ = ["MISSING_SPELLINGS", "TextAmounts", "are_amounts"]

MISSING_SPELLINGS = tuple(
    sorted({spell(mark) for mark in MISSING_MARKS for spell in (str, str.upper, str.capitalize)} | {"NaN"})
)
"""Cells that count as missing just as they stand."""

_AMOUNT = r"^-?[0-9]+[.][0-9]+$"


@dataclass(frozen=True, kw_only=True, eq=False)
class TextAmounts:
    """Hold a column of a text file whose cells, but for the first and last ones, are numbers.

    Parameters
    ----------
    top, bottom
        Text of the first and last cells.
    middle
        Numbers of those between, with a point before their decimals; NaN where a cell is empty or says that
        it is missing.
    read
        Reads the text of those between.
    """

    top: Any
    middle: np.ndarray
    bottom: Any
    read: Callable[[], Any]

    def __len__(self) -> int:
        return len(self.top) + len(self.middle) + len(self.bottom)

    def __getitem__(self, rows: slice) -> Any:
        """Return the text of consecutive rows."""
        import pyarrow as pa

        first, last, _ = rows.indices(len(self))
        if last <= len(self.top):
            return self.top[first : max(last, first)]
        start = len(self.top) + len(self.middle)
        if first >= start:
            return self.bottom[first - start : max(last, first) - start]
        chunks = [chunk for part in (self.top, self.read(), self.bottom) for chunk in _chunks(part)]
        return pa.chunked_array(chunks, pa.string())[first : max(last, first)]

    def ends(self, first: int, last: int) -> Iterator[Any]:
        """Yield the text of rows that are not held as numbers."""
        start = len(self.top) + len(self.middle)
        yield self[first : min(last, len(self.top))]
        yield self[max(first, start) : last]

    def n_fractions(self, rows: np.ndarray) -> int:
        """Return how many different numbers of some rows have decimals that are not zero."""
        rows = rows - len(self.top)
        values = self.middle[rows[(rows >= 0) & (rows < len(self.middle))]]
        return len(np.unique(values[values % 1 > 0]))

    def numbers(self, first: int, last: int) -> np.ndarray | None:
        """Return rows as numbers; ``None`` unless those outside the middle are numbers too."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ends = []
        for text in self.ends(first, last):
            missing = pc.is_in(text, value_set=pa.array(MISSING_SPELLINGS))
            try:
                values = pc.cast(pc.if_else(missing, None, text), pa.float64())
            except pa.ArrowInvalid:
                return None
            ends.append(np.array(values.to_numpy(zero_copy_only=False)))
            if np.isfinite(ends[-1]).sum() != len(values) - values.null_count:  # "nan" and "inf" are texts
                return None
        middle = self.middle[max(first - len(self.top), 0) : max(last - len(self.top), 0)]
        return np.concatenate((ends[0], middle, ends[1]))


def are_amounts(cells: Any) -> bool:
    """Tell whether cells are decimals or missing, with a decimal among them: codes and years are none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> [are_amounts(pa.array(cells)) for cells in (["1.5", "", "-2.0"], ["1", "2"], ["1.5", "x"])]
    [True, False, False]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    amounts = pc.match_substring_regex(cells, _AMOUNT)
    either = pc.or_(amounts, pc.is_in(cells, value_set=pa.array(MISSING_SPELLINGS)))
    return bool(len(cells) and pc.all(either).as_py() and pc.any(amounts).as_py())


def _chunks(part: Any) -> list[Any]:
    return list(getattr(part, "chunks", (part,)))
