"""Parcels, buildings, floors and units come in whole or not at all; the mirror takes them and the pipes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from records.spaces.surveys import AT, LOOP, take
from records.spaces.test_pipes_import import department
from tongjian.kernel.choices import Role, SubjectKind
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, EvidenceFile, Shape, Subject, User
from tongjian.records.spaces import importing, mirror, queries
from tongjian.records.spaces.importing import SpacesRefused
from tongjian.records.spaces.models import Space

pytestmark = pytest.mark.django_db
RING = [[116.5, 39.9], [116.51, 39.9], [116.51, 39.91], [116.5, 39.91], [116.5, 39.9]]
PLOT = {"type": "Polygon", "coordinates": [RING]}


def feature(key: str, kind: str, shape: Any = None, **more: object) -> dict[str, Any]:
    told = {"编号": key, "名称": f"样例{key}", "类型": kind, **more}
    return {"type": "Feature", "properties": told, "geometry": shape}


HOUSE = (
    feature("U1", "房间", 上级="F1", 面积="86.50"),
    feature("F1", "楼层", 上级="B1"),
    feature("P1", "地块", PLOT, 面积="12000.5", 用途="工业"),
    feature("B1", "楼宇", {"type": "Point", "coordinates": [116.505, 39.905]}, 上级="P1"),
)


def import_(*features: dict[str, Any], by: User | None = None) -> importing.Imported:
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return importing.import_spaces(data, "地块.geojson", by=by, at=AT)


def problems(*features: dict[str, Any], by: User | None = None) -> list[tuple[str, str]]:
    with pytest.raises(SpacesRefused) as caught:
        import_(*features, by=by)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert all(str(p) for p in caught.value.problems)
    assert not EvidenceFile.objects.filter(name="地块.geojson").exists()
    return [(p.cell, p.code) for p in caught.value.problems]


def test_what_holds_and_what_is_held_come_in_any_order() -> None:
    done = import_(*HOUSE)
    assert (done.features, done.new, done.changed, done.placed) == (4, 4, 0, 2)
    unit = Space.objects.get(subject__key="U1")
    assert str(unit.area_m2) == "86.50"
    assert [unit.parent.key, unit.parent.parent.key, unit.parent.parent.parent.key] == ["F1", "B1", "P1"]
    assert Space.objects.get(subject__key="P1").attributes == {"用途": "工业"}
    assert Event.objects.filter(verb="spaces.space_recorded").count() == 4


def test_the_same_again_changes_nothing_and_a_correction_one() -> None:
    import_(*HOUSE)
    again = import_(*HOUSE)
    assert (again.new, again.changed, again.placed) == (0, 0, 0)
    done = import_(feature("P1", "地块", PLOT, 面积="12000.5", 用途="研发"))
    assert (done.new, done.changed, done.placed) == (0, 1, 0)
    moved = import_(feature("B1", "楼宇", {"type": "Point", "coordinates": [116.506, 39.905]}, 上级="P1"))
    assert (moved.changed, moved.placed) == (0, 1)
    assert Shape.objects.get(subject__key="B1").west == 116.506


def test_all_that_is_wrong_is_told_at_once() -> None:
    Subject.objects.create(kind=SubjectKind.PROJECT, key="X1", label="某项目")
    assert problems(
        feature("P 1", "地块"),
        feature("P2", "水面", 面积="很大"),
        feature("F1", "楼层"),
        feature("F2", "楼层", 上级="P3"),
        feature("P3", "地块", {"type": "Point", "coordinates": [39.9, 116.5]}),
        feature("P3", "地块", 名称=""),
        feature("X1", "地块", 密级="绝密"),
        feature("P4", "地块", 上级="P3"),
    ) == [
        ("1", "spaces.key_form"),
        ("2", "spaces.word"),
        ("2", "spaces.no_number"),
        ("3", "spaces.wanting"),
        ("4", "spaces.parent"),
        ("5", "shapes.swapped"),
        ("6", "spaces.wanting"),
        ("6", "spaces.twice"),
        ("7", "spaces.word"),
        ("7", "spaces.key_taken"),
        ("8", "spaces.parent"),
    ]
    assert not Space.objects.exists()


def test_who_records_and_who_sees() -> None:
    own, other = department("housing"), department("gas")
    assert problems(feature("P1", "地块", 管理单位="gas"), by=own) == [("1", "spaces.not_yours")]
    import_(feature("P1", "地块"), by=own)
    reader = User.objects.create(username="reader", role=Role.READER)
    with pytest.raises(NotAllowed):
        import_(feature("P1", "地块"), by=reader)
    found = Space.objects.get()
    assert found.owner == own.organisation
    assert queries.visible_to(reader).count() == 1
    assert queries.editable_by(own, found.pk) == found
    for user in (other, reader):
        with pytest.raises(NotAllowed):
            queries.editable_by(user, found.pk)


def test_the_mirror_takes_spaces_and_pipes() -> None:
    import_(HOUSE[2])
    take(LOOP[:1])
    spaces, pipes = mirror.TABLES
    rows = [dict(zip((c.name for c in t.columns), next(t.rows(None)), strict=True)) for t in (spaces, pipes)]
    assert (rows[0]["kind"], rows[0]["area_m2"], str(rows[0]["created"])) == (
        "parcel",
        "120005e-1",
        "2023-01-04",
    )
    assert (rows[1]["utility"], rows[1]["length_cm"], rows[1]["diameter_mm"]) == ("drainage", 8552, 300)
    assert str(rows[1]["surveyed_on"]) == str(date(2021, 3, 5))
    assert [t.count() for t in (spaces, pipes)] == [1, 1]
    assert list(spaces.rows(datetime(2024, 1, 1, tzinfo=UTC))) == []
