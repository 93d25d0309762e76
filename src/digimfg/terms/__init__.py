"""Terms of a specification: a small grammar that is parsed, never evaluated as code.

::

    term    = product ; product = factor { ":" factor } ; factor = primary [ "^" integer ]
    primary = [ "L" | "F" | "D" ] [ integer ] "." primary | "log(" term ")" | "(" term ")" | levels | column
    levels  = "i(" column [ ", ref=" value ] [ ", min=" number ] [ ", max=" number ] ")"

A column's name may hold any character: the longest column name that fits is taken first, so a whole string that is
a column's name is always that column, and ``L.GDP (亿元)`` works. Backticks quote a name: ``L.`gdp per head```.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from digimfg.errors import SpecificationError, nearest
from digimfg.text import Text

__all__ = [
    "Column",
    "Difference",
    "Levels",
    "Log",
    "Node",
    "Power",
    "Product",
    "Shift",
    "columns_of",
    "factors_of",
    "parse_term",
    "unknown_column",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the frame."""

    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    """The value `periods` earlier (negative: later) by the time column; a gap gives missing."""

    base: Node
    periods: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The change from one period to the next, taken `order` times; a gap gives missing."""

    base: Node
    order: int


@dataclass(frozen=True, slots=True)
class Log:
    """The natural logarithm; a value that is not positive gives missing."""

    base: Node


@dataclass(frozen=True, slots=True)
class Power:
    """A positive integer power."""

    base: Node
    exponent: int


@dataclass(frozen=True, slots=True)
class Product:
    """The product of its factors."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """One indicator per level of a column but the reference; `low` and `high` bin the ends."""

    column: str
    reference: str | None
    low: float | None
    high: float | None


Node = Column | Shift | Difference | Log | Power | Product | Levels

_OPERATORS = ":^(),`"
_PREFIX = re.compile(r"([LFD])(\d*)\.(?=\S)")
_CALL = re.compile(r"(log|i)\s*\(")
_INTEGER = re.compile(r"\d+")


def parse_term(term: str, columns: Collection[str] = ()) -> Node:
    """Parse one term.

    Parameters
    ----------
    term
        For example ``"L2.log(x)"``, ``"x:i(year, ref=1995)"``, ``"数字经济^2"``.
    columns
        Names that are columns; a name of the grammar that is also a column is the column.

    Returns
    -------
    Node
        The tree of the term. Whether its columns exist is not checked here.

    Raises
    ------
    SpecificationError
        If the term does not follow the grammar; the position is named.

    Examples
    --------
    >>> parse_term("L2.log(x)")
    Shift(base=Log(base=Column(name='x')), periods=2)
    >>> parse_term("L.x", columns=["L.x"])
    Column(name='L.x')
    """
    if term in columns:
        return Column(term)
    parser = _Parser(term, columns)
    node = parser.product()
    parser.skip()
    if parser.position < len(term):
        raise parser.error(Text("the end of the term or an operator", "项的结尾或运算符"))
    return node


def columns_of(node: Node) -> Iterator[str]:
    """Yield the columns that a term uses, in order, repeated where used twice."""
    if isinstance(node, Column):
        yield node.name
    elif isinstance(node, Levels):
        yield node.column
    elif isinstance(node, Product):
        for factor in node.factors:
            yield from columns_of(factor)
    else:
        yield from columns_of(node.base)


def factors_of(term: str) -> list[str]:
    """Return a product as written, split at the colons outside of brackets and backticks.

    Examples
    --------
    >>> factors_of("x:i(year, ref=1995):`rate: annual`")
    ['x', 'i(year, ref=1995)', '`rate: annual`']
    """
    factors, depth, quoted = [""], 0, False
    for symbol in term:
        quoted ^= symbol == "`"
        depth += 0 if quoted else (symbol in "([") - (symbol in ")]")
        if symbol == ":" and depth == 0 and not quoted:
            factors.append("")
        else:
            factors[-1] += symbol
    return [factor.strip() for factor in factors]


def unknown_column(name: str, columns: Collection[str], where: Text | str) -> SpecificationError:
    """Return the error for a name that is no column, with the nearest names."""
    near = nearest(name, columns)
    return SpecificationError(
        where=where,
        expected=Text("a column of the frame", "数据框中的一列"),
        got=f"'{name}'",
        remedy=Text(f"nearest columns: {near}", f"相近的列：{near}"),
    )


class _Parser:
    """Read a term from left to right."""

    def __init__(self, text: str, columns: Collection[str]) -> None:
        self.text = text
        self.position = 0
        self.columns = sorted(columns, key=len, reverse=True)

    def error(self, expected: Text) -> SpecificationError:
        rest = self.text[self.position :] or Text("the end", "结尾")
        found = rest if isinstance(rest, Text) else Text(f"'{rest}'", f"“{rest}”")
        return SpecificationError(
            where=Text(
                f"term '{self.text}', character {self.position + 1}",
                f"项“{self.text}”第 {self.position + 1} 个字符",
            ),
            expected=expected,
            got=found,
            remedy=Text(
                "write columns, L.x F.x D.x, log(x), x^2, a:b or i(x, ref=value); quote odd names with backticks",
                "可写列名、L.x F.x D.x、log(x)、x^2、a:b 或 i(x, ref=值)；特殊列名用反引号括起",
            ),
        )

    def skip(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def take(self, symbol: str) -> bool:
        self.skip()
        if self.text.startswith(symbol, self.position):
            self.position += len(symbol)
            return True
        return False

    def need(self, symbol: str) -> None:
        if not self.take(symbol):
            raise self.error(Text(f"'{symbol}'", f"“{symbol}”"))

    def product(self) -> Node:
        factors = [self.factor()]
        while self.take(":"):
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def factor(self) -> Node:
        base = self.primary()
        if not self.take("^"):
            return base
        self.skip()
        match = _INTEGER.match(self.text, self.position)
        if match is None or int(match[0]) < 1 or isinstance(base, Levels):
            raise self.error(Text("a positive integer power of a number", "数值的正整数次幂"))
        self.position = match.end()
        return Power(base, int(match[0]))

    def primary(self) -> Node:
        self.skip()
        name = self.column()
        if name is not None:
            return Column(name)
        if match := _PREFIX.match(self.text, self.position):
            return self.shifted(match)
        if match := _CALL.match(self.text, self.position):
            self.position = match.end()
            return self.levels() if match[1] == "i" else self.logarithm()
        if self.take("("):
            inner = self.product()
            self.need(")")
            return inner
        return Column(self.bare_name())

    def shifted(self, match: re.Match[str]) -> Node:
        start, count = self.position, int(match[2] or 1)
        self.position = match.end()
        base = self.primary()
        if count < 1 or isinstance(base, Levels):
            self.position = start
            raise self.error(
                Text("a lag, lead or difference of 1 or more of a number", "数值的1期或以上滞后、提前或差分")
            )
        if match[1] == "D":
            return Difference(base, count)
        return Shift(base, count if match[1] == "L" else -count)

    def logarithm(self) -> Node:
        inner = self.product()
        self.need(")")
        return Log(inner)

    def levels(self) -> Node:
        self.skip()
        name = self.column() or self.bare_name()
        options: dict[str, str] = {}
        while self.take(","):
            self.skip()
            match = re.compile(r"(ref|min|max)\s*=\s*([^,()]+)").match(self.text, self.position)
            if match is None or match[1] in options:
                raise self.error(
                    Text("ref=value, min=number or max=number, each once", "ref=值、min=数 或 max=数，各一次")
                )
            options[match[1]] = match[2].strip().strip("'\"")
            self.position = match.end()
        self.need(")")
        low, high = (self.number(options[key]) if key in options else None for key in ("min", "max"))
        return Levels(name, options.get("ref"), low, high)

    def number(self, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise self.error(Text(f"a number, not '{text}'", f"数值，而非“{text}”")) from None

    def column(self) -> str | None:
        """Take a quoted name, or the longest column name that ends where an operator or the text does."""
        if self.take("`"):
            end = self.text.find("`", self.position)
            if end < 0:
                raise self.error(Text("a closing backtick", "反引号成对"))
            name, self.position = self.text[self.position : end], end + 1
            return name
        for name in self.columns:
            if self.text.startswith(name, self.position):
                rest = self.text[self.position + len(name) :].lstrip()
                if not rest or rest[0] in ":^),":
                    self.position += len(name)
                    return name
        return None

    def bare_name(self) -> str:
        end = self.position
        while end < len(self.text) and self.text[end] not in _OPERATORS:
            end += 1
        name = self.text[self.position : end].strip()
        if not name:
            raise self.error(Text("a column name", "列名"))
        self.position = end
        return name
