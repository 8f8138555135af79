"""Whole-course agency: steps done, working days left, why, and pauses, of the cases that one sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.cases import factories as make
from records.cases.factories import AT, District
from tongjian.kernel.choices import Role
from tongjian.kernel.clocks import Unit
from tongjian.kernel.models import Subject
from tongjian.records.cases import actions, catalogue, courses, defining
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.courses import Course, Left
from tongjian.records.cases.models import Case
from tongjian.web.cases.course_views import left_words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def here(settings: object) -> District:
    settings.DISTRICT = "riverside"  # type: ignore[attr-defined]
    defining.sync(AT)
    made = make.district()
    made.units["desk"] = make.organisation("government_services", "政务局", made.units["gov"])
    made.users["desk"] = make.user("desk", Role.DEPARTMENT, made.units["desk"])
    return made


def taken(here: District, *steps: tuple[str, int, dict[str, Any]]) -> Case:
    """A case received on Monday at nine and assigned at once; steps by the agent, so many days later."""
    case = actions.receive(
        Intake("agent_service", "办理规划许可", attrs={"matter": "工程审批"}), by=here.users["desk"], at=AT
    )
    lead = {"lead": here.units["north"].pk}
    actions.perform(case.pk, "assign", lead, by=here.users["desk"], at=AT)
    for step, days, payload in steps:
        actions.perform(case.pk, step, payload, by=here.users["north"], at=AT + days * DAY)
    return case


def seen(here: District, who: str, days: int) -> list[Course]:
    case_type = catalogue.case_type("agent_service")
    return courses.courses(here.users[who], case_type, at=AT + days * DAY)


def states(one: Course) -> list[str]:
    return [m.state for m in one.milestones]


def test_steps_and_working_days_follow_the_case(here: District) -> None:
    taken(here, ("accept", 0, {}), ("file", 2, {}), ("window_accepts", 3, {}))
    (one,) = seen(here, "desk", 4)  # Friday
    assert states(one) == ["done", "done", "done", "now", "ahead"]
    assert [m.at for m in one.milestones] == [AT, AT + 2 * DAY, AT + 3 * DAY, None, None]
    assert one.left == Left(used=4, allowed=10, left=6, unit=Unit.WORKING_DAYS)  # due on Monday a week later
    assert not one.overdue
    (late,) = seen(here, "desk", 15)
    assert late.left is not None
    assert (late.left.left, late.overdue) == (-1, True)
    assert seen(here, "south", 4) == []


def test_a_clock_that_stands_still_says_since_when_and_why(here: District) -> None:
    until = AT + 9 * DAY
    asked = ("ask_firm", 2, {"reason": "补授权书", "until": until})
    case = taken(here, ("accept", 0, {}), asked)
    urgent = taken(here, ("accept", 0, {}))
    first, second = seen(here, "desk", 8)
    assert [first.case.pk, second.case.pk] == [urgent.pk, case.pk]  # what stands still stands behind
    assert second.paused is not None
    assert (second.paused.since, second.paused.reason) == (AT + 2 * DAY, "补授权书")
    assert second.left is not None
    assert (second.left.used, second.left.left) == (1, 9)
    assert states(second)[1] == "now"
    actions.perform(case.pk, "papers_in", {}, by=here.users["north"], at=AT + 8 * DAY)
    stop = next(c for c in seen(here, "desk", 8) if c.case.pk == case.pk).stops[0]
    assert (stop.since, stop.until) == (AT + 2 * DAY, AT + 8 * DAY)


def test_the_page_narrows_and_costs_the_same_however_many(client: Client, here: District) -> None:
    taken(here, ("accept", 0, {}))
    client.force_login(here.users["desk"])
    counts = []
    for _ in range(2):
        client.get(reverse("cases:course"))
        with CaptureQueriesContext(connection) as told:
            page = client.get(reverse("cases:course"))
        counts.append(len(told))
        taken(here, ("accept", 1, {}), ("ask_firm", 1, {"reason": "缺图", "until": AT + 3 * DAY}))
    assert counts[0] == counts[1]
    assert page.status_code == 200
    paused = client.get(reverse("cases:course"), {"standing": "paused"}).context["rows"]
    assert len(paused) == 2
    assert "缺图" in client.get(reverse("cases:course")).content.decode()


@pytest.mark.parametrize(("left", "said"), [(3, "剩3个工作日"), (0, "今日到期"), (-2, "超期2个工作日")])
def test_what_is_left_in_words(here: District, left: int, said: str) -> None:
    (one,) = (taken(here) and seen(here, "desk", 0)) or []
    told = Course(one.case, (), one.clock, Left(1, 10, left, Unit.WORKING_DAYS), (), ())
    assert left_words(told) == said


def test_a_case_of_a_type_about_enterprises_is_received_with_its_enterprise_and_typed_fields(
    client: Client, here: District
) -> None:
    client.force_login(here.users["desk"])
    page = client.get(reverse("cases:new"), {"type": "agent_service"}).content.decode()
    assert 'name="enterprise"' in page
    sent = {"type": "agent_service", "text": "办理施工许可", "enterprise": "临河精密制造有限公司"}
    bad = client.post(reverse("cases:receive"), {**sent, "attr-matter": "工程审批", "attr-windows": "多个"})
    assert bad.status_code == 400
    assert not Subject.objects.filter(kind="enterprise").exists()
    client.post(reverse("cases:receive"), {**sent, "attr-matter": "工程审批", "attr-windows": "3"})
    case = Case.objects.get()
    assert str(case.subject) == "临河精密制造有限公司"
    assert case.attrs == {"matter": "工程审批", "windows": 3}
    shown = client.get(reverse("cases:case", args=[case.pk]))
    assert [state for _label, state, _at in shown.context["course"]] == ["ahead"] * 5
