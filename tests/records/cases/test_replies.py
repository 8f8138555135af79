"""Replies are looked through before they go out; templates, shipped and a unit's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from records.cases.factories import AT, District, district
from tongjian.kernel.errors import NotAllowed
from tongjian.packs import entries
from tongjian.records.cases import actions, reply_check, store, templates
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.models import Case

RULES = [reply_check.parse(e.body) for e in entries("reply_check")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("灯泡已于3月2日更换，现场恢复照明。", {}),
        ("我单位将会尽快修复。", {"promise": ("将会", "尽快")}),
        ("我单位尽快修复，3月10日前完成。", {}),
        ("尽快修复。其余部分5个工作日内完成。", {"promise": ("尽快",)}),
        ("请拨打13800138000联系。", {"personal_data": ("[电话]",)}),
        ("该路段不归我们管，请自行联系。", {"buck_passing": ("不归我们管", "请自行联系")}),
        ("我单位高度重视，持续关注。", {"empty": ("高度重视", "持续关注")}),
    ],
)
def test_what_is_found_with_its_words(text: str, found: dict[str, tuple[str, ...]]) -> None:
    assert {f.rule.key: f.words for f in reply_check.check(text, RULES)} == found


@given(st.text(max_size=60), st.text(max_size=60))
def test_more_text_never_hides_a_word(before: str, after: str) -> None:
    found = reply_check.check(f"{before}\n高度重视\n{after}", RULES)
    assert "高度重视" in {w for f in found for w in f.words}


@pytest.fixture
def d() -> District:
    return district()


def handling(d: District) -> Case:
    case = actions.receive(Intake("complaint", "路灯不亮"), by=d.users["hotline"], at=AT)
    actions.perform(case.pk, "dispatch", {"lead": d.units["north"].pk}, by=d.users["hotline"], at=AT)
    return actions.perform(case.pk, "accept", by=d.users["north"], at=AT)


@pytest.mark.django_db
def test_a_bad_reply_is_held_until_a_reason_is_given(d: District) -> None:
    case, by = handling(d), d.users["north"]
    payload = {"outcome": "done", "reply": "我们高度重视，将会尽快修复"}
    with pytest.raises(reply_check.ReplyHeld) as held:
        actions.perform(case.pk, "finish", payload, by=by, at=AT + timedelta(hours=1))
    assert [f.rule.key for f in held.value.findings] == ["empty", "promise"]
    with translation.override("zh-hans"):
        assert "高度重视" in str(held.value)
    case.refresh_from_db()
    assert case.state == "handling"
    actions.perform(case.pk, "finish", {**payload, "override": "诉求人要求原话答复"}, by=by, at=AT + timedelta(hours=1))  # fmt: skip
    last = store.changes_of(case.pk)[-1]
    assert (last.step, last.words["override"]) == ("finish", "诉求人要求原话答复")


@pytest.mark.django_db
def test_an_own_check_call_is_kept_and_taken_back(d: District) -> None:
    case, by = handling(d), d.users["north"]
    actions.perform(case.pk, "finish", {"outcome": "done", "reply": "3月2日已更换灯泡"}, by=by, at=AT)
    actions.perform(case.pk, "check_call", {"reached": True, "solved": False}, by=by, at=AT)
    assert store.changes_of(case.pk)[-1].words == {"reached": True, "solved": False}
    assert actions.perform(case.pk, "take_back", {"reason": "又坏了"}, by=by, at=AT).state == "handling"
    case.refresh_from_db()
    assert (case.rounds, case.solved, case.redos) == (0, None, 0)  # the city has not asked yet


@pytest.mark.django_db
def test_templates_are_a_units_own(d: District) -> None:
    templates.keep("路灯", "已更换〔数量〕盏", by=d.users["north"], at=AT)
    mine = templates.offered(d.users["north"], "complaint")
    assert (mine[0].title, mine[0].text) == ("路灯", "已更换〔数量〕盏")
    assert len(mine) > 1
    assert all(t.own is None for t in templates.offered(d.users["south"], "complaint"))
    templates.keep("路灯", "已修好", by=d.users["north"], at=AT)
    assert [t.text for t in templates.offered(d.users["north"]) if t.own] == ["已修好"]
    with pytest.raises(NotAllowed):
        templates.drop(mine[0].own or 0, by=d.users["south"], at=AT)
    templates.drop(mine[0].own or 0, by=d.users["north"], at=AT)
    assert not [t for t in templates.offered(d.users["north"]) if t.own]
    with pytest.raises(NotAllowed):
        templates.keep("路灯", "已修好", by=d.users["reader"], at=AT)


def test_no_shipped_template_would_be_held() -> None:
    held = {e.key: reply_check.check(e.body["text"], RULES) for e in entries("reply_templates")}
    assert {k: [f.words for f in v] for k, v in held.items() if v} == {}
