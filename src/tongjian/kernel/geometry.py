"""GeoJSON geometries (RFC 7946) in CGCS2000: what may come in, said exactly. Pure; knows no tables.

One coordinate system is kept: CGCS2000 (EPSG:4490), longitude first, in degrees. Names of other systems and numbers
that cannot be degrees are refused; nothing is ever converted, since a silent conversion is a silent shift.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.choices import GeometryKind
from tongjian.kernel.errors import TongjianError

CRS = "http://www.opengis.net/def/crs/EPSG/0/4490"
DEPTH: Mapping[str, int] = {  # how deep positions are nested in `coordinates`
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
KIND: Mapping[str, GeometryKind] = {
    "Point": GeometryKind.POINT,
    "MultiPoint": GeometryKind.POINT,
    "LineString": GeometryKind.LINE,
    "MultiLineString": GeometryKind.LINE,
    "Polygon": GeometryKind.AREA,
    "MultiPolygon": GeometryKind.AREA,
}
MOST_POSITIONS = 200_000  # of one geometry
PLACES = 9  # decimals kept of a degree: a tenth of a millimetre
OURS = re.compile(
    r"(?:EPSG(?:/0/|:+(?:[\d.]*:)?))4490$|CGCS[ _-]?2000$|China Geodetic Coordinate System 2000$", re.I
)
SHIFTED = re.compile(r"gcj|bd[-_ ]?09|bd09|火星|百度|高德|腾讯|mars", re.I)
SYSTEM_MEMBERS = ("crs", "coordinate_system", "coordinateSystem", "coordsys", "坐标系", "坐标系统")

Position = tuple[float, float]

MESSAGES: Mapping[str, str | Promise] = {
    "shapes.no_geometry": _("There is no geometry. Draw one, or leave the feature out."),
    "shapes.type": _(
        "A geometry of the type “%(got)s” is not taken. Use points, lines or polygons, single or multiple."
    ),
    "shapes.numbers": _("Coordinates are two finite numbers, longitude and latitude; “%(got)s” is not."),
    "shapes.swapped": _(
        "Longitude comes first, then latitude: %(got)s seems to be the other way round. Swap them and export again."
    ),
    "shapes.projected": _(
        "The coordinates %(got)s are no degrees: they look projected (metres). "
        "Export them in CGCS2000 longitude and latitude (EPSG:4490)."
    ),
    "shapes.too_few": _("A %(type)s needs at least %(needs)s positions, this one has %(got)s."),
    "shapes.ring_open": _(
        "A ring must end where it begins: it begins at %(first)s and ends at %(last)s. Close it."
    ),
    "shapes.too_many": _("The geometry has more than 200,000 positions. Simplify it and export again."),
    "shapes.crs": _(
        "The coordinate system “%(got)s” is not the one kept here. Transform the data to CGCS2000 (EPSG:4490) and "
        "export again."
    ),
    "shapes.shifted": _(
        "“%(got)s” is a shifted coordinate system of commercial maps (GCJ-02, BD-09); places would lie hundreds of "
        "metres off. Use the surveyed data in CGCS2000 (EPSG:4490)."
    ),
}


class GeometryError(TongjianError):
    """A geometry, or a coordinate system, that is not taken."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, MESSAGES[code], params)


@dataclass(frozen=True, slots=True)
class Box:
    """west, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: Box) -> bool:
        return (
            self.west <= other.east
            and self.east >= other.west
            and self.south <= other.north
            and self.north >= other.south
        )

    def with_(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


@dataclass(frozen=True, slots=True)
class Geometry:
    """A checked geometry. body: the GeoJSON object, heights left out, at most nine decimals of a degree."""

    kind: GeometryKind
    body: Mapping[str, Any]
    box: Box


def parse(value: object) -> Geometry:
    """A GeoJSON geometry, checked whole. Raises GeometryError."""
    if not isinstance(value, Mapping):
        raise GeometryError("shapes.no_geometry")
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in DEPTH:
        raise GeometryError("shapes.type", got=str(kind)[:40])
    check_system(value)
    coordinates = _nested(value.get("coordinates"), DEPTH[kind])
    if not coordinates:
        raise GeometryError("shapes.no_geometry")
    _check_shape(kind, coordinates)
    found = list(_positions(coordinates))
    if len(found) > MOST_POSITIONS:
        raise GeometryError("shapes.too_many")
    return Geometry(KIND[kind], {"type": kind, "coordinates": coordinates}, box_of(found))


def check_system(document: Mapping[str, Any]) -> None:
    """Raises GeometryError where a GeoJSON object names another coordinate system than CGCS2000.

    None named: taken as CGCS2000. RFC 7946 means WGS 84 then, which is less than a decimetre away in China.
    """
    for member in SYSTEM_MEMBERS:
        named = document.get(member)
        if named in (None, ""):
            continue
        name = _system_name(named)
        if SHIFTED.search(name):
            raise GeometryError("shapes.shifted", got=name[:80])
        if not OURS.search(name):
            raise GeometryError("shapes.crs", got=name[:80])


def _system_name(named: object) -> str:
    """The name in `{"type": "name", "properties": {"name": …}}`, or the plain text itself."""
    if isinstance(named, Mapping):
        inner = named.get("properties")
        named = inner.get("name", "?") if isinstance(inner, Mapping) else named.get("name", "?")
    return str(named)


def position(value: object) -> Position:
    """Longitude and latitude; a height behind them is left out. Raises GeometryError."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not 2 <= len(value) <= 4:
        raise GeometryError("shapes.numbers", got=str(value)[:60])
    lon, lat = value[0], value[1]
    if not _is_number(lon) or not _is_number(lat):
        raise GeometryError("shapes.numbers", got=str(value)[:60])
    if wrong := out_of_range(lon, lat):
        raise GeometryError(wrong, got=f"{lon}, {lat}")
    return round(float(lon), PLACES), round(float(lat), PLACES)


def out_of_range(lon: float, lat: float) -> str:
    """The code of what is wrong with a pair of finite numbers as degrees; empty when nothing is."""
    if abs(lon) <= 180 and abs(lat) <= 90:
        return ""
    return "shapes.swapped" if abs(lat) <= 180 and abs(lon) <= 90 else "shapes.projected"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _nested(value: object, depth: int) -> Any:
    """`coordinates` as lists of [longitude, latitude], nested so deep."""
    if depth == 0:
        return list(position(value))
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise GeometryError("shapes.numbers", got=str(value)[:60])
    return [_nested(part, depth - 1) for part in value]


def _check_shape(kind: str, coordinates: Any) -> None:
    match kind:
        case "LineString":
            _check_line(coordinates)
        case "MultiLineString":
            for line in coordinates:
                _check_line(line)
        case "Polygon":
            _check_polygon(coordinates)
        case "MultiPolygon":
            for polygon in coordinates:
                _check_polygon(polygon)


def _check_line(line: Sequence[Any]) -> None:
    if len(line) < 2:
        raise GeometryError("shapes.too_few", type=_("line"), needs=2, got=len(line))


def _check_polygon(rings: Sequence[Any]) -> None:
    if not rings:
        raise GeometryError("shapes.no_geometry")
    for ring in rings:
        if len(ring) < 4:
            raise GeometryError("shapes.too_few", type=_("ring"), needs=4, got=len(ring))
        if ring[0] != ring[-1]:
            raise GeometryError("shapes.ring_open", first=ring[0], last=ring[-1])


def _positions(coordinates: Any) -> Iterator[Sequence[float]]:
    if coordinates and isinstance(coordinates[0], float):
        yield coordinates
        return
    for part in coordinates:
        yield from _positions(part)


def positions(geometry: Mapping[str, Any]) -> list[Sequence[float]]:
    """All positions of a checked GeoJSON geometry, in their order."""
    return list(_positions(geometry["coordinates"]))


def box_of(found: Sequence[Sequence[float]]) -> Box:
    lons, lats = [p[0] for p in found], [p[1] for p in found]
    return Box(min(lons), min(lats), max(lons), max(lats))


def polygons(geometry: Mapping[str, Any]) -> list[list[list[Sequence[float]]]]:
    """The polygons of a surface, each as its rings; none of anything else."""
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"]) if geometry["type"] == "MultiPolygon" else []


def inside(geometry: Mapping[str, Any]) -> Position:
    """A point to write a label at: the centre of mass of the largest ring, of a line or points their middle."""
    rings = [p[0] for p in polygons(geometry)]
    if not rings:
        found = positions(geometry)
        middle = found[len(found) // 2]
        return middle[0], middle[1]
    ring = max(rings, key=lambda r: abs(_area(r)))
    return _centre(ring)


def _area(ring: Sequence[Sequence[float]]) -> float:
    """Signed, in square degrees: enough to compare rings of one place."""
    return float(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2)


def _centre(ring: Sequence[Sequence[float]]) -> Position:
    west, south = ring[0][0], ring[0][1]  # near numbers, so that little is lost
    moved = [(p[0] - west, p[1] - south) for p in ring]
    area = _area(moved)
    if abs(area) < 1e-14:
        return west, south
    pairs = list(pairwise(moved))
    lon = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    lat = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    return west + lon, south + lat


def snapped(geometry: Mapping[str, Any], step: float) -> dict[str, Any]:
    """Every coordinate moved to the nearest multiple of `step` degrees: what those without the right to more get.

    The number of positions stays, so that a ring stays closed.
    """
    return {"type": geometry["type"], "coordinates": _snap(geometry["coordinates"], step)}


def _snap(coordinates: Any, step: float) -> Any:
    if coordinates and isinstance(coordinates[0], float):
        return [round(round(c / step) * step, 6) for c in coordinates[:2]]
    return [_snap(part, step) for part in coordinates]


def meets(geometry: Mapping[str, Any], box: Box) -> bool:
    """Whether any part of a checked geometry lies in a box: a position, an edge, or the box within a surface."""
    if any(box.west <= p[0] <= box.east and box.south <= p[1] <= box.north for p in positions(geometry)):
        return True
    if any(_crosses(a, b, box) for line in _lines(geometry) for a, b in pairwise(line)):
        return True
    return any(_holds(rings, (box.west, box.south)) for rings in polygons(geometry))


def _lines(geometry: Mapping[str, Any]) -> list[Any]:
    match geometry["type"]:
        case "LineString":
            return [geometry["coordinates"]]
        case "MultiLineString":
            return list(geometry["coordinates"])
    return [ring for rings in polygons(geometry) for ring in rings]


def _crosses(a: Sequence[float], b: Sequence[float], box: Box) -> bool:
    """Whether a straight line from a to b passes through a box (Liang and Barsky)."""
    first, last = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for step, room in (
        (-dx, a[0] - box.west),
        (dx, box.east - a[0]),
        (-dy, a[1] - box.south),
        (dy, box.north - a[1]),
    ):
        if step == 0:
            if room < 0:
                return False
            continue
        at = room / step
        first, last = (max(first, at), last) if step < 0 else (first, min(last, at))
        if first > last:
            return False
    return True


def _holds(rings: Sequence[Any], point: Position) -> bool:
    """Whether a polygon holds a point: an odd number of its edges lies to the right of it."""
    x, y = point
    inside = False
    for a, b in (pair for ring in rings for pair in pairwise(ring)):
        if (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
    return inside
