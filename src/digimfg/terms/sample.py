"""The sample of a specification: which rows a filter keeps, and in which it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.notes import note_of
from digimfg.terms.filters import (
    Comparison,
    Every,
    Filter,
    Missing,
    Not,
    Truth,
    Value,
    columns_compared,
    parse_filter,
)
from digimfg.terms.foreign_syntax import translated_filter
from digimfg.terms.scales import Scale, near_words
from digimfg.terms.scanner import shortened
from digimfg.terms.typed_columns import scale_of
from digimfg.terms.written_values import UnreadableError, is_number
from digimfg.text import Text
from digimfg.variables.unit_names import names_of, same_units

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sample", "read_sample", "sample_columns", "sample_rows"]

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Hold what a filter says of every row.

    Parameters
    ----------
    inside
        It holds.
    unknown
        A value that it compares is missing, and the others do not settle it: neither inside nor outside.
    missing
        The columns that are missing in those rows.
    """

    inside: Booleans
    unknown: Booleans
    missing: tuple[str, ...]


def read_sample(expression: str, frame: pd.DataFrame) -> Sample:
    """Return what a filter says of the rows of a frame.

    Values are read in the type of their column, exactly: whole numbers of any length, decimals, dates,
    periods, categories, truth values. A comparison with a missing value is neither true nor false, nor is
    its opposite: ``not``, ``&`` and ``|`` follow Kleene's logic; ``missing(x)`` asks for the gap itself.

    A value after ``==``, ``!=``, ``in`` or ``not in`` has to occur in the column; where the column holds
    codes of provinces, cities, countries or industries, names do as well, and the reverse. Bounds (``year >=
    1985``) need not occur.

    Parameters
    ----------
    expression
        For example ``"year >= 1990 & region not in {'东', '中'}"`` or ``"not high_income"``.
    frame
        Whose columns are compared.

    Raises
    ------
    SpecificationError
        If the filter breaks the grammar, names an unknown column or a value that its column does not take
        (the nearest are named), or compares what has no order.

    Examples
    --------
    >>> import pandas as pd
    >>> found = read_sample("not z > 0", pd.DataFrame({"z": [1.0, -1.0, None]}))
    >>> found.inside.tolist(), found.unknown.tolist(), found.missing
    ([False, True, False], [False, False, True], ('z',))
    """
    columns = [str(name) for name in frame.columns]
    try:
        parsed = parse_filter(expression, columns)
    except SpecificationError as error:
        ours = translated_filter(expression)
        if ours == expression or not _is_filter(ours, columns):
            raise
        remedy = note_of("terms.write_sample", ours=repr(ours))
        raise SpecificationError.like(error, remedy=remedy) from None
    answers = _Answers(frame, expression)
    inside, outside = answers.of(parsed)
    unknown = ~(inside | outside)
    compared = dict.fromkeys(columns_compared(parsed)) if unknown.any() else {}
    gaps = tuple(name for name in compared if answers.missing(name)[unknown].any())
    return Sample(inside=inside, unknown=unknown, missing=gaps)


def sample_rows(expression: str, frame: pd.DataFrame) -> Booleans:
    """Return which rows of `frame` a filter keeps; raises as `read_sample`.

    Examples
    --------
    >>> import pandas as pd
    >>> sample_rows("year > 2000 & country != 'DEU'", pd.DataFrame({"year": [2000, 2001], "country": ["DEU",
    ...     "FRA"]}))
    array([False,  True])
    """
    return read_sample(expression, frame).inside


def sample_columns(expression: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns that a filter compares, in their order; raises where it breaks the grammar."""
    return tuple(dict.fromkeys(columns_compared(parse_filter(expression, [str(name) for name in frame]))))


def _is_filter(expression: str, columns: list[str]) -> bool:
    try:
        parse_filter(expression, columns)
    except SpecificationError:
        return False
    return True


class _Answers:
    """Answer the parts of a filter, each column read once."""

    def __init__(self, frame: pd.DataFrame, expression: str) -> None:
        self.frame = frame
        self.expression = expression
        self._scales: dict[str, tuple[Scale, Booleans]] = {}

    def of(self, part: Filter) -> tuple[Booleans, Booleans]:
        """Return where a part is true, and where it is false."""
        if isinstance(part, Comparison):
            return self._comparison(part)
        if isinstance(part, Truth):
            return self._truth(part)
        if isinstance(part, Missing):
            missing = self.missing(part.column)
            return missing, ~missing
        if isinstance(part, Not):
            true, false = self.of(part.part)
            return false, true
        every = isinstance(part, Every)
        true, false = self.of(part.parts[0])
        for each in part.parts[1:]:
            yes, no = self.of(each)
            true, false = (true & yes, false | no) if every else (true | yes, false & no)
        return true, false

    def missing(self, column: str) -> Booleans:
        """Return where a column has no value."""
        if column in self._scales:
            return self._scales[column][1]
        return self.frame[column].isna().to_numpy(dtype=bool)

    def _scale(self, column: str) -> tuple[Scale, Booleans]:
        if column not in self._scales:
            try:
                self._scales[column] = scale_of(self.frame[column])
            except UnreadableError as error:
                raise self._error(column, error.expected, str(self.frame[column].dtype)) from None
        return self._scales[column]

    def _truth(self, part: Truth) -> tuple[Booleans, Booleans]:
        scale, missing = self._scale(part.column)
        if not scale.numeric:
            expected = Text(
                "a comparison: its values are not numbers or True and False",
                "比较运算：其取值不是数值或真假值",
            )
            raise self._error(part.column, expected, f"'{shortened(part.column)}'")
        zero = scale.equal(Value("0", quoted=False))
        return ~zero & ~missing, zero & ~missing

    def _comparison(self, part: Comparison) -> tuple[Booleans, Booleans]:
        scale, missing = self._scale(part.column)
        present = ~missing
        if part.operator in ("==", "in"):
            found = self._one_of(part, scale, present)
            return found, present & ~found
        if part.operator in ("!=", "not in"):
            found = self._one_of(part, scale, present)
            return present & ~found, found
        (value,) = part.values
        try:
            side = scale.side(value)
        except UnreadableError as error:
            raise self._error(part.column, error.expected, f"'{shortened(value.text)}'") from None
        holds = {"<": side < 0, "<=": side <= 0, ">": side > 0, ">=": side >= 0}[part.operator]
        return present & holds, present & ~holds

    def _one_of(self, part: Comparison, scale: Scale, present: Booleans) -> Booleans:
        found = np.zeros(len(present), dtype=bool)
        for value in part.values:
            found |= self._where(part.column, value, scale, present)
        return found

    def _where(self, column: str, value: Value, scale: Scale, present: Booleans) -> Booleans:
        """Return where a column is a value, or the unit that it names."""
        expected = Text("a value that '{column}' takes", "“{column}”的一个取值")
        rows = np.zeros(len(present), dtype=bool)
        try:
            rows = scale.equal(value) & present
        except UnreadableError as error:
            expected = error.expected
        if rows.any() or not present.any():
            return rows
        held = self.frame[column].dropna().unique().tolist()
        own = self._named(column, value.text, held)
        if own is not None:
            return scale.equal(Value(str(own), quoted=True)) & present
        near = self._nearest(scale, value, held)
        remedy = note_of("terms.nearest_values", near=near)
        raise self._error(column, expected, f"'{shortened(value.text)}'", remedy)

    def _named(self, column: str, name: str, held: list[Any]) -> Any | None:
        """Return the value of a column whose unit has a name, by the frame's own columns of names or the
        dictionary's.
        """
        for other in self.frame.columns:
            if str(other).startswith(f"{column}_name"):
                found = self.frame[column][self.frame[other].astype(object) == name].dropna().unique()
                if len(found) == 1:
                    return found[0]
        return same_units([name], held).get(name)

    def _nearest(self, scale: Scale, value: Value, held: list[Any]) -> str:
        names = names_of(held)
        if names and not is_number(value.text):
            return ", ".join(near_words(value.text, names))
        try:
            return ", ".join(scale.nearest(value))
        except UnreadableError:
            return ", ".join(repr(each) if isinstance(each, str) else str(each) for each in held[:3])

    def _error(self, column: str, expected: Text, got: str, remedy: Text | None = None) -> SpecificationError:
        shown = shortened(self.expression)
        return SpecificationError.of(
            "terms.sample_value",
            got=got,
            shown=shown,
            column=column,
            needed=Text(*(each.replace("{column}", column) for each in (expected.en, expected.zh))),
            advice=remedy or Text("correct the value, or convert the column", "更正取值，或转换该列"),
        )
