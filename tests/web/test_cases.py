"""Pages of cases: received, dispatched by suggestion, returned, answered, followed up; many at once; persons masked."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse

from records.cases import factories as make
from records.cases.factories import District
from tongjian.records.cases.models import Case

pytestmark = pytest.mark.django_db
TEXT = "北街路灯坏了三天，晚上看不见路，请尽快修复。"


@pytest.fixture
def here(settings: object) -> District:
    settings.DISTRICT = "riverside"  # type: ignore[attr-defined]
    return make.district()


def as_user(client: Client, here: District, name: str) -> Client:
    client.force_login(here.users[name])
    return client


def receive(client: Client, here: District, text: str = TEXT, **more: str) -> Case:
    form = {
        "type": "complaint",
        "text": text,
        "title": "路灯不亮",
        "channel": "phone",
        "area": str(here.areas["north"].pk),
        "name": "王小明",
        "phone": "13800138000",
        **more,
    }
    client.post(reverse("cases:receive"), form)
    return Case.objects.latest("pk")


def page(client: Client, case: Case) -> str:
    return client.get(reverse("cases:case", args=[case.pk])).content.decode()


def step(client: Client, case: Case, key: str, **payload: object) -> str:
    sent = client.post(reverse("cases:step", args=[case.pk]), {"step": key, **payload}, follow=True)
    case.refresh_from_db()
    return sent.content.decode()


def test_a_case_goes_from_receipt_to_follow_up(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    shown = page(desk, case)
    assert "王小明" not in shown
    assert "13800138000" not in shown
    assert "派单建议" in shown  # the territorial rule
    step(desk, case, "dispatch", lead=str(here.units["north"].pk))
    town = as_user(client, here, "north")
    step(town, case, "accept")
    assert case.state == "handling"
    step(town, case, "contact")
    refused = step(town, case, "finish", reply="已修复")
    assert case.state == "handling"
    assert "办理结果" in refused or "outcome" in refused.lower() or "结果" in refused
    step(town, case, "finish", reply="已修复", outcome="done")
    assert case.state == "follow_up"
    desk = as_user(client, here, "hotline")
    step(desk, case, "survey", reached="yes", solved="yes", score="5")
    assert (case.state, case.solved, case.score) == ("closed", True, 5)
    shown = page(desk, case)
    assert "第1轮" in shown
    assert "按时" in shown


def test_a_step_refused_says_what_is_missing(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    told = step(desk, case, "dispatch")
    assert case.state == "to_dispatch"
    assert "牵头" in told or "承办" in told
    assert "不能办理" in step(desk, case, "no_such_step")


def test_the_desk_lists_searches_and_pages(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    receive(desk, here, text="南河水质发黑，有异味。", title="河水发黑")
    listed = desk.get(reverse("cases:desk"), {"list": "newest"}).content.decode()
    assert "路灯不亮" in listed
    assert "河水发黑" in listed
    found = desk.get(reverse("cases:desk"), {"list": "newest", "q": "路灯"}).content.decode()
    assert "路灯不亮" in found
    assert "河水发黑" not in found
    other = as_user(client, here, "water").get(reverse("cases:desk"), {"list": "newest"}).content.decode()
    assert "路灯不亮" not in other
    assert client.get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_many_are_looked_at_first_and_done_together(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    cases = [receive(desk, here), receive(desk, here, text="东路井盖缺失，容易伤人。", title="井盖缺失")]
    form = {"case": [str(c.pk) for c in cases], "step": "dispatch"}
    looked = desk.post(reverse("cases:many"), form).content.decode()
    assert "2件" in looked
    assert {c.state for c in Case.objects.all()} == {"to_dispatch"}
    desk.post(reverse("cases:many"), form | {"sure": "yes", "lead": str(here.units["north"].pk)})
    assert {c.state for c in Case.objects.all()} == {"to_accept"}


def test_what_cannot_be_done_is_not_chosen_and_words_of_a_refused_answer_stay(
    client: Client, here: District
) -> None:
    desk = as_user(client, here, "hotline")
    first, second = (
        receive(desk, here),
        receive(desk, here, text="东路井盖缺失，容易伤人。", title="井盖缺失"),
    )
    lead = {"lead": str(here.units["north"].pk)}
    desk.post(reverse("cases:many"), {"case": [str(first.pk)], "step": "dispatch", "sure": "yes", **lead})
    both = {"case": [str(first.pk), str(second.pk)], "step": "dispatch"}
    told = desk.post(reverse("cases:many"), both).context
    assert told["refused"] == 1
    assert {case.pk: refusal is None for case, refusal in told["shown"]} == {first.pk: False, second.pk: True}
    town = as_user(client, here, "north")
    town.post(reverse("cases:many"), {"case": [str(first.pk)], "step": "accept", "sure": "yes"})
    answer = {"outcome": "done", "reply": "我们将会尽快处理"}
    held = town.post(
        reverse("cases:many"), {"case": [str(first.pk)], "step": "finish", "sure": "yes", **answer}
    )
    assert held.status_code == 400
    assert "我们将会尽快处理" in held.content.decode()
    first.refresh_from_db()
    assert first.state == "handling"


def test_a_case_held_with_another_is_named_once(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    head, held = receive(desk, here), receive(desk, here)
    desk.post(reverse("cases:merge", args=[held.pk]), {"into": str(head.pk)})
    shown = desk.get(reverse("cases:case", args=[held.pk])).context
    assert list(shown["members"]) == []
    assert [a.case.pk for a in shown["alike"]] == []
    assert [m.pk for m in desk.get(reverse("cases:case", args=[head.pk])).context["members"]] == [held.pk]


def test_a_person_is_shown_once_for_a_reason(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    at = reverse("cases:reveal", args=[case.pk, case.parties.get().pk])
    assert "13800138000" not in desk.post(at, {"reason": ""}, follow=True).content.decode()
    assert "13800138000" in desk.post(at, {"reason": "回访需要"}, follow=True).content.decode()
    assert "13800138000" not in page(desk, case)


def test_what_is_typed_finds_what_was_told_before(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    receive(desk, here)
    found = desk.post(reverse("cases:alike"), {"text": TEXT, "area": str(here.areas["north"].pk)})
    assert "路灯不亮" in found.content.decode()
    assert "路灯不亮" not in desk.post(reverse("cases:alike"), {"text": "孩子入学政策咨询"}).content.decode()


def test_bad_work_orders_are_told_and_nothing_is_written(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    sent = io.BytesIO("这一列,那一列\n1,2\n".encode())
    sent.name = "工单.csv"
    assert desk.post(reverse("cases:upload"), {"file": sent}).status_code == 400
    assert not Case.objects.exists()


def test_a_refused_step_keeps_what_was_typed(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    step(desk, case, "dispatch", lead=str(here.units["north"].pk))
    town = as_user(client, here, "north")
    step(town, case, "accept")
    step(town, case, "contact")
    sent = town.post(
        reverse("cases:step", args=[case.pk]), {"step": "finish", "reply": "灯泡已换，写了很长的答复"}
    )
    assert sent.status_code == 400
    assert ">灯泡已换，写了很长的答复</textarea>" in sent.content.decode()


def test_a_refused_new_case_keeps_the_caller(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    sent = desk.post(
        reverse("cases:receive"),
        {"type": "complaint", "text": TEXT, "attr-nature": "闲聊", "name": "王小明", "phone": "13800138000"},
    )
    assert sent.status_code == 400
    assert 'value="王小明"' in sent.content.decode()
    assert 'value="13800138000"' in sent.content.decode()


def test_choices_of_a_type_s_form_are_in_the_language_of_the_page(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here, **{"attr-nature": "求助"})
    desk.cookies["django_language"] = "en"
    assert '<option value="求助">Help</option>' in desk.get(reverse("cases:new")).content.decode()
    assert "<dd>Help</dd>" in page(desk, case)


def test_every_step_of_a_case_is_told_in_words(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    step(desk, case, "answer", reply="已说明")
    assert case.state == "closed"
    party = case.parties.get()
    desk.post(reverse("cases:reveal", args=[case.pk, party.pk]), {"reason": "回电"})
    shown = page(desk, case)
    assert "查看了个人信息" in shown
    assert ">reveal" not in shown


def test_a_reader_is_offered_no_decision(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    step(desk, case, "dispatch", lead=str(here.units["north"].pk))
    town = as_user(client, here, "north")
    for key, more in (("accept", {}), ("contact", {}), ("finish", {"reply": "已修复", "outcome": "done"})):
        step(town, case, key, **more)
    desk = as_user(client, here, "hotline")
    step(desk, case, "survey", reached="yes", solved="yes", score="5")
    town = as_user(client, here, "north")
    ask = reverse("cases:exclude", args=[case.pk])
    assert "申请剔除" in page(town, case)
    town.post(ask, {"reason": "force_majeure", "words": "暴雨"})
    shown = page(town, case)
    assert "不可抗力" in shown
    assert "force_majeure" not in shown
    assert 'value="grant"' not in shown
    assert 'value="grant"' in page(as_user(client, here, "hotline"), case)


def test_another_kind_keeps_what_was_typed(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    shown = desk.post(reverse("cases:new"), {"type": "grid_event", "text": TEXT, "title": "路灯不亮"})
    assert TEXT in shown.content.decode()
    assert 'value="grid_event" selected' in shown.content.decode()
    assert not Case.objects.exists()


def test_a_case_without_words_is_refused(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    sent = desk.post(reverse("cases:receive"), {"type": "complaint", "text": "  ", "channel": "phone"})
    assert sent.status_code == 400
    assert not Case.objects.exists()


def test_the_timeline_says_by_whom(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    assert "热线中心 hotline" in page(desk, receive(desk, here))


def test_no_words_of_a_citizen_go_by_address(client: Client, here: District) -> None:
    assert as_user(client, here, "hotline").get(reverse("cases:alike"), {"text": TEXT}).status_code == 405


def test_the_step_that_leads_on_stands_first_and_open(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    assert main_of(page(desk, case)) == "dispatch"
    step(desk, case, "dispatch", lead=str(here.units["north"].pk))
    town = as_user(client, here, "north")
    assert main_of(page(town, case)) == "accept"
    step(town, case, "accept")
    assert main_of(page(town, case)) == "finish"  # not the return, which leads back
    step(town, case, "contact")
    step(town, case, "finish", reply="3月2日已修复", outcome="done")
    desk = as_user(client, here, "hotline")
    assert main_of(page(desk, case)) == "survey"  # not closing without one


def main_of(shown: str) -> str:
    """The step whose form stands first and unfolded."""
    opened = shown.split('<details class="step" open>')
    assert len(opened) == 2
    assert '<details class="step">' not in opened[0]
    return opened[1].split('name="step" value="', 1)[1].split('"', 1)[0]


def test_a_reply_is_looked_at_live_and_held(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    case = receive(desk, here)
    step(desk, case, "dispatch", lead=str(here.units["north"].pk))
    town = as_user(client, here, "north")
    step(town, case, "accept")
    live = town.post(reverse("cases:check_reply"), {"reply": "将会尽快修复"}).content.decode()
    assert "<mark>尽快</mark>" in live
    sent = {"step": "finish", "reply": "将会尽快修复", "outcome": "done"}
    held = town.post(reverse("cases:step", args=[case.pk]), sent)
    assert held.status_code == 400
    assert "<mark>尽快</mark>" in held.content.decode()
    assert 'name="override"' in held.content.decode()
    step(town, case, "finish", reply="将会尽快修复", outcome="done", override="按要求原文答复")
    assert case.state == "follow_up"
    assert "按要求原文答复" in page(town, case)


def test_one_answer_for_a_cluster_and_out_again(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    head, other = receive(desk, here), receive(desk, here)
    for case in (head, other):
        step(desk, case, "dispatch", lead=str(here.units["north"].pk))
    desk.post(reverse("cases:merge", args=[other.pk]), {"into": str(head.pk)})
    town = as_user(client, here, "north")
    step(town, head, "accept", together="yes")
    step(town, head, "finish", reply="3月2日已修复", outcome="done", together="yes")
    other.refresh_from_db()
    assert (head.state, other.state) == ("follow_up", "follow_up")
    desk = as_user(client, here, "hotline")
    desk.post(reverse("cases:merge", args=[other.pk]), {})
    other.refresh_from_db()
    assert other.cluster_id is None


def test_the_desk_shows_the_case_beside_the_list(client: Client, here: District) -> None:
    desk = as_user(client, here, "hotline")
    first, case = receive(desk, here), receive(desk, here)
    assert f'data-peek="/cases/{case.pk}/peek/"' in desk.get(reverse("cases:desk")).content.decode()
    shown = desk.get(reverse("cases:peek", args=[case.pk])).content.decode()
    assert f'href="/cases/{first.pk}/"' in shown  # what is like it
    assert f'value="{here.units["north"].pk}" data-key="1"' in shown
    sent = desk.post(
        reverse("cases:step", args=[case.pk]),
        {"step": "dispatch", "lead": str(here.units["north"].pk), "back": "desk"},
    )
    assert sent.headers["Location"].endswith("?list=to_dispatch")
    assert client.get(reverse("cases:peek", args=[10**6])).status_code == 404
