"""What is upstream and downstream, what a dig meets, and who sees how much."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from records.spaces.surveys import AT, LOOP, row, take
from records.spaces.test_pipes_import import department
from tongjian.kernel.choices import Role
from tongjian.kernel.geometry import Box, parse
from tongjian.kernel.models import Event, User
from tongjian.records.spaces import metres
from tongjian.records.spaces.models import Segment
from tongjian.records.spaces.pipes import clashes, network, seeing, tracing
from tongjian.records.spaces.pipes.network import Network


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    network.forget()
    yield
    network.forget()


def names(found: network.Ints, of: Network) -> list[str]:
    known = dict(Segment.objects.values_list("pk", "name"))
    return [known[int(of.pks[at])] for at in found]


def place(name: str, of: Network) -> int:
    at = of.place_of(Segment.objects.get(name=name).pk)
    assert at is not None
    return at


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "down", "wanted"),
    [
        ("S1", True, {"S1", "S2", "S3", "S4", "S5"}),
        ("S1", False, {"S1"}),
        ("S3", True, {"S3"}),
        ("S3", False, {"S3", "S2", "S1", "S5", "S4", "S6"}),
        ("S6", True, {"S6", "S2", "S3", "S4", "S5"}),
        ("W2", True, {"W1", "W2"}),
    ],
)
def test_a_trace_follows_the_flow_in_pipes_of_one_kind(start: str, down: bool, wanted: set[str]) -> None:
    take()
    of = network.current()
    found = names(tracing.from_segment(of, place(start, of), down=down).segments, of)
    assert found[0] == start
    assert set(found) == wanted
    assert len(found) == len(wanted)


@pytest.mark.django_db
def test_an_import_makes_the_network_anew() -> None:
    take(LOOP[:2])
    before = network.current()
    assert network.current() is before
    take(LOOP)
    assert (len(before), len(network.current())) == (2, 8)


def bare(edges: list[tuple[int, int]], nodes: int, both: bool = False) -> Network:
    """A network of pipes between numbered nodes on a line."""
    a, b = (np.array([e[n] for e in edges], dtype=np.int64) for n in (0, 1))
    zeros, ones = np.zeros(len(edges), dtype=np.int64), np.ones(len(edges), dtype=bool)
    return Network(
        pks=np.arange(len(edges)), node_pks=np.arange(nodes),
        lon=116.5 + np.arange(nodes) * 0.001, lat=np.full(nodes, 39.9),
        a=a, b=b, forward=ones, backward=ones if both else ~ones,
        utility=zeros, owner=zeros, area=zeros, public=ones, built=zeros,
    )  # fmt: skip


def reached(edges: list[tuple[int, int]], node: int) -> set[int]:
    """By following every edge until nothing new turns up."""
    seen, grown = {node}, True
    while grown:
        new = {b for a, b in edges if a in seen} - seen
        seen, grown = seen | new, bool(new)
    return seen


pairs = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=30)


@given(pairs, st.integers(0, 11))
def test_a_trace_reaches_what_plain_following_reaches(edges: list[tuple[int, int]], node: int) -> None:
    of = bare(edges, 12)
    down, up = (tracing.from_node(of, node, down=d) for d in (True, False))
    assert set(down.nodes.tolist()) == reached(edges, node)
    assert set(up.nodes.tolist()) == reached([(b, a) for a, b in edges], node)
    wanted = {n for n, (a, _b) in enumerate(edges) if a in reached(edges, node)}
    assert sorted(down.segments.tolist()) == sorted(wanted)


@given(pairs, st.integers(0, 11))
def test_where_flow_goes_both_ways_up_is_down(edges: list[tuple[int, int]], node: int) -> None:
    of = bare(edges, 12, both=True)
    down, up = (tracing.from_node(of, node, down=d) for d in (True, False))
    assert set(down.segments.tolist()) == set(up.segments.tolist())


def test_a_metre_is_a_metre() -> None:
    along, up = metres.metres_per_degree(39.9)
    assert (float(along), float(up)) == pytest.approx((85_518.3, 111_032.7), abs=0.1)
    equator, _ = metres.metres_per_degree(0.0)
    assert float(equator) == pytest.approx(111_319.49, abs=0.01)


# Digs


@pytest.mark.django_db
def test_a_dig_meets_what_lies_in_it_and_near_it() -> None:
    take()
    of = network.current()
    metre = 1 / 111_032.7  # of latitude
    low, high = 39.9 + 3 * metre, 39.9 + 8 * metre
    ring = [[116.5002, low], [116.5008, low], [116.5008, high], [116.5002, high], [116.5002, low]]
    dig = parse({"type": "Polygon", "coordinates": [ring]})
    near = clashes.within(of, dig, 5)
    assert [(names(np.array([c.segment]), of)[0], c.distance_m) for c in near] == [("S1", 3.0), ("W1", 3.0)]
    assert clashes.within(of, dig, 2.9) == []
    around = [[116.49, 39.89], [116.6, 39.89], [116.6, 39.95], [116.49, 39.95], [116.49, 39.89]]
    every = clashes.within(of, parse({"type": "Polygon", "coordinates": [around]}), 0)
    assert [c.distance_m for c in every] == [0.0] * 8


@pytest.mark.django_db
def test_a_hole_of_a_dig_is_not_dug() -> None:
    take([row("S1", "AB")])
    of = network.current()
    outer = [[116.49, 39.89], [116.51, 39.89], [116.51, 39.91], [116.49, 39.91], [116.49, 39.89]]
    hole = [[116.495, 39.895], [116.505, 39.895], [116.505, 39.905], [116.495, 39.905], [116.495, 39.895]]
    assert clashes.within(of, parse({"type": "Polygon", "coordinates": [outer, hole]}), 1) == []
    assert len(clashes.within(of, parse({"type": "Polygon", "coordinates": [outer]}), 1)) == 1


def sampled(line: list[list[float]], dig: list[list[float]]) -> float:
    """Metres between two lines by measuring between 200 points of each."""
    kx, ky = (float(m) for m in metres.metres_per_degree(39.9))

    def points(of: list[list[float]]) -> np.ndarray:
        found = [
            (x1 + (x2 - x1) * n / 200, y1 + (y2 - y1) * n / 200)
            for (x1, y1), (x2, y2) in pairwise(of)
            for n in range(201)
        ]
        return np.array(found) * (kx, ky)

    p, q = points(line), points(dig)
    return float(np.sqrt(((p[:, None] - q[None]) ** 2).sum(-1)).min())


offsets = st.integers(-60, 60).map(lambda n: n * 1e-5)
spots = st.tuples(offsets, offsets).map(lambda p: [116.5 + p[0], 39.9 + p[1]])


@given(spots, spots, st.lists(spots, min_size=2, max_size=4))
def test_distances_are_those_that_measuring_finds(
    a: list[float], b: list[float], dig: list[list[float]]
) -> None:
    of = bare([(0, 1)], 2)
    of.lon[:], of.lat[:] = [a[0], b[0]], [a[1], b[1]]
    found = clashes.within(of, parse({"type": "LineString", "coordinates": dig}), 500)
    assert len(found) == 1
    measured = sampled([a, b], dig)
    assert measured - 1.5 <= found[0].distance_m <= measured + 0.02
    assert not math.isnan(found[0].distance_m)


# Who sees what


@pytest.mark.django_db
def test_the_mask_of_a_network_is_the_predicate_of_the_rows() -> None:
    water, gas = department("water"), department("gas")
    take([row("S1", "AB", 管理单位="water"), row("S2", "BC", 管理单位="gas"), row("S3", "CE", 密级="公开")])
    office = User.objects.create(username="office", role=Role.PLAN_OFFICE)
    reader = User.objects.create(username="reader", role=Role.READER)
    of = network.current()
    wanted = {water: {"S1", "S3"}, gas: {"S2", "S3"}, office: {"S1", "S2", "S3"}, reader: {"S3"}}
    for user, seen in wanted.items():
        assert set(seeing.exact_to(user).values_list("name", flat=True)) == seen
        assert set(names(np.flatnonzero(seeing.exact_mask(of, user)), of)) == seen
        assert seeing.visible_to(user).count() == 3
    assert not seeing.exact_mask(of, AnonymousUser()).any()
    assert not seeing.visible_to(AnonymousUser()).exists()


@pytest.mark.django_db
def test_exact_looks_at_sensitive_pipes_are_on_record() -> None:
    take([row("S1", "AB"), row("S3", "CE", 密级="公开")])
    office, of = User.objects.create(username="office", role=Role.PLAN_OFFICE), network.current()
    seeing.told(of, np.array([place("S3", of)]), "map", by=office, at=AT, where={})
    assert not Event.objects.filter(verb=seeing.VIEWED).exists()
    with transaction.atomic():
        seeing.told(of, np.array([0, 1]), "trace", by=office, at=AT, where={"segment": "S1"})
    said = Event.objects.get(verb=seeing.VIEWED)
    assert (said.actor, said.data) == (office, {"what": "trace", "sensitive": 1, "segment": "S1"})


@given(spots, spots)
def test_a_rough_line_gives_nothing_finer_than_its_grid(a: list[float], b: list[float]) -> None:
    rough = seeing.roughly([a, [116.50012, 39.90012], b])
    found = parse(rough)
    for position in [(found.box.west, found.box.south), (found.box.east, found.box.north)]:
        assert all(abs(c * 1000 - round(c * 1000)) < 1e-6 for c in position)
    assert found.box.meets(Box(116.4, 39.8, 116.6, 40.0))
