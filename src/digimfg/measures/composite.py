"""Composite indices, flat or nested, from their definition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Label
from digimfg.marks import keeps_marks
from digimfg.measures.choices import match_weights
from digimfg.measures.columns import Missing
from digimfg.measures.contract import WEIGHT, Gives, measure
from digimfg.measures.critic import critic_rule
from digimfg.measures.entropy import entropy_rule
from digimfg.measures.index_definition import Aggregation, IndexDefinition, Indicator
from digimfg.measures.index_scores import ScoresResult
from digimfg.measures.indicators import as_frame, read_indicators
from digimfg.measures.normalization import Constant, fit_scales
from digimfg.measures.pca import pca_rule
from digimfg.measures.simple_weights import coefficient_of_variation_rule, equal_rule
from digimfg.measures.summation import weighted_sum
from digimfg.measures.vertical_horizontal import vertical_horizontal_rule
from digimfg.measures.weight_rows import Rows, Weighed, normalized_rows, training_rows
from digimfg.notes import note_of
from digimfg.scanning import Scan, Scannable
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["composite_index", "rule_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Node:
    """One part as computed: values on the training rows and on all rows, and its indicators' weights in
    it.
    """

    name: str
    fitted: Floats
    scored: Floats
    raw: Floats
    leaves: dict[str, float]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Made:
    """An index as computed: its node, the scores of its dimensions, the place of each indicator."""

    node: _Node
    dimensions: dict[str, Floats]
    places: dict[str, tuple[str, float]]


@measure("frame", gaps="refused", gives={"scores": Gives("index"), "weights": WEIGHT})
@checked
@keeps_marks
def composite_index(
    frame: pd.DataFrame | Mapping[str, object] | Scannable | Floats,
    definition: IndexDefinition,
    *,
    constant: Constant = "raise",
    missing: Missing = "raise",
    time: str | None = None,
    train_years: Collection[Label] | None = None,
) -> ScoresResult:
    """Make the index that `definition` declares, with the scores of its dimensions.

    ``nesting="joint"``: w from all indicators at once, I = Σ_j w_j z_j, dimension d = Σ_{j∈d} w_j z_j /
    Σ_{j∈d} w_j. ``nesting="stepwise"``: every dimension is Σ w z of its parts, with weights made from its
    own parts; dimension scores are weighed as they are, without a second normalization. With
    ``aggregation="geometric"`` read Π z^w for Σ w z.

    Parameters
    ----------
    frame
        One row per observation. Of a `dm.scan` the indicators and `time` are read.
    definition
        The index as data.
    constant, missing, time, train_years
        See `entropy_weights`.

    Returns
    -------
    ScoresResult
        Scores in [0, 1] under minmax; table columns ``score`` and one per dimension; `weights` by indicator
        (the products of the weights on its way up); structure columns ``dimension local_weight weight``.

    Raises
    ------
    MeasureError
        If a dimension of a joint index has its own weighting, fixed weights do not match the parts, weights
        are negative under a geometric mean, or as `entropy_weights`.

    References
    ----------
    OECD and JRC (2008). Handbook on constructing composite indicators: methodology and user guide. OECD
    Publishing. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> data = {"broadband": [10.0, 20.0, 40.0], "price": [9.0, 5.0, 4.0], "software": [1.0, 3.0, 2.0]}
    >>> definition = IndexDefinition("digital", (
    ...     IndexDefinition("access", (Indicator("broadband"), Indicator("price", -1)), weighting="equal"),
    ...     IndexDefinition("industry", (Indicator("software"),)),
    ... ), nesting="stepwise", weighting={"access": 0.6, "industry": 0.4})
    >>> composite_index(data, definition).table.round(4).values.tolist()
    [[0.0, 0.0, 0.0], [0.74, 0.5667, 1.0], [0.8, 1.0, 0.5]]
    """
    _check_nesting(definition)
    leaves = definition.indicators()
    if isinstance(frame, Scan):
        named = {*(leaf.column for leaf in leaves), time}
        frame = frame.read([name for name in frame.columns if name in named])
    table = as_frame(frame)
    indicators = read_indicators(
        table, {leaf.column: leaf.direction for leaf in leaves}, missing=missing, keys=(time,)
    )
    train, train_notes = training_rows(table, indicators, time, train_years)
    columns = indicators.columns if train is None else indicators.select(train)
    scales, notes = fit_scales(indicators, columns, definition.normalization, constant)
    scored = normalized_rows(indicators.names, scales, indicators.columns)
    fitted = scored if train is None else normalized_rows(indicators.names, scales, columns)
    nodes = {
        name: _Node(name=name, fitted=f, scored=s, raw=r, leaves={name: 1.0})
        for name, f, s, r in zip(scored.names, fitted.normalized, scored.normalized, fitted.raw, strict=True)
    }
    weighting = definition.weighting or "entropy"
    if definition.nesting == "joint":
        made = _joint(definition, nodes, weighting)
    else:
        made = _stepwise(definition, nodes, weighting, definition)
    weights = pd.Series(
        {name: made.node.leaves.get(name, 0.0) for name in indicators.names}, name="weight"
    ).rename_axis("indicator")
    scores = {"score": made.node.scored, **made.dimensions}
    result = pd.DataFrame({name: indicators.series(values, name) for name, values in scores.items()})
    return ScoresResult(
        scores=result["score"].rename(definition.name),
        table=result,
        weights=weights,
        structure=_structure(definition, made, weights),
        notes=(*indicators.notes, *train_notes, *notes, *made.node.notes),
    )


def rule_of(weighting: str, shift: float = 0.0) -> Callable[[Rows], Weighed]:
    """Return the rule behind the name of a weighting."""
    rules: dict[str, Callable[[Rows], Weighed]] = {
        "entropy": lambda rows: entropy_rule(rows, shift),
        "critic": critic_rule,
        "pca": pca_rule,
        "coefficient_of_variation": coefficient_of_variation_rule,
        "equal": equal_rule,
        "vertical_horizontal": vertical_horizontal_rule,
    }
    return rules[weighting]


def _check_nesting(definition: IndexDefinition) -> None:
    weighed = [part.name for part in definition.definitions() if part.weighting is not None]
    if definition.nesting == "joint" and weighed:
        raise MeasureError.of(
            "measures.weights_within_dimensions", got=", ".join(weighed), name=definition.name
        )


def _joint(
    definition: IndexDefinition, nodes: Mapping[str, _Node], weighting: str | Mapping[str, float]
) -> _Made:
    top = _combine(definition.name, weighting, list(nodes.values()), definition)
    dimensions = {}
    places = {}
    for dimension in definition.definitions():
        names = [leaf.column for leaf in dimension.indicators() if leaf.column in nodes]
        total = sum(top.leaves[name] for name in names)
        if not names or total == 0.0:
            _empty_dimension(dimension.name)
        local = [top.leaves[name] / total for name in names]
        dimensions[dimension.name] = _aggregate(
            [nodes[n].scored for n in names], local, definition.aggregation
        )
        places.update({name: (dimension.name, weight) for name, weight in zip(names, local, strict=True)})
    return _Made(node=top, dimensions=dimensions, places=places)


def _stepwise(
    definition: IndexDefinition,
    nodes: Mapping[str, _Node],
    weighting: str | Mapping[str, float],
    top: IndexDefinition,
) -> _Made:
    inherited = weighting if isinstance(weighting, str) else "entropy"
    parts: list[_Node] = []
    dimensions: dict[str, Floats] = {}
    places: dict[str, tuple[str, float]] = {}
    for part in definition.parts:
        if isinstance(part, Indicator):
            if part.column in nodes:
                parts.append(nodes[part.column])
            continue
        made = _stepwise(part, nodes, part.weighting or inherited, top)
        parts.append(made.node)
        dimensions |= {part.name: made.node.scored, **made.dimensions}
        places |= made.places
    if not parts:
        _empty_dimension(definition.name)
    node = _combine(definition.name, weighting, parts, top)
    for part_node in parts:
        if part_node.name in nodes:
            places[part_node.name] = (definition.name, node.leaves[part_node.name])
    return _Made(node=node, dimensions=dimensions, places=places)


def _combine(
    name: str, weighting: str | Mapping[str, float], parts: Sequence[_Node], top: IndexDefinition
) -> _Node:
    names = tuple(part.name for part in parts)
    notes = tuple(note for part in parts for note in part.notes)
    if isinstance(weighting, Mapping):
        weights = match_weights(weighting, names, note_of("measures.parts_of_index", name=name))
    elif len(parts) == 1:
        weights = np.ones(1)
    else:
        rows = Rows(
            names=names,
            normalized=tuple(part.fitted for part in parts),
            raw=tuple(part.raw for part in parts),
        )
        answer = rule_of(weighting, top.shift)(rows)
        weights, notes = answer.weights, (*notes, *answer.notes)
    leaves = {
        leaf: weight * share
        for part, weight in zip(parts, weights, strict=True)
        for leaf, share in part.leaves.items()
    }
    fitted = _aggregate([part.fitted for part in parts], weights, top.aggregation)
    scored = _aggregate([part.scored for part in parts], weights, top.aggregation)
    return _Node(name=name, fitted=fitted, scored=scored, raw=fitted, leaves=leaves, notes=notes)


def _aggregate(
    columns: Sequence[Floats], weights: Sequence[float] | Floats, aggregation: Aggregation
) -> Floats:
    if aggregation == "arithmetic":
        return weighted_sum(columns, weights)
    if min(float(column.min()) for column in columns) < 0.0 or min(weights) < 0.0:
        raise MeasureError.of("measures.geometric_of_negative")
    product = np.ones_like(columns[0])
    for column, weight in zip(columns, weights, strict=True):
        product *= column**weight
    return product


def _empty_dimension(name: str) -> None:
    raise MeasureError.of("measures.dimension_empty", name=name)


def _structure(definition: IndexDefinition, made: _Made, weights: pd.Series) -> pd.DataFrame:
    rows = {}
    for leaf in definition.indicators():
        weight = float(weights[leaf.column])
        dimension, local = made.places.get(leaf.column, (definition.name, weight))
        rows[leaf.column] = {"dimension": dimension, "local_weight": local, "weight": weight}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")
