"""Terms of a specification: a small grammar that is parsed, never evaluated as code.

::

    term    = product ; product = factor { ":" factor } ; factor = primary [ "^" integer ]
    primary = [ "L" | "F" | "D" ] [ integer ] "." primary | "log(" term ")" | "(" term ")" | levels | column
    levels  = "i(" column [ ", ref=" value ] [ ", min=" number ] [ ", max=" number ] ")"

A column's name may hold any character: the longest column name that fits is taken first, so a whole string
that is a column's name is always that column, and ``L.GDP (亿元)`` works. Backticks quote a name: ``L.`gdp
per head```. Lags and powers go up to 9,999, differences to order 20, brackets and prefixes fifty deep.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from digimfg.errors import Fault, SpecificationError
from digimfg.terms.scanner import Scanner, shortened
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
    "spelled",
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

MOST_PERIODS = 9_999
"""The longest lag or lead, and the highest power."""
MOST_DIFFERENCES = 20
"""The highest order of a difference."""

_PREFIX = re.compile(r"([LFD])([0-9]*)\.(?=\S)")
_CALL = re.compile(r"(log|i)\s*\(")
_INTEGER = re.compile(r"[0-9]+")
_OPTION = re.compile(r"(ref|min|max)\s*=\s*('[^']*'|\"[^\"]*\"|[^,()]+)")
_BARE = re.compile(r"[^:^(),`]+")
_AFTER = re.compile(r"\s*(?:[:^),]|$)")
_ROLE = Text("term", "项")
_REMEDY = Text(
    "write columns, L.x F.x D.x, log(x), x^2, a:b or i(x, ref=value); quote odd names with backticks",
    "可写列名、L.x F.x D.x、log(x)、x^2、a:b 或 i(x, ref=值)；特殊列名用反引号括起",
)


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
    return _Parser(term, columns).whole()


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


def spelled(node: Node) -> str:
    """Return a term as it could have been written.

    Examples
    --------
    >>> spelled(parse_term("L2.(a:`b c`^2)"))
    'L2.(a:b c^2)'
    """
    if isinstance(node, Column):
        return node.name
    if isinstance(node, Levels):
        return f"i({node.column})"
    if isinstance(node, Product):
        return ":".join(spelled(factor) for factor in node.factors)
    inner = f"({spelled(node.base)})" if isinstance(node.base, Product) else spelled(node.base)
    if isinstance(node, Log):
        return f"log({spelled(node.base)})"
    if isinstance(node, Power):
        return f"{inner}^{node.exponent}"
    steps = node.order if isinstance(node, Difference) else abs(node.periods)
    letter = "D" if isinstance(node, Difference) else "L" if node.periods > 0 else "F"
    return f"{letter}{steps if steps > 1 else ''}.{inner}"


def unknown_column(name: str, columns: Collection[str], where: Text | str) -> SpecificationError:
    """Return the error for a name that is no column, with the nearest names."""
    return SpecificationError.unknown(
        shortened(name),
        columns,
        where=where,
        expected=Text("a column of the frame", "数据框中的一列"),
        of="columns",
    )


class _Parser:
    """Read a term from left to right."""

    def __init__(self, text: str, columns: Collection[str]) -> None:
        self.at = Scanner(text, columns, _ROLE, _REMEDY)

    def whole(self) -> Node:
        node = self.product()
        if not self.at.at_end():
            raise self.at.error(Fault.of("terms.end_or_operator_lacking"))
        return node

    def product(self) -> Node:
        factors = [self.factor()]
        while self.at.take(":"):
            factors.append(self.factor())
        if len(factors) == 1:
            return factors[0]
        flat = [each.factors if isinstance(each, Product) else (each,) for each in factors]
        return Product(tuple(factor for each in flat for factor in each))

    def factor(self) -> Node:
        base = self.primary()
        if not self.at.take("^"):
            return base
        self.at.skip()
        exponent = _INTEGER.match(self.at.text, self.at.position)
        power = 0 if exponent is None else _whole(exponent[0])
        if exponent is None or isinstance(base, Levels) or not 1 <= power <= MOST_PERIODS:
            raise self.at.error(Fault.of("terms.power_not_whole", most_periods=MOST_PERIODS))
        self.at.position = exponent.end()
        return Power(base, power)

    def primary(self) -> Node:
        self.at.skip()
        name = self.at.quoted_name() or self.at.column(_ends)
        if name is not None:
            return Column(name)
        if match := self.at.match(_PREFIX):
            return self.shifted(match)
        if match := self.at.match(_CALL):
            return self.levels() if match[1] == "i" else self.logarithm()
        if self.at.take("("):
            with self.at.deeper():
                inner = self.product()
            self.at.need(")")
            return inner
        return Column(self.bare_name())

    def shifted(self, match: re.Match[str]) -> Node:
        count = _whole(match[2] or "1")
        with self.at.deeper():
            base = self.primary()
        most = MOST_DIFFERENCES if match[1] == "D" else MOST_PERIODS
        if isinstance(base, Levels) or not 1 <= count <= most:
            self.at.position = match.start()
            raise self.at.error(Fault.of("terms.lag_not_whole", most=most))
        if match[1] == "D":
            return Difference(base, count)
        return Shift(base, count if match[1] == "L" else -count)

    def logarithm(self) -> Node:
        with self.at.deeper():
            inner = self.product()
        self.at.need(")")
        return Log(inner)

    def levels(self) -> Node:
        self.at.skip()
        name = self.at.quoted_name() or self.at.column(_ends) or self.bare_name()
        options: dict[str, str] = {}
        while self.at.take(","):
            self.at.skip()
            match = _OPTION.match(self.at.text, self.at.position)
            if match is None or match[1] in options:
                raise self.at.error(Fault.of("terms.options_of_levels"))
            options[match[1]] = match[2].strip().strip("'\"")
            self.at.position = match.end()
        self.at.need(")")
        low, high = (self.number(options[key]) if key in options else None for key in ("min", "max"))
        if low is not None and high is not None and low >= high:
            raise self.at.error(Fault.of("terms.min_not_below_max"))
        return Levels(name, options.get("ref"), low, high)

    def number(self, text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise self.at.error(Fault.of("terms.number_not_readable", text=shortened(text)))
        return found

    def bare_name(self) -> str:
        end = _BARE.match(self.at.text, self.at.position)
        name = "" if end is None else end[0].strip()
        if end is None or not name:
            raise self.at.error(Fault.of("terms.name_lacking"))
        self.at.position = end.end()
        return name


def _ends(text: str, end: int) -> bool:
    """Return whether an operator or the end of the term follows."""
    return _AFTER.match(text, end) is not None


def _whole(digits: str) -> int:
    """Return a count, at most one too many for any bound."""
    return int(digits) if len(digits) <= 9 else 10**9
