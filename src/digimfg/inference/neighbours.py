"""Sums of scores over places that are near each other on the sphere, by a tree of chords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EARTH_RADIUS_KM", "great_circle_km", "near_sums"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

_BLOCK = 2_000_000
_FEW = 400
_DENSE_SHARE = 0.05
_CHORD_DOUBT = 1e-7


def great_circle_km(latitude: Floats, longitude: Floats, latitudes: Floats, longitudes: Floats) -> Floats:
    """Return the distances on a sphere between points and points, of the shape to which both broadcast.

    The haversine formula with the Earth's mean radius, 6371.0088 km; degrees.

    Examples
    --------
    >>> float(great_circle_km(0.0, 0.0, 0.0, 90.0).round())
    10008.0
    """
    a, b = np.radians(latitude), np.radians(latitudes)
    turn = np.radians(longitude) - np.radians(longitudes)
    chord = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))), dtype=np.float64)


def near_sums(
    places: Floats, cutoff_km: float, kernel: Literal["uniform", "bartlett"]
) -> Iterator[tuple[slice, Floats | csr_array]]:
    """Yield blocks of rows of the matrix of weights K(d) between places, as dense or sparse as it is.

    Pairs come from a tree of chords a little wider than the cutoff; those that a rounding could move over it
    are decided by the haversine formula, as all are where places are few or most of them near each other.

    Parameters
    ----------
    places
        Latitude and longitude in degrees, shape (places, 2).
    cutoff_km
        Distance beyond which the weight is nought.
    """
    n = len(places)
    if n > _FEW:
        latitude, longitude = np.radians(places).T
        level = np.cos(latitude)
        points = np.column_stack((level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)))
        chord = 2 * np.sin(min(cutoff_km / EARTH_RADIUS_KM, np.pi) / 2)
        tree = cKDTree(points)
        pairs = int(tree.count_neighbors(tree, chord + _CHORD_DOUBT))
        if pairs <= _DENSE_SHARE * n * n:
            for rows in _blocks(n, pairs / n):
                yield rows, _sparse(places, points, tree, rows, chord, cutoff_km, kernel)
            return
    for rows in _blocks(n, n):
        distance = great_circle_km(*places[rows].T[:, :, None], *places.T[:, None, :])
        yield rows, _weight(distance, cutoff_km, kernel)


def _blocks(n: int, per_row: float) -> list[slice]:
    size = max(1, int(_BLOCK // max(per_row, 1)))
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def _weight(distance: Floats, cutoff_km: float, kernel: str) -> Floats:
    if kernel == "uniform":
        return (distance <= cutoff_km).astype(np.float64)
    return np.maximum(1 - distance / cutoff_km, 0)


def _sparse(
    places: Floats, points: Floats, tree: cKDTree, rows: slice, chord: float, cutoff_km: float, kernel: str
) -> csr_array:
    found = cKDTree(points[rows]).sparse_distance_matrix(tree, chord + _CHORD_DOUBT, output_type="ndarray")
    one, other, apart = found["i"].astype(np.int64), found["j"].astype(np.int64), found["v"]
    weight = np.ones(len(one))
    doubt = np.arange(len(one)) if kernel != "uniform" else np.flatnonzero(apart > chord - _CHORD_DOUBT)
    here, there = places[rows][one[doubt]].T, places[other[doubt]].T
    weight[doubt] = _weight(great_circle_km(*here, *there), cutoff_km, kernel)
    matrix = csr_array((weight, (one, other)), shape=(rows.stop - rows.start, len(places)))
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix
