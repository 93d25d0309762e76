"""Sums of scores over places that are near each other on the sphere, by bands of latitude."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from digimfg.design.columns import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EARTH_RADIUS_KM", "Pairs", "great_circle_km", "near_sums", "order_of_places"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

_BLOCK = 2_000_000
_FEW = 400
_DENSE_SHARE = 0.05
_CHORD_DOUBT = 1e-7
_ROUND = 170.0
_TURN = 360.0
_STRIDE = 1_200.0
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
    """Yield blocks of rows of weights K(d) between different places, each pair once, as an array or as pairs.

    Candidates lie in the same band of latitude or the next, in an interval of longitude; the chord between
    two tells whether they are near, and the haversine formula where a rounding could move it over the cutoff,
    as for all where places are few or most of them near each other.

    Parameters
    ----------
    places
        Latitude and longitude in degrees, no two the same, shape (places, 2).
    cutoff_km
        Distance beyond which the weight is nought.
    """
    n = len(places)
    if n > _FEW:
        near = _Near(places, cutoff_km, kernel)
        per_row = float(near.candidates.sum()) / n
        if per_row <= _DENSE_SHARE * n:
            for rows in _blocks(n, per_row):
                yield rows, near.weights(rows)
            return
    for rows in _blocks(n, n):
        distance = great_circle_km(*places[rows].T[:, :, None], *places.T[:, None, :])
        yield rows, np.triu(_weight(distance, cutoff_km, kernel), rows.start + 1)


def order_of_places(latitude: Floats, longitude: Floats, cutoff_km: float) -> Whole:
    """Return an order in which equal places follow each other and near ones lie close to each other."""
    key = _bands(latitude, cutoff_km) * _STRIDE + longitude
    order = np.argsort(key, kind="stable")
    if np.any(np.diff(key[order]) == 0):
        order = np.lexsort((latitude, longitude, key))
    return order


def _bands(latitude: Floats, cutoff_km: float) -> Whole:
    """Return the band of each place."""
    low, high = float(latitude.min()), float(latitude.max())
    height = np.degrees(min(cutoff_km / EARTH_RADIUS_KM, np.pi)) * (1 + 1e-9) + 1e-9
    return np.asarray((latitude - low) / max(height, (high - low) / len(latitude)), dtype=np.int64)


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
    """Find pairs of places by bands of latitude, in each of which they lie in the order of longitude.

    A band is at least as high as the cutoff. It begins and ends with copies of places a turn away, for
    intervals that go on beyond it; near a pole an interval is all of a band.

    Parameters
    ----------
    places
        In degrees, no two the same, shape (places, 2).

    Attributes
    ----------
    candidates
        How many places may be near each one, pairs counted once.
    """

    def __init__(self, places: Floats, cutoff_km: float, kernel: str) -> None:
        self._places, self._cutoff_km, self._kernel = places, cutoff_km, kernel
        latitude, longitude = np.radians(places).T
        level = np.cos(latitude)
        self._points = np.array((level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)))
        angle = min(cutoff_km / EARTH_RADIUS_KM, np.pi)
        self._chord = 2 * np.sin(angle / 2)
        band = _bands(places[:, 0], cutoff_km)
        count = int(band.max()) + 1
        reach = self._reaches(latitude, angle)
        round_about = np.bincount(band, reach > _ROUND, count + 1)[band] > 0
        east = places[:, 1] - places[:, 1].min()
        east = np.where(east >= _TURN, east - _TURN, east)
        widest = min(float(reach.max()), _TURN)
        before, after = np.flatnonzero(east >= _TURN - widest), np.flatnonzero(east <= widest)
        if not round_about.any() and float(east.max()) + widest < _TURN:
            before = after = before[:0]
        turned = np.concatenate((east[before] - _TURN, east, east[after] + _TURN))
        who = np.concatenate((before, np.arange(len(east)), after))
        key = band[who] * _STRIDE + turned
        order = np.argsort(key, kind="stable")
        self._who, key = who[order], key[order]
        own = band * _STRIDE + east
        pad = 4 * np.spacing(key[-1]) if len(key) else 0.0
        place = np.empty(len(key), dtype=np.int64)
        place[order] = np.arange(len(key))
        first = place[len(before) : len(before) + len(east)] + 1
        self._starts = np.empty((2, len(east)), dtype=np.int64)
        stops = np.empty((2, len(east)), dtype=np.int64)
        self._starts[0], stops[0] = first, np.searchsorted(key, own + reach + pad, side="right")
        self._starts[1] = np.searchsorted(key, own + _STRIDE - reach - pad, side="left")
        stops[1] = np.searchsorted(key, own + _STRIDE + reach + pad, side="right")
        if round_about.any():
            edges = np.arange(count + 2) * _STRIDE
            low, high = np.searchsorted(key, edges), np.searchsorted(key, edges + _TURN)
            stops[0, round_about] = high[band[round_about]]
            self._starts[1, round_about] = low[band[round_about] + 1]
            stops[1, round_about] = high[band[round_about] + 1]
        self._counts = np.maximum(stops - self._starts, 0)
        self.candidates: Whole = self._counts.sum(axis=0)

    @staticmethod
    def _reaches(latitude: Floats, angle: float) -> Floats:
        """Return by how many degrees of longitude a place near each one can lie apart."""
        farthest = np.minimum(np.abs(latitude) + angle, np.pi / 2)
        level = np.cos(latitude) * np.cos(farthest)
        sine = np.sin(angle / 2) / np.sqrt(np.maximum(level, 1e-300))
        reach = np.degrees(2 * np.arcsin(np.minimum(sine, 1.0))) * (1 + 1e-9) + 1e-9
        return np.asarray(np.where(angle >= np.pi / 2, 180.0, reach))

    def weights(self, rows: slice) -> Pairs:
        """Return the weights of some rows."""
        n = len(self._places)
        counts, starts = self._counts[:, rows].ravel(), self._starts[:, rows].ravel()
        mine = np.tile(np.arange(rows.start, rows.stop), 2)
        shift = starts - (np.cumsum(counts) - counts)
        other = self._who.take(np.arange(int(counts.sum())) + np.repeat(shift, counts))
        square = np.zeros(len(other))
        for along in self._points:
            apart = np.repeat(along.take(mine), counts)
            apart -= along.take(other)
            apart *= apart
            square += apart
        inside = np.flatnonzero(square <= (self._chord + _CHORD_DOUBT) ** 2)
        one, other, square = np.repeat(mine, counts)[inside], other[inside], square[inside]
        weight = np.ones(len(one))
        doubt: slice | Whole = slice(None)
        if self._kernel == "uniform":
            doubt = np.flatnonzero(square > max(self._chord - _CHORD_DOUBT, 0.0) ** 2)
        here, there = self._places[one[doubt]].T, self._places[other[doubt]].T
        weight[doubt] = _weight(great_circle_km(*here, *there), self._cutoff_km, self._kernel)
        if not weight[doubt].all():
            kept = weight > 0
            one, other, weight = one[kept], other[kept], weight[kept]
        return Pairs(one=one - rows.start, other=other, weight=weight, n_rows=rows.stop - rows.start, n=n)
