"""Read polygons from a GeoJSON file of the user (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Len
from typing_extensions import TypedDict

from digimfg.errors import ExhibitError
from digimfg.file_forms import FileForm
from digimfg.say import say
from digimfg.text import Text

__all__ = ["Ring", "read_boundaries"]

Ring = tuple[tuple[float, float], ...]


class _Feature(TypedDict):
    type: Literal["Feature"]
    properties: dict[str, Any] | None
    geometry: dict[str, Any] | None


class _Collection(TypedDict):
    type: Literal["FeatureCollection"]
    features: Annotated[list[_Feature], Len(1)]


_FORM: FileForm[_Collection] = FileForm(
    schema=_Collection,
    what=Text("a GeoJSON collection of features", "GeoJSON 要素集合（FeatureCollection）"),
    remedy=Text("export the layer as GeoJSON in degrees of longitude and latitude", "请以经纬度导出 GeoJSON"),
    error=ExhibitError,
    closed=False,
)


def read_boundaries(path: str, name_property: str) -> Iterator[tuple[str, tuple[Ring, ...]]]:
    """Yield the name of every feature that has polygons, and their rings.

    Raises
    ------
    ExhibitError
        If the file is no collection of features, or a feature lacks the property.
    """
    for number, feature in enumerate(_FORM.read(path)["features"], start=1):
        geometry = feature["geometry"] or {}
        told = feature["properties"] or {}
        if geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        if name_property not in told:
            raise ExhibitError(
                where=say(
                    "{path}, feature {number}",
                    "{path}，第{number}个要素",
                    path=Path(path).name,
                    number=number,
                ),
                expected=say("a property '{name}'", "属性“{name}”", name=name_property),
                got=say("properties: {known}", "属性：{known}", known=list(told)[:8] or ["—"]),
                remedy=Text("name it with name_property=", "用 name_property= 指明"),
            )
        where = say(
            "{path}, feature {number}", "{path}，第{number}个要素", path=Path(path).name, number=number
        )
        yield str(told[name_property]), _rings(geometry, where)


def _rings(geometry: dict[str, Any], where: Text) -> tuple[Ring, ...]:
    try:
        held = geometry["coordinates"]
        parts = [held] if geometry["type"] == "Polygon" else held
        found = tuple(
            tuple((float(point[0]), float(point[1])) for point in ring) for part in parts for ring in part
        )
        inside = all(abs(x) <= 180 and abs(y) <= 90 for ring in found for x, y in ring)
    except (KeyError, TypeError, ValueError, IndexError):
        found, inside = (), False
    if not found or not inside or any(len(ring) < 4 for ring in found):
        raise ExhibitError(
            where=where,
            expected=Text("rings of four or more points in degrees", "以经纬度表示的环，每环至少四点"),
            got=Text("others", "其他内容"),
            remedy=_FORM.remedy,
        )
    return found
