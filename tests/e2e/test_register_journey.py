"""A new register without a line of code: defined, filled from a workbook, seen on the map, counted, used in a report."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_journey import PASSWORD, sign_in

from tongjian.facts import catalogue
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.records.registers.models import Item
from tongjian.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 1, 10, tzinfo=UTC)
FORM = {
    "key": "reading_rooms",
    "name": "社区阅览室",
    "name_en": "Reading rooms",
    "a0-key": "seats",
    "a0-title": "座席",
    "a0-title_en": "Seats",
    "a1-key": "opened_on",
    "a1-title": "开放日期",
    "a1-title_en": "Opened on",
    "c0-key": "reading_rooms_opened",
    "c0-name": "新开放阅览室",
    "c0-name_en": "Reading rooms opened",
    "c0-unit": "个",
    "c0-on": "opened_on",
}
ROWS = [
    ("东街阅览室", 40, "2022-03-01", 116.60, 39.90),
    ("西街阅览室", 25, "2022-07-15", 116.62, 39.91),
    ("老馆", 60, "2019-05-01", 116.64, 39.92),  # must not count in 2022
]
TEMPLATE = "# 阅览室情况\n\n[[2022年]]新开放阅览室{{ reading_rooms_opened @ 2022 }}。\n"


@pytest.fixture
def office() -> User:
    catalogue.sync(AT)
    unit = Organisation.objects.get(subject__key="plan_office")
    return User.objects.create_user("office", password=PASSWORD, role=Role.PLAN_OFFICE, organisation=unit)


def filled(template: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    heads = [re.split(r"[（(*]", str(c.value))[0].strip() for c in sheet[1]]
    for number, (name, seats, opened, lon, lat) in enumerate(ROWS, 1):
        row = {
            "编号": f"R{number}",
            "名称": name,
            "座席": seats,
            "开放日期": opened,
            "经度": lon,
            "纬度": lat,
        }
        sheet.append([row.get(h) for h in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_register_made_in_the_browser(
    browser: Any, live_server: Any, office: User, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    base = live_server.url
    sign_in(page, base, "office")

    # Defined: looked at first, then saved.
    page.goto(f"{base}/registers/")
    page.click("a:has-text('新建台账')")
    for name, value in FORM.items():
        page.fill(f"[name='{name}']", value)
    page.select_option("[name=geometry]", "point")
    page.select_option("[name='a0-kind']", "integer")
    page.select_option("[name='a1-kind']", "date")
    page.click("form:has([name=mode][value=form]) button[value=look]")
    assert "没有条目与之冲突" in page.inner_text("main")
    page.screenshot(path=str(pictures / "register-define-1440.png"), full_page=True)
    page.click("form:has([name=mode][value=form]) button[value=save]")
    page.wait_for_url(re.compile(r"/registers/reading_rooms/$"))

    # Filled from a workbook made of its own template.
    with page.expect_download() as saved:
        page.click("a:has-text('模板')")
    (tmp_path / "rooms.xlsx").write_bytes(filled(Path(saved.value.path()).read_bytes()))
    page.set_input_files("form[action$='/upload/'] [name=file]", str(tmp_path / "rooms.xlsx"))
    page.click("form[action$='/upload/'] button")
    assert "新增3条" in page.inner_text("main")
    assert page.locator("tbody tr").count() == len(ROWS)
    page.screenshot(path=str(pictures / "register-list-1440.png"), full_page=True)

    # On the map.
    page.goto(f"{base}/map/")
    assert "社区阅览室" in page.inner_text("main")
    assert "东街阅览室" in page.inner_text("main")

    # Counted: two of the three, each a click away.
    page.goto(f"{base}/metrics/reading_rooms_opened/")
    page.click("button:has-text('立即测算')")
    page.wait_for_load_state()
    page.goto(f"{base}/provenance/?ref=reading_rooms_opened%20%40%202022")
    assert "2" in page.inner_text("main")
    page.screenshot(path=str(pictures / "register-figure-1440.png"), full_page=True)

    # Used in a report.
    (tmp_path / "rooms.txt").write_text(TEMPLATE, encoding="utf-8")
    page.goto(f"{base}/reports/")
    page.fill("form[action='/reports/build/'] [name=year]", "2022")
    page.set_input_files("#file", str(tmp_path / "rooms.txt"))
    page.click("form[action='/reports/build/'] button[type=submit]")
    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    assert "新开放阅览室2个" in page.inner_text("main")
    assert Report.objects.get().quotes.get().anchor
    assert Item.objects.count() == len(ROWS)
    assert failures == []
