"""Read polygons and lines from a GeoJSON file of the user (RFC 7946)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Len
from typing_extensions import TypedDict

from digimfg.errors import ExhibitError
from digimfg.file_forms import FileForm
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["Boundaries", "Ring", "read_boundaries"]

_HEADINGS = sheet_beside(__file__, "headings")

Ring = tuple[tuple[float, float], ...]
_AREAS, _LINES = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString")


class _Feature(TypedDict):
    type: Literal["Feature"]
    properties: dict[str, Any] | None
    geometry: dict[str, Any] | None


class _Collection(TypedDict):
    type: Literal["FeatureCollection"]
    features: Annotated[list[_Feature], Len(1)]


_FORM: FileForm[_Collection] = FileForm(
    schema=_Collection,
    what=_HEADINGS["a_geojson_collection_of_features"],
    remedy=Text("export the layer as GeoJSON in degrees of longitude and latitude", "请以经纬度导出 GeoJSON"),
    error=ExhibitError,
    closed=False,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundaries:
    """Hold what a file draws.

    Parameters
    ----------
    areas
        Name of each feature with polygons, and their rings.
    lines
        Of features that are lines, as the dashes of the South China Sea in many base maps.
    left_out
        Kind of geometry that is neither → how many.
    """

    areas: tuple[tuple[str, tuple[Ring, ...]], ...]
    lines: tuple[Ring, ...]
    left_out: Mapping[str, int]


def read_boundaries(path: str, name_property: str) -> Boundaries:
    """Return the polygons of a file with their names, and its lines.

    Raises
    ------
    ExhibitError
        If the file is no collection of features, or a feature with polygons lacks the property.
    """
    areas: list[tuple[str, tuple[Ring, ...]]] = []
    lines: list[Ring] = []
    left_out: dict[str, int] = {}
    for number, feature in enumerate(_FORM.read(path)["features"], start=1):
        where = note_of("exhibits.feature_of_map", path=Path(path).name, number=number)
        rings: list[Ring] = []
        for geometry in _parts(feature["geometry"], where):
            kind = str(geometry.get("type"))
            if kind in _AREAS:
                rings += _rings(geometry, where)
            elif kind in _LINES:
                lines += _points(_listed(geometry, kind == "LineString"), 2, where)
            else:
                left_out[kind] = left_out.get(kind, 0) + 1
        if rings:
            areas.append((_name(feature, name_property, where), tuple(rings)))
    return Boundaries(areas=tuple(areas), lines=tuple(lines), left_out=left_out)


def _parts(geometry: dict[str, Any] | None, where: Text) -> list[dict[str, Any]]:
    """Return the geometries of a feature, those of a collection one by one."""
    if not geometry:
        return []
    inner = geometry.get("geometries")
    if not isinstance(inner, list):
        return [geometry]
    if not all(isinstance(each, dict) for each in inner):
        raise ExhibitError.of("exhibits.boundaries_not_geometries", where=where, remedy=_FORM.remedy)
    return [part for each in inner for part in _parts(each, where)]


def _name(feature: _Feature, name_property: str, where: Text) -> str:
    told = feature["properties"] or {}
    if name_property not in told:
        raise ExhibitError.of(
            "exhibits.boundaries_without_property",
            where=where,
            name=name_property,
            known=list(told)[:8] or ["—"],
        )
    return str(told[name_property])


def _listed(geometry: dict[str, Any], single: bool) -> Any:
    held = geometry.get("coordinates")
    return [held] if single else held


def _rings(geometry: dict[str, Any], where: Text) -> tuple[Ring, ...]:
    parts = _listed(geometry, geometry["type"] == "Polygon")
    return _points([ring for part in parts for ring in part] if _is_nested(parts) else None, 4, where)


def _is_nested(parts: Any) -> bool:
    return isinstance(parts, list) and all(isinstance(part, list) for part in parts)


def _points(parts: Any, least: int, where: Text) -> tuple[Ring, ...]:
    """Return lines of points in degrees, each of `least` or more."""
    try:
        found = tuple(tuple((float(point[0]), float(point[1])) for point in part) for part in parts)
        inside = all(abs(x) <= 180 and abs(y) <= 90 for part in found for x, y in part)
    except (KeyError, TypeError, ValueError, IndexError):
        found, inside = (), False
    if not found or not inside or any(len(part) < least for part in found):
        raise ExhibitError.of(
            "exhibits.rings_without_points" if least > 2 else "exhibits.lines_without_points",
            where=where,
            remedy=_FORM.remedy,
        )
    return found
