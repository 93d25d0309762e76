"""Terms that a specification names more than once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["repeated_terms"]


def repeated_terms(specification: Specification) -> tuple[Text, ...]:
    """Return a note for each term that stands more than once in a role, where it counts once.

    Parameters
    ----------
    specification
        Regressors and controls are one role; fixed effects, endogenous terms, instruments and clustering
        columns others.

    Examples
    --------
    >>> from digimfg.specification import Specification
    >>> [note.en for note in repeated_terms(Specification("y", ("x", "z"), controls="x"))]
    ['x is named 2 times among the regressors and enters once']
    """
    roles = (
        ((*specification.regressors, *specification.controls), Text("regressors", "解释变量与控制变量")),
        (specification.endogenous, Text("endogenous terms", "内生变量")),
        (specification.instruments, Text("instruments", "工具变量")),
        (specification.fixed_effects, Text("fixed effects", "固定效应")),
        (specification.covariance.cluster_columns, Text("clusters", "聚类变量")),
    )
    return tuple(
        _note(term_label(term), count, role)
        for terms, role in roles
        for term, count in Counter(terms).items()
        if count > 1
    )


def _note(label: Text, count: int, role: Text) -> Text:
    return note_of("design.repeated_term", label=label, role=role, count=count)
