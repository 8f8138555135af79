"""碰撞检查: which pipes a dig would meet, and how far off each one lies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tongjian.kernel.geometry import Box, Geometry, polygons
from tongjian.records.spaces.metres import metres_per_degree
from tongjian.records.spaces.pipes.network import Floats, Ints, Network

MOST_METRES = 500.0


@dataclass(frozen=True, slots=True)
class Clash:
    """A segment by its place, and how many metres lie between it and the dig; 0: they meet."""

    segment: int
    distance_m: float


def within(network: Network, dig: Geometry, metres: float) -> list[Clash]:
    """All segments no further than so many metres from a dig (point, line or surface), the nearest first.

    Boxes first, for all segments at once; then true distances of the few that are left.
    """
    metres = min(metres, MOST_METRES)
    lat = (dig.box.south + dig.box.north) / 2
    along, up = (float(m) for m in metres_per_degree(lat))
    near = network.within(_wider(dig.box, metres / along, metres / up))
    if not len(near):
        return []
    pieces, owner = _pieces(network, near)
    scale, origin = np.array([along, up]), np.array([dig.box.west, dig.box.south])
    pieces = (pieces - origin) * scale
    distances = _distances(pieces, dig, origin, scale)
    best = np.full(len(near), np.inf)
    np.minimum.at(best, owner, distances)
    found = [Clash(int(near[n]), round(float(best[n]), 2)) for n in np.flatnonzero(best <= metres)]
    return sorted(found, key=lambda c: (c.distance_m, c.segment))


def _wider(box: Box, lon: float, lat: float) -> Box:
    return Box(box.west - lon, box.south - lat, box.east + lon, box.north + lat)


def _pieces(network: Network, near: Ints) -> tuple[Floats, Ints]:
    """The straight pieces of segments [piece, end, lon/lat], and which of `near` each belongs to."""
    a, b = network.a[near], network.b[near]
    straight = np.stack(
        [np.stack([network.lon[a], network.lat[a]], 1), np.stack([network.lon[b], network.lat[b]], 1)], 1
    )
    bent = [n for n, at in enumerate(near.tolist()) if at in network.bends]
    if not bent:
        return straight, np.arange(len(near))
    keep = np.setdiff1d(np.arange(len(near)), bent)
    parts, owners = [straight[keep]], [keep]
    for n in bent:
        line = np.array(network.line(int(near[n])))
        parts.append(np.stack([line[:-1], line[1:]], 1))
        owners.append(np.full(len(line) - 1, n))
    return np.concatenate(parts), np.concatenate(owners)


def _distances(pieces: Floats, dig: Geometry, origin: Floats, scale: Floats) -> Floats:
    """Metres from each piece to the dig."""
    edges = (_edges(dig.body) - origin) * scale
    found = np.full(len(pieces), np.inf)
    for edge in edges:
        found = np.minimum(found, _between(pieces, edge))
    for rings in polygons(dig.body):
        found[_covered(pieces[:, 0], [(np.array(r) - origin) * scale for r in rings])] = 0.0
    return found


def _edges(body: Any) -> Floats:
    """The straight pieces of any geometry [piece, end, lon/lat]; a point is one of no length."""
    match body["type"]:
        case "Point":
            lines = [[body["coordinates"]] * 2]
        case "MultiPoint":
            lines = [[p, p] for p in body["coordinates"]]
        case "LineString":
            lines = [body["coordinates"]]
        case "MultiLineString":
            lines = body["coordinates"]
        case _:
            lines = [ring for polygon in polygons(body) for ring in polygon]
    return np.concatenate([np.stack([np.array(x)[:-1], np.array(x)[1:]], 1) for x in lines])


def _between(pieces: Floats, edge: Floats) -> Floats:
    """Distances between straight pieces and one edge: 0 where they cross, else the nearest end."""
    a, b, c, d = pieces[:, 0], pieces[:, 1], edge[0], edge[1]
    ends = np.minimum.reduce(
        [
            _to_piece(a, c, d),
            _to_piece(b, c, d),
            _to_piece(np.broadcast_to(c, a.shape), a, b),
            _to_piece(np.broadcast_to(d, a.shape), a, b),
        ]
    )
    crossing = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    return np.where(crossing, 0.0, ends)


def _to_piece(p: Floats, a: Floats, b: Floats) -> Floats:
    """Distances of points from straight pieces."""
    ab = b - a
    length2 = np.sum(ab * ab, axis=-1)
    t = np.sum((p - a) * ab, axis=-1) / np.where(length2 == 0, 1.0, length2)
    foot = a + np.clip(t, 0.0, 1.0)[..., None] * ab
    return np.asarray(np.hypot(p[..., 0] - foot[..., 0], p[..., 1] - foot[..., 1]))


def _side(a: Floats, b: Floats, c: Floats) -> Floats:
    """Which side of a→b the point c lies on, by sign."""
    return np.asarray(
        (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    )


def _covered(points: Floats, rings: list[Floats]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether points lie in a polygon: an odd number of its edges is crossed on the way out, holes counted."""
    inside = np.zeros(len(points), dtype=bool)
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if y1 == y2:
                continue
            spans = (points[:, 1] >= min(y1, y2)) & (points[:, 1] < max(y1, y2))
            crossing = x1 + (points[:, 1] - y1) / (y2 - y1) * (x2 - x1)
            inside ^= spans & (points[:, 0] < crossing)
    return inside
