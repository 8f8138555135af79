"""A month of collection in a browser: a zip of workbooks in, three wrong, error lists out, mended, overridden, approved."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from e2e.test_journey import PASSWORD, sign_in
from tongjian.facts import catalogue
from tongjian.facts.collection import packages
from tongjian.facts.collection.actions import submit
from tongjian.facts.collection.lines import due_lines
from tongjian.facts.collection.template import template
from tongjian.facts.models import ColumnMapping, Fact, Metric, Package, Submission
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.values import Period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = datetime(2022, 12, 8, 2, tzinfo=UTC)
ROUND, LAST_YEAR = Period.to_date(2022, 11), Period.to_date(2021, 11)
VALUE, NOTE = 9, 14  # the columns 数值 and 备注
REVENUE = "general_public_budget_revenue"


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


def unit(key: str) -> Organisation:
    return Organisation.objects.get(subject__key=key)


def filled(key: str, period: Period = ROUND, growth: float = 1.0, **wrong: object) -> bytes:
    """A unit's template with levels of money and counts filled in, 未报 in the rest; `wrong`: other levels by metric."""
    book = load_workbook(io.BytesIO(template(unit(key), period, NOW)))
    sheet = book["填报"]
    for number in range(2, sheet.max_row + 1):
        metric, measure = sheet.cell(number, 1).value, sheet.cell(number, 5).value
        if not metric:
            continue
        plain = measure == "数值" and not Metric.objects.get(key=metric).bounds
        value: object = round(800 * growth) if plain else "未报"
        sheet.cell(number, VALUE).value = wrong.get(metric, value) if measure == "数值" else value
        sheet.cell(number, NOTE).value = None if plain else "按年统计"
    return saved(book)


def cell_of(key: str, metric: str) -> str:
    """Where the level of a metric stands in the unit's template."""
    lines = due_lines(unit(key), ROUND)
    return f"I{next(n for n, x in enumerate(lines, 2) if (x.metric.key, x.measure) == (metric, 'level'))}"


def own_table() -> bytes:
    """A department's own report, as it always sends it."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "月报"
    for row in (
        ["社会消费品市场月报"],
        ["指标", "单位", "1—11月累计", "同比增长（%）"],
        ["1. 首店", "家", 12, None],
    ):
        sheet.append(row)
    sheet.append(["合计", "家", 12, None])
    return saved(book)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(to: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return to


def test_a_month_of_collection(
    browser: Any, live_server: Any, people: dict[str, User], tmp_path: Path, pictures: Path
) -> None:
    before = filled("statistics", LAST_YEAR)
    done = submit(before, "去年.xlsx", organisation=unit("statistics"), period=LAST_YEAR, by=None, at=NOW)
    assert done.state == "accepted", (done.problems[:3], done.findings[:3])
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    base = live_server.url

    # The plan office opens the round and takes in what the units mailed.
    sign_in(page, base, "office")
    page.goto(f"{base}/collection/rounds/?year=2022")
    page.fill("#round-year", "2022")
    page.select_option("#round-month", "11")
    page.fill("#due", "2022-12-12")
    page.click("form[action='/collection/rounds/open/'] button")
    page.wait_for_url(re.compile(r"/collection/rounds/\?year=2022$"))
    opened = Package.objects.filter(period=str(ROUND), due=date(2022, 12, 12)).count()
    assert opened == len(packages.expected(ROUND)) > 15
    sent = packed(
        tmp_path / "十一月.zip",
        {
            "生态.xlsx": filled("ecology"),
            "交通局/报表.xlsx": filled("transport"),
            "财政局.xlsx": filled("finance", **{REVENUE: "约八十九亿"}),
            "统计局.xlsx": filled("statistics", growth=1.04, retail_sales=9_300_000),
            "市场监管.xlsx": filled("market_supervision", Period.to_date(2022, 10)),
            "看不出是谁.xlsx": own_table(),
            "说明.docx": b"PK",
        },
    )
    deliver(page, base, sent)
    said = page.inner_text("main")
    assert page.locator("a[href$='errors.xlsx']").count() == 3, said
    assert "说明.docx" in said
    page.screenshot(path=str(pictures / "delivery-1440.png"), full_page=True)
    assert Fact.objects.filter(period=str(ROUND), series__metric__owner__subject__key="finance").count() == 0

    # A table that nobody knew is mapped once and taken in.
    page.click("a[href*='/collection/mappings/new/']")
    page.select_option("#organisation", label="区商务局")
    page.click("button[name=look]")
    page.select_option("#to1", "-")
    page.screenshot(path=str(pictures / "mapping-1440.png"), full_page=True)
    page.click("button[name=save]")
    page.wait_for_url(re.compile(r"/collection/deliveries/\d+/$"))
    assert ColumnMapping.objects.get().organisation == unit("commerce")
    first = Fact.objects.get(series__metric__key="first_stores")
    assert (str(first.number), first.evidence.locator) == ("12", "月报!C3")

    # The error lists go back; one unit mends its marked workbook, one sends the right template.
    with page.expect_download() as download:
        page.click("a[href$='errors.zip']")
    download.value.save_as(tmp_path / "lists.zip")
    lists = zipfile.ZipFile(tmp_path / "lists.zip")
    assert sorted(Path(n).suffix for n in lists.namelist()) == [".txt"] * 3 + [".xlsx"] * 3
    name = next(n for n in lists.namelist() if "财政" in n and n.endswith(".xlsx"))
    cell = cell_of("finance", REVENUE)
    assert f"填报!{cell}" in lists.read(name.replace(".xlsx", ".txt")).decode()
    marked = load_workbook(io.BytesIO(lists.read(name)))
    assert marked["填报"][cell].comment is not None
    marked["填报"][cell] = 89.43
    again = packed(
        tmp_path / "改正.zip",
        {"财政局.xlsx": saved(marked), "市场监管.xlsx": filled("market_supervision")},
    )
    deliver(page, base, again)
    assert page.locator("a[href$='errors.xlsx']").count() == 0, page.inner_text("main")
    assert (
        str(
            Fact.objects.get(
                series__metric__key="general_public_budget_revenue", series__measure="level"
            ).number
        )
        == "89.43"
    )

    # The third says that its figure is right; a second person of the plan office confirms.
    held = Submission.objects.get(state="held")
    assert not Fact.objects.filter(period=str(ROUND), evidence__file=held.file).exists()
    sign_in(page, base, "statistics")
    page.goto(f"{base}/collection/{held.pk}/")
    assert "10^4" in page.inner_text("#findings")
    for field in page.locator("textarea[name^='reason-']").all():
        field.fill("统计制度调整，口径扩大。")
    page.screenshot(path=str(pictures / "held-1440.png"), full_page=True)
    page.click("form[action$='/override/'] button")
    assert page.locator("form[action$='/confirm/'] button").count() == 0, "one person is not enough"
    sign_in(page, base, "office")
    page.goto(f"{base}/collection/{held.pk}/")
    page.click("form[action$='/confirm/'] button")
    held.refresh_from_db()
    assert held.state == "accepted"

    # A unit fills in the form instead; what is wrong stands beside its field.
    sign_in(page, base, "statistics")
    page.goto(f"{base}/collection/packages/{held.package_id}/form/")
    field = page.locator("input.entry-value").nth(0)
    field.fill("约四")
    page.screenshot(path=str(pictures / "form-1440.png"))
    page.click("form.panel button[type=submit]")
    assert page.locator(".error-text").count() == 1
    page.locator("input.entry-value").nth(0).fill("895")
    page.click("form.panel button[type=submit]")
    page.wait_for_url(re.compile(r"/collection/\d+/$"))

    # The plan office approves and locks; the fact is no longer marked.
    sign_in(page, base, "office")
    fact = Fact.objects.filter(
        period=str(ROUND), series__metric__key="retail_sales", mantissa__isnull=False
    ).latest("pk")
    page.goto(f"{base}/facts/{fact.pk}/")
    assert page.locator(".tag-yellow").count() == 1
    page.goto(f"{base}/collection/packages/{held.package_id}/")
    page.screenshot(path=str(pictures / "package-1440.png"), full_page=True)
    page.click("button[value=approve]")
    page.click("button[value=lock]")
    assert Package.objects.get(pk=held.package_id).state == "locked"
    page.goto(f"{base}/facts/{fact.pk}/")
    assert page.locator(".tag-yellow").count() == 0

    page.goto(f"{base}/collection/rounds/?year=2022")
    page.screenshot(path=str(pictures / "matrix-1440.png"), full_page=True)
    page.goto(f"{base}/collection/reminders/?year=2022&month=11")
    assert page.locator("tbody tr").count() > 10
    page.screenshot(path=str(pictures / "reminders-1440.png"))
    page.set_viewport_size({"width": 390, "height": 844})
    for name, url in (
        ("matrix", "/collection/rounds/?year=2022"),
        ("package", f"/collection/packages/{held.package_id}/"),
        ("delivery", "/collection/deliveries/1/"),
        ("collection", "/collection/"),
    ):
        page.goto(base + url)
        page.screenshot(path=str(pictures / f"{name}-390.png"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{name} is wider than a phone"
    assert [f for f in failures if "400" not in f] == []
    context.close()


def deliver(page: Any, base: str, sent: Path) -> None:
    page.goto(f"{base}/collection/deliveries/")
    page.fill("#round-year", "2022")
    page.select_option("#round-month", "11")
    page.set_input_files("#file", str(sent))
    page.click("form[action='/collection/deliveries/send/'] button")
    page.wait_for_url(re.compile(r"/collection/deliveries/\d+/$"))
