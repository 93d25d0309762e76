"""The grammar of sample filters: from a text to a tree, never evaluated as code.

::

    filter     = both { "|" both } ; both = single { "&" single }
    single     = "not" single | "(" filter ")" | "missing(" column ")" | comparison
    comparison = column [ ("==" | "!=" | "<" | "<=" | ">" | ">=") value | [ "not" ] "in" "{" value { ","
    value } "}" ]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, cast

from digimfg.errors import Fault, SpecificationError
from digimfg.terms import unknown_column
from digimfg.terms.scanner import Scanner
from digimfg.text import Text

__all__ = [
    "Comparison",
    "Either",
    "Every",
    "Filter",
    "Missing",
    "Not",
    "Operator",
    "Truth",
    "Value",
    "columns_compared",
    "parse_filter",
]

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written, and whether it stands in quotes."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column compared with a value, or for ``in`` and ``not in`` with several."""

    column: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """A column of truth values by itself."""

    column: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Whether a column's value is missing."""

    column: str


@dataclass(frozen=True, slots=True)
class Not:
    """What its part is not."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Every:
    """Every part."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part."""

    parts: tuple[Filter, ...]


Filter = Comparison | Truth | Missing | Not | Every | Either

_SIGN = re.compile(r"==|!=|<=|>=|<|>")
_IN = re.compile(r"(not\s+)?in\s*(?=\{)")
_IN_WITHOUT_BRACE = re.compile(r"(?:not\s+)?in\b")
_NOT = re.compile(r"not\b")
_MISSING = re.compile(r"missing\s*\(")
_VALUE = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^\s&|(){},'\"<>=!]+)")
_NAME = re.compile(r"[^&|=<>!{}`]+")
_MEMBERSHIP = re.compile(r"(?<=\s)(?:not\s+)?in\s*$")
_ROLE = Text("sample", "样本条件")
_REMEDY = Text(
    "write comparisons such as year >= 1990 & region in {'East', 'West'}",
    "请写成如 year >= 1990 & region in {'东部', '西部'}的条件",
)


def parse_filter(expression: str, columns: Collection[str] | None = None) -> Filter:
    """Parse a sample filter.

    Parameters
    ----------
    expression
        For example ``"year >= 1990 & region not in {'东', '中'}"``.
    columns
        Names that are columns: a name that is none is answered with the nearest. ``None`` takes any name.

    Raises
    ------
    SpecificationError
        If the filter breaks the grammar (the character is named), or a column is unknown.

    Examples
    --------
    >>> parse_filter("not rich")
    Not(part=Truth(column='rich'))
    """
    return _Parser(expression, columns).whole()


def columns_compared(found: Filter) -> Iterator[str]:
    """Yield the columns that a filter reads, in order, repeated where read twice."""
    if isinstance(found, Comparison | Truth | Missing):
        yield found.column
    elif isinstance(found, Not):
        yield from columns_compared(found.part)
    else:
        for part in found.parts:
            yield from columns_compared(part)


class _Parser:
    def __init__(self, text: str, columns: Collection[str] | None) -> None:
        self.at = Scanner(text, columns or (), _ROLE, _REMEDY)
        self.known = columns

    def whole(self) -> Filter:
        found = self.either()
        if not self.at.at_end():
            raise self.at.error(Fault.of("terms.and_or_end_lacking"))
        return found

    def either(self) -> Filter:
        parts = [self.both()]
        while self.at.take("|"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Filter:
        parts = [self.single()]
        while self.at.take("&"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def single(self) -> Filter:
        name = self.at.quoted_name()
        if name is None:
            name = self.at.column(_ends)
        elif self.known is not None and name not in self.known:
            raise self.unknown(name)
        if name is not None:
            return self.comparison(name)
        if self.at.match(_NOT):
            with self.at.deeper():
                return Not(self.single())
        if self.at.take("("):
            with self.at.deeper():
                found = self.either()
            self.at.need(")")
            return found
        if self.at.match(_MISSING):
            name = self.at.quoted_name() or self.at.column(_ends) or self.any_name()
            self.at.need(")")
            return Missing(name)
        return self.comparison(self.any_name())

    def comparison(self, column: str) -> Filter:
        if sign := self.at.match(_SIGN):
            return Comparison(column, cast("Operator", sign[0]), (self.value(),))
        if word := self.at.match(_IN):
            self.at.need("{")
            values = [self.value()]
            while self.at.take(","):
                values.append(self.value())
            if not self.at.take("}"):
                raise self.at.error(Fault.of("terms.comma_or_brace_lacking"))
            return Comparison(column, "not in" if word[1] else "in", tuple(values))
        if self.at.match(_IN_WITHOUT_BRACE):
            raise self.at.error(Fault.of("terms.symbol_lacking", symbol="{"))
        return Truth(column)

    def value(self) -> Value:
        match = self.at.match(_VALUE)
        if match is None:
            raise self.at.error(Fault.of("terms.value_lacking"))
        quoted = match[1] if match[1] is not None else match[2]
        return Value(match[3], quoted=False) if quoted is None else Value(quoted, quoted=True)

    def any_name(self) -> str:
        """Take what stands where a column should: a column of a frame that is not at hand, or none of it."""
        self.at.skip()
        if self.known is not None:
            word = _VALUE.match(self.at.text, self.at.position)
            raise self.unknown(word[0] if word else self.at.text[self.at.position :])
        end = self.at.position
        depth = 0
        found = _NAME.match(self.at.text, end)
        for symbol in found[0] if found else "":
            depth += (symbol == "(") - (symbol == ")")
            if depth < 0:
                break
            end += 1
        name = self.at.text[self.at.position : end]
        if self.at.text.startswith("{", end):
            name = _MEMBERSHIP.sub("", name)
        self.at.position += len(name)
        if not name.strip():
            raise self.at.error(Fault.of("terms.column_lacking"))
        return name.strip()

    def unknown(self, name: str) -> SpecificationError:
        return unknown_column(name, self.at.columns, self.at.whole())


def _ends(text: str, end: int) -> bool:
    """Return whether a name that ends at a place is not the beginning of a longer word."""
    return end == len(text) or not (_in_word(text[end - 1]) and _in_word(text[end]))


def _in_word(symbol: str) -> bool:
    return symbol.isalnum() or symbol == "_"
