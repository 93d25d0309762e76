"""Which specifications are streamed, and the columns that they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.errors import SpecificationError
from digimfg.terms import Levels, Node, Product, columns_of, parse_term
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.sample import sample_columns

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["Plan", "plan"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Say what a stream reads.

    Parameters
    ----------
    columns
        Of the source.
    entity
        The effect whose units pieces keep whole.
    others
        Further columns that are absorbed, then those that are clustered by.
    n_absorbed
        How many are absorbed.
    """

    columns: tuple[str, ...]
    entity: str
    others: tuple[str, ...]
    n_absorbed: int


def plan(specification: Specification, empty: pd.DataFrame) -> Plan:
    """Return what a specification reads of a source.

    Parameters
    ----------
    empty
        A frame of no rows with every column of the source.

    Raises
    ------
    SpecificationError
        If it is of no kind that is streamed, or names a column that is not there.
    """
    terms = [specification.outcome, *specification.regressors, *specification.controls]
    terms += [] if specification.weights is None else [specification.weights]
    evaluator = Evaluator(empty, specification.entity, specification.time)
    nodes = [parse_term(term, empty.columns) for term in terms]
    named = {name for node in nodes for name in columns_of(node)}
    effects = tuple(dict.fromkeys(specification.fixed_effects))
    ways = tuple(dict.fromkeys(specification.covariance.cluster_columns))
    keys = [name for name in (specification.entity, specification.time) if name is not None]
    named |= {*effects, *ways, *keys}
    if specification.sample is not None:
        named |= {*sample_columns(specification.sample, empty)}
    for name in named:
        evaluator.column(name, name)
    others = tuple(name for name in dict.fromkeys((*effects, *ways)) if name != specification.entity)
    _refuse(specification, nodes, effects)
    return Plan(
        columns=tuple(name for name in empty.columns if name in named),
        entity=str(specification.entity),
        others=others,
        n_absorbed=sum(name in effects for name in others),
    )


def _refuse(specification: Specification, nodes: list[Node], effects: tuple[str, ...]) -> None:
    covariance = specification.covariance
    corrected = covariance.small_sample in ("cr2", "cv3")
    if specification.entity is None or specification.entity not in effects:
        raise SpecificationError.of(
            "streamed.entity_not_among_fixed_effects",
            effects=repr(effects),
            entity=repr(specification.entity),
        )
    if any(_has_levels(node) for node in nodes):
        raise SpecificationError.of("streamed.indicators_not_streamed")
    if not isinstance(covariance, Clustered | Robust | Unadjusted) or corrected:
        raise SpecificationError.of("streamed.errors_not_streamed", covariance=repr(covariance))
    if specification.repeated_rows or specification.observed_only:
        raise SpecificationError.of("streamed.rows_not_streamed")


def _has_levels(node: Node) -> bool:
    if isinstance(node, Product):
        return any(_has_levels(factor) for factor in node.factors)
    return isinstance(node, Levels)
