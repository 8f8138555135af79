"""A year ends: a bureau explains what was not reached, the next plan is drafted, approved and opens, and anyone reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from test_journey import PASSWORD, sign_in

from tongjian.facts import catalogue
from tongjian.facts.actions import record
from tongjian.facts.choices import Bound
from tongjian.facts.queries import series_for
from tongjian.facts.refs import parse
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.plans.choices import Firmness, PlanState
from tongjian.plans.models import Obligation, PlanSection, PlanYear, Task
from tongjian.values import Number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 12, 28, tzinfo=UTC)
GROWTH = "retail_sales[growth] @ 2022"


@pytest.fixture
def plan() -> PlanYear:
    """A target of the statistics bureau that was missed, a task that is not done."""
    catalogue.sync(AT)
    subject = Subject.objects.get(key="tongzhou")
    file = evidence.keep("计划".encode(), "计划.txt", by=None, at=AT)
    made = PlanYear.objects.create(
        subject=subject,
        year=2022,
        title="通州区2022年国民经济和社会发展计划",
        state=PlanState.APPROVED,
        document=file,
    )
    origin = evidence.span(file, 0, 2, "计划")
    series = series_for(parse(GROWTH), create=True)
    Obligation.objects.create(
        plan=made,
        series=series,
        bound=Bound.APPROX,
        words="5%左右",
        mantissa=5,
        due="2022",
        origin=origin,
        recorded_at=AT,
    )
    with transaction.atomic():
        value = Number.parse("-3.2")
        record(series, parse(GROWTH).period, value, source="collection", evidence=origin, by=None, at=AT)
    section = PlanSection.objects.create(plan=made, path="三/（一）", title="城市建设", order=1)
    Task.objects.create(
        plan=made, section=section, number=1, object="东路改建", action="完成", text="完成东路改建", kind="project_milestone",
        firmness=Firmness.HARD, due_month="2022-10", origin=origin,
    )  # fmt: skip
    return made


def account(name: str, role: Role, unit: str) -> User:
    organisation = Organisation.objects.get(subject__key=unit)
    return User.objects.create_user(name, password=PASSWORD, role=role, organisation=organisation)


def test_the_next_year_opens_and_is_read_by_anyone(
    live_server: Any, browser: Any, pictures: Path, plan: PlanYear
) -> None:
    account("office", Role.PLAN_OFFICE, "plan_office")
    account("bureau", Role.DEPARTMENT, "statistics")
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    sign_in(page, live_server.url, "bureau")
    page.goto(f"{live_server.url}/plans/{plan.pk}/closing/")
    page.locator("summary", has_text="说明原因").first.click()
    page.locator("input[name=text]").first.fill("线下消费恢复偏慢")
    page.get_by_role("button", name="保存").first.click()
    assert "线下消费恢复偏慢" in page.content()
    page.context.clear_cookies()

    sign_in(page, live_server.url, "office")
    page.goto(f"{live_server.url}/plans/{plan.pk}/closing/")
    with page.expect_download() as waited:
        page.get_by_text("报告草稿（模板）").click()
    assert "线下消费恢复偏慢" in Path(waited.value.path()).read_text(encoding="utf-8")
    page.locator("input[name^=number-]").fill("4.5")
    page.screenshot(path=str(pictures / "closing-1440.png"), full_page=True)
    page.get_by_role("button", name="生成下年计划草案").click()
    assert "本计划为草案" in page.content()
    page.locator("input[name=decision]").fill("区人民代表大会决议")
    page.get_by_role("button", name="审定").click()
    assert "4.5%左右" in page.content()
    assert "完成东路改建" in page.content()

    page.get_by_role("link", name="公开").click()
    page.locator("input[name=decision]").fill("区政府常务会议纪要")
    page.locator("input[name=decided_on]").fill("2023-01-10")
    page.get_by_role("button", name="公开").click()
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/public/")
    page.get_by_role("link", name="2023年").click()
    text = page.content()
    assert "4.5%左右" in text
    assert "完成东路改建" in text
    assert "线下消费恢复偏慢" not in text
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=str(pictures / "public-390.png"))
    page.close()
