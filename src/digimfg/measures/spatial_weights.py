"""Spatial weights from neighbours, places and levels: contiguity, inverse distance, economic distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from scipy import sparse

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.estimators.spatial.weights import WeightMatrix, weight_matrix
from digimfg.kinds import Label, Positive, Such
from digimfg.magnitude import near_one
from digimfg.measures.columns import numbers
from digimfg.measures.contract import WEIGHT, Gives, measure
from digimfg.measures.spatial_lag import sparse_weights
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["contiguity_weights", "economic_weights", "inverse_distance_weights"]

EARTH_RADIUS_KM = 6371.0088


Polygons = Annotated[
    Any,
    Such(
        lambda value: hasattr(value, "geometry"),
        Text("a geopandas frame of polygons", "geopandas 面数据框"),
    ),
]


@measure("neighbours", gaps="refused", gives={"values": WEIGHT})
@checked
def contiguity_weights(
    neighbours: Mapping[Label, Iterable[Label]] | Polygons, *, kind: Literal["queen", "rook"] = "queen"
) -> WeightMatrix:
    """Return weights of one between units that touch, zero elsewhere.

    Parameters
    ----------
    neighbours
        Unit → its neighbours, every unit a key (an island with an empty list); or a geopandas frame of
        polygons whose index labels the units (this needs libpysal, the extra ``digimfg[space]``). A missing
        neighbour is refused as one that is no unit.
    kind
        For polygons: ``"queen"`` (a common point is enough) or ``"rook"`` (a common edge).

    Returns
    -------
    WeightMatrix
        Units in the order given, symmetric.

    Raises
    ------
    MeasureError
        If a neighbour is not a unit, a unit is its own neighbour, or one names the other without being named.

    References
    ----------
    Anselin, L. (1988). Spatial Econometrics: Methods and Models. Kluwer.
    https://doi.org/10.1007/978-94-015-7799-1

    Examples
    --------
    >>> contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"]}).matrix.toarray().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    if hasattr(neighbours, "geometry"):
        return _from_polygons(neighbours, kind)
    if not isinstance(neighbours, Mapping):
        raise MeasureError.of("measures.not_neighbours", got=Text.of(type(neighbours).__name__))
    links = {unit: list(near) for unit, near in neighbours.items()}
    labels = list(links)
    place = {unit: i for i, unit in enumerate(labels)}
    unknown = [f"{unit}: {other}" for unit, near in links.items() for other in near if other not in place]
    own = [str(unit) for unit, near in links.items() if unit in near]
    one_way = [
        f"{unit} → {other}"
        for unit, near in links.items()
        for other in near
        if other in place and unit not in links[other]
    ]
    for found, wording in (
        (unknown, Text("neighbours that are units themselves", "邻居须本身为个体")),
        (own, Text("no unit among its own neighbours", "个体不与自身相邻")),
        (one_way, Text("links that hold both ways", "相邻关系须对称")),
    ):
        if found:
            raise MeasureError.of(
                "measures.neighbours_contradict", expected=wording, n=len(found), found=found[:3]
            )
    pairs = sorted({(place[unit], place[other]) for unit, near in links.items() for other in near})
    rows, columns = ([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    return WeightMatrix(
        labels=tuple(labels), size=len(labels), rows=rows, columns=columns, values=np.ones(len(pairs))
    )


@measure("coordinates", gaps="refused", gives={"values": Gives("weight", 0)})
@checked
def inverse_distance_weights(
    coordinates: pd.DataFrame, *, power: Positive = 1.0, cutoff_km: Positive | None = None
) -> WeightMatrix:
    """Return weights d_ij^(−power).

    Parameters
    ----------
    coordinates
        Index labels the units; columns ``longitude latitude`` in degrees (great-circle distance, km) or ``x
        y`` in km on a plane.
    power
        1 for the inverse, 2 for the inverse square; above zero.
    cutoff_km
        Pairs farther apart get zero.

    Raises
    ------
    MeasureError
        If columns are missing or out of range, two units share a place, or the cutoff leaves units without a
        neighbour (they are named, with the distance that would do).

    References
    ----------
    Anselin, L. (1988). Spatial Econometrics: Methods and Models. Kluwer.
    https://doi.org/10.1007/978-94-015-7799-1

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"x": [0.0, 0.0, 4.0], "y": [0.0, 2.0, 0.0]}, index=list("abc"))
    >>> inverse_distance_weights(places).matrix.toarray()[0].tolist()
    [0.0, 0.5, 0.25]
    """
    distance = _distances(coordinates)
    labels = list(coordinates.index)
    size = len(labels)
    if size < 2:
        raise MeasureError.of("measures.one_place", size=size)
    off = ~np.eye(size, dtype=bool)
    same = np.argwhere((distance == 0) & off & (np.arange(size)[:, None] < np.arange(size)))
    if len(same):
        named = [f"{labels[i]} = {labels[j]}" for i, j in same[:3]]
        raise MeasureError.of("measures.places_coincide", n=len(same), named=named)
    weights = np.zeros_like(distance)
    weights[off] = distance[off] ** -power
    if cutoff_km is not None:
        weights[distance > cutoff_km] = 0.0
        lonely = ~weights.any(axis=1)
        if lonely.any():
            nearest = np.where(off, distance, np.inf).min(axis=1)
            named = [f"{labels[i]} ({nearest[i]:.0f} km)" for i in np.flatnonzero(lonely)[:3]]
            raise MeasureError.of(
                "measures.islands_beyond_cutoff",
                cutoff_km=cutoff_km,
                n=int(lonely.sum()),
                named=named,
                max=nearest.max(),
            )
    return _dense(weights, labels)


@measure("levels", gaps="refused", gives={"values": Gives("weight", 0)})
@checked
def economic_weights(levels: pd.Series[float], *, power: Positive = 1.0) -> WeightMatrix:
    """Return weights |ȳ_i − ȳ_j|^(−power): units of similar level are near.

    Parameters
    ----------
    levels
        Index labels the units; their mean GDP per head, say, over the sample. Means over the years keep the
        weights fixed; a yearly level that the outcome moves would make them endogenous.
    power
        Above zero.

    Raises
    ------
    MeasureError
        If a level is missing or two units share one, which would make their weight infinite.

    References
    ----------
    Case, A. C., Rosen, H. S. and Hines, J. R. (1993). Budget spillovers and fiscal policy interdependence.
    Journal of Public Economics 52, 285-307.

    Examples
    --------
    >>> import pandas as pd
    >>> economic_weights(pd.Series({"a": 1.0, "b": 3.0, "c": 7.0})).matrix.toarray()[1].tolist()
    [0.5, 0.0, 0.25]
    """
    values = numbers(levels, "levels")
    order = np.argsort(values, kind="stable")
    equal = np.flatnonzero(np.diff(values[order]) == 0)
    if len(equal) or len(values) < 2:
        named = [f"{levels.index[order[i]]} = {levels.index[order[i + 1]]}" for i in equal[:3]]
        raise MeasureError.of(
            "measures.levels_alike", n=len(values), named=list(named) or [Text("none", "无")]
        )
    gap = np.abs(values[:, None] - values)
    weights = np.zeros_like(gap)
    off = ~np.eye(len(values), dtype=bool)
    weights[off] = gap[off] ** -power
    return _dense(weights, list(levels.index))


def _from_polygons(frame: Any, kind: str) -> WeightMatrix:
    try:
        from libpysal.graph import Graph
    except ImportError:
        raise MeasureError.of("measures.no_libpysal") from None
    return weight_matrix(Graph.build_contiguity(frame, rook=kind == "rook"))


def _distances(coordinates: pd.DataFrame) -> Floats:
    if {"longitude", "latitude"} <= set(coordinates.columns):
        longitude = numbers(coordinates["longitude"], "longitude")
        latitude = numbers(coordinates["latitude"], "latitude")
        if (np.abs(latitude) > 90).any() or (np.abs(longitude) > 360).any():
            raise MeasureError.of("measures.coordinates_not_degrees", min=latitude.min(), max=latitude.max())
        return _great_circle(np.radians(longitude), np.radians(latitude))
    if {"x", "y"} <= set(coordinates.columns):
        place, unit = near_one(np.column_stack([numbers(coordinates[name], name) for name in ("x", "y")]))
        distance: Floats = np.sqrt(((place[:, None] - place) ** 2).sum(axis=2)) * unit
        return distance
    raise MeasureError.of("measures.no_coordinates", columns=list(coordinates.columns)[:6])


def _great_circle(longitude: Floats, latitude: Floats) -> Floats:
    half = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance


def _dense(weights: Floats, labels: list[Any]) -> WeightMatrix:
    return sparse_weights(sparse.csr_array(weights), labels)
