"""One year in a browser: last year's report in, tasks assigned, figures sent and mended, a check-in confirmed, the report out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tongjian.demo import files as sample
from tongjian.demo.photo import png
from tongjian.facts import catalogue
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.plans.models import Task
from tongjian.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DATA = Path(sample.__file__).parent / "data"
STATISTICS = DATA / "workbooks" / "statistics-2022-sample.xlsx"
PASSWORD = "a-long-sample-password"
TEMPLATE = """# 通州区[[2022年]]计划执行情况的报告

## [[一、]]经济运行

[[2022年]]，地区生产总值[[前三季度]]实现{{ gdp @ 2022-01/2022-09 }}，同比{{ gdp[growth, constant_price] @ 2022-01/2022-09 }}，{{ gdp[difference, city, constant_price] @ 2022-01/2022-09 }}。
"""


@pytest.fixture
def people() -> dict[str, User]:
    catalogue.sync(datetime(2022, 1, 10, tzinfo=UTC))
    made = {}
    for name, role, organisation in [
        ("office", Role.PLAN_OFFICE, "plan_office"),
        ("statistics", Role.DEPARTMENT, "statistics"),
    ]:
        unit = Organisation.objects.get(subject__key=organisation)
        made[name] = User.objects.create_user(name, password=PASSWORD, role=role, organisation=unit)
    return made


def test_a_year(
    browser: Any, live_server: Any, people: dict[str, User], tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    base = live_server.url

    # The plan office uploads last year's report, accepts what was read and puts it on the ledger.
    sign_in(page, base, "office")
    page.goto(f"{base}/intake/")
    page.set_input_files("#file", str(DATA / "plan-2022.docx"))
    page.click("form[action='/intake/start/'] button[type=submit]")
    page.wait_for_url(re.compile(r"/intake/\d+/$"))
    assert page.locator(".source a[data-items]").count() > 30
    page.screenshot(path=str(pictures / "intake-1440.png"))
    page.click("form[action$='/accept-all/'] button")
    page.click("form[action$='/record/'] button")
    page.wait_for_load_state()
    task = Task.objects.filter(milestone="开工").order_by("number").first()
    assert task is not None

    # It assigns a lead unit and a month by the workbook.
    page.goto(f"{base}/plans/{task.plan_id}/")
    with page.expect_download() as download:
        page.click(f"a[href='/plans/{task.plan_id}/tasks.xlsx']")
    filled = assigned(download.value, tmp_path / "tasks.xlsx", task.number)
    page.set_input_files("input[name=file]", str(filled))
    page.click(f"form[action='/plans/{task.plan_id}/assign/'] button[type=submit]")
    page.wait_for_load_state()
    task.refresh_from_db()
    assert (str(task.lead and task.lead.key), task.due_month) == ("statistics", "2022-10")
    overdue_before = task_light(page, base, task)

    # A department sends a workbook with two wrong cells, sees both, mends them.
    sign_in(page, base, "statistics")
    submit(page, base, spoiled(tmp_path / "wrong.xlsx"))
    said = page.inner_text("main")
    assert "I3" in said
    assert "I4" in said
    page.screenshot(path=str(pictures / "problems-1440.png"))
    page.goto(f"{base}/metrics/gdp/")
    assert "892.3" not in page.inner_text("main"), "nothing may be written while a cell is wrong"
    submit(page, base, STATISTICS)
    page.goto(f"{base}/metrics/gdp/")
    assert "892.3" in page.inner_text("main")

    # It checks in a task with a photo; the plan office confirms; the cockpit changes.
    before = cockpit(page, base)
    page.goto(f"{base}/tasks/{task.pk}/")
    (tmp_path / "site.png").write_bytes(png(7))
    page.select_option("#claim", "done")
    page.fill("#text", "已完成，附现场照片。")
    page.set_input_files("#files", str(tmp_path / "site.png"))
    page.click(f"form[action='/tasks/{task.pk}/check-in/'] button[type=submit]")
    page.wait_for_load_state()
    assert task_light(page, base, task) == overdue_before, "a claim alone changes no light"
    sign_in(page, base, "office")
    page.goto(f"{base}/tasks/{task.pk}/")
    page.click("button[name=verdict][value=confirmed]")
    page.wait_for_load_state()
    assert task_light(page, base, task) != overdue_before
    assert cockpit(page, base) != before
    page.screenshot(path=str(pictures / "cockpit-journey-1440.png"), full_page=True)

    # The report is written; a click on a figure opens the cell.
    (tmp_path / "report.txt").write_text(TEMPLATE, encoding="utf-8")
    page.goto(f"{base}/reports/")
    page.fill("#year", "2022")
    page.set_input_files("#file", str(tmp_path / "report.txt"))
    page.click("form[action='/reports/build/'] button[type=submit]")
    page.wait_for_load_state()
    assert re.search(r"/reports/\d+/$", page.url), page.inner_text("main")
    assert "高于全市3.3个百分点" in page.inner_text(".paper")
    page.click(".paper a.figure >> text=892.3亿元")
    page.wait_for_selector("#figure a[href^='/evidence/']")
    page.click("#figure a[href^='/evidence/'] >> nth=0")
    page.wait_for_selector("#cell")
    assert page.inner_text("#cell") == "892.3"
    page.screenshot(path=str(pictures / "cell-1440.png"))

    assert Report.objects.get().quotes.count() == 3
    assert failures == []
    assert [url for url in asked if not url.startswith((base, "data:", "blob:"))] == [], (
        "no request leaves the machine"
    )
    context.close()


def sign_in(page: Any, base: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{base}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("form.panel button[type=submit]")
    page.wait_for_url(re.compile(rf"^{re.escape(base)}/(\?.*)?$"))


def cockpit(page: Any, base: str) -> str:
    """What the cockpit says of the tasks by section."""
    page.goto(f"{base}/?year=2022")
    return str(page.inner_text("main"))


def task_light(page: Any, base: str, task: Task) -> str:
    page.goto(f"{base}/tasks/{task.pk}/")
    return str(page.inner_text(".panel-body .light >> nth=0"))


def submit(page: Any, base: str, book: Path) -> None:
    page.goto(f"{base}/collection/")
    page.fill("#in-year", "2022")
    page.select_option("#in-month", index=page.locator("#in-month option").count() - 1)
    page.set_input_files("#file", str(book))
    page.click("form[action='/collection/upload/'] button[type=submit]")
    page.wait_for_url(re.compile(r"/collection/(\d+|upload)/$"))


def spoiled(to: Path) -> Path:
    """The sample workbook with a word where a number belongs, and a share over every limit."""
    book = load_workbook(STATISTICS)
    sheet = book["填报"]
    sheet["I3"] = "约八百九十二"
    sheet["I4"] = "4,1x"
    book.save(to)
    return to


def assigned(exported: Any, to: Path, number: int) -> Path:
    """The exported task list with a lead unit and a month for one task, columns found by their heading."""
    exported.save_as(to)
    book = load_workbook(to)
    sheet = book.worksheets[0]
    heading = next(r for r in sheet.iter_rows() if any(c.value == "牵头单位" for c in r))
    columns = {str(c.value): c.column for c in heading}
    number_column = next(column for name, column in columns.items() if name in {"序号", "编号"})
    for row in range(heading[0].row + 1, sheet.max_row + 1):
        if str(sheet.cell(row, number_column).value) == str(number):
            sheet.cell(row, columns["牵头单位"]).value = "区统计局"
            sheet.cell(row, columns["完成月份"]).value = "2022-10"
    book.save(to)
    return to
