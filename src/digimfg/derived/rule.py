"""What a rule of a computed column states: its inputs, its words, its values, and which cells a value rests
on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.text import Text
from digimfg.variables import Dtype

if TYPE_CHECKING:
    from digimfg.derived.rows import Made, Rows
    from digimfg.panels.raw_cells import RawFile

__all__ = ["ColumnRule"]

Booleans = NDArray[np.bool_]


class ColumnRule(ABC):
    """Say how a column is computed from others; a rule is a frozen dataclass, and one's own may be written
    like ours.

    Examples
    --------
    >>> import digimfg as dm
    >>> [rule.__name__ for rule in (dm.Ratio, dm.Growth) if issubclass(rule, ColumnRule)]
    ['Ratio', 'Growth']
    """

    dtype: ClassVar[Dtype] = "float"

    @abstractmethod
    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the columns that it is computed from; `known` are names of columns, whatever they look
        like.
        """

    @abstractmethod
    def formula(self) -> Text:
        """Return how it is computed, in words."""

    @abstractmethod
    def compute(self, rows: Rows) -> Made:
        """Return its values; a pure function of the rows."""

    def unit(self) -> Text | None:
        """Return what it is measured in where the rule alone tells; ``None`` where that must be declared."""
        return None

    def categories(self) -> tuple[str, ...]:
        """Return the values of a column of text, in their order."""
        return ()

    def value_labels(self) -> tuple[tuple[str, Text], ...]:
        """Return what its values are called in both languages, where they are names."""
        return ()

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return the rows whose value rests on a flagged value of an input: by default the rows of these
        values.
        """
        del rows, column
        return flags

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return the rows of an input that the value of one row rests on: by default its own."""
        del rows, column
        return (row,)

    def registers(self) -> tuple[RawFile, ...]:
        """Return the registers of the package that it reads."""
        return ()
