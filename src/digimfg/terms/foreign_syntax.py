"""What Stata, R and pandas write, said in our terms: for the remedy of an error, never estimated as it
stands.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection

from digimfg.errors import SpecificationError
from digimfg.terms import MOST_PERIODS, columns_of, parse_term
from digimfg.text import Text

__all__ = ["in_our_terms", "translated_filter", "translated_terms"]

_LONGEST = 2_000
_LONGEST_PIECE = 200
_MOST_TERMS = 200
_SPACES = re.compile(r"\s+")
_BETWEEN_FACTORS = re.compile(r"#{1,2}|(?<!\*)\*(?!\*)")
_LOG = re.compile(r"(?:ln|log|np\.log|numpy\.log)\((.+)\)")
_SHIFTS = re.compile(r"((?:[LFDlfd][0-9]*)+)\.(.+)")
_SHIFT_LIST = re.compile(r"([LFlf])\(([0-9]+)/([0-9]+)\)\.(.+)")
_LAG_CALL = re.compile(r"(lag|lead)\( ?(.+?) ?(?:, ?(?:n ?= ?)?([0-9]+) ?)?\)")
_LEVELS = re.compile(r"i(?:b([0-9]+))?\.(.+)|(?:C|factor|as\.factor)\((.+)\)")
_OUR_LEVELS = re.compile(r"i\(([^,()]+)[^()]*\)")
_NAME = r"([^\s&|()!~=<>]+)"
_FILTERS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^ ?if ", ""),
        (r"\binlist\( ?([^,()]+?) ?, ?([^()]*?) ?\)", r"\1 in {\2}"),
        (r"\binrange\( ?([^,()]+?) ?, ?([^,()]+?) ?, ?([^,()]+?) ?\)", r"\1 >= \2 & \1 <= \3"),
        (r"\.isin\( ?[\[({]([^\])}]*)[\])}] ?\)", r" in {\1}"),
        (rf"{_NAME}\.(?:notna|notnull)\(\)", r"not missing(\1)"),
        (rf"{_NAME}\.(?:isna|isnull)\(\)", r"missing(\1)"),
        (r"\b(?:mi|is\.na)\(", "missing("),
        (rf"{_NAME} ?(?:!=|~=|<) ?\.(?=$| ?[&|)])", r"not missing(\1)"),
        (rf"{_NAME} ?==? ?\.(?=$| ?[&|)])", r"missing(\1)"),
        (r" ?%in% ?c\(([^()]*)\)", r" in {\1}"),
        (r"\bin ?[\[(]([^\[\](){}]*)[\])]", r"in {\1}"),
        (r" and | ?&& ?", " & "),
        (r" or | ?\|\| ?", " | "),
        (r"~=|<>", "!="),
        (r"(?<![=<>!~])=(?!=)", "=="),
        (r"[!~](?=[ (]*[^ =(])", "not "),
    )
)
_POWER = re.compile(r"(.+)\*\* ?([0-9]+)")


def in_our_terms(error: SpecificationError, term: str, columns: Collection[str]) -> SpecificationError:
    """Return the error with our spelling of the term as its remedy, or the error itself where we know none.

    Parameters
    ----------
    error
        What parsing or evaluating `term` raised.
    term
        As the user wrote it: ``"i.year"``, ``"c.x#c.z"``, ``"L(1/2).x"``, ``"ln(x)"``, ``"y ~ x + z"``, ``"x
        z"``.
    columns
        Of the frame: a spelling that does not name columns is not proposed.
    """
    terms = translated_terms(term, columns)
    if not terms:
        return error
    shown = repr(terms[0]) if len(terms) == 1 else f"({', '.join(map(repr, terms))})"
    outcome, tilde, _ = (part.strip() for part in term.partition("~"))
    levels = next((name for each in terms if (name := _levels_of(each))), None)
    english, chinese = f"write {shown}", f"请写成{shown}"
    if tilde:
        english = f"write dm.Specification('{outcome}', {shown}, …)"
        chinese = f"请写成 dm.Specification('{outcome}', {shown}, …)"
    elif levels:
        english += f"; to absorb it instead, fixed_effects='{levels}'"
        chinese += f"；若要吸收为固定效应，用 fixed_effects='{levels}'"
    return SpecificationError.like(error, remedy=Text(english, chinese))


def translated_terms(term: str, columns: Collection[str]) -> tuple[str, ...]:
    """Return our terms for one of another package's, none where it is not understood.

    Examples
    --------
    >>> translated_terms("c.x##c.z", ["x", "z"])
    ('x', 'z', 'x:z')
    >>> translated_terms("L(1/2).ln(x)", ["x"])
    ('L.log(x)', 'L2.log(x)')
    """
    if len(term) > _LONGEST:
        return ()
    right = _SPACES.sub(" ", term.partition("~")[2] or term).strip()
    pieces = _pieces(right)
    if any(len(piece) > _LONGEST_PIECE for piece in pieces):
        return ()
    terms = tuple(dict.fromkeys(each for piece in pieces for each in _product(piece)))
    return terms if terms != (term,) and all(_stands(each, columns) for each in terms) else ()


def translated_filter(expression: str) -> str:
    """Return a filter of Stata, R or pandas in our grammar, as far as it is understood.

    Examples
    --------
    >>> translated_filter("if year>=2015 and inlist(region, 'East', 'West')")
    "year>=2015 & region in {'East', 'West'}"
    >>> translated_filter("inrange(year, 2012, 2015) && code=3 & x != .")
    'year >= 2012 & year <= 2015 & code==3 & not missing(x)'
    """
    if len(expression) > _LONGEST:
        return expression
    ours = _SPACES.sub(" ", expression)
    for pattern, replacement in _FILTERS:
        ours = pattern.sub(replacement, ours)
    return ours.strip()


def _pieces(text: str) -> list[str]:
    """Split terms at spaces, commas and plus signs outside of brackets."""
    pieces, depth = [""], 0
    for symbol in text:
        depth += (symbol == "(") - (symbol == ")")
        if symbol in " ,+" and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += symbol
    return [piece for piece in pieces if piece]


def _stands(term: str, columns: Collection[str]) -> bool:
    try:
        return all(name in columns for name in columns_of(parse_term(term, columns)))
    except SpecificationError:
        return False


def _levels_of(term: str) -> str | None:
    match = _OUR_LEVELS.fullmatch(term)
    return match[1] if match else None


def _product(text: str) -> list[str]:
    factors = [_factor(part.strip()) for part in _BETWEEN_FACTORS.split(text)]
    signs = _BETWEEN_FACTORS.findall(text)
    if not signs:
        return factors[0]
    full = any(sign != "#" for sign in signs)
    if math.prod(len(each) + full for each in factors) > _MOST_TERMS:
        return []
    sizes = range(1, len(factors) + 1) if full else (len(factors),)
    chosen = (each for size in sizes for each in itertools.combinations(factors, size))
    return [":".join(parts) for each in chosen for parts in itertools.product(*each)]


def _factor(text: str) -> list[str]:
    """Return our factors: one, but for a list of lags."""
    if match := _SHIFT_LIST.fullmatch(text):
        return _shift_list(match)
    if match := _SHIFTS.fullmatch(text):
        inner = _factor(match[2])
        for letter, count in reversed(re.findall(r"([LFDlfd])([0-9]*)", match[1])):
            inner = [_shifted(letter, count or "1", each) for each in inner]
        return inner
    if match := _LAG_CALL.fullmatch(text):
        return [
            _shifted("L" if match[1] == "lag" else "F", match[3] or "1", each) for each in _factor(match[2])
        ]
    if match := _LEVELS.fullmatch(text):
        reference = f", ref={match[1]}" if match[1] else ""
        return [f"i({(match[2] or match[3]).strip()}{reference})"]
    if match := _LOG.fullmatch(text):
        return [f"log({each})" for each in _factor(match[1].strip())]
    if match := _POWER.fullmatch(text):
        return [f"{each}^{match[2]}" for each in _factor(match[1].strip())]
    if text.startswith("c."):
        return _factor(text[2:])
    if text.startswith("I(") and text.endswith(")"):
        return _factor(text[2:-1])
    return [text]


def _shift_list(match: re.Match[str]) -> list[str]:
    if max(len(match[2]), len(match[3])) > 4:
        return [match[0]]
    first, last = sorted((int(match[2]), int(match[3])))
    if last - first >= _MOST_TERMS or last > MOST_PERIODS:
        return [match[0]]
    inner = _factor(match[4])
    return [_shifted(match[1], str(count), each) for count in range(first, last + 1) for each in inner]


def _shifted(letter: str, count: str, term: str) -> str:
    steps = count.lstrip("0")
    if not steps:
        return term
    return f"{letter.upper()}{steps if steps != '1' else ''}.{term}"
