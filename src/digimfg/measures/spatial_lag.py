"""Weights as the measures use them: matched to units, row-standardised, without islands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scipy import sparse

from digimfg.errors import EstimationError, MeasureError
from digimfg.estimators.spatial.alignment import align_weights, empty_rows
from digimfg.estimators.spatial.weights import WeightMatrix, weight_matrix
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["labelled_weights", "lag_matrix", "sparse_weights"]


def lag_matrix(weights: Any, units: pd.Index) -> tuple[sparse.csr_array, tuple[Text, ...]]:
    """Return row-standardised weights in the order of `units`, and notes.

    Raises
    ------
    MeasureError
        If the weights do not fit the units, or a unit has no neighbour among them.
    """
    labels = units.to_numpy()
    try:
        matrix, notes = align_weights(weight_matrix(weights), labels, "row")
    except EstimationError as error:
        raise _of_measures(error) from error
    islands = empty_rows(matrix, labels)
    if islands:
        raise MeasureError.of("measures.units_without_neighbour", n=len(islands), islands=islands[:5])
    return matrix, tuple(notes)


def labelled_weights(weights: Any) -> tuple[WeightMatrix, list[Any]]:
    """Return weights as a value with their labels.

    Raises
    ------
    MeasureError
        If they have no labels.
    """
    found = _checked(weights)
    if found.labels is None:
        raise MeasureError.of("measures.weights_without_labels")
    return found, list(found.labels)


def _checked(weights: Any) -> WeightMatrix:
    try:
        return weight_matrix(weights)
    except EstimationError as error:
        raise _of_measures(error) from error


def _of_measures(error: EstimationError) -> MeasureError:
    return MeasureError.like(error)


def sparse_weights(weights: Any, labels: list[Any]) -> WeightMatrix:
    """Return a sparse matrix with labels as a value."""
    entries = sparse.coo_array(weights)
    kept = entries.data != 0
    return WeightMatrix(
        labels=tuple(labels),
        size=len(labels),
        rows=entries.row[kept],
        columns=entries.col[kept],
        values=entries.data[kept],
    )
