"""A project in a browser: registered, its month refused and mended, its milestone entered, its promise closed, its slip seen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from test_journey import PASSWORD, sign_in

from plans import factories as plans
from tongjian.facts import catalogue
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, Relation, User
from tongjian.plans.models import Task
from tongjian.records.projects.models import Investment, Milestone, Project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = {
    "name": "东岸泵站",
    "key": "east-pump",
    "planned_total": "3600",
    "reserved_on": "2022-01-06",
    "planned_start": "2022-03",
    "scope": "泵房一座，管线两条",
}
MONTH = {"construction": "300", "total": "300", "this_month": "300", "year_to_date": "300"}


@pytest.fixture
def task() -> Task:
    catalogue.sync(datetime(2022, 1, 10, tzinfo=UTC))
    unit = Organisation.objects.get(subject__key="plan_office")
    User.objects.create_user("office", password=PASSWORD, role=Role.PLAN_OFFICE, organisation=unit)
    return plans.task(plans.plan(2022), 1, "开工建设东岸泵站", due="2022-12")


def report(page: Any, month: str, amounts: dict[str, str]) -> None:
    form = page.locator("form[action$='/investment/']")
    if not form.locator("[name=month]").is_visible():
        page.click("summary:has-text('填报月度投资')")
    form.locator("[name=month]").fill(month)
    for name, value in amounts.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def plan(page: Any, stage: str, on: str, reason: str = "") -> None:
    form = page.locator("form[action$='/milestone/']")
    form.locator("[name=stage]").select_option(f"construction/{stage}")
    form.locator("[name=on]").fill(on)
    form.locator("[name=reason]").fill(reason)
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def test_a_project_from_the_library_to_the_meeting(
    browser: Any, live_server: Any, task: Task, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    base = live_server.url
    sign_in(page, base, "office")

    # Registered: refused with what was typed still there, then taken.
    page.goto(f"{base}/projects/")
    page.click("a:has-text('新建项目')")
    for name, value in (FORM | {"planned_total": "三千多"}).items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=kind]", "infrastructure")
    page.click("main button[type=submit]")
    assert "“三千多”不是数" in page.inner_text("main")
    assert page.input_value("[name=scope]") == FORM["scope"]
    page.screenshot(path=str(pictures / "project-form-1440.png"), full_page=True)
    page.fill("[name=planned_total]", FORM["planned_total"])
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/subjects/east-pump/$"))
    project = Project.objects.get()
    assert str(project.planned_total) == "3600"

    # A month that does not add up is refused with the arithmetic, mended in the same form, taken.
    report(page, "2022-02", MONTH)
    assert "已登记" in page.inner_text("body")
    wrong = {"this_month": "100", "year_to_date": "500", "construction": "400", "total": "400"}
    report(page, "2022-03", wrong)
    assert "自年初累计 500 ≠ 上月累计 300 + 本月 100 = 400" in page.inner_text("body")
    assert Investment.objects.count() == 1
    page.screenshot(path=str(pictures / "project-refused-1440.png"))
    page.fill("form[action$='/investment/'] [name=year_to_date]", "400")
    page.click("form[action$='/investment/'] button[type=submit]")
    page.wait_for_load_state()
    assert Investment.objects.count() == 2

    # The promise waits for the start; the passage closes it, and nobody checks in.
    page.goto(f"{base}/tasks/{task.pk}/")
    page.fill("#tie [name=subject]", "east-pump")
    page.select_option("#tie [name=stage]", "construction/started")
    page.click("#tie button[type=submit]")
    assert "尚未" in page.inner_text("#tie")
    page.goto(f"{base}/subjects/east-pump/")
    (tmp_path / "许可.txt").write_text("permit", encoding="utf-8")
    form = page.locator(f"form[action='/projects/{project.pk}/stage/']")
    form.locator("[name=stage]").select_option("construction/started")
    form.locator("[name=on]").fill("2022-03-15")
    form.locator("[name=kind]").select_option("permit")
    form.locator("[name=file]").set_input_files(str(tmp_path / "许可.txt"))
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()
    assert "进入：开工" in page.inner_text("aside")
    page.goto(f"{base}/tasks/{task.pk}/")
    assert "2022年3月15日" in page.inner_text("#tie")
    assert "开工" in page.locator(".reason").first.inner_text()
    assert page.locator(".light-green").count() >= 1
    assert task.check_ins.count() == 0
    page.screenshot(path=str(pictures / "project-task-closed-1440.png"))

    # Its funds by source and year, and its pairing: refused while the shares make no whole, then taken.
    page.goto(f"{base}/subjects/east-pump/")
    form = page.locator("form[action$='/funding/']")
    form.locator("[name=year]").fill("2022")
    form.locator("[name=source]").select_option("bond")
    form.locator("[name=state]").select_option("secured")
    form.locator("[name=amount]").fill("1200.5")
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()
    assert "1200.5" in page.inner_text("#funding table")
    page.click("summary:has-text('修改结对份额')")
    own = page.locator("datalist#parties option").first.get_attribute("value")
    page.fill("[name=party_1]", own)
    page.fill("[name=share_1]", "60%")
    page.click("form[action$='/pairing/'] button[type=submit]")
    assert "0.6" in page.inner_text("body")
    assert page.input_value("[name=share_1]") == "60%"
    assert not Relation.objects.filter(role="paired_with").exists()
    page.fill("[name=share_1]", "100%")
    page.click("form[action$='/pairing/'] button[type=submit]")
    page.wait_for_load_state()
    assert "100%" in page.inner_text("#pairing table")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("#funding").screenshot(path=str(pictures / f"project-funding-{width}.png"))
        page.locator("#pairing summary").click()
        page.locator("#pairing").screenshot(path=str(pictures / f"project-pairing-{width}.png"))
        page.locator("#pairing summary").click()
    page.set_viewport_size({"width": 1440, "height": 900})

    # The meeting sees what slipped, with its reason and the money behind it.
    page.goto(f"{base}/subjects/east-pump/")
    plan(page, "topped_out", "2999-06-30")
    Milestone.objects.update(recorded_at=datetime(2022, 4, 1, tzinfo=UTC))  # said before the last meeting
    plan(page, "topped_out", "2999-09-30", "汛期停工")
    page.goto(f"{base}/projects/dispatch/")
    row = page.locator("tr:has-text('东岸泵站')").first.inner_text()
    assert "汛期停工" in row
    assert "92" in row
    assert "3600" in row
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=str(pictures / f"project-dispatch-{width}.png"), full_page=True)
    assert failures == []
