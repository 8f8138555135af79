"""Work orders imported, dispatched by keyboard, returned with evidence, arbitrated, whistled, replied, redone, closed; a look at a person is found."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from test_journey import PASSWORD, sign_in

from tongjian.demo.photo import png
from tongjian.facts import catalogue
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases.models import Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADS = "工单编号,受理时间,诉求内容,一级分类,二级分类,街乡镇,时限等级,诉求人,联系电话"
TEXT = "永和路路口路灯连续三晚不亮，行人过街看不清"
PHONE = "13900001111"


@pytest.fixture
def people() -> None:
    catalogue.sync(timezone.now())
    for name, role, unit in [
        ("office", Role.PLAN_OFFICE, "plan_office"),
        ("hotline", Role.DEPARTMENT, "hotline"),
        ("town", Role.DEPARTMENT, "yongshun_government"),
        ("urban", Role.DEPARTMENT, "urban_management"),
    ]:
        organisation = Organisation.objects.get(subject__key=unit)
        User.objects.create_user(name, password=PASSWORD, role=role, organisation=organisation)


def orders(folder: Path) -> Path:
    """Two orders that tell the same, one that does not."""
    taken = timezone.localtime() - timedelta(minutes=30)
    rows = [
        f"J{n},{taken - timedelta(minutes=n):%Y-%m-%d %H:%M},{text},公共设施,路灯,永顺镇,一般,赵小河,{PHONE}"
        for n, text in enumerate([TEXT + "。", TEXT + "，请检修。", "小区垃圾桶满溢，请清运。"], 1)
    ]
    path = folder / "工单.csv"
    path.write_text("\n".join([HEADS, *rows]), encoding="utf-8-sig")
    return path


def take(page: Any, base: str, who: str, case: Case, step: str, **given: str) -> None:
    """One step through its form, as somebody."""
    sign_in(page, base, who)
    page.goto(f"{base}/cases/{case.pk}/")
    form = page.locator(f"form:has(input[name=step][value={step}])")
    details = page.locator(f"details.step:has(input[name=step][value={step}])")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    for name, value in given.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "file":
            field.set_input_files(value)
        else:
            field.fill(value)
    form.locator("button.btn[type=submit]").last.click()
    page.wait_for_load_state()
    case.refresh_from_db()


def test_a_work_order_from_the_file_to_its_end(
    browser: Any, live_server: Any, people: None, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page, base = context.new_page(), live_server.url
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))

    # The hotline takes the file in, and dispatches by keyboard: the case stands beside the list with what is like it.
    sign_in(page, base, "hotline")
    page.goto(f"{base}/cases/")
    page.set_input_files("input[name=file]", str(orders(tmp_path)))
    page.click("form[action='/cases/upload/'] button[type=submit]")
    page.wait_for_load_state()
    assert Case.objects.count() == 3
    page.goto(f"{base}/cases/?list=to_dispatch")
    page.wait_for_selector("#peek [data-peek]")
    case = Case.objects.get(source_id="J2")
    while page.locator("tr[data-row].at a").first.get_attribute("href") != f"/cases/{case.pk}/":
        page.keyboard.press("j")
    page.wait_for_selector(f"#peek .panel-head a[href='/cases/{case.pk}/']")
    page.screenshot(path=str(pictures / "dispatch-1440.png"), full_page=True)
    first = Case.objects.get(source_id="J1")
    assert page.locator(f"#peek .rows a[href='/cases/{first.pk}/']").count() == 1  # told before
    with page.expect_navigation():
        page.keyboard.press("1")
    assert "list=to_dispatch" in page.url
    case.refresh_from_db()
    assert (case.state, str(case.lead.key)) == ("to_accept", "yongshun_government")

    # The town returns it with a photo; the hotline arbitrates; the town whistles for another unit, which answers.
    (tmp_path / "map.png").write_bytes(png(2))
    take(page, base, "town", case, "return", reason="not_here", files=str(tmp_path / "map.png"))
    assert (case.state, case.returns) == ("contested", 1)
    sign_in(page, base, "hotline")
    page.goto(f"{base}/cases/?list=returned")
    page.wait_for_selector("#peek [data-peek]")
    town = Organisation.objects.get(subject__key="yongshun_government")
    take(page, base, "hotline", case, "designate", lead=str(town.pk), reason="路口在本镇界内")
    assert (case.state, case.hops) == ("handling", 2)
    urban = Organisation.objects.get(subject__key="urban_management")
    take(page, base, "town", case, "whistle", joint=str(urban.pk), reason="需要市政路灯队到场")
    take(page, base, "urban", case, "report", reply="路灯队已到场，更换镇流器一只。")
    assert case.assignments.get(role="joint").result == "done"

    # A reply full of promises is held, live and when it is sent; mended it goes out.
    sign_in(page, base, "town")
    page.goto(f"{base}/cases/{case.pk}/")
    form = page.locator("form:has(input[name=step][value=finish])")
    details = page.locator("details.step:has(input[name=step][value=finish])")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    form.locator("textarea[name=reply]").press_sequentially("我镇高度重视，将会尽快修复")
    page.wait_for_selector(".reply-check mark")
    assert page.locator(".reply-check mark").all_inner_texts() == ["高度重视", "将会", "尽快"]
    page.screenshot(path=str(pictures / "reply-held-1440.png"), full_page=True)
    form.locator("button.btn[type=submit]").last.click()
    page.wait_for_load_state()
    case.refresh_from_db()
    assert case.state == "handling"
    assert "高度重视" in page.input_value("form:has(input[value=finish]) textarea[name=reply]")
    take(page, base, "town", case, "finish", outcome="done", reply="灯泡和镇流器已更换，现场恢复照明。")
    assert case.state == "follow_up"

    # The follow-up hears that it is unsolved: it is done again, and closed.
    take(page, base, "hotline", case, "survey", reached="yes", solved="no", score="2")
    assert (case.state, case.redos, case.solved) == ("handling", 1, False)
    take(page, base, "town", case, "finish", outcome="done", reply="另一侧路灯也已更换，现场恢复照明。")
    take(page, base, "hotline", case, "survey", reached="yes", solved="yes", score="5")
    assert (case.state, case.solved, case.score) == ("closed", True, 5)

    # Somebody looked at the caller; the plan office finds who, when and why.
    sign_in(page, base, "hotline")
    page.goto(f"{base}/cases/{case.pk}/")
    assert PHONE not in page.inner_text("main")
    page.fill("form[action*='/reveal/'] input[name=reason]", "核对回访电话")
    page.click("form[action*='/reveal/'] button")
    page.wait_for_load_state()
    assert PHONE in page.inner_text("main")
    sign_in(page, base, "office")
    page.goto(f"{base}/cases/{case.pk}/")
    told = page.locator(".events li").first.inner_text()
    assert "hotline" in told
    assert "核对回访电话" in told
    assert PHONE not in page.inner_text("main")
    page.screenshot(path=str(pictures / "case-closed-1440.png"), full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=str(pictures / "case-closed-390.png"), full_page=True)
    page.goto(f"{base}/cases/?list=newest")
    page.screenshot(path=str(pictures / "desk-390.png"), full_page=True)
    assert failures == []
    context.close()


def test_a_package_is_visited_and_its_item_handled(
    browser: Any, live_server: Any, people: None, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page, base = context.new_page(), live_server.url
    sign_in(page, base, "office")
    page.goto(f"{base}/packages/")
    town = Organisation.objects.get(subject__key="yongshun_government")
    page.fill("form[action='/packages/keep/'] [name=enterprise]", "永河智能装备有限公司")
    page.select_option("form[action='/packages/keep/'] [name=unit]", str(town.pk))
    manager = User.objects.get(username="town")
    page.select_option("form[action='/packages/keep/'] [name=manager]", str(manager.pk))
    page.click("form[action='/packages/keep/'] button[type=submit]")
    page.wait_for_url(re.compile(r"/packages/\d+/$"))
    sign_in(page, base, "town")
    page.goto(f"{base}/packages/visits/")
    page.goto(f"{base}/packages/")
    page.click("tbody a")
    page.click("a[href='?visit=1#visit']")
    page.fill("#visit [name=on]", f"{timezone.localdate():%Y-%m-%d}")
    page.fill("#visit textarea[name=words]", "生产正常，希望改善夜间照明")
    page.locator("#visit [name=item]").first.fill("厂区门前道路照明不足")
    page.screenshot(path=str(pictures / "package-1440.png"), full_page=True)
    page.click("#visit button[type=submit]")
    page.wait_for_load_state()
    item = Case.objects.get(type="service_item")
    assert item.subject is not None
    assert item.subject.label == "永河智能装备有限公司"
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.screenshot(path=str(pictures / f"package-visited-{width}.png"), full_page=True)
    sign_in(page, base, "office")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for name, at in (
            ("packages", "/packages/"),
            ("replies", "/cases/replies/"),
            ("new-case", "/cases/new/"),
        ):
            page.goto(f"{base}{at}")
            page.screenshot(path=str(pictures / f"{name}-{width}.png"), full_page=True)
    context.close()
