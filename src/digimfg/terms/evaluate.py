"""Evaluate terms on a frame: columns of numbers, lags that see gaps, indicators of levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.frames import no_keys, plain_column
from digimfg.magnitude import LARGEST, SMALLEST, size_outside
from digimfg.terms import (
    Column,
    Difference,
    Levels,
    Log,
    Node,
    Power,
    Product,
    Shift,
    columns_of,
    factors_of,
    parse_term,
    spelled,
    unknown_column,
)
from digimfg.terms.crossing import Reference, coded, compared, cross, indicators
from digimfg.terms.foreign_syntax import in_our_terms
from digimfg.terms.lags import PeriodOrder
from digimfg.terms.scanner import term_place
from digimfg.text import Text

__all__ = ["Evaluated", "Evaluator"]

Floats = NDArray[np.float64]
_ONE = Text("use a numeric column", "使用数值列")


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluated:
    """The columns of one term on every row: names, values (n, c), NaN where missing."""

    names: tuple[str, ...]
    values: Floats

    def single(self, where: Text, remedy: Text = _ONE) -> Floats:
        """Return the values of a term that has one column, shape (n,).

        Raises
        ------
        SpecificationError
            If it has several.
        """
        count = self.values.shape[1]
        if count != 1:
            raise SpecificationError.of("terms.term_of_several_columns", where=where, remedy=remedy, n=count)
        found: Floats = self.values[:, 0]
        return found


@dataclass(eq=False)
class Evaluator:
    """Evaluate terms on the rows of one frame.

    Parameters
    ----------
    frame
        Any frame; its columns are looked up by name.
    entity, time
        Key columns; both are needed for lags, leads and differences.
    not_positive
        Term → how many logarithms were missing for a value that is not positive; filled as terms are
        evaluated.
    inside
        Rows of the sample, where the first level is the reference; by default all.
    present
        Whether a product (``None``: the constant) is in the model whose terms are evaluated, see
        `crossing.compared`. Outside of a model every column of levels leaves its reference out.
    references
        Term → what its levels are compared with; filled as terms are evaluated.
    """

    frame: pd.DataFrame
    entity: str | None = None
    time: str | None = None
    not_positive: dict[str, int] = field(default_factory=dict)
    inside: NDArray[np.bool_] | None = None
    present: Callable[[Node | None], bool] | None = None
    references: dict[str, Reference] = field(default_factory=dict)
    _columns: dict[str, Floats] = field(default_factory=dict)
    _looked_up: dict[str, pd.Series[Any]] = field(default_factory=dict)
    _order: PeriodOrder | None = None

    def __call__(self, term: str) -> Evaluated:
        """Return the columns of `term`; the name of a single column is the term itself.

        Raises
        ------
        SpecificationError
            If a column is unknown (the nearest are named), not numeric, or holds infinite values, or if the
            term asks for a lag without keys.
        """
        try:
            node = parse_term(term, self.frame.columns)
            for name in columns_of(node):
                self.column(name, term_place(term))
        except SpecificationError as error:
            raise in_our_terms(error, term, self.frame.columns) from None
        names, values = self._evaluate(node, term)
        if names == ("",):
            names = (term,)
        return Evaluated(names=names, values=values)

    def column(self, name: str, where: Text | str) -> pd.Series[Any]:
        """Return a column as it is, or raise the error that names the nearest ones."""
        if name in self._looked_up:
            return self._looked_up[name]
        if name in self.frame.columns:
            found = self.frame[name]
            if fault := no_keys(found):
                raise fault.error(SpecificationError, where=Text(f"column '{name}'", f"列“{name}”"))
            self._looked_up[name] = plain_column(found) if found.dtype == np.float16 else found
            return self._looked_up[name]
        if name in self.frame.index.names:
            raise SpecificationError.of("terms.column_in_index", where=where, name=name)
        raise unknown_column(name, [str(column) for column in self.frame.columns], where)

    def _evaluate(self, node: Node, term: str) -> tuple[tuple[str, ...], Floats]:
        if isinstance(node, Levels):
            return self._levels(node, term)
        if isinstance(node, Product):
            return self._product(node, term)
        return ("",), self.number(node, term)[:, None]

    def number(self, node: Node, term: str = "") -> Floats:
        """Return a node of one number per row.

        Raises
        ------
        SpecificationError
            If it has several columns.
        """
        if isinstance(node, Column):
            return self._numeric(node.name)
        if isinstance(node, Log):
            inner = self.number(node.base, term)
            bad = int(np.count_nonzero(inner <= 0))
            if bad and term:
                self.not_positive[term] = self.not_positive.get(term, 0) + bad
            return np.log(np.where(inner > 0, inner, np.nan))
        if isinstance(node, Power):
            return self._power(self.number(node.base, term), node.exponent, term)
        if isinstance(node, Shift):
            return self._shift(self.number(node.base, term), node.periods, term)
        if isinstance(node, Difference):
            values = self.number(node.base, term)
            for _ in range(node.order):
                values = values - self._shift(values, 1, term)
            return values
        if isinstance(node, Product):
            _, values = self._product(node, term)
            if values.shape[1] == 1:
                return values[:, 0]
        raise SpecificationError.of("terms.indicators_inside_function", where=term_place(term))

    def _product(self, node: Product, term: str) -> tuple[tuple[str, ...], Floats]:
        if not any(isinstance(factor, Levels) for factor in node.factors):
            values = np.ones((len(self.frame), 1))
            for factor in node.factors:
                values = self._bounded(values * self._evaluate(factor, term)[1], term)
            return ("",), values
        texts = factors_of(term)
        if len(texts) != len(node.factors):
            texts = [spelled(factor) for factor in node.factors]
        levels = {
            place: coded(self.frame[factor.column], factor, term, self.inside)
            for place, factor in enumerate(node.factors)
            if isinstance(factor, Levels)
        }
        whole, corner, reference = compared(node, list(levels.values()), term, self.present)
        every = dict(zip(levels, whole, strict=True))
        parts = [
            indicators(levels[place], every[place])
            if place in levels
            else ((text,), self.number(factor, term)[:, None])
            for place, (factor, text) in enumerate(zip(node.factors, texts, strict=True))
        ]
        names, values = cross(parts, len(self.frame), term)
        if reference is not None:
            self.references[term] = reference
        if corner:
            cell = ":".join(
                levels[place].names[levels[place].reference] if place in levels else text
                for place, text in enumerate(texts)
            )
            kept = [place for place, name in enumerate(names) if name != cell]
            names, values = tuple(names[place] for place in kept), values[:, kept]
        return names, values

    def _levels(self, node: Levels, term: str) -> tuple[tuple[str, ...], Floats]:
        return indicators(coded(self.frame[node.column], node, term, self.inside), every=False)

    def _power(self, values: Floats, exponent: int, term: str) -> Floats:
        with np.errstate(over="ignore", under="ignore"):
            return self._bounded(values**exponent, term)

    def _bounded(self, values: Floats, term: str) -> Floats:
        excess = int(np.sum(np.abs(values) > LARGEST))
        if excess:
            raise SpecificationError.of(
                "terms.powers_too_large", where=term_place(term), excess=excess, most=LARGEST
            )
        return self._held(values, term)

    def _held(self, values: Floats, term: str) -> Floats:
        size = size_outside(values)
        if size is not None:
            raise SpecificationError.of(
                "terms.numbers_out_of_range", where=term_place(term), size=size, low=SMALLEST, high=LARGEST
            )
        return values

    def _numeric(self, name: str) -> Floats:
        if name in self._columns:
            return self._columns[name]
        column = self.column(name, name)
        if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
            present = column.dropna().drop_duplicates().tolist()
            odd = [value for value in present if not isinstance(value, Real)]
            first = ", ".join(repr(value) for value in (odd or present)[:3])
            raise SpecificationError.of(
                "terms.column_not_numbers", name=name, dtype=column.dtype, first=first
            )
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isinf(values).any():
            rows = np.flatnonzero(np.isinf(values))
            places = ", ".join(str(self.frame.index[row]) for row in rows[:5])
            raise SpecificationError.of("terms.column_infinite", name=name, n=len(rows), places=places)
        self._columns[name] = self._held(values, name)
        return values

    def _shift(self, values: Floats, periods: int, term: str) -> Floats:
        if self._order is None:
            if self.entity is None or self.time is None:
                raise SpecificationError.of(
                    "terms.lags_without_keys",
                    where=term_place(term),
                    got=f"entity={self.entity!r}, time={self.time!r}",
                )
            entity, time = self.column(self.entity, "`entity`"), self.column(self.time, "`time`")
            self._order = PeriodOrder.of(entity, time, (self.entity, self.time), term_place(term))
        return self._order.shifted(values, periods)
