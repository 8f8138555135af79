"""The page of a subject: what it is, where it stands, what was promised of it, who says so."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from plans import factories as make
from plans.test_agreements import CHECKS, TERMS, workbook
from tongjian.facts import catalogue
from tongjian.kernel import evidence, passages
from tongjian.kernel.choices import Role, SubjectKind
from tongjian.kernel.models import Relation, Subject
from tongjian.kernel.tracks import Having
from tongjian.plans.agreements import actions
from tongjian.plans.models import Task
from tongjian.records.spaces.choices import SpaceKind
from tongjian.records.spaces.models import Space

AT = datetime(2023, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel() -> Subject:
    make.organisation("planning_and_land")
    catalogue.sync(AT)
    found = Subject.objects.create(kind=SubjectKind.SPACE, key="parcel-7", label="七号地块")
    Space.objects.create(subject=found, name="七号地块", kind=SpaceKind.PARCEL, created_at=AT, changed_at=AT)
    return found


def page(client: Client, subject: Subject) -> str:
    client.force_login(make.user("someone", Role.READER))
    return client.get(reverse("subjects:subject", args=[subject.key])).content.decode()


def test_it_says_what_stands_and_what_was_promised(client: Client, parcel: Subject) -> None:
    actions.take_in(workbook(TERMS, CHECKS), "协议.xlsx", by=None, at=AT)
    place = evidence.whole(make.file("施工许可"))
    having = Having(evidence=frozenset({"permit"}))
    track = passages.track("construction")
    passages.enter(
        parcel, track, "started", on=date(2022, 5, 9), evidence=place, having=having, note="", by=None, at=AT
    )
    made = make.task(make.plan(), 1, text="七号地块开工")
    Task.objects.filter(pk=made.pk).update(subject=parcel, track="construction", stage="started")
    shown = page(client, parcel)
    assert "2022年5月9日开工，以记录为准" in shown
    assert "不低于600万元/亩" in shown
    assert "支付违约金" in shown
    assert 'aria-current="step"' in shown
    assert reverse("evidence:place", args=[place.pk]) in shown


def test_relations_show_both_ways_and_hide_what_may_not_be_seen(client: Client, parcel: Subject) -> None:
    other = Subject.objects.create(kind=SubjectKind.PROJECT, key="secret", label="不公开的项目")
    source = evidence.whole(make.file("合同"))
    Relation.objects.create(subject=other, role="site", object=parcel, source=source, recorded_at=AT)
    shown = page(client, parcel)
    assert "所在地块" in shown
    assert "不公开的项目" not in shown


def test_what_is_not_there_and_what_may_not_be_seen_look_the_same(client: Client, parcel: Subject) -> None:
    Subject.objects.create(kind=SubjectKind.PROJECT, key="secret", label="不公开的项目")
    client.force_login(make.user("someone", Role.READER))
    assert client.get(reverse("subjects:subject", args=["secret"])).status_code == 404
    assert client.get(reverse("subjects:subject", args=["nothing"])).status_code == 404
