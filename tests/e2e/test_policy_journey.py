"""The plan office shortens a clock: sees what would move, puts it into force, opens the report; an agent's case follows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from test_case_journey import people
from test_journey import sign_in

from tongjian.kernel.models import Organisation, User
from tongjian.records.cases import actions
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.models import Case, Clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["people"]


@pytest.fixture
def agency(people: None) -> Case:
    """An approval that the town takes through its windows, assigned a fortnight ago."""
    office, town = User.objects.get(username="office"), User.objects.get(username="town")
    begun = timezone.now() - timedelta(days=14)
    attrs = {"matter": "工程审批", "approval": "施工许可"}
    case = actions.receive(Intake("agent_service", "施工许可代办", attrs=attrs), by=office, at=begun)
    lead = {"lead": Organisation.objects.get(subject__key="yongshun_government").pk, "tier": "complex"}
    actions.perform(case.pk, "assign", lead, by=office, at=begun)
    return actions.perform(case.pk, "accept", {}, by=town, at=begun + timedelta(hours=1))


def test_a_clock_is_shortened_and_what_moved_is_kept(
    browser: Any, live_server: Any, agency: Case, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page, base = context.new_page(), live_server.url
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    before = Clock.objects.get(case=agency, name="course").due

    sign_in(page, base, "office")
    page.goto(f"{base}/cases/clocks/")
    page.click("a[href='/cases/clocks/agent_service/'] >> nth=0")
    page.fill("[name='n-course.complex']", "5")
    page.fill("[name=effective_on]", f"{timezone.localdate():%Y-%m-%d}")
    page.fill("[name=reason]", "营商环境若干措施第5条")
    page.click("#propose button[type=submit]")
    page.wait_for_load_state()
    told = page.inner_text("main")
    assert "30个工作日 → 5个工作日" in told
    assert "施工许可代办" in told
    assert Clock.objects.get(case=agency, name="course").due == before, "a look moves nothing"
    page.screenshot(path=str(pictures / "policy-preview-1440.png"), full_page=True)

    page.click("form[action$='/apply/'] button")
    page.wait_for_load_state()
    clock = Clock.objects.get(case=agency, name="course")
    assert (clock.allow, clock.due < before) == ("5wd", True)
    page.goto(f"{base}/cases/clocks/agent_service/")
    page.click("aside a[href*='/cases/clocks/changes/']")  # the report stays
    assert page.locator("tbody .tag-red").count() == 1
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.screenshot(path=str(pictures / f"policy-report-{width}.png"), full_page=True)
    page.click(f"a[href='/cases/{agency.pk}/']")
    assert page.locator(".course .here").inner_text().startswith("备齐材料")

    sign_in(page, base, "town")
    page.goto(f"{base}/cases/course/")
    assert "超期" in page.locator("tbody tr").inner_text()
    page.goto(f"{base}/cases/clocks/agent_service/")
    assert page.locator("#propose").count() == 0
    assert failures == []
    context.close()
