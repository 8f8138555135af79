"""The network that follows from the table of segments: arrays for maps, tracing and distances. Dropped and rebuilt at will.

Built once for each state of the table and kept in memory; the newest event of an import says whether it still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tongjian.kernel.choices import Sensitivity
from tongjian.kernel.geometry import Box
from tongjian.kernel.models import Event
from tongjian.records.spaces.choices import Flow, Utility
from tongjian.records.spaces.metres import metres_between
from tongjian.records.spaces.models import Node, Segment
from tongjian.records.spaces.pipes.importing import VERB

UTILITIES: tuple[str, ...] = tuple(Utility.values)
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Adjacency:
    """Compressed sparse rows: the edges that leave node n are `start[n]` to `start[n + 1]`; each has a target and a segment.

    starts, targets: lists, since a walk takes one at a time.
    """

    start: Ints
    segment: Ints
    starts: Sequence[int]
    targets: Sequence[int]


@dataclass(frozen=True)
class Network:
    """Segments by place 0…, in the order of their pks; nodes by place 0…, in the order of theirs.

    a, b: places of a segment's nodes. forward, backward: whether what is in the pipe goes from a to b, from b to a.
    utility: place in UTILITIES. owner: pk of the organisation, 0 for none. public: all may see it exactly.
    bends: positions between the nodes, by place of the few segments that have any.
    """

    pks: Ints
    node_pks: Ints
    lon: Floats
    lat: Floats
    a: Ints
    b: Ints
    forward: Bools
    backward: Bools
    utility: Ints
    owner: Ints
    area: Ints
    public: Bools
    built: Ints
    bends: dict[int, list[list[float]]] = field(default_factory=dict)
    made: dict[tuple[bool, int | None], Adjacency] = field(default_factory=dict)
    coarse: dict[float, tuple[Floats, Floats, Floats, Floats]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.pks)

    @cached_property
    def boxes(self) -> tuple[Floats, Floats, Floats, Floats]:
        """west, south, east, north of each segment."""
        x, y = self.lon, self.lat
        west, east = np.minimum(x[self.a], x[self.b]), np.maximum(x[self.a], x[self.b])
        south, north = np.minimum(y[self.a], y[self.b]), np.maximum(y[self.a], y[self.b])
        for at, line in self.bends.items():
            lons, lats = [p[0] for p in line], [p[1] for p in line]
            west[at], east[at] = min(west[at], *lons), max(east[at], *lons)
            south[at], north[at] = min(south[at], *lats), max(north[at], *lats)
        return west, south, east, north

    def coarse_boxes(self, step: float) -> tuple[Floats, Floats, Floats, Floats]:
        """The same of the lines between the ends moved to a grid of `step` degrees. Made once."""
        if step not in self.coarse:
            x, y = np.round(self.lon / step) * step, np.round(self.lat / step) * step
            a, b = self.a, self.b
            self.coarse[step] = (
                np.minimum(x[a], x[b]), np.minimum(y[a], y[b]), np.maximum(x[a], x[b]), np.maximum(y[a], y[b])
            )  # fmt: skip
        return self.coarse[step]

    def edges(self, down: bool, utility: int | None = None) -> Adjacency:
        """Edges along the flow (`down`), or against it; of one utility, or of all. Made once for each."""
        wanted = (down, utility)
        if wanted not in self.made:
            self.made[wanted] = self._adjacency(down, utility)
        return self.made[wanted]

    def _adjacency(self, down: bool, utility: int | None) -> Adjacency:
        ways = (self.forward, self.backward) if down else (self.backward, self.forward)
        if utility is not None:
            ways = (ways[0] & (self.utility == utility), ways[1] & (self.utility == utility))
        first, second = np.flatnonzero(ways[0]), np.flatnonzero(ways[1])
        source = np.concatenate([self.a[first], self.b[second]])
        target = np.concatenate([self.b[first], self.a[second]])
        segment = np.concatenate([first, second])
        order = np.argsort(source, kind="stable")
        start = np.searchsorted(source[order], np.arange(len(self.node_pks) + 1))
        return Adjacency(start, segment[order], start.tolist(), target[order].tolist())

    def within(self, box: Box) -> Ints:
        """Places of the segments whose boxes meet a box."""
        west, south, east, north = self.boxes
        return np.flatnonzero(
            (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
        )

    def line(self, at: int) -> list[list[float]]:
        """The positions of a segment, from its first node to its second."""
        a, b = int(self.a[at]), int(self.b[at])
        ends = [float(self.lon[a]), float(self.lat[a])], [float(self.lon[b]), float(self.lat[b])]
        return [ends[0], *self.bends.get(at, []), ends[1]]

    def place_of(self, pk: int) -> int | None:
        """The place of a segment by its pk."""
        at = int(np.searchsorted(self.pks, pk))
        return at if at < len(self.pks) and int(self.pks[at]) == pk else None

    def lengths_m(self, at: Ints) -> Floats:
        """Lengths on the ground; the few with bends are reckoned along them."""
        x, y = self.lon, self.lat
        found = metres_between(x[self.a[at]], y[self.a[at]], x[self.b[at]], y[self.b[at]])
        if self.bends:
            for n, place in enumerate(at.tolist()):
                if place in self.bends:
                    line = np.array(self.line(place))
                    found[n] = metres_between(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum()
        return found

    @property
    def extent(self) -> Box | None:
        if not len(self):
            return None
        west, south, east, north = self.boxes
        return Box(float(west.min()), float(south.min()), float(east.max()), float(north.max()))


# Kept in memory

State = tuple[int, int, str]
_kept: dict[str, tuple[State, Network]] = {}


def current() -> Network:
    """The network of the table as it stands."""
    state = _state()
    kept = _kept.get("network")
    if kept is not None and kept[0] == state:
        return kept[1]
    found = _build()
    _kept["network"] = (state, found)
    return found


def forget() -> None:
    """Build anew when next asked."""
    _kept.clear()


def _state() -> State:
    """Changes with every import: its event stands in the transaction of the change."""
    last = Event.objects.filter(verb=VERB).order_by("-at", "-pk").values_list("pk", flat=True).first()
    newest = Segment.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0, newest or 0, str(connection.settings_dict["NAME"])


def _build() -> Network:
    nodes = list(Node.objects.order_by("pk").values_list("pk", "lon", "lat"))
    node_pks, lon, lat = _columns(nodes, 3)
    fields = (
        "pk",
        "from_node_id",
        "to_node_id",
        "utility",
        "flow",
        "owner_id",
        "area_id",
        "sensitivity",
        "built_year",
    )
    segments = Segment.objects.filter(archived_at=None).order_by("pk")
    rows = list(segments.values_list(*fields))
    pks, a, b, utility, flow, owner, area, sensitivity, built = zip(*rows, strict=True) if rows else ((),) * 9
    flows = np.array(flow, dtype="U8")
    ids = node_pks.astype(np.int64)
    place = {name: n for n, name in enumerate(UTILITIES)}
    return Network(
        pks=np.array(pks, dtype=np.int64),
        node_pks=ids, lon=lon, lat=lat,
        a=np.searchsorted(ids, np.array(a, dtype=np.int64)),
        b=np.searchsorted(ids, np.array(b, dtype=np.int64)),
        forward=flows != Flow.BACKWARD.value,
        backward=flows != Flow.FORWARD.value,
        utility=np.array([place[u] for u in utility], dtype=np.int64),
        owner=np.array([o or 0 for o in owner], dtype=np.int64),
        area=np.array([o or 0 for o in area], dtype=np.int64),
        public=np.array(sensitivity, dtype="U16") == Sensitivity.PUBLIC.value,
        built=np.array([y or 0 for y in built], dtype=np.int64),
        bends=_bends(np.array(pks, dtype=np.int64)),
    )  # fmt: skip


def _columns(rows: Sequence[tuple[float, ...]], width: int) -> tuple[Floats, ...]:
    found = np.array(rows, dtype=np.float64).reshape(len(rows), width)
    return tuple(np.ascontiguousarray(found[:, n]) for n in range(width))


def _bends(pks: Ints) -> dict[int, list[list[float]]]:
    bent = Segment.objects.filter(archived_at=None, bends__isnull=False).values_list("pk", "bends")
    return {int(np.searchsorted(pks, pk)): line for pk, line in bent if line}
