"""Cases that tell the same are held together and taken apart, handled at once, and taken back after the unit's own call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_case_journey import people, take
from test_journey import sign_in

from tongjian.demo.photo import png
from tongjian.kernel.models import Organisation
from tongjian.records.cases.models import Attachment, Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["people"]
TOLD = (
    "滨河路28号院东侧路灯连续四晚不亮，老人出行看不清",
    "滨河路28号院东侧路灯四晚连续不亮，老人出行看不清楚",
)


def test_two_that_tell_the_same_until_the_own_check_call(
    browser: Any, live_server: Any, people: None, tmp_path: Path, pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page, base = context.new_page(), live_server.url
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))

    # The desk types both in; the second is held with the first, taken out, and held again.
    sign_in(page, base, "hotline")
    for text in TOLD:
        page.goto(f"{base}/cases/new/?type=complaint")
        page.fill("textarea[name=text]", text)
        page.click("form[action='/cases/receive/'] .panel-foot button")
        page.wait_for_load_state()
    first, second = Case.objects.order_by("pk")
    for held in (first.pk, None, first.pk):
        page.locator("form[action$='/merge/'] button").first.click()
        page.wait_for_load_state()
        second.refresh_from_db()
        assert second.cluster_id == held
    assert page.locator("aside li", has_text="合并办理于").count() == 1

    # Both are chosen on a phone, looked at, and dispatched at once.
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{base}/cases/?list=newest")
    for case in (first, second):
        page.check(f"input[name=case][value='{case.pk}']")
    page.screenshot(path=str(pictures / "desk-chosen-390.png"), full_page=True)
    page.select_option("select[name=step]", "dispatch")
    page.click("form[action='/cases/many/'] button[type=submit]")
    page.wait_for_load_state()
    assert page.locator(".rows .invalid").count() == 0, "what is not filled in yet is no refusal"
    town = Organisation.objects.get(subject__key="yongshun_government")
    page.select_option("select[name=lead]", str(town.pk))
    page.click("form[action='/cases/many/'] .panel-foot button")
    page.wait_for_load_state()
    assert {c.lead_id for c in Case.objects.all()} == {town.pk}
    page.set_viewport_size({"width": 1440, "height": 900})

    # The town keeps a template and a photo, answers both with one reply, calls itself, and takes one back.
    take(page, base, "town", first, "accept")  # of the head: for both
    page.goto(f"{base}/cases/replies/")
    page.fill("[name=title]", "路灯修复")
    page.fill("form[action$='/keep/'] textarea[name=text]", "已于〔月日〕更换灯泡，现场恢复照明。")
    page.click("form[action$='/keep/'] button[type=submit]")
    page.goto(f"{base}/cases/{first.pk}/")
    (tmp_path / "lamp.png").write_bytes(png(5))
    page.set_input_files("form[action$='/attach/'] input[type=file]", str(tmp_path / "lamp.png"))
    page.click("form[action$='/attach/'] button")
    page.wait_for_load_state()
    assert Attachment.objects.get().case_id == first.pk
    form = page.locator("form:has(input[name=step][value=finish])")
    form.locator("select[data-template]").select_option(label="路灯修复")
    typed = form.locator("textarea[name=reply]").input_value()
    assert "恢复照明" in typed
    take(page, base, "town", first, "finish", outcome="done", reply=typed.replace("〔月日〕", "3月2日"))
    second.refresh_from_db()
    assert (first.state, second.state) == ("follow_up", "follow_up")
    page.goto(f"{base}/cases/?list=own_check")
    assert page.locator("tbody tr[data-row]").count() == 2
    take(page, base, "town", second, "check_call", reached="yes", solved="no")
    assert second.state == "follow_up"
    take(page, base, "town", second, "take_back", reason="自查发现南端一盏仍不亮")
    assert (second.state, second.rounds) == ("handling", 0)
    page.screenshot(path=str(pictures / "taken-back-1440.png"), full_page=True)
    assert failures == []
    context.close()
