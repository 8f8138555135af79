"""Pipes on a piece of the map: each where it lies when they are few and may be seen, else drawn together on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from tongjian.kernel.geometry import Box
from tongjian.kernel.models import User
from tongjian.records.spaces.models import Segment
from tongjian.records.spaces.pipes import seeing
from tongjian.records.spaces.pipes.network import UTILITIES, Bools, Ints, Network
from tongjian.web.requests import now

MOST = 3000  # single segments of a piece of the map
AT_ONCE = 900  # segments asked for in one query
MOST_EDGES = 5000  # of a drawing of more
THICKEST = 5  # 32 segments on one edge and more
PIXELS = 8  # of the screen: how coarse a drawing of many is
Feature = dict[str, Any]


def within(of: Network, user: User, box: Box, zoom: float) -> list[Feature]:
    """Features for a box. What may not be seen exactly is looked for by its generalised place, and given by that."""
    exact = seeing.exact_mask(of, user)
    places = found_in(of, exact, box)
    if len(places) <= MOST:
        return _single(of, exact, places, user, box)
    return _together(of, places, zoom, finest=0.0 if exact[places].all() else seeing.STEP)


def found_in(of: Network, exact: Bools, box: Box) -> Ints:
    """Places of the segments in a box: the exact ones by their own boxes, the others by those of their coarse lines."""
    if exact.all():
        return of.within(box)
    inside = np.zeros(len(of), dtype=bool)
    inside[of.within(box)] = True
    west, south, east, north = of.coarse_boxes(seeing.STEP)
    roughly = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
    return np.flatnonzero(np.where(exact, inside, roughly))


def _single(of: Network, exact: Bools, places: Ints, user: User, box: Box) -> list[Feature]:
    shown = places[exact[places]]
    seeing.told(
        of, shown, "map", by=user, at=now(), where={"box": [box.west, box.south, box.east, box.north]}
    )
    names = _names(of, shown)
    found = [
        _feature(
            {"type": "LineString", "coordinates": of.line(at)},
            UTILITIES[of.utility[at]],
            {"name": names[int(of.pks[at])], "exact": 1},
        )
        for at in shown.tolist()
    ]
    rough = places[~exact[places]]
    return found + _drawn(of, rough, seeing.STEP) if len(rough) else found


def _names(of: Network, shown: Ints) -> dict[int, str]:
    """pk → number, asked for in as many queries as every database takes."""
    found: dict[int, str] = {}
    pks = of.pks[shown].tolist()
    for start in range(0, len(pks), AT_ONCE):
        found |= dict(Segment.objects.filter(pk__in=pks[start : start + AT_ONCE]).values_list("pk", "name"))
    return found


def _together(of: Network, places: Ints, zoom: float, finest: float) -> list[Feature]:
    """Many: on a grid of some pixels, never finer than what may be seen by this user of all of them."""
    return _drawn(of, places, max(PIXELS * 360 / (512 * 2**zoom), finest))


def _drawn(of: Network, places: Ints, step: float) -> list[Feature]:
    """Segments by the edges of a grid that they run along, a feature for each utility and thickness.

    A segment within one cell is a dot, left out where a line of its utility ends there: the line shows it.
    """
    edges, counts = _edges(of, places, step)
    while len(edges) > MOST_EDGES:
        step *= 2
        edges, counts = _edges(of, places, step)
    utility, thick = edges[:, 4], np.minimum(np.log2(counts).astype(np.int64), THICKEST)
    dot = (edges[:, :2] == edges[:, 2:4]).all(axis=1)
    dot_kept = dot & ~_ends_of(edges, ~dot)
    corners = np.round(edges[:, :4] * step, 6)
    found = []
    for kind, chosen in (("MultiLineString", ~dot), ("MultiPoint", dot_kept)):
        for code in np.unique(utility[chosen] * 16 + thick[chosen]).tolist():
            at = chosen & (utility == code // 16) & (thick == code % 16)
            lines = corners[at].reshape(-1, 2, 2) if kind == "MultiLineString" else corners[at, :2]
            told = {"thick": code % 16, "exact": 0}
            found.append(_feature({"type": kind, "coordinates": lines.tolist()}, UTILITIES[code // 16], told))
    return found


def _ends_of(edges: Ints, lines: Bools) -> Bools:
    """Whether the first cell of each edge is where one of the lines of its utility ends."""
    key = [(edges[:, n] * 2_000_003 + edges[:, n + 1]) * 16 + edges[:, 4] for n in (0, 2)]
    ends: Bools = np.isin(key[0], np.concatenate([key[0][lines], key[1][lines]]))
    return ends


def _edges(of: Network, places: Ints, step: float) -> tuple[Ints, Ints]:
    """Different edges of the grid, [ax, ay, bx, by, utility] in steps, and how many segments each stands for."""
    x, y = np.round(of.lon / step).astype(np.int64), np.round(of.lat / step).astype(np.int64)
    a, b = of.a[places], of.b[places]
    west, south = int(min(x[a].min(), x[b].min())), int(min(y[a].min(), y[b].min()))
    high = int(max(y[a].max(), y[b].max())) - south + 1
    cells = (int(max(x[a].max(), x[b].max())) - west + 1) * high
    if cells >= 1 << 29:  # a number of 63 bits holds two cells and a utility
        return np.zeros((MOST_EDGES + 1, 5), dtype=np.int64), np.ones(MOST_EDGES + 1, dtype=np.int64)
    first, second = (x[a] - west) * high + y[a] - south, (x[b] - west) * high + y[b] - south
    low, top = np.minimum(first, second), np.maximum(first, second)
    keys, counts = np.unique((low * cells + top) * 8 + of.utility[places], return_counts=True)
    low, top = keys // 8 // cells, keys // 8 % cells
    ends = (low // high + west, low % high + south, top // high + west, top % high + south, keys % 8)
    return np.stack(ends, 1), counts


def _feature(shape: Feature, utility: str, told: Feature) -> Feature:
    return {"type": "Feature", "geometry": shape, "properties": {"utility": utility, **told}}
