"""Two units write their sections in Word, a check stops a wrong figure, a leader signs, a fact is revised afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from django.db import transaction
from django.utils import timezone
from test_journey import PASSWORD, sign_in

from tongjian.facts import catalogue
from tongjian.facts.actions import record
from tongjian.facts.queries import series_for
from tongjian.facts.refs import parse
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.plans.choices import Firmness, PlanState
from tongjian.plans.models import PlanYear, Task
from tongjian.reports.rounds import actions
from tongjian.reports.rounds.models import Edition
from tongjian.values import Number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 12, 28, tzinfo=UTC)
DUE = date(2022, 12, 30)
FACTS = (("fixed_asset_investment @ 2022", "812.5"), ("general_public_budget_revenue @ 2022", "89.43"))
SECTIONS = (
    ("statistics", "（一）投资稳步增长", "全年固定资产投资完成812.5亿元。"),
    ("finance", "（二）财政平稳运行", "一般公共预算收入完成98.43亿元。"),
)


def told(ref: str, value: str, cell: str, at: datetime) -> None:
    file = evidence.keep(f"book {value}".encode(), f"统计表-{value}.xlsx", by=None, at=at)
    parsed = parse(ref)
    with transaction.atomic():
        series, place = series_for(parsed, create=True), evidence.cell(file, "填报", cell, value)
        number = Number.parse(value)
        record(series, parsed.period, number, source="collection", evidence=place, by=None, at=at)


@pytest.fixture
def users() -> dict[str, User]:
    catalogue.sync(AT)
    for n, (ref, value) in enumerate(FACTS):
        told(ref, value, f"H{n + 2}", AT)
    made = {
        "office": User.objects.create_user(
            "office", password=PASSWORD, role=Role.PLAN_OFFICE, organisation=unit("plan_office")
        ),
        "leader": User.objects.create_user("leader", password=PASSWORD, role=Role.LEADER),
    }
    for key, _title, _text in SECTIONS:
        made[key] = User.objects.create_user(
            key, password=PASSWORD, role=Role.DEPARTMENT, organisation=unit(key)
        )
    return made


def unit(key: str) -> Organisation:
    return Organisation.objects.get(subject__key=key)


@pytest.fixture
def edition(users: dict[str, User]) -> Edition:
    """A report with two sections, and a promise of the year that neither unit's text tells of."""
    subject = Subject.objects.get(key="tongzhou")
    plan = PlanYear.objects.create(subject=subject, year=2022, title="计划", state=PlanState.APPROVED)
    place = evidence.whole(evidence.keep(b"plan", "plan.txt", by=None, at=AT))
    Task.objects.create(
        plan=plan, number=1, object="税源管理平台", action="建成", text="建成税源管理平台", kind="task",
        firmness=Firmness.HARD, lead=unit("finance"), origin=place,
    )  # fmt: skip
    made = actions.start(
        subject, 2022, "关于通州区2022年国民经济和社会发展计划执行情况的报告", by=users["office"], at=AT
    )
    for key, title, _text in SECTIONS:
        actions.add_section(made, title, unit(key), DUE, by=users["office"], at=AT)
    return made


def written(folder: Path, title: str, text: str) -> Path:
    document = docx.Document()
    document.add_paragraph(title)
    document.add_paragraph(text)
    path = folder / f"{title}.docx"
    document.save(str(path))
    return path


@contextmanager
def signed_in(browser: Any, url: str, name: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, url, name)
    yield page
    context.close()


def test_round_journey(
    browser: Any,
    live_server: Any,
    users: dict[str, User],
    edition: Edition,
    pictures: Path,
    tmp_path: Path,
) -> None:
    home = f"{live_server.url}/reports/together/{edition.pk}/"

    # Each unit sees its own section alone, and sends it in as Word.
    for key, title, text in SECTIONS:
        with signed_in(browser, live_server.url, key) as page:
            page.goto(home)
            assert page.locator("#sections tbody a").all_inner_texts() == [title]
            page.click(f"#sections a:has-text('{title}')")
            page.set_input_files("#file", str(written(tmp_path, title, text)))
            page.click("form[action$='upload/'] button")
            page.wait_for_selector("#margin .item, #margin .closed-cards")
            assert page.input_value("#text") == text
            page.screenshot(path=str(pictures / f"section-{key}.png"))

    # The check stops the wrong figure and names the promise.
    with signed_in(browser, live_server.url, "office") as page:
        page.goto(home)
        page.click("button:has-text('送审')")
        page.wait_for_selector(".note-error")
        stopped = page.inner_text(".note-error")
        assert "一般公共预算收入98.43亿元≠89.43亿元" in stopped
        assert "建成税源管理平台" in stopped
        assert page.inner_text(".way .now") == "单位编写"

    # The unit corrects it, inserts another figure from the ledger, and tells of the promise as it types.
    with signed_in(browser, live_server.url, "finance") as page:
        page.goto(home)
        page.click("#sections tbody a")
        page.click("button:has-text('改为89.43亿元')")
        page.wait_for_selector("#margin .closed-cards:has-text('1 个数字')")
        assert page.input_value("#text") == "一般公共预算收入完成89.43亿元。"
        page.locator("#text").press("Control+End")
        page.keyboard.type("建成税源管理平台，固定资产投资完成")
        page.fill(".finder input", "固定资产投资")
        page.click(".choice:has-text('812.5')")
        page.keyboard.type("。")
        page.wait_for_selector("#margin .closed-cards:has-text('2 个数字')")
        page.click("button:has-text('保存并提交')")
        page.wait_for_selector(".tag-green:has-text('已提交')")
        assert page.input_value("#text").endswith("建成税源管理平台，固定资产投资完成812.5亿元。")
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.screenshot(path=str(pictures / "section-phone.png"))

    with signed_in(browser, live_server.url, "office") as page:
        page.goto(home)
        page.click("button:has-text('送审')")
        page.wait_for_selector(".way .now:has-text('送审中')")
    with signed_in(browser, live_server.url, "leader") as page:
        page.goto(home)
        page.click("button:has-text('签发')")
        page.wait_for_selector(".way .now:has-text('已签发')")
    with signed_in(browser, live_server.url, "office") as page:
        page.goto(home)
        page.wait_for_selector(".way .now:has-text('已签发')")
        page.click("button:has-text('定稿')")
        page.wait_for_selector(".note-success:has-text('签发以来没有数据修订')")

        # A fact is revised: the report keeps what it said and shows what the ledger says now.
        told("general_public_budget_revenue @ 2022", "90.10", "H9", timezone.now())
        page.goto(home)
        row = page.inner_text("#since tbody tr")
        assert "89.43亿元" in row
        assert "90.10亿元" in row
        assert "统计表-90.10.xlsx" in row
        assert "89.43亿元" in edition_text(edition)
        page.screenshot(path=str(pictures / "edition-since.png"))


def edition_text(edition: Edition) -> str:
    edition.refresh_from_db()
    return edition.text
