"""地下管线: one segment, what lies up and down the flow from it, and what a dig would meet. Addresses say it all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.geometry import Geometry, GeometryError, parse
from tongjian.kernel.models import Event, EvidenceFile, Shape, Subject
from tongjian.records.spaces.choices import Utility
from tongjian.records.spaces.models import Segment
from tongjian.records.spaces.pipes import clashes, importing, network, seeing, tracing
from tongjian.records.spaces.pipes.network import Bools, Ints, Network
from tongjian.web.errors import said
from tongjian.web.map import pipe_data
from tongjian.web.map.pipe_data import Feature
from tongjian.web.map.views import UTILITY_COLOURS
from tongjian.web.requests import Asked, now, typed
from tongjian.web.subjects.kinds import record

WAYS = ("down", "up")
LISTED, DRAWN, NEWEST = 200, 4000, 3
USUAL_METRES = 1.0
MOST_SIDE = 0.05  # degrees: a dig is no district


@dataclass(frozen=True, slots=True)
class Line:
    """A segment in a list. row None: this user may not see it exactly. metres: its length, or its distance from a dig."""

    utility: str
    row: Segment | None
    metres: float


@dataclass(frozen=True)
class Result:
    """What was asked for. beyond: segments that are not listed. sums: metres by utility."""

    kind: str
    lines: Sequence[Line]
    count: int
    length_m: float
    hidden: int
    sums: Sequence[tuple[str, float]]
    drawn: Mapping[str, Any]

    @property
    def places(self) -> int:
        """Decimals of the metres in its list."""
        return 2 if self.kind == "clashes" else 1

    @property
    def beyond(self) -> int:
        return self.count - len(self.lines)


@require_safe
def pipes(request: Asked) -> HttpResponse:
    of = network.current()
    number, way = typed(request.GET.get("segment")), request.GET.get("way", "")
    dig, within = typed(request.GET.get("dig")), _metres(request.GET.get("within"))
    site = typed(request.GET.get("site"))
    found: Result | None = None
    error, segment = "", _segment(request, number)
    if number and segment is None:
        error = _("No segment with this number that you may see exactly.")
    elif segment is not None:
        found = _traced(request, of, segment, way) if way in WAYS else _alone(request, of, segment)
    elif dig or site:
        try:
            found = _clashes(request, of, _ring(dig) if dig else _site(request, site), within)
        except TongjianError as wrong:
            error = said(wrong)
    extent = of.extent
    context = {
        "count": len(of),
        "surveys": _surveys(),
        "segment": segment,
        "way": way if way in WAYS else "",
        "number": number,
        "dig": dig,
        "site": Subject.objects.filter(key=site).first() if found is not None and site and not dig else None,
        "within": within,
        "found": found,
        "error": error,
        "bounds": [] if extent is None else [extent.west, extent.south, extent.east, extent.north],
        "utilities": [(u, label, UTILITY_COLOURS[u]) for u, label in Utility.choices],
        "exact_all": bool(seeing.exact_mask(of, request.user).all()),
    }
    return render(request, "map/pipes.html", context, status=400 if error else 200)


def _surveys() -> list[tuple[EvidenceFile, int, datetime]]:
    """The newest files that pipes came from, with their rows and days."""
    told = list(Event.objects.filter(verb=importing.VERB).order_by("-at", "-pk")[:NEWEST])
    files = EvidenceFile.objects.in_bulk([int(e.stream.rpartition("/")[2]) for e in told])
    return [(files[int(e.stream.rpartition("/")[2])], int(e.data["rows"]), e.at) for e in told]


def _segment(request: Asked, number: str) -> Segment | None:
    if not number:
        return None
    rows = seeing.exact_to(request.user).select_related(
        "subject", "area__subject", "owner__subject", "source__file"
    )
    return rows.filter(subject__key=f"pipe-{number}").first()


def _metres(text: str | None) -> float:
    try:
        return min(max(float(text or USUAL_METRES), 0.0), clashes.MOST_METRES)
    except ValueError:
        return USUAL_METRES


def _ring(text: str) -> Geometry:
    """`116.5,39.9 116.6,39.9 …`: a point, a line of two, else a surface that closes itself. Raises GeometryError."""
    pairs = [p.split(",") for p in re.split(r"[;\s]+", text) if p]
    try:
        positions = [[float(n) for n in pair] for pair in pairs]
    except ValueError:
        raise GeometryError("shapes.numbers", got=text[:60]) from None
    if len(positions) == 1:
        found = parse({"type": "Point", "coordinates": positions[0]})
    elif len(positions) == 2:
        found = parse({"type": "LineString", "coordinates": positions})
    else:
        ring = positions if positions[:1] == positions[-1:] else [*positions, *positions[:1]]
        found = parse({"type": "Polygon", "coordinates": [ring]})
    return _of_size(found)


def _of_size(found: Geometry) -> Geometry:
    """The same, when it is no larger than a dig may be. Raises TongjianError."""
    if max(found.box.east - found.box.west, found.box.north - found.box.south) > MOST_SIDE:
        raise TongjianError(
            "pipes.dig_too_large", _("A dig may measure some five kilometres at most. Draw it smaller.")
        )
    return found


def _site(request: Asked, key: str) -> Geometry:
    """Where a thing lies that the user may see: its works as a dig. Raises TongjianError."""
    shape = Shape.objects.select_related("subject").filter(subject__key=key).first()
    if shape is None or record(shape.subject, request.user) is None:
        raise TongjianError(
            "pipes.no_site", _("There is no such place that you may see. Open it from the map.")
        )
    return _of_size(parse(shape.geometry))


def _alone(request: Asked, of: Network, segment: Segment) -> Result:
    at = of.place_of(segment.pk)
    assert at is not None  # the network holds what stands on the table
    return _result("segment", request, of, np.array([at]), of.lengths_m(np.array([at])).tolist())


def _traced(request: Asked, of: Network, segment: Segment, way: str) -> Result:
    at = of.place_of(segment.pk)
    assert at is not None
    found = tracing.from_segment(of, at, down=way == "down").segments
    return _result("trace", request, of, found, of.lengths_m(found).tolist())


def _clashes(request: Asked, of: Network, dig: Geometry, within: float) -> Result:
    """Distances are told of pipes that the user may see exactly. Of the others only how many lie around, by their
    generalised places: else asking for small digs would find them to the centimetre.
    """
    exact = seeing.exact_mask(of, request.user)
    found = [c for c in clashes.within(of, dig, within) if exact[c.segment]]
    places = np.array([c.segment for c in found], dtype=np.int64)
    made = _result("clashes", request, of, places, [c.distance_m for c in found])
    shown = {"type": "Feature", "geometry": dict(dig.body), "properties": {"dig": 1}}
    drawn = {**made.drawn, "features": [*made.drawn["features"], shown]}
    return replace(made, drawn=drawn, hidden=_around(of, exact, dig))


def _around(of: Network, exact: Bools, dig: Geometry) -> int:
    """How many segments that may not be seen exactly lie within some hundred metres of a dig."""
    near = pipe_data.found_in(of, np.zeros_like(exact), dig.box)
    return int((~exact[near]).sum())


def _result(kind: str, request: Asked, of: Network, places: Ints, metres: Sequence[float]) -> Result:
    exact = seeing.exact_mask(of, request.user)
    may = exact[places] if len(places) else np.zeros(0, dtype=bool)
    lengths = of.lengths_m(places)
    where = {"segments": len(places), "asked": request.get_full_path()[:200]}
    seeing.told(of, places[may], kind, by=request.user, at=now(), where=where)
    return Result(
        kind, _listed(of, places, metres, may), len(places), float(lengths.sum()), int((~may).sum()),
        _sums(of, places, lengths.tolist()), _drawing(of, places, may),
    )  # fmt: skip


def _listed(of: Network, places: Ints, metres: Sequence[float], may: Bools) -> list[Line]:
    first = places[:LISTED]
    rows = Segment.objects.select_related("subject", "area__subject").in_bulk(of.pks[first].tolist())
    return [
        Line(network.UTILITIES[of.utility[at]], rows[int(of.pks[at])] if seen else None, metre)
        for at, metre, seen in zip(first.tolist(), metres, may.tolist(), strict=False)
    ]


def _sums(of: Network, places: Ints, lengths: Sequence[float]) -> list[tuple[str, float]]:
    found: dict[str, float] = {}
    for at, metre in zip(places.tolist(), lengths, strict=True):
        name = network.UTILITIES[of.utility[at]]
        found[name] = found.get(name, 0.0) + metre
    return sorted(found.items(), key=lambda pair: -pair[1])


def _drawing(of: Network, places: Ints, may: Bools) -> dict[str, Any]:
    """The first few thousand of them as lines; what may not be seen exactly is left out."""
    made: list[Feature] = []
    for at in places[may][:DRAWN].tolist():
        told = {"utility": network.UTILITIES[of.utility[at]]}
        made.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": of.line(at)},
                "properties": told,
            }
        )
    return {"type": "FeatureCollection", "features": made}
