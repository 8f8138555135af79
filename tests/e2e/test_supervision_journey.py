"""A leader opens a red light and issues a supervision order; the department answers with a photo; the office closes it."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from test_journey import PASSWORD, sign_in

from tongjian.demo.photo import png
from tongjian.facts import catalogue
from tongjian.facts.actions import record
from tongjian.facts.queries import series_for
from tongjian.facts.refs import parse
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.plans.models import Obligation, PlanYear, SupervisionOrder, Task
from tongjian.values import Number, Period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 1, 10, tzinfo=UTC)
PROMISE = "社会消费品零售总额增长6%左右"


@pytest.fixture
def people() -> dict[str, User]:
    catalogue.sync(AT)
    made = {}
    for name, role, unit in [
        ("office", Role.PLAN_OFFICE, "plan_office"),
        ("leader", Role.LEADER, None),
        ("commerce", Role.DEPARTMENT, "commerce"),
        ("statistics", Role.DEPARTMENT, "statistics"),
    ]:
        organisation = Organisation.objects.get(subject__key=unit) if unit else None
        made[name] = User.objects.create_user(name, password=PASSWORD, role=role, organisation=organisation)
    return made


@pytest.fixture
def target(people: dict[str, User]) -> Obligation:
    """A plan with one target that is far behind, and an overdue task."""
    district = Subject.objects.get(key="tongzhou")
    file = evidence.keep(PROMISE.encode(), "计划.txt", by=None, at=AT)
    plan = PlanYear.objects.create(
        subject=district, year=2022, title="通州区2022年计划", state="approved", document=file
    )
    place = evidence.span(file, 0, len(PROMISE), PROMISE)
    commerce = Organisation.objects.get(subject__key="commerce")
    Task.objects.create(
        plan=plan,
        number=1,
        object="打造夜间消费街区",
        action="",
        text="打造夜间消费街区",
        kind="project_milestone",
        firmness="hard",
        due_month="2022-10",
        lead=commerce,
        origin=place,
    )
    series = series_for(parse("retail_sales[growth] @ 2022"), create=True)
    cell = evidence.cell(evidence.keep(b"book", "b.xlsx", by=None, at=AT), "填报", "H7", "-3.2")
    with transaction.atomic():
        record(
            series,
            Period.to_date(2022, 11),
            Number.parse("-3.2"),
            source="collection",
            evidence=cell,
            by=None,
            at=AT,
        )
    return Obligation.objects.create(
        plan=plan,
        series=series,
        bound="approx",
        words="增长6%左右",
        mantissa=6,
        due="2022",
        origin=place,
        recorded_at=AT,
    )


def test_an_order_from_a_red_light_to_its_end(
    browser: Any, live_server: Any, target: Obligation, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    base = live_server.url

    # The leader sees the red light on the cockpit, opens its page and issues an order from there.
    sign_in(page, base, "leader")
    page.goto(f"{base}/?year=2022")
    page.click(f"#attention a[href='/targets/{target.pk}/']")
    page.wait_for_url(re.compile(rf"/targets/{target.pk}/$"))
    assert "-3.2" in page.inner_text("main").replace("−", "-")
    page.screenshot(path=str(pictures / "target-red-1440.png"), full_page=True)
    page.click("#supervision a.btn")
    page.wait_for_url(re.compile(r"/supervision/new/"))
    assert page.input_value("#owner") == str(target.series.metric.owner_id)
    commerce = Organisation.objects.get(subject__key="commerce")
    page.select_option("#owner", str(commerce.pk))
    page.fill("#demand", "分析下降原因，提出促消费措施并报送进展。")
    page.screenshot(path=str(pictures / "order-new-1440.png"), full_page=True)
    page.click("form[action='/supervision/new/'] button[type=submit]")
    page.wait_for_url(re.compile(r"/supervision/\d+/$"))
    order = SupervisionOrder.objects.get()
    assert (order.owner, order.obligation, order.by and order.by.username) == (commerce, target, "leader")
    assert order.reference in page.inner_text(".head")

    # Another department does not see it; the owner answers with a photo.
    sign_in(page, base, "statistics")
    assert page.goto(f"{base}/supervision/{order.pk}/").status == 404
    failures.clear()  # the browser tells of the 404
    sign_in(page, base, "commerce")
    page.goto(f"{base}/?year=2022")
    page.click(f"#attention a[href='/supervision/{order.pk}/']")
    (tmp_path / "market.png").write_bytes(png(3))
    page.fill("#text", "已出台促消费措施，并附活动照片。")
    page.set_input_files("#files", str(tmp_path / "market.png"))
    page.click(f"form[action='/supervision/{order.pk}/reply/'] button[type=submit]")
    page.wait_for_load_state()
    assert page.locator("#replies a[href^='/evidence/']").count() == 1
    assert page.locator(f"form[action='/supervision/{order.pk}/reply/']").count() == 0

    # The plan office returns it once, the owner answers again, the office closes it.
    sign_in(page, base, "office")
    page.goto(f"{base}/supervision/")
    page.screenshot(path=str(pictures / "orders-1440.png"), full_page=True)
    page.goto(f"{base}/supervision/{order.pk}/")
    page.fill("#note", "请补充各项措施的完成时间。")
    page.click("button[name=verdict][value=returned]")
    page.wait_for_load_state()
    sign_in(page, base, "commerce")
    page.goto(f"{base}/supervision/{order.pk}/")
    assert "请补充各项措施的完成时间" in page.inner_text("#replies")
    page.fill("#text", "措施均于12月底前落实。")
    page.click(f"form[action='/supervision/{order.pk}/reply/'] button[type=submit]")
    page.wait_for_load_state()
    sign_in(page, base, "office")
    page.goto(f"{base}/supervision/{order.pk}/")
    page.click("button[name=verdict][value=closed]")
    page.wait_for_load_state()
    order.refresh_from_db()
    assert order.state == "closed"
    assert [r.verdict for r in order.replies.order_by("at")] == ["returned", "confirmed"]
    page.screenshot(path=str(pictures / "order-closed-1440.png"), full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=str(pictures / "order-closed-390.png"), full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})

    # The table for the dispatch meeting tells of it.
    page.goto(f"{base}/supervision/?year=2022&show=all")
    with page.expect_download() as download:
        page.click("a[href^='/supervision/dispatch.xlsx']")
    download.value.save_as(tmp_path / "dispatch.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "dispatch.xlsx").read_bytes()))
    assert book["督办单"]["G4"].value == "已办结"
    assert book["指标"]["L4"].value == "红"
    assert failures == []
    context.close()


def test_a_year_of_calls_and_an_instruction(
    browser: Any, live_server: Any, target: Obligation, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    base = live_server.url
    sign_in(page, base, "office")
    page.goto(f"{base}/supervision/calls/?year=2022&month=10")
    assert "打造夜间消费街区" in page.input_value("textarea[readonly]")
    page.screenshot(path=str(pictures / "calls-390.png"), full_page=True)

    # An instruction becomes a task that leads to its sentence; a part of it goes to a unit.
    (tmp_path / "minutes.txt").write_text("会议要求，年内打通三条断头路。", encoding="utf-8")
    page.goto(f"{base}/supervision/tasks/?year=2022")
    page.fill("#title", "打通断头路")
    page.select_option("#source", "minutes")
    page.set_input_files("#file", str(tmp_path / "minutes.txt"))
    page.fill("#passage", "年内打通三条断头路")
    page.select_option("#month", "2022-12")
    page.screenshot(path=str(pictures / "task-new-390.png"), full_page=True)
    page.click("form[action='/supervision/tasks/'] button[type=submit]")
    page.wait_for_url(re.compile(r"/tasks/\d+/$"))
    assert "年内打通三条断头路" in page.inner_text("main")
    transport = Organisation.objects.get(subject__key="transport")
    page.click("#parts summary")
    page.fill("#part-title", "管线迁改")
    page.select_option("#part-lead", str(transport.pk))
    page.click("#parts button[type=submit]")
    page.wait_for_load_state()
    whole = Task.objects.get(object="打通断头路")
    assert whole.parts.get().lead == transport
    assert whole.parts.get().due_month == "2022-12"
    assert date.today() > date(2022, 12, 31)
    page.screenshot(path=str(pictures / "task-parts-390.png"), full_page=True)
    context.close()
