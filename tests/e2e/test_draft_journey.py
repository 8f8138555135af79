"""A planner sends in a typed draft, answers what is open by clicks, takes the bound docx along, and verifies it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from django.db import transaction
from test_journey import PASSWORD, sign_in

from tongjian.facts import catalogue
from tongjian.facts.actions import record
from tongjian.facts.queries import series_for
from tongjian.facts.refs import parse
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.values import Number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 12, 28, tzinfo=UTC)
FACTS = (
    ("fixed_asset_investment @ 2022", "812.5"),
    ("retail_sales @ 2022-01/2022-11", "302.64"),
    ("general_public_budget_revenue @ 2022", "89.43"),
)
DRAFT = (
    "关于通州区2022年国民经济和社会发展计划执行情况的报告",
    "一、2022年计划执行情况",
    "全年固定资产投资完成812.5亿元，社会消费品零售总额302.64亿元，一般公共预算收入98.43亿元。",
    "新建口袋公园17处。",
)


@pytest.fixture
def office() -> User:
    catalogue.sync(AT)
    unit = Organisation.objects.get(subject__key="plan_office")
    file = evidence.keep(b"book", "b.xlsx", by=None, at=AT)
    with transaction.atomic():
        for n, (text, value) in enumerate(FACTS):
            ref, place = parse(text), evidence.cell(file, "填报", f"H{n + 2}", value)
            series = series_for(ref, create=True)
            number = Number.parse(value)
            record(series, ref.period, number, source="collection", evidence=place, by=None, at=AT)
    return User.objects.create_user("office", password=PASSWORD, role=Role.PLAN_OFFICE, organisation=unit)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    document = docx.Document()
    for line in DRAFT:
        document.add_paragraph(line)
    document.save(str(tmp_path / "draft.docx"))
    return tmp_path / "draft.docx"


def changed(data: bytes, tmp_path: Path) -> Path:
    """One digit typed over in Word, after the corrections were accepted."""
    document = docx.Document(io.BytesIO(data))
    run = next(r for p in document.paragraphs for r in p.runs if "812.5" in r.text)
    run.text = run.text.replace("812.5", "821.5")
    document.save(str(tmp_path / "back.docx"))
    return tmp_path / "back.docx"


def test_draft_journey(
    browser: Any, live_server: Any, office: User, draft: Path, pictures: Path, tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    sign_in(page, live_server.url, "office")
    page.goto(f"{live_server.url}/reports/drafts/")
    page.set_input_files("#file", str(draft))
    page.click('form[action$="start/"] button[type=submit]')
    page.wait_for_selector(".reading")
    open_cards: Callable[[], int] = lambda: page.locator(".item[data-open]").count()  # noqa: E731
    assert open_cards() == 3

    page.click(".candidate:has-text('302.64')")
    page.wait_for_selector(".item[data-state=bound]:has-text('302.64')")
    page.click("button:has-text('改为89.43亿元')")
    page.wait_for_selector(".item[data-state=edit]")
    page.locator(".item:has-text('17处') button:has-text('无需出处')").click()
    page.wait_for_selector("#tally:has-text('每个数字都有出处')")
    assert open_cards() == 0
    page.screenshot(path=str(pictures / "draft-bound.png"))
    with page.expect_download() as given:
        page.click("text=下载已绑定稿件")
    bound = Path(given.value.path()).read_bytes()

    page.goto(f"{live_server.url}/reports/verify/")
    page.set_input_files("#file", str(changed(bound, tmp_path)))
    page.click("main form button[type=submit]")
    page.wait_for_selector(".reading")
    wrong = page.inner_text(".item[data-state=wrong]")
    assert "821.5亿元" in wrong
    assert "数据为812.5亿元" in wrong
    assert page.locator(".item[data-open]").count() == 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=str(pictures / "verified-phone.png"))
    page.close()
