"""Projects with places and passages, boundaries and pipes: what the tests of the map and of OGC API Features show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from facts.factories import NOON, TOWNS, World, user, world
from records.spaces.surveys import book, row
from tongjian.kernel import evidence, geometry, shapes
from tongjian.kernel.choices import Sensitivity, SubjectKind
from tongjian.kernel.models import Area, Passage, Place, Standing, Subject
from tongjian.records.projects.models import Project
from tongjian.records.spaces.pipes import importing, network

TRACK = "construction"


def source() -> Place:
    return evidence.whole(evidence.keep(b"sample", "样例.geojson", by=None, at=NOON))


def project(key: str, name: str, town: str, made: World, **more: Any) -> Project:
    subject = Subject.objects.create(kind=SubjectKind.PROJECT, key=key, label=name)
    values = {"sensitivity": Sensitivity.INTERNAL, "owner": made.finance, **more}
    return Project.objects.create(
        subject=subject, name=name, area=Area.objects.get(subject__key=town), created_at=NOON, changed_at=NOON,
        reserved_on=date(2020, 1, 1), source=source(), **values,
    )  # fmt: skip


def passed(thing: Project, stage: str, on: date) -> None:
    passage = Passage.objects.create(
        subject=thing.subject, track=TRACK, version=0, seq=Passage.objects.filter(subject=thing.subject).count() + 1,
        stage=stage, on=on, evidence=source(), recorded_at=NOON,
    )  # fmt: skip
    values = {"stage": stage, "since": on, "passage": passage}
    Standing.objects.update_or_create(subject=thing.subject, track=TRACK, defaults=values)


def square(west: float, south: float, side: float = 0.1) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def boundaries() -> None:
    """The three towns of the world as squares in a row."""
    with transaction.atomic():
        found = [
            (Subject.objects.get(key=key), geometry.parse(square(116.4 + n * 0.1, 39.85)))
            for n, key in enumerate(TOWNS)
        ]
        shapes.place_all(found, source(), by=None, at=NOON)


def at(thing: Project, lon: float, lat: float) -> None:
    with transaction.atomic():
        found = geometry.parse({"type": "Point", "coordinates": [lon, lat]})
        shapes.place(thing.subject, found, source(), by=None, at=NOON)


def scene() -> World:
    """Four projects (one personal, of the finance bureau; one without a place) and four pipes, kept by statistics."""
    made = world()
    for name, role, unit in (
        ("office", "plan_office", made.plan_office), ("finance", "department", made.finance),
        ("statistics", "department", made.statistics), ("reader", "reader", None),
    ):  # fmt: skip
        user(name, role, unit)
    library = project("library", "滨河图书馆", "north_town", made)
    bridge = project("bridge", "南镇大桥", "south_town", made)
    secret = project("secret", "某项目", "south_town", made, sensitivity=Sensitivity.PERSONAL)
    project("nowhere", "待选址学校", "east_town", made)
    passed(library, "started", date(2021, 3, 1))
    passed(library, "works_completed", date(2022, 10, 1))
    passed(bridge, "started", date(2022, 5, 1))
    at(library, 116.45, 39.90)
    at(bridge, 116.55, 39.90)
    at(secret, 116.56, 39.91)
    rows = [row(f"S{n}", ends, 管理单位="statistics") for n, ends in enumerate(("AB", "BC", "CD"), 1)]
    rows.append(row("S4", "CE", 密级="公开", 管理单位="statistics", 探测日期=""))
    network.forget()
    importing.import_segments(book(rows), "管线.csv", by=None, at=NOON)
    return made
