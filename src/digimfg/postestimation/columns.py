"""The columns of an estimated equation on other rows, and their derivatives by a variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.column_names import names_fault
from digimfg.errors import SpecificationError
from digimfg.terms import (
    Column,
    Difference,
    Levels,
    Log,
    Node,
    Power,
    Product,
    columns_of,
    factors_of,
    parse_term,
    spelled,
)
from digimfg.terms.crossing import coded
from digimfg.terms.evaluate import Evaluator
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["NewColumns", "columns_on", "derivatives_on", "levels_of", "variables_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class NewColumns:
    """Hold the columns of an equation on rows of a frame, shape (rows, k): missing where a row has no value,
    or a level that the estimate has not seen; `unseen` counts the latter by column.
    """

    values: Floats
    unseen: dict[str, int]
    evaluator: Evaluator


@dataclass(frozen=True, kw_only=True, eq=False)
class _Parts:
    """The factors of one term on every row: name of a part → its values, and derivatives where numbers."""

    values: list[dict[str, Floats]]
    slopes: list[dict[str, Floats]]


def terms_of(specification: Specification) -> tuple[str, ...]:
    """Return the terms on the right-hand side of an equation, in the order of designs."""
    return tuple(
        dict.fromkeys((*specification.regressors, *specification.controls, *specification.endogenous))
    )


def columns_on(design: Design, terms: Sequence[str], frame: pd.DataFrame) -> NewColumns:
    """Return the columns named `terms`, as an estimate made them, on the rows of another frame.

    Levels keep the references of the estimate. Lags are taken within the frame given.

    Parameters
    ----------
    design
        Of the estimate, with the evaluator of its frame.
    terms
        Names of coefficients.
    frame
        New rows.

    Raises
    ------
    SpecificationError
        If a column is missing or of another kind.
    """
    if fault := names_fault(frame):
        raise fault.error(SpecificationError, where=Text("the frame", "数据框"))
    evaluator = Evaluator(frame, design.specification.entity, design.specification.time)
    made = {"Intercept": np.ones(len(frame))}
    unseen: dict[str, int] = {}
    for term in terms_of(design.specification):
        node = parse_term(term, design.evaluator.frame.columns)
        for name in columns_of(node):
            evaluator.column(name, term)
        parts = _parts(design, evaluator, node, term, None, unseen)
        made |= _joined(parts.values, term, isinstance(node, Levels) or _crosses(node))
    made |= _further(design, frame, unseen)
    return NewColumns(
        values=np.column_stack([made[term] for term in terms]), unseen=unseen, evaluator=evaluator
    )


def _further(design: Design, frame: pd.DataFrame, unseen: dict[str, int]) -> dict[str, Floats]:
    """Return the columns that the estimator adds; rows of units that it does not know are counted."""
    found = dict(design.specification.estimator.further_columns(design, frame))
    if found:
        strange = np.any([np.isnan(column) for column in found.values()], axis=0)
        if strange.any():
            unseen[str(design.specification.entity)] = int(strange.sum())
    return found


def derivatives_on(design: Design, terms: Sequence[str], frame: pd.DataFrame, variable: str) -> Floats:
    """Return the derivative of each column by a variable of the same row and period, shape (rows, k).

    A lag or lead of the variable is another variable.
    """
    evaluator = Evaluator(frame, design.specification.entity, design.specification.time)
    zero = np.zeros(len(frame))
    made: dict[str, Floats] = {"Intercept": zero}
    for term in terms_of(design.specification):
        node = parse_term(term, design.evaluator.frame.columns)
        parts = _parts(design, evaluator, node, term, variable, {})
        named = isinstance(node, Levels) or _crosses(node)
        sums: dict[str, Floats] = {}
        for place in range(len(parts.values)):
            swapped = [*parts.values[:place], parts.slopes[place], *parts.values[place + 1 :]]
            for name, values in _joined(swapped, term, named).items():
                sums[name] = sums.get(name, zero) + values
        made |= sums
    made |= dict.fromkeys(_further(design, frame, {}), zero)
    return np.column_stack([made[term] for term in terms])


def variables_of(design: Design) -> tuple[list[str], list[str]]:
    """Return the columns that enter an equation as numbers, and those that enter as levels only."""
    numbers: dict[str, None] = {}
    levels: dict[str, None] = {}
    for term in terms_of(design.specification):
        node = parse_term(term, design.evaluator.frame.columns)
        for each in node.factors if isinstance(node, Product) else (node,):
            if isinstance(each, Levels):
                levels[each.column] = None
            elif any(_moves(each, name) for name in columns_of(each)):
                numbers |= dict.fromkeys(name for name in columns_of(each) if _moves(each, name))
    return list(numbers), [name for name in levels if name not in numbers]


def levels_of(design: Design, column: str) -> tuple[list[str], dict[str, object]]:
    """Return the names of a column's levels in the sample, the reference first, and name → value."""
    for term in terms_of(design.specification):
        node = parse_term(term, design.evaluator.frame.columns)
        for each in node.factors if isinstance(node, Product) else (node,):
            if isinstance(each, Levels) and each.column == column:
                series = design.evaluator.frame[column]
                found = coded(series, each, term, design.evaluator.inside)
                seen = sorted(set(found.codes[design.rows].tolist()) - {-1})
                first = found.reference if found.reference in seen else seen[0]
                order = [first, *(code for code in seen if code != first)]
                values = {}
                for code in order:
                    row = design.rows[np.argmax(found.codes[design.rows] == code)]
                    values[found.names[code]] = series.iloc[row]
                return [found.names[code] for code in order], values
    return [], {}


def _crosses(node: Node) -> bool:
    return isinstance(node, Product) and any(isinstance(factor, Levels) for factor in node.factors)


def _joined(parts: list[dict[str, Floats]], term: str, named: bool) -> dict[str, Floats]:
    if not named:
        (values,) = parts[0].values()
        return {term: values}
    found = {}
    for cell in product(*(part.items() for part in parts)):
        values = cell[0][1]
        for _, more in cell[1:]:
            values = values * more
        found[":".join(name for name, _ in cell)] = values
    return found


def _parts(
    design: Design, evaluator: Evaluator, node: Node, term: str, variable: str | None, unseen: dict[str, int]
) -> _Parts:
    if not (isinstance(node, Levels) or _crosses(node)):
        values = evaluator.number(node, term)
        slope = np.zeros_like(values) if variable is None else _derivative(node, variable, evaluator)
        return _Parts(values=[{term: values}], slopes=[{term: slope}])
    factors = node.factors if isinstance(node, Product) else (node,)
    texts = factors_of(term)
    if len(texts) != len(factors):
        texts = [spelled(factor) for factor in factors]
    values_of, slopes_of = [], []
    for factor, text in zip(factors, texts, strict=True):
        if isinstance(factor, Levels):
            shown = _indicators(design, evaluator, factor, term, unseen)
            values_of.append(shown)
            slopes_of.append({name: np.zeros(len(evaluator.frame)) for name in shown})
        else:
            number = evaluator.number(factor, term)
            slope = np.zeros_like(number) if variable is None else _derivative(factor, variable, evaluator)
            values_of.append({text: number})
            slopes_of.append({text: slope})
    return _Parts(values=values_of, slopes=slopes_of)


def _indicators(
    design: Design, evaluator: Evaluator, node: Levels, term: str, unseen: dict[str, int]
) -> dict[str, Floats]:
    """Return one indicator per level of the estimate's frame; missing on rows with none of its sample's."""
    known = coded(design.evaluator.frame[node.column], node, term, design.evaluator.inside)
    seen = {known.names[code] for code in set(known.codes[design.rows].tolist()) if code >= 0}
    new = coded(evaluator.frame[node.column], Levels(node.column, None, node.low, node.high), term)
    names = np.array([*new.names, ""], dtype=object)[new.codes]
    strange = np.array([name not in seen for name in names], dtype=bool)
    count = int(np.count_nonzero(strange & (new.codes >= 0)))
    if count:
        unseen[node.column] = count
    return {name: np.where(strange, np.nan, (names == name).astype(np.float64)) for name in known.names}


def _moves(node: Node, variable: str) -> bool:
    """Return whether a node holds the variable of the same period."""
    if isinstance(node, Column):
        return node.name == variable
    if isinstance(node, Product):
        return any(_moves(factor, variable) for factor in node.factors)
    if isinstance(node, Difference | Log | Power):
        return _moves(node.base, variable)
    return False


def _derivative(node: Node, variable: str, evaluator: Evaluator) -> Floats:
    if not _moves(node, variable):
        return np.zeros(len(evaluator.frame))
    if isinstance(node, Column):
        return np.ones(len(evaluator.frame))
    if isinstance(node, Log):
        return _derivative(node.base, variable, evaluator) / evaluator.number(node.base)
    if isinstance(node, Power):
        inner = evaluator.number(node.base)
        own: Floats = (
            node.exponent * inner ** (node.exponent - 1) * _derivative(node.base, variable, evaluator)
        )
        return own
    if isinstance(node, Product):
        total = np.zeros(len(evaluator.frame))
        for place, factor in enumerate(node.factors):
            others = np.ones(len(evaluator.frame))
            for other in (*node.factors[:place], *node.factors[place + 1 :]):
                others = others * evaluator.number(other)
            total += others * _derivative(factor, variable, evaluator)
        return total
    assert isinstance(node, Difference)  # noqa: S101
    return _derivative(node.base, variable, evaluator)
