"""A month is assessed: published, told in a bulletin that opens its cases, held against the city's result and list, a
difference explained; an appeal that a second person accepts makes a revised edition.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from test_journey import PASSWORD, sign_in

from tongjian.demo import orders
from tongjian.facts import catalogue
from tongjian.facts.assessment import frozen
from tongjian.facts.assessment.models import DifferenceNote, Edition
from tongjian.facts.assessment.results import competition
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.mirror.tables import named
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases import exclusions
from tongjian.records.cases.intake.importing import take
from tongjian.records.cases.models import Case
from tongjian.reports.trace import trace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 12, 26, 2, tzinfo=UTC)
MONTH = "scheme=district_monthly&month=2022-11"
HEADS = ("工单编号", "街乡镇", "是否响应", "是否解决", "是否满意", "是否剔除")


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> User:
    """The sample's work orders, in the mirror."""
    settings.MIRROR = str(tmp_path / "mirror.duckdb")
    catalogue.sync(AT)
    unit = Organisation.objects.get(subject__key="plan_office")
    user = User.objects.create_user("office", password=PASSWORD, role=Role.PLAN_OFFICE, organisation=unit)
    take(orders.table(), "orders.csv", orders.FEED, by=user, at=AT)
    refresh(list(named("cases").values()), at=AT)
    return user


def city_list(path: Path) -> str:
    """The city has one case of November that it holds to be solved, and we do not; and one of its own."""
    cases = Case.objects.filter(
        dispatched_at__gte=datetime(2022, 10, 31, 16, tzinfo=UTC),
        dispatched_at__lt=datetime(2022, 11, 30, 16, tzinfo=UTC),
    ).select_related("area__subject")
    unsolved = cases.filter(solved=False, excluded=False).order_by("pk").first()
    assert unsolved is not None
    book = Workbook()
    book.worksheets[0].append(HEADS)
    for case in cases:
        solved = True if case == unsolved else case.solved
        content = None if case.score is None else case.score >= 3
        words = [_word(v) for v in (case.responded_in_time, solved, content, case.excluded)]
        book.worksheets[0].append([case.source_id, str(case.area), *words])
    book.worksheets[0].append(["CITY-1", "", "是", "是", "是", "否"])
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return unsolved.source_id or ""


def city_result(path: Path) -> tuple[str, int]:
    """The city has our rates and scores but for our first street, which it puts last. Returns its name and that rank."""
    kept = frozen.from_json(Edition.objects.get().result)
    streets = [r for r in kept.rows if r.group == "streets"]
    fallen = min(streets, key=lambda r: (r.rank or 0, r.unit))
    scores = {r.unit: Decimal(1) if r is fallen else r.score_printed or Decimal(0) for r in kept.rows}
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["街乡镇", "月份", "响应率", "解决率", "满意率", "综合得分", "位次"])
    for row in kept.rows:
        ranks = competition({r.unit: scores[r.unit] for r in kept.rows if r.group == row.group})
        rates = ["0" if row is fallen else str(r.percent) for r in row.rates]
        sheet.append([kept.names[row.unit][0], "2022-11", *rates, str(scores[row.unit]), ranks[row.unit]])
    districts = book.create_sheet("各区")
    districts.append(["区", "月份", "综合得分", "位次"])
    for row_ in (["甲区", "2022-11", "97.10", 1], ["通州区", "2022-11", "95.60", 2]):
        districts.append(row_)
    book.save(path)
    return kept.names[fallen.unit][0], len(streets)


def refused_case(office: User) -> Case:
    """A closed case of November that counts as unsolved; its town asked to take it out, and the desk refused."""
    case = Case.objects.filter(
        kind="closed",
        solved=False,
        excluded=False,
        dispatched_at__gte=datetime(2022, 10, 31, 16, tzinfo=UTC),
        dispatched_at__lt=datetime(2022, 11, 30, 16, tzinfo=UTC),
    ).order_by("pk")[1]
    town = User.objects.create_user("town", password=PASSWORD, role=Role.DEPARTMENT, organisation=case.lead)
    asked = exclusions.ask(case.pk, reason="in_procedure", words="已进入诉讼程序", by=town, at=AT)
    exclusions.decide(asked.pk, grant=False, words="未见立案材料", by=office, at=AT)
    User.objects.create_user(
        "second", password=PASSWORD, role=Role.PLAN_OFFICE, organisation=office.organisation
    )
    return case


def _word(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


def pictures_of(page: Any, base: str, views: Sequence[tuple[str, str]], folder: Path) -> None:
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in views:
            page.goto(f"{base}{path}")
            page.screenshot(path=str(folder / f"assessment-{name}-{width}.png"), full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{name} is wider than {width}"
    page.set_viewport_size({"width": 1440, "height": 900})


def step(browser: Any, base: str, who: str, case: Case, how: str, words: str) -> None:
    """One person takes one step on the request for exclusion, on the case's page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, base, who)
    page.goto(f"{base}/cases/{case.pk}/")
    form = page.locator(f"form[action$='/exclude/']:has(button[value={how}])")
    form.locator("input[name=words]").fill(words)
    form.locator(f"button[value={how}]").click()
    page.wait_for_selector(f"text={words}")
    context.close()


def test_from_the_published_month_to_an_explained_difference(
    browser: Any, live_server: Any, office: User, pictures: Path, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    base = live_server.url
    sign_in(page, base, "office")

    # The month is published and frozen.
    page.goto(f"{base}/cases/assessment/?{MONTH}")
    page.click("#edition button[type=submit]")
    page.wait_for_selector("#edition code")
    assert Edition.objects.get().month == "2022-11"

    # The bulletin ranks the towns; a click on a rate lists its cases; in Word every figure is traced.
    page.goto(f"{base}/cases/assessment/bulletin/?{MONTH}")
    ranks = [int(t) for t in page.locator(".ranking >> nth=0 >> td.is-rank").all_inner_texts()]
    assert ranks[0] == 1
    assert ranks == sorted(ranks)
    first = page.locator(".ranking >> nth=0 >> tbody tr >> nth=0")
    counted = int(first.locator("td.is-cases").inner_text())
    with page.expect_download() as waiting:
        page.click("a[href*='format=docx']")
    found = trace(Path(waiting.value.path()).read_bytes())
    assert found.problems == ()
    assert "第1位" in {f["shown"] for f in found.figures.values()}
    first.locator("td.is-rate a >> nth=0").click()
    page.wait_for_selector("[data-row]")
    assert 0 < page.locator("[data-row]").count() <= counted

    # The city's result comes in: its rank opens the cell that it came from, and why it differs stands beside ours.
    town, last = city_result(tmp_path / "result.xlsx")
    page.goto(f"{base}/cases/assessment/?{MONTH}")
    form = page.locator("form[action$='/official/']")
    form.locator("input[type=file]").set_input_files(str(tmp_path / "result.xlsx"))
    form.locator("button[type=submit]").click()
    page.wait_for_selector("text=个官方数据")
    page.goto(f"{base}/cases/assessment/bulletin/?{MONTH}")
    page.click("#overall a.figure:text-is('2')")
    page.wait_for_selector("text=各区!D3")
    page.goto(f"{base}/cases/assessment/reconcile/?{MONTH}")
    row = page.locator("#standings tbody tr", has=page.locator("th", has_text=town))
    assert row.locator("td").nth(4).inner_text() == str(last)
    assert "仅在市级结果中排在其前" in row.inner_text()

    # The city's list comes in; the two cases that differ are named, and one is explained.
    number = city_list(tmp_path / "list.xlsx")
    page.goto(f"{base}/cases/assessment/reconcile/?{MONTH}")
    page.set_input_files("#take input[type=file]", str(tmp_path / "list.xlsx"))
    page.click("#take button[type=submit]")
    page.wait_for_selector("[data-pair]")
    assert page.locator("[data-pair] th").all_inner_texts() == ["CITY-1", number]
    page.check(f"input[value='{number}']")
    page.fill("input[name=text]", "市级二次回访后改判")
    page.click("#cases button[type=submit]")
    page.wait_for_selector("text=市级二次回访后改判")
    assert DifferenceNote.objects.get().number == number

    # The town appeals; the first decider may not decide again, a second person accepts; a revised edition says so.
    case = refused_case(office)
    step(browser, base, "town", case, "appeal", "补交立案通知书")
    page.goto(f"{base}/cases/{case.pk}/")
    assert page.locator("form[action$='/exclude/']").count() == 0
    step(browser, base, "second", case, "grant", "已核立案通知书")
    case.refresh_from_db()
    assert case.excluded
    refresh(list(named("cases").values()), at=AT)
    page.goto(f"{base}/cases/assessment/?{MONTH}")
    page.fill("#edition input[name=reason]", "申诉成立，剔除一件")
    page.click("#edition button[type=submit]")
    page.wait_for_selector("text=修订原因")
    page.goto(f"{base}/cases/assessment/changes/?{MONTH}&edition=2")
    page.wait_for_selector(f"text={case.source_id}")
    assert [e.number for e in Edition.objects.order_by("number")] == [1, 2]
    page.goto(f"{base}/cases/assessment/topics/?{MONTH}")
    assert "申诉后剔除" in page.locator("#exclusions").inner_text()

    views = [("results", f"/cases/assessment/?{MONTH}"), ("bulletin", f"/cases/assessment/bulletin/?{MONTH}")]
    views += [
        ("reconcile", f"/cases/assessment/reconcile/?{MONTH}"),
        ("topics", f"/cases/assessment/topics/?{MONTH}"),
    ]
    views += [("changes", f"/cases/assessment/changes/?{MONTH}&since=1")]
    pictures_of(page, base, views, pictures)
    assert failures == []
    context.close()
