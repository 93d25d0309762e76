"""Sums of scores over places that are near each other on the sphere, by a tree of chords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from digimfg.design.columns import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EARTH_RADIUS_KM", "Pairs", "great_circle_km", "near_sums"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

_BLOCK = 2_000_000
_FEW = 400
_DENSE_SHARE = 0.05
_CHORD_DOUBT = 1e-7
_SOME = 200
_COLUMNS = 8


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
) -> Iterator[tuple[slice, Floats | Pairs]]:
    """Yield blocks of rows of the matrix of weights K(d) between different places, above its diagonal, as
    an array or as pairs.

    Pairs come from a tree of chords a little wider than the cutoff; those that a rounding could move over it
    are decided by the haversine formula, as all are where places are few or most of them near each other.

    Parameters
    ----------
    places
        Latitude and longitude in degrees, no two the same, shape (places, 2).
    cutoff_km
        Distance beyond which the weight is nought.
    """
    n = len(places)
    if n > _FEW:
        latitude, longitude = np.radians(places).T
        level = np.cos(latitude)
        points = np.column_stack((level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)))
        near = _Near(places, points, cutoff_km, kernel)
        count = near.about()
        if count <= _DENSE_SHARE * n * n:
            for rows in _blocks(n, count / n):
                yield rows, near.weights(rows)
            return
    for rows in _blocks(n, n):
        distance = great_circle_km(*places[rows].T[:, :, None], *places.T[:, None, :])
        yield rows, np.triu(_weight(distance, cutoff_km, kernel), rows.start + 1)


def _blocks(n: int, per_row: float) -> list[slice]:
    size = max(1, int(_BLOCK // max(per_row, 1)))
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def _weight(distance: Floats, cutoff_km: float, kernel: str) -> Floats:
    if kernel == "uniform":
        return (distance <= cutoff_km).astype(np.float64)
    return np.maximum(1 - distance / cutoff_km, 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Hold the weights of pairs of places.

    Parameters
    ----------
    one, other, weight
        Row of the block, place, and weight of each pair; every weight is positive.
    n_rows, n
        How many rows the block has, and how many places there are.
    """

    one: Whole
    other: Whole
    weight: Floats
    n_rows: int
    n: int

    def __matmul__(self, columns: Floats) -> Floats:
        """Return the weighted sums of columns (places, k) over the places that each row meets."""
        if columns.shape[1] > _COLUMNS:
            return np.asarray(self.table @ columns)
        met = (self.weight * column.take(self.other) for column in columns.T)
        return side_by_side([np.asarray(np.bincount(self.one, each, self.n_rows), float) for each in met])

    @property
    def table(self) -> csr_array:
        """Return the weights as a matrix, shape (rows, places)."""
        return csr_array((self.weight, (self.one, self.other)), shape=(self.n_rows, self.n))


class _Near:
    """Find pairs of places by a tree of chords.

    Parameters
    ----------
    places, points
        In degrees, and on the sphere of radius one.
    """

    def __init__(self, places: Floats, points: Floats, cutoff_km: float, kernel: str) -> None:
        self._places, self._points = places, np.asfortranarray(points)
        self._cutoff_km, self._kernel = cutoff_km, kernel
        self._chord = 2 * np.sin(min(cutoff_km / EARTH_RADIUS_KM, np.pi) / 2)
        self._tree = cKDTree(points, compact_nodes=False, balanced_tree=False)

    def about(self) -> float:
        """Return about how many ordered pairs there are, as some of the places have them."""
        step = max(1, len(self._points) // _SOME)
        some = self._points[::step]
        reach = self._chord + _CHORD_DOUBT
        found = float(cKDTree(some).count_neighbors(self._tree, reach))
        return found / len(some) * len(self._points)

    def weights(self, rows: slice) -> Pairs:
        """Return the weights of some rows with places after them."""
        n, reach = len(self._points), self._chord + _CHORD_DOUBT
        if rows.stop - rows.start == n:
            one, other = np.ascontiguousarray(self._tree.query_pairs(reach, output_type="ndarray").T)
        else:
            here = cKDTree(self._points[rows])
            all_near = here.sparse_distance_matrix(self._tree, reach, output_type="coo_matrix")
            one, other = (each.astype(np.int64) for each in (all_near.row + rows.start, all_near.col))
            after = other > one
            one, other = one[after], other[after]
        weight = np.ones(len(one))
        doubt: slice | Whole = slice(None)
        if self._kernel == "uniform":
            square = np.zeros(len(one))
            for along in self._points.T:
                apart = along.take(one)
                apart -= along.take(other)
                apart *= apart
                square += apart
            doubt = np.flatnonzero(square > max(self._chord - _CHORD_DOUBT, 0.0) ** 2)
        here, there = self._places[one[doubt]].T, self._places[other[doubt]].T
        weight[doubt] = _weight(great_circle_km(*here, *there), self._cutoff_km, self._kernel)
        if not weight[doubt].all():
            kept = weight > 0
            one, other, weight = one[kept], other[kept], weight[kept]
        if rows.start:
            one = one - rows.start
        return Pairs(one=one, other=other, weight=weight, n_rows=rows.stop - rows.start, n=n)
