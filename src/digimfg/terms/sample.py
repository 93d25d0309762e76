"""The sample filter of a specification: comparisons joined by ``&``, ``|`` and ``not``, parsed and never evaluated as code.

::

    filter     = both { "|" both } ; both = single { "&" single }
    single     = "not" single | "(" filter ")" | comparison
    comparison = column [ ("==" | "!=" | "<" | "<=" | ">" | ">=") value | "in" "{" value { "," value } "}" ]
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.terms import unknown_column
from digimfg.terms.foreign_syntax import translated_filter
from digimfg.text import Text

__all__ = ["sample_columns", "sample_rows"]

Booleans = NDArray[np.bool_]

_COMPARISON = re.compile(r"==|!=|<=|>=|<|>")
_VALUE = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^\s&|(){},'\"<>=!]+)")


def sample_rows(expression: str, frame: pd.DataFrame) -> Booleans:
    """Return which rows of `frame` a filter keeps; a missing value fulfils no comparison.

    Parameters
    ----------
    expression
        For example ``"year >= 1990 & region in {'东', '中'}"`` or ``"not high_income"``.

    Raises
    ------
    SpecificationError
        If the filter breaks the grammar, names an unknown column, or compares text with a number.

    Examples
    --------
    >>> import pandas as pd
    >>> sample_rows("year > 2000 & country != 'DEU'", pd.DataFrame({"year": [2000, 2001], "country": ["FRA", "FRA"]}))
    array([False,  True])
    """
    try:
        return _rows(expression, frame)
    except SpecificationError as error:
        ours = translated_filter(expression)
        if ours == expression or not _is_filter(ours, frame):
            raise
        remedy = Text(f"write sample={ours!r}", f"请写成 sample={ours!r}")
        raise SpecificationError(
            where=error.where, expected=error.expected, got=error.got, remedy=remedy
        ) from None


def sample_columns(expression: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns that a filter compares, in their order; raises as `sample_rows`."""
    reader = _Reader(expression, frame)
    reader.either()
    return tuple(dict.fromkeys(reader.used))


def _rows(expression: str, frame: pd.DataFrame) -> Booleans:
    reader = _Reader(expression, frame)
    rows = reader.either()
    reader.skip()
    if reader.position < len(expression):
        raise reader.error(Text("'&', '|' or the end", "“&”、“|”或结尾"))
    return rows


def _is_filter(expression: str, frame: pd.DataFrame) -> bool:
    try:
        _rows(expression, frame)
    except SpecificationError:
        return False
    return True


class _Reader:
    def __init__(self, text: str, frame: pd.DataFrame) -> None:
        self.text = text
        self.used: list[str] = []
        self.frame = frame
        self.position = 0
        self.columns = sorted((str(column) for column in frame.columns), key=len, reverse=True)

    def error(self, expected: Text) -> SpecificationError:
        rest = self.text[self.position :] or "—"
        place = self.position + 1
        return SpecificationError(
            where=Text(f"sample '{self.text}', character {place}", f"样本条件“{self.text}”第 {place} 个字符"),
            expected=expected,
            got=f"'{rest}'",
            remedy=Text(
                "write comparisons such as year >= 1990 & region in {'East', 'West'}",
                "请写成如 year >= 1990 & region in {'东部', '西部'} 的条件",
            ),
        )

    def skip(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def take(self, symbol: str) -> bool:
        self.skip()
        if not self.text.startswith(symbol, self.position):
            return False
        self.position += len(symbol)
        return True

    def word(self, word: str) -> bool:
        self.skip()
        match = re.compile(rf"{word}\b").match(self.text, self.position)
        if match is None:
            return False
        self.position = match.end()
        return True

    def either(self) -> Booleans:
        rows = self.both()
        while self.take("|"):
            rows = rows | self.both()
        return rows

    def both(self) -> Booleans:
        rows = self.single()
        while self.take("&"):
            rows = rows & self.single()
        return rows

    def single(self) -> Booleans:
        if "not" not in self.frame.columns and self.word("not"):
            return ~self.single()
        if self.take("("):
            rows = self.either()
            if not self.take(")"):
                raise self.error(Text("')'", "“)”"))
            return rows
        return self.comparison()

    def comparison(self) -> Booleans:
        self.used.append(self.column())
        column = self.frame[self.used[-1]]
        self.skip()
        match = _COMPARISON.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
            return self.compare(column, match[0], self.value(column))
        if self.word("in"):
            if not self.take("{"):
                raise self.error(Text("'{'", "“{”"))
            values = [self.value(column)]
            while self.take(","):
                values.append(self.value(column))
            if not self.take("}"):
                raise self.error(Text("',' or '}'", "“,”或“}”"))
            return column.isin(values).to_numpy(dtype=bool)
        if not pd.api.types.is_numeric_dtype(column.dtype):
            raise self.error(Text("a comparison", "比较运算"))
        return (column.fillna(0) != 0).to_numpy(dtype=bool)

    def compare(self, column: pd.Series[Any], operator: str, value: float | str) -> Booleans:
        names = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
        rows = getattr(column, names[operator])(value)
        kept: Booleans = (rows.fillna(False).astype(bool) & column.notna()).to_numpy(dtype=bool)
        return kept

    def column(self) -> str:
        self.skip()
        if self.take("`"):
            end = self.text.find("`", self.position)
            name, self.position = self.text[self.position : end], end + 1
            if end < 0 or name not in self.frame.columns:
                raise unknown_column(
                    name, self.columns, Text(f"sample '{self.text}'", f"样本条件“{self.text}”")
                )
            return name
        for name in self.columns:
            end = self.position + len(name)
            if self.text.startswith(name, self.position) and not (
                end < len(self.text) and name[-1:].isidentifier() and self.text[end].isidentifier()
            ):
                self.position = end
                return name
        match = _VALUE.match(self.text, self.position)
        raise unknown_column(
            match[0] if match else self.text[self.position :],
            self.columns,
            Text(f"sample '{self.text}'", f"样本条件“{self.text}”"),
        )

    def value(self, column: pd.Series[Any]) -> float | str:
        self.skip()
        match = _VALUE.match(self.text, self.position)
        if match is None:
            raise self.error(Text("a value", "取值"))
        quoted = match[1] if match[1] is not None else match[2]
        text = quoted if quoted is not None else match[3]
        if not pd.api.types.is_numeric_dtype(column.dtype):
            self.position = match.end()
            return str(text)
        try:
            boolean = pd.api.types.is_bool_dtype(column.dtype) and text in ("True", "False")
            number = float(text == "True") if boolean else float(text)
        except ValueError:
            raise self.error(
                Text(f"a number: '{column.name}' is numeric", f"数值：“{column.name}”为数值列")
            ) from None
        self.position = match.end()
        return number
