"""Which products a model holds: as its terms, or within the effects that it absorbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.labels import term_label, value_labels
from digimfg.notes import note_of
from digimfg.sentences import sentence
from digimfg.terms import Column, Difference, Levels, Log, Node, Power, Product, Shift, parse_term, spelled
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification
    from digimfg.terms.crossing import Reference
    from digimfg.terms.evaluate import Evaluator

__all__ = ["MainEffects", "Settled", "reference_notes"]

Codes = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class MainEffects:
    """Tell whether a product is in a model.

    Parameters
    ----------
    specification
        Its terms on the right-hand side and its instruments, and the effects that it or its estimator
        removes.
    evaluator
        Of the frame.
    inside
        Rows of the sample.
    categories
        Name of an effect → codes by row of the frame, -1 where missing; called where a product is no term.
    """

    def __init__(
        self,
        specification: Specification,
        evaluator: Evaluator,
        inside: Booleans,
        categories: Callable[[str], Codes],
    ) -> None:
        self._evaluator = evaluator
        self._inside = inside
        removed = specification.estimator.removed_effects(specification)
        self._effects = tuple(dict.fromkeys((*specification.fixed_effects, *removed)))
        self._categories = categories
        self._answers: dict[tuple[Any, ...], bool] = {}
        self._terms: set[tuple[Any, ...]] = set()
        for term in (
            *specification.regressors,
            *specification.controls,
            *specification.endogenous,
            *specification.instruments,
        ):
            try:
                self._terms.add(_canonical(parse_term(term, evaluator.frame.columns)))
            except SpecificationError:
                continue  # said where the term is evaluated

    def __call__(self, node: Node | None) -> bool:
        """Return whether a product is a term or constant within the categories of an effect; the constant
        always is.
        """
        if node is None:
            return True
        name = _canonical(node)
        if name not in self._answers:
            self._answers[name] = name in self._terms or self._absorbed(node)
        return self._answers[name]

    def settled(self) -> Settled:
        """Return the answers given so far, without the data."""
        return Settled(answers=dict(self._answers))

    def _absorbed(self, node: Node) -> bool:
        if not self._effects:
            return False
        factors = node.factors if isinstance(node, Product) else (node,)
        columns = [self._values(factor) for factor in factors]
        return any(self._constant(columns, self._categories(effect)) for effect in self._effects)

    def _values(self, node: Node) -> NDArray[Any]:
        if isinstance(node, Levels):
            column = self._evaluator.frame[node.column].clip(lower=node.low, upper=node.high)
            return np.where(column.isna(), np.nan, pd.factorize(column)[0])
        return self._evaluator.number(node)

    def _constant(self, columns: Iterable[NDArray[Any]], codes: Codes) -> bool:
        rows = self._inside & (codes >= 0)
        for column in columns:
            held = rows & ~np.isnan(column)
            groups = pd.factorize(codes[held])[0]
            first = np.empty(len(groups), dtype=np.float64)
            first[groups] = column[held]
            if not np.array_equal(first[groups], column[held]):
                return False
        return True


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Give the answers of `MainEffects` again; a product that was not asked for is not in the model."""

    answers: Mapping[tuple[Any, ...], bool]

    def __call__(self, node: Node | None) -> bool:
        """Return whether a product is in the model."""
        return node is None or self.answers.get(_canonical(node), False)


def reference_notes(evaluator: Evaluator, rows: Codes) -> list[Text]:
    """Return what products of levels are compared with: the level left out by itself, or a slope that is set
    to zero.

    Parameters
    ----------
    evaluator
        With the references of the terms that it evaluated.
    rows
        Of the estimation sample: levels without rows there, or where what multiplies them is zero, are
        compared with nothing.
    """
    notes = []
    for reference in evaluator.references.values():
        there = rows[reference.rows[rows]]
        if reference.zero and len(there) and reference.others is not None:
            there = there[evaluator.number(reference.others)[there] != 0]
        if len(there) and (reference.zero or not reference.chosen):
            notes.append(_note(reference))
    return notes


def _named(level: str, column: str) -> Text | str:
    """Return what a level is called, itself where it has no name."""
    [name] = value_labels([level], column)
    return level if name == Text.of(level) else name


def _note(reference: Reference) -> Text:
    levels = [
        note_of("design.level_of_factor", label=term_label(column), level=_named(level, column))
        for column, level in reference.levels
    ]
    others = reference.others
    if others is None:
        return sentence(
            note_of("design.levels_compared_with", term=term_label(reference.term), levels=levels)
        )
    slope = term_label(spelled(others))
    if reference.zero:
        return note_of("design.slope_set_to_zero", slope=slope, levels=levels)
    return note_of(
        "design.slopes_are_differences", slope=slope, term=term_label(reference.term), levels=levels
    )


def _canonical(node: Node) -> tuple[Any, ...]:
    """Return what two spellings of a product have in common: the order of factors does not matter."""
    if isinstance(node, Column):
        return ("column", node.name)
    if isinstance(node, Levels):
        return ("levels", node.column)
    if isinstance(node, Product):
        return ("product", *sorted(repr(_canonical(factor)) for factor in node.factors))
    inner = _canonical(node.base)
    if isinstance(node, Shift):
        return ("shift", node.periods, inner)
    if isinstance(node, Difference):
        return ("difference", node.order, inner)
    if isinstance(node, Power):
        return ("power", node.exponent, inner)
    assert isinstance(node, Log)  # noqa: S101
    return ("log", inner)
