"""Geometries in one coordinate system; a file of them comes in whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel import evidence, geometry, shapes
from tongjian.kernel.choices import GeometryKind, SubjectKind
from tongjian.kernel.geometry import Box, GeometryError
from tongjian.kernel.models import Area, Event, EvidenceFile, Shape, Subject

AT = datetime(2023, 1, 4, 9, tzinfo=UTC)
SQUARE = [[[116.0, 39.0], [116.2, 39.0], [116.2, 39.1], [116.0, 39.1], [116.0, 39.0]]]


def polygon(coordinates: Any = SQUARE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": coordinates}


def code(value: object) -> str:
    with pytest.raises(GeometryError) as caught:
        geometry.parse(value)
    assert str(caught.value)  # the sentence takes its parameters
    return caught.value.code


def test_a_polygon_with_heights_keeps_longitude_and_latitude() -> None:
    found = geometry.parse(polygon([[[x, y, 21.5] for x, y in SQUARE[0]]]))
    assert found.kind == GeometryKind.AREA
    assert found.body == polygon()
    assert found.box == Box(116.0, 39.0, 116.2, 39.1)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, "shapes.no_geometry"),
        ({"type": "Polygon", "coordinates": []}, "shapes.no_geometry"),
        ({"type": "GeometryCollection", "geometries": []}, "shapes.type"),
        ({"type": "Point", "coordinates": ["116", 39]}, "shapes.numbers"),
        ({"type": "Point", "coordinates": [116.0, float("nan")]}, "shapes.numbers"),
        ({"type": "Point", "coordinates": [True, 39]}, "shapes.numbers"),
        ({"type": "Point", "coordinates": [39.9, 116.6]}, "shapes.swapped"),
        ({"type": "Point", "coordinates": [39461234.0, 4412345.0]}, "shapes.projected"),
        ({"type": "LineString", "coordinates": [[116, 39]]}, "shapes.too_few"),
        (polygon([SQUARE[0][:3]]), "shapes.too_few"),
        (polygon([SQUARE[0][:4]]), "shapes.ring_open"),
        ({"type": "Point", "coordinates": [116, 39], "crs": "EPSG:4326"}, "shapes.crs"),
    ],
)
def test_what_is_no_geometry_of_ours_is_refused(value: object, wanted: str) -> None:
    assert code(value) == wanted


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4490", "EPSG:4490", "CGCS2000", geometry.CRS])
def test_cgcs2000_may_be_named(name: str) -> None:
    geometry.check_system({"crs": {"type": "name", "properties": {"name": name}}})


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}, "shapes.crs"),
        ({"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}}, "shapes.crs"),
        ({"crs": {"type": "name", "properties": {"name": "GCJ-02"}}}, "shapes.shifted"),
        ({"坐标系": "百度BD09"}, "shapes.shifted"),
        ({"crs": {"type": "link"}}, "shapes.crs"),
    ],
)
def test_other_coordinate_systems_are_refused(document: dict[str, Any], wanted: str) -> None:
    with pytest.raises(GeometryError) as caught:
        geometry.check_system(document)
    assert caught.value.code == wanted


def test_the_label_of_a_surface_stands_in_its_middle() -> None:
    assert geometry.inside(polygon()) == pytest.approx((116.1, 39.05))


degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(degrees, min_size=3, max_size=12), st.sampled_from([0.001, 0.0005, 0.01]))
def test_snapping_keeps_a_ring_closed_and_within_half_a_step(
    points: list[tuple[float, float]], step: float
) -> None:
    shape = geometry.parse(polygon([[*points, points[0]]]))
    moved = geometry.snapped(shape.body, step)
    before, after = geometry.positions(shape.body), geometry.positions(moved)
    assert after[0] == after[-1]
    assert len(after) == len(before)
    assert all(
        abs(a[i] - b[i]) <= step / 2 + 1e-6 for a, b in zip(before, after, strict=True) for i in (0, 1)
    )


# Files


def towns() -> dict[str, Subject]:
    made = []
    for key, label, number in (("north_town", "北镇", "110000101"), ("south_town", "南镇", "110000102")):
        subject = Subject.objects.create(kind=SubjectKind.AREA, key=key, label=label)
        Area.objects.create(subject=subject, path=f"{key}/", kind="town", code=number)
        made.append(subject)
    return {s.key: s for s in made}


def document(*features: tuple[dict[str, Any], Any], **more: Any) -> bytes:
    rows = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", "features": rows, **more}).encode()


def take(data: bytes) -> shapes.Placed:
    return shapes.import_file(data, "towns.geojson", shapes.areas_by_name(), "areas", by=None, at=AT)


@pytest.mark.django_db
def test_boundaries_come_in_by_code_or_name_once() -> None:
    known = towns()
    data = document(({"code": "110000101000"}, polygon()), ({"名称": "南镇"}, polygon()))
    done = take(data)
    assert (done.features, done.changed) == (2, 2)
    assert take(data).changed == 0
    assert Shape.objects.get(subject=known["north_town"]).east == 116.2
    assert Event.objects.filter(verb="shapes.placed").count() == 2


@pytest.mark.django_db
def test_a_moved_boundary_replaces_the_old_one_and_tells() -> None:
    known = towns()
    take(document(({"key": "north_town"}, polygon())))
    moved = [[[x + 1, y] for x, y in SQUARE[0]]]
    assert take(document(({"key": "north_town"}, polygon(moved)))).changed == 1
    assert Shape.objects.get(subject=known["north_town"]).west == 117.0
    assert Event.objects.filter(verb="shapes.placed").latest("seq").data["moved"] is True


@pytest.mark.django_db
def test_every_bad_feature_is_told_and_nothing_is_written() -> None:
    towns()
    data = document(
        ({"name": "北镇"}, polygon()),
        ({"name": "西镇"}, polygon()),
        ({"name": "南镇"}, {"type": "Point", "coordinates": [39.9, 116.6]}),
        ({"name": "北镇"}, polygon()),
        ({"area": 3}, polygon([SQUARE[0][:4]])),
    )
    with pytest.raises(shapes.ShapesRefused) as caught:
        take(data)
    assert [(p.cell, p.code) for p in caught.value.problems] == [
        ("2", "shapes.unknown"),
        ("3", "shapes.swapped"),
        ("4", "shapes.twice"),
        ("5", "shapes.no_name"),
        ("5", "shapes.ring_open"),
    ]
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert all(str(p) for p in caught.value.problems)
    assert (Shape.objects.count(), EvidenceFile.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"PK\x03\x04", "shapes.not_geojson"),
        (b"[" * 100_000, "shapes.not_geojson"),
        (b'{"type": "FeatureCollection", "features": []}', "shapes.no_features"),
        (b'{"type": "Topology"}', "shapes.not_geojson"),
        (document(({}, None), crs={"properties": {"name": "EPSG:3857"}}), "shapes.crs"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(data: bytes, wanted: str) -> None:
    with pytest.raises(shapes.ShapesRefused) as caught:
        take(data)
    assert [p.code for p in caught.value.problems] == [wanted]


@pytest.mark.django_db
def test_a_subject_is_placed_by_an_action() -> None:
    subject = Subject.objects.create(kind=SubjectKind.PROJECT, key="p1", label="某项目")
    source = evidence.whole(evidence.keep(b"x", "x.json", by=None, at=AT))
    shape = shapes.place(
        subject, geometry.parse({"type": "Point", "coordinates": [116.5, 39.5]}), source, by=None, at=AT
    )
    assert (shape.kind, shape.west, shape.north) == ("point", 116.5, 39.5)
