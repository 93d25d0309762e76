"""Read the terms of a result: controls, the constant, and indicators by level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["CONSTANT", "Event", "core_terms", "declared_as", "event_of"]

CONSTANT = frozenset({"constant", "const", "Intercept", "intercept"})
_INDICATOR = re.compile(r"(?<![\w.])i\(\s*(?P<column>[^,()]+?)\s*(?P<options>,[^()]*)?\)")
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
    """Return the terms of a result that are not controls and not the constant, in its order."""
    controls = [declared_as(term) for term in result.specification.controls]
    return [
        term
        for term in result.coefficients.index
        if term not in CONSTANT and not any(pattern.fullmatch(term) for pattern in controls)
    ]


def declared_as(term: str) -> re.Pattern[str]:
    """Return a pattern of the names under which a declared term appears in results.

    ``"x:i(year, ref=1995)"`` appears as ``"x:year[1990]"``, ``"x:year[1991]"`` …, its level in the first group; every
    other term appears as itself.

    Examples
    --------
    >>> declared_as("x:i(year, ref=1995)").fullmatch("x:year[1990]")[1]
    '1990'
    """
    pattern, position = "", 0
    for match in _INDICATOR.finditer(term):
        pattern += re.escape(term[position : match.start()]) + re.escape(match["column"]) + r"\[([^\]]*)\]"
        position = match.end()
    return re.compile(pattern + re.escape(term[position:]))


def event_of(result: Result, term: str | None = None) -> Event | None:
    """Return the levels of a declared indicator term, by default the first one that the result has.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> specification = SimpleNamespace(endogenous=(), regressors=("x:i(year, ref=1995)",), controls=())
    >>> coefficients = SimpleNamespace(index=["x:year[1994]", "x:year[1996]", "z"])
    >>> event = event_of(SimpleNamespace(specification=specification, coefficients=coefficients))
    >>> event.reference, list(event.levels.values())
    ('1995', ['1994', '1996'])
    """
    specification = result.specification
    for declared in (*specification.endogenous, *specification.regressors, *specification.controls):
        match = _INDICATOR.search(declared)
        if match is None or (term is not None and declared != term):
            continue
        pattern = declared_as(declared)
        found = {
            str(name): level[1]
            for name in result.coefficients.index
            if (level := pattern.fullmatch(str(name)))
        }
        if found:
            reference = _REFERENCE.search(match["options"] or "")
            value = reference["value"].strip().strip("'\"") if reference else None
            interacted = re.sub(":{2,}", ":", _INDICATOR.sub("", declared)).strip(":")
            return Event(
                term=declared, interacted=interacted, column=match["column"], reference=value, levels=found
            )
    return None
