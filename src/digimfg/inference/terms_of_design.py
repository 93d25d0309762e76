"""Find a term among those of a design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError, nearest
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design

__all__ = ["term_place"]


def term_place(design: Design, term: str, names: Sequence[str] | None = None) -> int:
    """Return the place of a term among `names`, by default the exogenous terms of a design.

    Raises
    ------
    SpecificationError
        If it is not there (the nearest are named), or was left out as collinear.
    """
    names = design.terms if names is None else names
    if term in names:
        return list(names).index(term)
    gone = design.collinear.get(term)
    near = nearest(term, list(names))
    raise SpecificationError(
        where=say("term '{term}'", "项“{term}”", term=term),
        expected=Text("a term of the result", "结果中的一项"),
        got=Text("unknown", "未知项")
        if gone is None
        else say("left out, collinear with {gone}", "因与{gone}共线而剔除", gone=gone),
        remedy=say("nearest terms: {near}", "相近的项：{near}", near=near),
    )
