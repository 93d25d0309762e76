"""Write terms, columns and samples as Stata and R spell them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from digimfg.terms import Column, Difference, Levels, Log, Node, Power, Product, Shift, parse_term

__all__ = ["r_name", "r_sample", "r_term", "stata_names", "stata_sample", "stata_term"]

_LONGEST = 32
_QUOTED = re.compile(r"('[^']*'|\"[^\"]*\")")
_MEMBERS = re.compile(r"(`[^`]+`|[\w.]+)\s+(not\s+)?in\s+\{([^{}]*)\}")
_MISSING = re.compile(r"missing\s*\(\s*(`[^`]+`|[\w.]+)\s*\)")
_R_WORDS = frozenset(
    ("if", "else", "for", "while", "repeat", "function", "break", "next", "in", "TRUE", "FALSE", "NULL", "NA",
     "Inf", "NaN")
)  # fmt: skip


def stata_names(columns: Iterable[object]) -> dict[str, str]:
    """Return column → a name that Stata can hold: letters, digits and ``_``, at most 32 of them, each once.

    Examples
    --------
    >>> stata_names(["gdp per head", "2020", "年份", "gdp_per_head"])
    {'gdp per head': 'gdp_per_head', '2020': '_2020', '年份': '年份', 'gdp_per_head': 'gdp_per_head_2'}
    """
    taken: dict[str, str] = {}
    used: set[str] = set()
    for column in map(str, columns):
        plain = re.sub(r"\W", "_", column)
        plain = (f"_{plain}" if plain[:1].isdigit() else plain)[:_LONGEST] or "_"
        name, number = plain, 1
        while name.casefold() in used:
            number += 1
            name = f"{plain[: _LONGEST - len(str(number)) - 1]}_{number}"
        used.add(name.casefold())
        taken[column] = name
    return taken


def stata_term(term: str) -> tuple[str, list[str]]:
    """Return a term as Stata's factor and time-series variables, and the lines that make variables first.

    Examples
    --------
    >>> stata_term("L2.log(gdp)")
    ('L2.log_gdp', ['generate double log_gdp = ln(gdp)'])
    >>> stata_term("x:i(year, ref=2015)")[0], stata_term("x^2")[0]
    ('c.x#ib2015.year', 'c.x#c.x')
    """
    lines: list[str] = []
    return _stata(parse_term(term), lines), lines


def r_term(term: str, *, lags: str = "fixest") -> str:
    """Return a term of an R formula: lags are ``l(x, 1)`` for fixest, ``lag(x, 1)`` for plm.

    Examples
    --------
    >>> r_term("L2.log(gdp)"), r_term("x:i(year, ref=2015)"), r_term("D.x", lags="plm")
    ('l(log(gdp), 2)', 'x:relevel(factor(year), ref = "2015")', 'diff(x, 1)')
    """
    return _r(parse_term(term), lags)


def r_name(column: str) -> str:
    """Return a column as R writes it: in backticks where it is no name of R.

    Examples
    --------
    >>> r_name("gdp"), r_name("gdp per head")
    ('gdp', '`gdp per head`')
    """
    plain = re.fullmatch(r"[A-Za-z.][A-Za-z0-9._]*", column) and column not in _R_WORDS
    return column if plain else f"`{column}`"


def stata_sample(sample: str) -> str:
    """Return the condition of a sample in Stata's words.

    Examples
    --------
    >>> stata_sample("year >= 2015 & region in {'东部', '中部'} & not missing(x)")
    'year >= 2015 & inlist(region, "东部", "中部") & !missing(x)'
    """
    text = _MEMBERS.sub(lambda m: f"{'!' if m[2] else ''}inlist({_plain(m[1])}, {m[3].strip()})", sample)
    text = _MISSING.sub(lambda m: f"missing({_plain(m[1])})", text)
    return _outside_quotes(text, lambda part: _words(part, "|", "&", "!"))


def r_sample(sample: str) -> str:
    """Return the condition of a sample in R's words.

    Examples
    --------
    >>> r_sample("region not in {'东部', '中部'} or missing(x)")
    '!(region %in% c("东部", "中部")) | is.na(x)'
    """

    def members(found: re.Match[str]) -> str:
        one = f"{found[1]} %in% c({found[3].strip()})"
        return f"!({one})" if found[2] else one

    text = _MISSING.sub(lambda m: f"is.na({m[1]})", _MEMBERS.sub(members, sample))
    return _outside_quotes(text, lambda part: _words(part, "|", "&", "!"))


def _words(part: str, either: str, both: str, negation: str) -> str:
    part = re.sub(r"\bor\b", either, re.sub(r"\band\b", both, part))
    return re.sub(r"\bnot\s+", negation, part)


def _outside_quotes(text: str, change: object) -> str:
    assert callable(change)  # noqa: S101
    parts = _QUOTED.split(text)
    return "".join(f'"{part[1:-1]}"' if place % 2 else change(part) for place, part in enumerate(parts))


def _plain(column: str) -> str:
    name = column.strip("`")
    return stata_names([name])[name]


def _stata(node: Node, lines: list[str]) -> str:
    if isinstance(node, Column):
        return stata_names([node.name])[node.name]
    if isinstance(node, Shift):
        letter, periods = ("L", node.periods) if node.periods > 0 else ("F", -node.periods)
        return f"{letter}{periods if periods > 1 else ''}.{_stata(node.base, lines)}"
    if isinstance(node, Difference):
        return f"D{node.order if node.order > 1 else ''}.{_stata(node.base, lines)}"
    if isinstance(node, Log):
        inner = _stata(node.base, lines)
        name = stata_names([f"log_{inner}"])[f"log_{inner}"]
        lines.append(f"generate double {name} = ln({inner})")
        return name
    if isinstance(node, Power):
        inner = _stata(node.base, lines)
        return "#".join([f"c.{inner}"] * node.exponent)
    if isinstance(node, Levels):
        column = stata_names([node.column])[node.column]
        return f"i.{column}" if node.reference is None else f"ib{node.reference}.{column}"
    assert isinstance(node, Product)  # noqa: S101
    return "#".join(_crossed(factor, lines) for factor in node.factors)


def _crossed(node: Node, lines: list[str]) -> str:
    shown = _stata(node, lines)
    if isinstance(node, Levels | Power):
        return shown
    return f"c{shown}" if re.match(r"[LFD][0-9]*\.", shown) else f"c.{shown}"


def _r(node: Node, lags: str) -> str:
    if isinstance(node, Column):
        return r_name(node.name)
    if isinstance(node, Shift):
        inner = _r(node.base, lags)
        if lags == "fixest":
            letter = "l" if node.periods > 0 else "f"
            return f"{letter}({inner}, {abs(node.periods)})"
        return f"lag({inner}, {node.periods})"
    if isinstance(node, Difference):
        letter = "d" if lags == "fixest" else "diff"
        return f"{letter}({_r(node.base, lags)}, {node.order})"
    if isinstance(node, Log):
        return f"log({_r(node.base, lags)})"
    if isinstance(node, Power):
        return f"I({_r(node.base, lags)}^{node.exponent})"
    if isinstance(node, Levels):
        column = r_name(node.column)
        if node.reference is None:
            return f"factor({column})"
        return f'relevel(factor({column}), ref = "{node.reference}")'
    assert isinstance(node, Product)  # noqa: S101
    return ":".join(_r(factor, lags) for factor in node.factors)
