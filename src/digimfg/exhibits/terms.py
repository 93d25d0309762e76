"""Tell the terms of interest from controls and from the constant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["CONSTANT", "core_terms", "declared_as"]

CONSTANT = frozenset({"constant", "const", "Intercept", "intercept"})
_INDICATOR = re.compile(r"i\(\s*(?P<column>[^,()]+?)\s*(?:,[^()]*)?\)")


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

    ``"x:i(year, ref=1995)"`` appears as ``"x:year[1990]"``, ``"x:year[1991]"`` …; every other term as itself.

    Examples
    --------
    >>> bool(declared_as("x:i(year, ref=1995)").fullmatch("x:year[1990]"))
    True
    """
    pattern, position = "", 0
    for match in _INDICATOR.finditer(term):
        if match.start() and (term[match.start() - 1].isalnum() or term[match.start() - 1] in "_."):
            continue
        pattern += re.escape(term[position : match.start()]) + re.escape(match["column"]) + r"\[[^\]]*\]"
        position = match.end()
    return re.compile(pattern + re.escape(term[position:]))
