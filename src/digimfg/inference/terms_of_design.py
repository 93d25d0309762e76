"""Find a term among those of a design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design

__all__ = ["A_TERM", "term_place"]

A_TERM = Text("a term of the result", "结果中的一项")
"""What is asked for by its name in a result."""


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
    where = note_of("inference.place_of_term", term=term)
    error = SpecificationError.unknown(term, names, where=where, expected=A_TERM, of="terms")
    if gone is None:
        raise error
    raise SpecificationError.like(error, where=where, got=note_of("inference.left_out_collinear", gone=gone))
