"""Weights made of others: geography nested with economy, and the directions between core and periphery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.estimators.spatial.weights import SpatialWeights, WeightMatrix
from digimfg.kinds import Entries, Label, Probability
from digimfg.measures.columns import numbers
from digimfg.measures.contract import Gives, measure
from digimfg.measures.spatial_lag import labelled_weights, lag_matrix, sparse_weights
from digimfg.variables.unit_names import held_values, in_words_of

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["core_periphery_weights", "nested_weights"]

Direction = Literal["core_to_periphery", "periphery_to_core", "core_to_core", "periphery_to_periphery"]


@measure("economic", gaps="refused", gives={"values": Gives("weight", 0)})
@checked
def nested_weights(
    geographic: SpatialWeights, economic: SpatialWeights | pd.Series[float], *, share: Probability = 0.5
) -> WeightMatrix:
    """Return weights that combine geography and economy (经济地理嵌套矩阵).

    With weights in `economic`: W = φ W_g + (1 − φ) W_e, each row-standardised first, φ = `share`. With
    levels (a Series): W = W_g · diag(ȳ_1/ȳ, …, ȳ_n/ȳ), so that richer neighbours count more; `share` must
    then keep its default.

    Parameters
    ----------
    geographic
        Weights with labels.
    economic
        Weights with the same labels, or a Series of levels above zero by unit, none of them missing.
    share
        φ in [0, 1].

    Raises
    ------
    MeasureError
        If labels differ or are absent, `share` is outside [0, 1] or a unit has no neighbour in one of the
        two.

    References
    ----------
    Case, A. C., Rosen, H. S. and Hines, J. R. (1993). Budget spillovers and fiscal policy interdependence.
    Journal of Public Economics 52, 285-307 (weights by economic likeness).

    Examples
    --------
    >>> from digimfg.measures.spatial_weights import contiguity_weights
    >>> near = contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    >>> nested_weights(near, pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})).matrix.toarray()[1].tolist()
    [0.5, 0.0, 1.5]
    """
    first, labels = labelled_weights(geographic)
    units = pd.Index(labels)
    if isinstance(economic, pd.Series):
        economic = economic.set_axis(in_words_of(economic.index.to_series(), labels), axis=0)
        if not economic.index.is_unique or set(economic.index) != set(units) or share != 0.5:
            raise MeasureError.of(
                "measures.levels_of_other_units", n_economic=len(economic), n_units=len(units), share=share
            )
        levels = numbers(economic.reindex(units), "levels", minimum=0.0, exclusive=True)
        scaled = first.matrix @ sparse.diags_array(levels / levels.mean())
        return sparse_weights(scaled, list(units))
    one, _ = lag_matrix(first, units)
    two, _ = lag_matrix(labelled_weights(economic)[0], units)
    return sparse_weights(share * one + (1 - share) * two, list(units))


@measure("weights", gaps="refused", gives={"values": Gives("weight", 0)})
@checked
def core_periphery_weights(
    weights: SpatialWeights, core: Annotated[Collection[Label], Entries(1)], direction: Direction
) -> WeightMatrix:
    """Return the links of one direction between core and periphery; the others are zero.

    Row i receives from column j: ``"core_to_periphery"`` keeps w_ij with i in the periphery and j in the
    core, so that its spatial lag is what the periphery gets from the core (trickle-down above zero, backwash
    below).

    Parameters
    ----------
    weights
        Weights with labels, none of them missing.
    core
        Labels of the core, at least one; there must be a periphery too.
    direction
        ``"core_to_periphery" "periphery_to_core" "core_to_core" "periphery_to_periphery"``; the four add up
        to `weights`.

    Returns
    -------
    WeightMatrix
        Rows of units that receive nothing in this direction are empty by construction.

    Raises
    ------
    MeasureError
        If the core is empty, everything, or holds an unknown label.

    References
    ----------
    Myrdal, G. (1957). Economic Theory and Under-Developed Regions. Duckworth (backwash).
    Hirschman, A. O. (1958). The Strategy of Economic Development. Yale University Press (trickling down).

    Examples
    --------
    >>> from digimfg.measures.spatial_weights import contiguity_weights
    >>> near = contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    >>> core_periphery_weights(near, ["b"], "core_to_periphery").matrix.toarray().tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    sides = {"core": True, "periphery": False}
    whole, labels = labelled_weights(weights)
    own = held_values(core, labels)
    unknown = sorted(str(unit) for unit in set(core) - set(own))
    inside = np.array([unit in set(own.values()) for unit in labels])
    if unknown or not inside.any() or inside.all():
        raise MeasureError.of(
            "measures.core_of_no_or_all_units",
            n_inside=int(inside.sum()),
            n_labels=len(labels),
            unknown=unknown[:3] or ["—"],
        )
    sender, receiver = direction.split("_to_")
    kept = (inside[whole.columns] == sides[sender]) & (inside[whole.rows] == sides[receiver])
    return WeightMatrix(
        labels=whole.labels,
        size=whole.size,
        rows=whole.rows[kept],
        columns=whole.columns[kept],
        values=whole.values[kept],
    )
