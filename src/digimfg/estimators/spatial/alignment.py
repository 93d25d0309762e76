"""Weights in the order of a panel's units, standardised among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import eigs

from digimfg.errors import EstimationError
from digimfg.estimators.spatial.data import row_sums
from digimfg.estimators.spatial.weights import Standardization, WeightMatrix
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["align_weights", "empty_rows"]


def align_weights(
    weights: WeightMatrix, units: NDArray[np.generic], standardization: Standardization
) -> tuple[sparse.csr_array, list[Text]]:
    """Return the matrix in the order of the panel's units, standardised among them, and notes.

    Parameters
    ----------
    units
        Sorted labels of the units in the sample.
    standardization
        ``"row"``: rows sum to one; ``"spectral"``: divided by the largest eigenvalue in absolute value.

    Raises
    ------
    EstimationError
        If the order does not match, or a unit of the panel has no row.
    """
    notes: list[Text] = []
    if weights.labels is None:
        if weights.size != len(units):
            raise EstimationError.of("spatial.order_of_weights", n=len(units), size=weights.size)
        matrix = weights.matrix
        notes.append(note_of("spatial.weights", units=units[0], units_2=units[-1]))
    else:
        matrix = _by_label(weights, units, notes)
    _check_linked(matrix, standardization)
    if standardization == "row":
        sums = row_sums(matrix)
        scale = np.where(sums != 0, 1.0 / np.where(sums != 0, sums, 1.0), 0.0)
        matrix.data = matrix.data * np.repeat(scale, np.diff(matrix.indptr))
    elif standardization == "spectral":
        matrix = sparse.csr_array(matrix / _spectral_radius(matrix))
    return matrix, notes


def _check_linked(matrix: sparse.csr_array, standardization: Standardization) -> None:
    """Refuse a matrix without a link, or without an eigenvalue where it is divided by the largest."""
    n_links, n_units = int(matrix.count_nonzero()), matrix.shape[0]
    returns = standardization != "spectral" or bool(matrix.diagonal().any())
    if n_links and (returns or csgraph.connected_components(matrix, connection="strong")[0] < n_units):
        return
    raise EstimationError.of(
        "spatial.no_links_back" if n_links else "spatial.no_links", n_links=n_links, n_units=n_units
    )


def empty_rows(matrix: sparse.csr_array, units: NDArray[np.generic]) -> list[str]:
    """Return the units without neighbours."""
    return [str(units[i]) for i in np.flatnonzero(row_sums(matrix, absolute=True) == 0)]


def _by_label(weights: WeightMatrix, units: NDArray[np.generic], notes: list[Text]) -> sparse.csr_array:
    labels = weights.labels or ()
    wanted = units.tolist()
    place = weights.place_of(wanted)
    missing = [str(unit) for unit in wanted if unit not in place]
    if missing:
        raise EstimationError.of(
            "spatial.units_without_row",
            n=len(wanted),
            n_missing=len(missing),
            missing=missing[:3],
            labels=str([str(label) for label in labels[:3]]),
        )
    if len(labels) > len(wanted):
        notes.append(note_of("spatial.units_of_weights_left_out", n=len(labels) - len(wanted)))
    order = np.array([place[unit] for unit in wanted], dtype=np.int64)
    if np.array_equal(order, np.arange(weights.size)):
        return weights.matrix
    return sparse.csr_array(weights.matrix[order][:, order])


def _spectral_radius(matrix: sparse.csr_array) -> float:
    if matrix.shape[0] <= 1000:
        return float(np.max(np.abs(np.linalg.eigvals(matrix.toarray()))))
    start = np.ones(matrix.shape[0])
    return float(np.abs(eigs(matrix, k=1, v0=start, return_eigenvectors=False)[0]))
