"""Read the terms of a result: controls, the constant, and indicators by level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.design import INTERCEPT
from digimfg.terms import factors_of

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["Event", "core_terms", "declared_as", "event_of", "is_constant", "without_levels"]

_CONSTANT = frozenset({INTERCEPT, "constant", "const"})
_QUANTILE = re.compile(r":quantile\[[^\[\]]*\]$")
_INDICATOR = re.compile(r"i\(\s*(?P<column>`[^`]+`|[^,()]+?)\s*(?P<options>,[^()]*)?\)")
_REFERENCE = re.compile(r"\bref\s*=\s*(?P<value>[^,]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A declared term with one indicator per level.

    Parameters
    ----------
    term
        As declared: ``"x:i(year, ref=1995)"``.
    interacted
        What the indicators multiply: ``"x"``; empty where they stand alone.
    column
        Whose levels they are: ``"year"``.
    reference
        The level left out, as text; ``None`` where the declaration names none.
    levels
        Term in the result → its level as text, in the order of the result.
    """

    term: str
    interacted: str
    column: str
    reference: str | None
    levels: dict[str, str]


def core_terms(result: Result) -> list[str]:
    """Return the terms of a result that are not controls, not the constant and no detail of its estimator,
    in its order.

    An estimator names the families of terms that a table shows only when asked for in its ``detail_terms``.
    A control or a constant remains one at every quantile.
    """
    controls = [declared_as(term) for term in result.specification.controls]
    detail = result.specification.estimator.detail_terms
    return [
        term
        for term in result.coefficients.index
        if not is_constant(term)
        and term.split("[")[0] not in detail
        and not any(pattern.fullmatch(_QUANTILE.sub("", term)) for pattern in controls)
    ]


def is_constant(term: str) -> bool:
    """Return whether a term of a result is the constant, at whatever quantile.

    Examples
    --------
    >>> is_constant("Intercept"), is_constant("Intercept:quantile[0.25]"), is_constant("x:quantile[0.25]")
    (True, True, False)
    """
    return _QUANTILE.sub("", term) in _CONSTANT


def declared_as(term: str) -> re.Pattern[str]:
    """Return a pattern of the names under which a declared term appears in results.

    ``"x:i(year, ref=1995)"`` appears as ``"x:year[1990]"``, ``"x:year[1991]"`` …, its level in the first
    group; every other term appears as itself.

    Examples
    --------
    >>> declared_as("x:i(year, ref=1995)").fullmatch("x:year[1990]")[1]
    '1990'
    """
    factors = factors_of(term)
    if not any(_INDICATOR.fullmatch(factor) for factor in factors):
        return re.compile(re.escape(term))
    patterns = []
    for factor in factors:
        match = _INDICATOR.fullmatch(factor)
        column = match["column"].strip("`") if match else ""
        patterns.append(re.escape(column) + r"\[([^\]]*)\]" if match else re.escape(factor))
    return re.compile(":".join(patterns))


def without_levels(term: str) -> str:
    """Return a term without its indicators by level: ``"x"`` for ``"x:i(year, ref=1995)"``, empty for
    ``"i(year)"``.

    Examples
    --------
    >>> without_levels("x:i(year, ref=1995)"), without_levels("i(year)"), without_levels("log(x):z")
    ('x', '', 'log(x):z')
    """
    factors = factors_of(term)
    kept = [factor for factor in factors if not _INDICATOR.fullmatch(factor)]
    return term if len(kept) == len(factors) else ":".join(kept)


def event_of(result: Result, term: str | None = None) -> Event | None:
    """Return the levels of a declared indicator term, by default the first one that the result has.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> specification = SimpleNamespace(endogenous=(), regressors=("x:i(year, ref=1995)",), controls=())
    >>> coefficients = SimpleNamespace(index=["x:year[1994]", "x:year[1996]", "z"])
    >>> event = event_of(SimpleNamespace(specification=specification, coefficients=coefficients))
    >>> event.interacted, event.reference, list(event.levels.values())
    ('x', '1995', ['1994', '1996'])
    """
    specification = result.specification
    for declared in (*specification.endogenous, *specification.regressors, *specification.controls):
        match = next(filter(None, (_INDICATOR.fullmatch(factor) for factor in factors_of(declared))), None)
        if match is None or (term is not None and declared != term):
            continue
        pattern = declared_as(declared)
        names = [str(name) for name in result.coefficients.index]
        found = {name: level[1] for name in names if (level := pattern.fullmatch(name))}
        if found:
            reference = _REFERENCE.search(match["options"] or "")
            return Event(
                term=declared,
                interacted=without_levels(declared),
                column=match["column"].strip("`"),
                reference=reference["value"].strip().strip("'\"") if reference else None,
                levels=found,
            )
    return None
