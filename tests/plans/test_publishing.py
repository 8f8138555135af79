"""A plan is public by a decision and until it is withdrawn; how a promise stands is told in five words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import factories as make
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Area, Event, User
from tongjian.plans import checkins, public, publishing
from tongjian.plans.choices import Claim, Light, PlanState, PublicState
from tongjian.plans.models import PlanYear, Publication, Task
from tongjian.plans.publishing import PublicationRefused
from tongjian.plans.task_rules import TaskLight

TODAY = date(2022, 6, 15)


@pytest.fixture
def office(db: None) -> User:
    return make.user("office", Role.PLAN_OFFICE, make.organisation("plan_office", "计划部门"))


def published(plan: PlanYear, by: User, **more: object) -> Publication:
    told = {"decision": "第三次常务会", "decided_on": date(2022, 1, 5), "at": make.AT, "today": TODAY}
    return publishing.publish(plan.pk, by=by, **(told | more))  # type: ignore[arg-type]


def test_a_decision_publishes_once_and_is_an_event(office: User) -> None:
    plan = make.plan()
    made = published(plan, office, decision=" 第三次常务会 ")
    assert [p.pk for p in publishing.published()] == [made.pk]
    with pytest.raises(StepNotAllowed) as again:
        published(plan, office)
    assert again.value.code == "plans.published_already"
    told = Event.objects.get(verb="plans.published")
    assert told.data == {"decision": "第三次常务会", "decided_on": "2022-01-05", "withheld": []}


def test_withdrawn_it_is_gone_and_may_be_published_anew(office: User) -> None:
    plan = make.plan()
    published(plan, office)
    with pytest.raises(PublicationRefused) as wordless:
        publishing.withdraw(plan.pk, why="  ", by=office, at=make.AT)
    assert wordless.value.code == "plans.withdraw_reason"
    assert publishing.published().count() == 1
    publishing.withdraw(plan.pk, why="目标正在调整", by=office, at=make.AT)
    assert not publishing.published()
    with pytest.raises(StepNotAllowed):
        publishing.withdraw(plan.pk, why="再次", by=office, at=make.AT)
    published(plan, office, decision="第五次常务会")
    assert [p.decision for p in publishing.published()] == ["第五次常务会"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"decision": "  "}, "plans.decision_wanting"),
        ({"decided_on": TODAY + timedelta(days=1)}, "plans.decision_ahead"),
        ({"withheld": [7, 9]}, "plans.withheld_unknown"),
    ],
)
def test_a_decision_told_badly_publishes_nothing(office: User, told: dict[str, object], code: str) -> None:
    plan = make.plan()
    with pytest.raises(PublicationRefused) as refused:
        published(plan, office, **told)
    assert refused.value.code == code
    assert not Publication.objects.exists()
    assert not Event.objects.exists()


def test_drafts_and_others_publish_nothing(office: User) -> None:
    with pytest.raises(StepNotAllowed):
        published(make.plan(2023, PlanState.DRAFT), office)
    for role in (Role.LEADER, Role.DEPARTMENT, Role.READER):
        with pytest.raises(NotAllowed):
            published(make.plan(), make.user(str(role), role))
    assert not Publication.objects.exists()


def test_tasks_left_out_are_gone_with_their_parts(office: User) -> None:
    plan = make.plan()
    whole, other = make.task(plan, 1), make.task(plan, 2, "开工建设南镇小学")
    part = make.task(plan, 3, "完成滨河公园绿化")
    Task.objects.filter(pk=part.pk).update(parent=whole)
    made = published(plan, office, withheld=[1])
    assert [t.number for t in publishing.tasks_published(made)] == [2]
    seen = public.public_plan(made, make.AT, TODAY)
    assert [t.task.pk for t in seen.tasks] == [other.pk]
    assert seen.promises == 1


def test_what_was_confirmed_shows_it_and_what_waits_does_not(office: User) -> None:
    plan, unit = make.plan(), make.organisation("parks", "园林局")
    clerk = make.user("clerk", Role.DEPARTMENT, unit)
    first, second = (make.task(plan, n, lead=unit) for n in (1, 2))
    for task in (first, second):
        checkins.submit(task.pk, claim=Claim.DONE, text="已完工", by=clerk, at=make.AT)
    check_in = first.check_ins.get()
    checkins.confirm(check_in.pk, by=office, at=make.AT)
    one, two = public.public_plan(published(plan, office), make.AT, TODAY).tasks
    assert (one.state, two.state) == (PublicState.KEPT, PublicState.NOT_TOLD)
    assert one.shown == public.Shown(date(2022, 1, 10), by=unit, files=0)
    assert two.shown is None


def test_a_town_is_concerned_by_its_name_or_its_unit(office: User) -> None:
    plan = make.plan()
    top = Area.objects.get(subject=plan.subject)
    north, _south = (
        Area.objects.create(
            subject=make.Subject.objects.create(key=key, kind="area", label=label),
            path=f"{top.path}{key}/",
            kind="town",
            parent=top,
        )
        for key, label in (("north", "北镇"), ("south", "南镇"))
    )
    unit = make.organisation("north_gov", "北镇政府")
    type(unit).objects.filter(pk=unit.pk).update(area=north)
    unit.refresh_from_db()
    make.task(plan, 1, "建成滨河公园", lead=unit)
    make.task(plan, 2, "开工建设南镇小学")
    make.task(plan, 3, "建成东路")
    made = published(plan, office)
    assert [t.towns for t in public.public_plan(made, make.AT, TODAY).tasks] == [{"north"}, {"south"}, set()]
    of_south = public.public_plan(made, make.AT, TODAY, town="south")
    assert [t.task.number for t in of_south.tasks] == [2]
    assert [a.key for a in of_south.towns] == ["north", "south"]
    assert of_south.counts[PublicState.NOT_TOLD] == 1


@given(st.sampled_from(Light), st.booleans(), st.booleans(), st.booleans())
def test_what_is_done_is_kept_and_nothing_else(light: Light, overdue: bool, done: bool, over: bool) -> None:
    state = public.task_state(TaskLight(light, overdue, "", "", done=done), over)
    assert (state == PublicState.KEPT) == done
    assert (state == PublicState.MISSED) == (not done and overdue and over)
