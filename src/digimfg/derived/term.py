"""A column that is a term of the grammar of specifications: logarithms, powers, products, lags and
differences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.derived.rows import Made, Rows, flagged
from digimfg.derived.rule import ColumnRule
from digimfg.errors import SpecificationError
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.terms import Column, Difference, Levels, Log, Node, Product, Shift, columns_of, parse_term
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.scanner import term_place
from digimfg.text import Text

__all__ = ["TermRule"]

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class TermRule(ColumnRule):
    """Compute a column as a specification would compute the term: a lag or a difference over a gap is
    missing.

    Parameters
    ----------
    term
        One number a row: ``"log(x)"``, ``"x^2"``, ``"a:b"``, ``"L.x"``, ``"D.log(x)"``.
    """

    term: str

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the columns that the term names."""
        return tuple(dict.fromkeys(columns_of(self._node(known))))

    def formula(self) -> Text:
        """Return the term."""
        return term_label(self.term)

    def unit(self) -> Text | None:
        """Return that a logarithm is one."""
        return Text("log", "对数") if isinstance(self._node(()), Log) else None

    def compute(self, rows: Rows) -> Made:
        """Return the values of the term."""
        evaluate = Evaluator(rows.frame.assign(**{_UNIT: rows.units}), _UNIT, rows.time)
        found = evaluate(self.term)
        if found.values.shape[1] != 1:
            raise SpecificationError.of(
                "derived.term_of_several_columns",
                where=term_place(self.term),
                n_columns=found.values.shape[1],
            )
        notes = tuple(
            note_of("derived.logarithm_of_non_positive", n=count, term=self.term)
            for count in evaluate.not_positive.values()
        )
        return Made(values=found.values[:, 0], notes=notes)

    def touched(self, rows: Rows, column: str, flags: Booleans) -> Booleans:
        """Return the rows in which the term takes a flagged value, shifted as it shifts them."""

        def reached(node: Node) -> Booleans:
            return _reached(node, column, flags, lambda inner, periods: flagged(inner, rows.earlier(periods)))

        return reached(self._node(rows.frame.columns))

    def behind(self, rows: Rows, column: str, row: int) -> tuple[int, ...]:
        """Return the rows that the term takes its values of a column from."""
        steps = _steps(self._node(rows.frame.columns), column)
        places = (row if step == 0 else int(rows.earlier(step)[row]) for step in sorted(steps))
        return tuple(place for place in places if place >= 0)

    def _node(self, known: Collection[str]) -> Node:
        return parse_term(self.term, known)


_UNIT = "unit of a row "


def _reached(
    node: Node, column: str, flags: Booleans, moved: Callable[[Booleans, int], Booleans]
) -> Booleans:
    nothing = np.zeros(len(flags), dtype=bool)
    if isinstance(node, Column | Levels):
        return flags if column in columns_of(node) else nothing
    if isinstance(node, Product):
        parts = [_reached(factor, column, flags, moved) for factor in node.factors]
        return np.asarray(np.any(parts, axis=0), dtype=bool)
    inner = _reached(node.base, column, flags, moved)
    if isinstance(node, Shift):
        return moved(inner, node.periods)
    if isinstance(node, Difference):
        for _ in range(node.order):
            inner = inner | moved(inner, 1)
    return inner


def _steps(node: Node, column: str, step: int = 0) -> set[int]:
    """Return by how many periods a term shifts a column."""
    if isinstance(node, Column | Levels):
        return {step} if column in columns_of(node) else set()
    if isinstance(node, Product):
        return set().union(*(_steps(factor, column, step) for factor in node.factors))
    if isinstance(node, Shift):
        return _steps(node.base, column, step + node.periods)
    if isinstance(node, Difference):
        return set().union(*(_steps(node.base, column, step + lag) for lag in range(node.order + 1)))
    return _steps(node.base, column, step)
