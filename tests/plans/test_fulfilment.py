"""A passage on record closes the task that promised it: read from the records, as of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tongjian.kernel import evidence, passages
from tongjian.kernel.choices import Role, SubjectKind
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Subject
from tongjian.kernel.tracks import Having
from tongjian.plans import fulfilment, queries
from tongjian.plans.choices import Light
from tongjian.plans.fulfilment import TieRefused
from tongjian.plans.models import Task

from . import factories as make

AT = datetime(2022, 12, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Subject:
    return Subject.objects.create(kind=SubjectKind.PROJECT, key="bridge", label="滨河桥")


def task(project: Subject, due: str = "2022-10") -> Task:
    made = make.task(make.plan(), 1, text="滨河桥贯通")
    Task.objects.filter(pk=made.pk).update(
        due_month=due, subject=project, track="construction", stage="joined"
    )
    return Task.objects.get(pk=made.pk)


def enter(project: Subject, stage: str, on: date) -> None:
    passages.enter(
        project,
        passages.track("construction"),
        stage,
        on=on,
        evidence=evidence.whole(make.file(stage)),
        having=Having(evidence=frozenset({"permit"})),
        note="",
        by=None,
        at=AT,
    )


def test_the_passage_closes_the_task_and_says_so(project: Subject) -> None:
    found = task(project)
    enter(project, "started", date(2022, 3, 1))
    assert queries.task_light(found, date(2022, 11, 1)).light == Light.RED
    enter(project, "joined", date(2022, 9, 28))
    after = queries.task_light(found, date(2022, 11, 1))
    assert (after.light, after.done, after.overdue) == (Light.GREEN, True, False)
    assert after.zh == "2022年9月28日贯通，以记录为准"
    assert after.en == "Joined on 2022-09-28, by its record"


def test_on_an_earlier_day_it_was_not_there_yet(project: Subject) -> None:
    found = task(project, due="2022-12")
    enter(project, "started", date(2022, 3, 1))
    enter(project, "joined", date(2022, 9, 28))
    assert queries.task_light(found, date(2022, 9, 27)).done is False


def test_a_passage_after_the_month_says_that_it_was_late(project: Subject) -> None:
    found = task(project, due="2022-08")
    enter(project, "started", date(2022, 3, 1))
    enter(project, "joined", date(2022, 9, 28))
    assert queries.task_light(found, date(2022, 11, 1)).zh.endswith("（晚于约定月份）")


def test_a_reopening_opens_the_task_again(project: Subject) -> None:
    found = task(project)
    enter(project, "started", date(2022, 3, 1))
    enter(project, "joined", date(2022, 9, 28))
    passages.reopen(
        project,
        passages.track("construction"),
        "started",
        on=date(2022, 10, 20),
        evidence=evidence.whole(make.file("纪要")),
        note="验收发现问题",
        by=None,
        at=AT,
    )
    assert queries.task_light(found, date(2022, 11, 1)).done is False
    assert queries.task_light(found, date(2022, 10, 1)).done is True


def test_tying_is_for_the_plan_office_and_for_stages_that_are_there(project: Subject) -> None:
    found = make.task(make.plan(), 1)
    office = make.user("office", Role.PLAN_OFFICE)
    fulfilment.tie(found.pk, project, "construction", "in_use", by=office, at=AT)
    assert Task.objects.get(pk=found.pk).stage == "in_use"
    with pytest.raises(TieRefused):
        fulfilment.tie(found.pk, project, "construction", "finished", by=office, at=AT)
    fulfilment.tie(found.pk, None, "", "", by=office, at=AT)
    assert Task.objects.get(pk=found.pk).subject is None
    with pytest.raises(NotAllowed):
        fulfilment.tie(found.pk, project, "construction", "in_use", by=make.user("r", Role.READER), at=AT)
