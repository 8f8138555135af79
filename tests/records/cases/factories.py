"""A small district for the tests of cases: a government with a hotline, two towns, a water bureau; users of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tongjian.kernel.choices import AreaKind, Role, SubjectKind
from tongjian.kernel.models import Area, Organisation, Subject, User

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Beijing


@dataclass(frozen=True)
class District:
    areas: dict[str, Area]
    units: dict[str, Organisation]
    users: dict[str, User]


def subject(key: str, kind: str, label: str) -> Subject:
    return Subject.objects.create(key=key, kind=kind, label=label, label_en=key.title())


def organisation(
    key: str, label: str, parent: Organisation | None = None, area: Area | None = None
) -> Organisation:
    path = f"{parent.path if parent else ''}{key}/"
    return Organisation.objects.create(
        subject=subject(key, SubjectKind.ORGANISATION, label), path=path, parent=parent, area=area
    )


def area(key: str, label: str, kind: str, parent: Area | None = None) -> Area:
    path = f"{parent.path if parent else ''}{key}/"
    return Area.objects.create(
        subject=subject(key, SubjectKind.AREA, label), path=path, kind=kind, parent=parent
    )


def user(name: str, role: str, unit: Organisation | None = None) -> User:
    return User.objects.create(username=name, role=role, organisation=unit)


def district() -> District:
    top = area("riverside", "临河区", AreaKind.DISTRICT)
    north, south = area("north", "北镇", AreaKind.TOWN, top), area("south", "南镇", AreaKind.TOWN, top)
    government = organisation("gov", "区政府", area=top)
    units = {
        "gov": government,
        "hotline": organisation("hotline", "热线中心", government),
        "emergency": organisation("emergency", "应急局", government),
        "north": organisation("north_gov", "北镇政府", government, north),
        "south": organisation("south_gov", "南镇政府", government, south),
        "water": organisation("water", "水务局", government),
    }
    users = {k: user(k, Role.DEPARTMENT, v) for k, v in units.items() if k != "gov"}
    users |= {
        "plan": user("plan", Role.PLAN_OFFICE),
        "leader": user("leader", Role.LEADER),
        "reader": user("reader", Role.READER),
    }
    return District({"top": top, "north": north, "south": south}, units, users)
