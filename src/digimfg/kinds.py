"""What an argument may be, declared beside the parameter: ranges, lengths and choices, each with its words.

A declaration is an annotation: ``draws: Annotated[int, AtLeast(99)]``, ``level: Share = 0.95``,
``method: Literal["2sls", "liml"]``, ``notes: tuple[Text | str, ...]``. `digimfg.arguments.checked` reads
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from digimfg.ranges import Above, AtLeast, AtMost, Below, Bound, bounds_said, plainly
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = [
    "Above",
    "AnyNumber",
    "AsStored",
    "AtLeast",
    "AtMost",
    "Below",
    "Bound",
    "ColumnOf",
    "Count",
    "Differing",
    "Digits",
    "Dimensions",
    "Draws",
    "DrawsOrNone",
    "Entries",
    "Finite",
    "Holds",
    "Jobs",
    "Key",
    "Label",
    "Made",
    "NamedWeights",
    "NonNegative",
    "Number",
    "NumberColumn",
    "Numbers",
    "Or",
    "Positive",
    "Probability",
    "Remedy",
    "Seed",
    "Share",
    "StoredFrame",
    "Such",
    "Whole",
    "Year",
    "bounds_said",
]


Holds = Literal["numbers", "keys", "anything"]


@dataclass(frozen=True, slots=True)
class Or:
    """Values that will do beside those in the range: ``Annotated[int, AtLeast(20), Or(0)]``."""

    value: float

    def holds(self, value: Any) -> bool:
        """Return whether it is this value."""
        return bool(value == self.value)

    def said(self) -> Text:
        """Return the rule in words."""
        return Text(f"or {plainly(self.value)}", f"{plainly(self.value)}亦可")


@dataclass(frozen=True, slots=True)
class AnyNumber:
    """Numbers without bounds; not-a-number and the infinities only where `finite` is false."""

    finite: bool = True

    def holds(self, value: Any) -> bool:
        """Return whether the number is finite, where it must be."""
        return not self.finite or math.isfinite(value)

    def said(self) -> Text:
        """Return the rule in words."""
        return Text("", "")


@dataclass(frozen=True, slots=True)
class Entries:
    """Collections of `least` to `most` entries."""

    least: int = 1
    most: int | None = None

    def holds(self, value: Any) -> bool:
        """Return whether there are so many."""
        return self.least <= len(value) and (self.most is None or len(value) <= self.most)

    def said(self) -> Text:
        """Return the rule in words."""
        if self.most == self.least:
            return Text(f"with {self.least} entries", f"含{self.least}项")
        if self.most is None:
            return Text(
                f"with at least {self.least} entr{'y' if self.least == 1 else 'ies'}", f"至少{self.least}项"
            )
        return Text(f"with {self.least} to {self.most} entries", f"含{self.least}至{self.most}项")


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Arrays of so many dimensions."""

    count: int

    def holds(self, value: Any) -> bool:
        """Return whether there are so many."""
        import numpy as np

        return bool(np.ndim(value) == self.count)

    def said(self) -> Text:
        """Return the rule in words."""
        words = {1: Text("in one row", "一维"), 2: Text("in a table", "二维")}
        return words[self.count]


@dataclass(frozen=True, slots=True)
class Differing:
    """Collections in which nothing occurs twice."""

    def holds(self, value: Any) -> bool:
        """Return whether the entries differ."""
        return len(set(value)) == len(value)

    def said(self) -> Text:
        """Return the rule in words."""
        return Text("that differ from each other", "互不相同")


@dataclass(frozen=True, slots=True)
class Such:
    """Values for which `test` is true; with ``Annotated[Any, …]`` the words stand for the kind itself.

    Parameters
    ----------
    test
        Of the value; what it raises is a refusal.
    words
        Which values these are.
    plain
        Types of which every value is one, if any.
    """

    test: Callable[[Any], object]
    words: Text
    plain: frozenset[type] | None = None

    def holds(self, value: Any) -> bool:
        """Return whether the test is true."""
        try:
            return bool(self.test(value))
        except (TypeError, ValueError):
            return False

    def said(self) -> Text:
        """Return the words."""
        return self.words


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is said beside a refusal of particular values; ``None`` leaves the usual words."""

    say: Callable[[Any], Text | None]


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """Text that names a column, or several, of a frame among the arguments: it must be there and hold what
    is wanted.

    Parameters
    ----------
    holds
        ``"numbers"``; ``"keys"``: units, periods, groups; or anything.
    frames
        Names of the parameters that hold the frames, each of which must have it.
    """

    holds: Holds = "anything"
    frames: tuple[str, ...] = ("frame",)


@dataclass(frozen=True, slots=True)
class Made:
    """What another package holds that stands for one of ours, and how ours is made of it."""

    stands: Callable[[Any], bool]
    make: Callable[[Any], Any]
    said: Text


@dataclass(frozen=True, slots=True)
class AsStored:
    """A frame whose columns keep their types: for functions that hand it back, or read few of its columns."""


def _is_label(value: Any) -> bool:
    return (
        isinstance(value, Hashable)
        and value is not None
        and not isinstance(value, type | bytes)
        and bool(value == value)
    )


Number = Annotated[float, AnyNumber(finite=False)]
"""Any number, not-a-number and the infinities included: what results hold."""
Finite = Annotated[float, AnyNumber()]
"""Any finite number."""
Positive = Annotated[float, Above(0)]
NonNegative = Annotated[float, AtLeast(0)]
Share = Annotated[float, Above(0), Below(1)]
"""Strictly between 0 and 1: levels, significance, power."""
Probability = Annotated[float, AtLeast(0), AtMost(1)]
Whole = Annotated[int, AtLeast(0)]
"""0, 1, 2 …"""
Count = Annotated[int, AtLeast(1)]
"""1, 2, 3 …"""
Seed = Annotated[int, AtLeast(0)]
Draws = Annotated[int, AtLeast(1), AtMost(10_000_000)]
DrawsOrNone = Annotated[int, AtLeast(0), AtMost(10_000_000)]
"""Draws of a simulation, 0 for none."""
Jobs = Annotated[int, AtLeast(-1), AtMost(4_096), Such(bool, Text("not 0", "不为0"))]
"""Processes, -1 for one per core."""
Year = Annotated[int, AtLeast(1), AtMost(9_999)]
Digits = Annotated[int, AtLeast(0), AtMost(8)]
Label = Annotated[
    Any,
    Such(
        _is_label,
        Text("a label such as text or a number", "标签（文本或数值）"),
        plain=frozenset({str, int}),
    ),
]
"""What names a unit or a group in a column."""
Numbers = Annotated[
    "ArrayLike",
    Remedy(
        lambda _: Text(
            "pass numbers: a list, an array, or a column such as frame['x']",
            "请传入数值：列表、数组，或一列，如 frame['x']",
        )
    ),
]
"""Numbers in any form that numpy makes an array of; missing values are the function's business."""
NamedWeights = Numbers | Mapping[str, Finite] | None
"""Weights by name or in order; ``None`` for equal ones."""
StoredFrame = Annotated["pd.DataFrame", AsStored()]
NumberColumn = Annotated[str, ColumnOf("numbers")]
"""Name of a column of numbers in the argument `frame`."""
Key = Annotated[str, ColumnOf("keys")]
"""Name of a column of units, periods or groups in the argument `frame`."""
