"""A complaint's life through the actions: who may do what, what is missing, what the row and its events say after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from records.cases.factories import AT, District, district
from records.cases.pictures import jpeg
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Event
from tongjian.records.cases import actions, attachments, queries, store
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.models import Assignment, Case, Clock, Party, Survey
from tongjian.records.cases.personal import Person, opened, phone_hash
from tongjian.records.cases.refusals import StepRefused
from tongjian.records.cases.store import ChangedMeanwhile

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def d() -> District:
    return district()


def photo(d: District, case: Case) -> int:
    return attachments.attach(case.pk, jpeg(), "现场.jpg", by=d.users["north"], at=AT + HOUR).pk


def received(d: District, text: str = "小区门口路灯不亮", **more: object) -> Case:
    return actions.receive(Intake("complaint", text, **more), by=d.users["hotline"], at=AT)  # type: ignore[arg-type]


def dispatched(d: District, unit: str = "north", **more: object) -> Case:
    case = received(d)
    payload = {"lead": d.units[unit].pk, "tier": "ordinary", **more}
    return actions.perform(case.pk, "dispatch", payload, by=d.users["hotline"], at=AT + HOUR)


def test_a_received_case_waits_for_dispatch(d: District) -> None:
    case = received(d)
    assert (case.state, case.kind, case.seq) == ("to_dispatch", "triage", 2)
    assert [(c.name, c.due) for c in Clock.objects.all()] == [("dispatch", AT + 2 * HOUR)]
    assert case.due_at == AT + 2 * HOUR
    assert list(Event.objects.order_by("seq").values_list("verb", flat=True)) == [
        "case.register",
        "case.receive",
    ]


def test_receiving_takes_four_statements(d: District, django_capture_on_commit_callbacks: Any) -> None:
    person = Person("王五", "13912345678")
    with django_capture_on_commit_callbacks(execute=True):
        received(d, "第一件", people=[person])  # the month's key is made once
    view = d.users["hotline"]
    view.organisation  # noqa: B018 - signed in: read already
    with CaptureQueriesContext(
        connection,
    ) as told:
        received(d, "路灯不亮", people=[person])
    written = [q["sql"].split()[0] for q in told if q["sql"].startswith(("INSERT", "UPDATE"))]
    read = [q["sql"] for q in told if q["sql"].startswith("SELECT")]
    assert written == ["INSERT"] * 4
    assert len(read) <= 1, read  # the user's own units


def test_the_citizen_stands_apart(d: District) -> None:
    person = Person("欧阳小明", "139-1234-5678", address="3号楼")
    case = received(d, "欧阳小明来电13912345678，反映路灯不亮", people=[person])
    assert case.text == "[姓名]来电[电话]，反映路灯不亮"
    party = Party.objects.get()
    assert (party.shown_name, party.shown_phone) == ("欧***", "139****5678")
    assert party.phone_hash == phone_hash("13912345678") != ""
    assert b"5678" not in bytes(party.sealed)
    assert opened(party).verbatim == "欧阳小明来电13912345678，反映路灯不亮"
    assert opened(party).phone == "139-1234-5678"


def test_dispatch_starts_the_clocks_of_its_grade(d: District) -> None:
    case = dispatched(d)
    due = {c.name: c.due for c in Clock.objects.filter(stopped=None)}
    at = AT + HOUR
    assert due["accept"] == at + 2 * HOUR
    assert due["contact"] == at + DAY
    assert due["resolve"].isoformat() == "2026-03-09T15:59:59+00:00"  # seven days, the first not counted
    assert (case.lead, case.first_lead, case.hops) == (d.units["north"], d.units["north"], 1)


def test_a_refusal_says_everything_that_is_missing(d: District) -> None:
    case = received(d)
    with pytest.raises(StepRefused) as refused:
        actions.perform(case.pk, "return", {}, by=d.users["hotline"], at=AT)
    codes = [r.code for r in refused.value.reasons]
    assert codes == ["cases.wrong_state", "cases.not_yours", "cases.wanting", "cases.wanting"]
    assert refused.value.missing == ("reason", "evidence")
    with translation.override("en"):
        assert "To be dispatched" in str(refused.value)
        assert "Evidence is missing." in str(refused.value)
    with translation.override("zh-hans"):
        assert "待派" in str(refused.value)
        assert "缺少证据" in str(refused.value)


def test_a_unit_sees_what_it_leads_and_no_more(d: District) -> None:
    case = dispatched(d)
    assert list(queries.visible_to(d.users["north"])) == [case]
    for other in ("south", "reader"):
        assert list(queries.visible_to(d.users[other])) == []
    with pytest.raises(NotAllowed):
        actions.perform(case.pk, "accept", by=d.users["south"], at=AT + 2 * HOUR)
    for all_seeing in ("plan", "leader", "hotline"):
        assert list(queries.visible_to(d.users[all_seeing])) == [case]


def test_returned_contested_and_designated(d: District) -> None:
    case = dispatched(d)
    actions.perform(
        case.pk,
        "return",
        {"reason": "not_here", "evidence": [photo(d, case)]},
        by=d.users["north"],
        at=AT + 2 * HOUR,
    )
    case.refresh_from_db()
    assert (case.state, case.lead, case.returns, case.hops) == ("contested", None, 1, 1)
    assert Assignment.objects.get().result == "returned"
    case = actions.perform(
        case.pk,
        "designate",
        {"lead": d.units["water"].pk, "reason": "地下管线归口水务"},
        by=d.users["leader"],
        at=AT + 3 * HOUR,
    )
    assert (case.state, case.lead, case.first_lead, case.hops) == (
        "handling",
        d.units["water"],
        d.units["north"],
        2,
    )
    assert "return" not in [t.key for t in steps(case, d, "north")]


def steps(case: Case, d: District, who: str) -> list[object]:
    return list(queries.steps_open_to(d.users[who], case, at=AT + 4 * HOUR))


def test_a_case_is_returned_in_time_or_not_at_all(d: District) -> None:
    case = dispatched(d)
    with pytest.raises(StepRefused) as refused:
        actions.perform(
            case.pk,
            "return",
            {"reason": "unclear", "evidence": [photo(d, case)]},
            by=d.users["north"],
            at=AT + 3 * DAY,
        )
    assert [r.code for r in refused.value.reasons] == ["cases.too_late"]


def test_a_whistle_gives_each_joint_unit_its_own_clock(d: District) -> None:
    case = dispatched(d)
    actions.perform(case.pk, "accept", by=d.users["north"], at=AT + 2 * HOUR)
    joint = [d.units["water"].pk, d.units["south"].pk]
    actions.perform(
        case.pk, "whistle", {"joint": joint, "reason": "需会同排查"}, by=d.users["north"], at=AT + 3 * HOUR
    )
    assert Clock.objects.filter(name="joint_reply", stopped=None).count() == 2
    assert list(queries.visible_to(d.users["water"])) == [case]
    actions.perform(case.pk, "report", {"reply": "已到场"}, by=d.users["water"], at=AT + 4 * HOUR)
    done = Clock.objects.get(name="joint_reply", stopped__isnull=False)
    assert (done.unit, done.met) == (d.units["water"], True)
    with pytest.raises(StepRefused) as refused:
        actions.perform(
            case.pk, "whistle", {"joint": joint[1:], "reason": "再"}, by=d.users["north"], at=AT + 4 * HOUR
        )
    assert [r.code for r in refused.value.reasons] == ["cases.unit_twice"]


def handled(d: District) -> Case:
    case = dispatched(d)
    north = d.users["north"]
    actions.perform(case.pk, "accept", by=north, at=AT + 2 * HOUR)
    actions.perform(case.pk, "contact", by=north, at=AT + 3 * HOUR)
    return actions.perform(
        case.pk, "finish", {"outcome": "done", "reply": "已更换灯泡"}, by=north, at=AT + DAY
    )


def test_follow_up_solved_closes(d: District) -> None:
    case = handled(d)
    assert (case.responded_in_time, case.resolved_in_time, case.kind) == (True, True, "verifying")
    case = actions.follow_up(
        case.pk, reached=True, solved=True, score=5, by=d.users["hotline"], at=AT + 2 * DAY
    )
    assert (case.kind, case.solved, case.score, case.rounds, case.late) == ("closed", True, 5, 1, False)
    assert case.retain_until is not None
    assert case.retain_until.isoformat() == "2028-03-04"
    assert Survey.objects.get().independent is True


def test_follow_up_unsolved_is_done_again_twice_at_most(d: District) -> None:
    case = handled(d)
    hotline, north, at = d.users["hotline"], d.users["north"], AT + 2 * DAY
    for _ in range(2):
        case = actions.follow_up(case.pk, reached=True, solved=False, score=2, by=hotline, at=at)
        assert case.state == "handling"
        at += DAY
        actions.perform(case.pk, "finish", {"outcome": "done", "reply": "再次处理"}, by=north, at=at)
    case = actions.follow_up(case.pk, reached=True, solved=False, score=1, by=hotline, at=at + HOUR)
    assert (case.state, case.redos, case.rounds, case.solved) == ("closed", 2, 3, False)


def test_a_pause_moves_the_due_time(d: District) -> None:
    case = dispatched(d)
    actions.perform(case.pk, "accept", by=d.users["north"], at=AT + 2 * HOUR)
    before = Clock.objects.get(name="resolve").due
    actions.perform(
        case.pk,
        "suspend",
        {"reason": "待雨季结束", "until": AT + 20 * DAY},
        by=d.users["hotline"],
        at=AT + DAY,
    )
    case.refresh_from_db()
    assert case.kind == "waiting"
    actions.perform(case.pk, "resume", by=d.users["north"], at=AT + 6 * DAY)
    assert Clock.objects.get(name="resolve").due == before + 6 * DAY  # days 3 to 8 March are touched


def test_an_extension_is_asked_for_and_granted(d: District) -> None:
    case = dispatched(d)
    north = d.users["north"]
    actions.perform(case.pk, "accept", by=north, at=AT + 2 * HOUR)
    ask = {"reason": "需要采购配件", "until": AT + 20 * DAY}
    actions.perform(case.pk, "ask_extension", ask, by=north, at=AT + DAY)
    with pytest.raises(StepRefused):
        actions.perform(case.pk, "grant_extension", {"until": AT + 20 * DAY}, by=north, at=AT + DAY)
    actions.perform(case.pk, "grant_extension", {"until": AT + 15 * DAY}, by=d.users["hotline"], at=AT + DAY)
    assert Clock.objects.get(name="resolve").due == AT + 15 * DAY


def test_many_at_once_or_none(d: District) -> None:
    first, second = received(d, "甲"), received(d, "乙")
    done = dispatched(d)
    payload = {"lead": d.units["south"].pk}
    shown = actions.preview_many(
        [first.pk, done.pk], "dispatch", payload, by=d.users["hotline"], at=AT + 2 * HOUR
    )
    assert [p.refusal is None for p in shown] == [True, False]
    with pytest.raises(StepRefused):
        actions.perform_many(
            [first.pk, done.pk], "dispatch", payload, by=d.users["hotline"], at=AT + 2 * HOUR
        )
    assert Case.objects.get(pk=first.pk).state == "to_dispatch"
    actions.perform_many([first.pk, second.pk], "dispatch", payload, by=d.users["hotline"], at=AT + 2 * HOUR)
    assert Case.objects.filter(lead=d.units["south"]).count() == 2


def test_the_same_work_order_is_not_received_twice(d: District) -> None:
    received(d, source="city", source_id="A1")
    with pytest.raises(TongjianError) as error:
        received(d, source="city", source_id="A1")
    assert error.value.code == "cases.source_twice"


def test_the_form_is_checked(d: District) -> None:
    with pytest.raises(StepRefused) as refused:
        received(d, attrs={"nature": "抱怨", "colour": "red"}, tier="someday")
    assert [r.code for r in refused.value.reasons] == ["cases.form", "cases.form", "cases.bad_value"]


def test_a_department_without_a_desk_receives_no_complaint(d: District) -> None:
    with pytest.raises(StepRefused) as refused:
        actions.receive(Intake("complaint", "路灯"), by=d.users["north"], at=AT)
    assert [r.code for r in refused.value.reasons] == ["cases.not_yours"]


def test_evidence_is_an_attachment_of_the_case(d: District) -> None:
    case, other = dispatched(d), dispatched(d)
    payload = {"reason": "unclear", "evidence": [photo(d, other)]}
    with pytest.raises(TongjianError) as error:
        actions.perform(case.pk, "return", payload, by=d.users["north"], at=AT + 2 * HOUR)
    assert error.value.code == "cases.attachment_unknown"


def test_a_step_on_what_was_seen_before_is_refused(d: District) -> None:
    case = dispatched(d)
    actions.perform(case.pk, "accept", by=d.users["north"], at=AT + 2 * HOUR, seq=case.seq)
    with pytest.raises(ChangedMeanwhile):
        actions.perform(case.pk, "contact", by=d.users["north"], at=AT + 2 * HOUR, seq=case.seq)
    stale = store.held([Case.objects.get(pk=case.pk)])[0]
    actions.perform(case.pk, "contact", by=d.users["north"], at=AT + 2 * HOUR)
    with pytest.raises(ChangedMeanwhile):
        store.apply([stale], [Change("note", AT + 3 * HOUR)], by=None)


def test_other_types_are_followed_up_by_their_own_steps(d: District) -> None:
    intake = Intake("service_item", "办理许可", attrs={"demand": "审批"})
    plan, north = d.users["plan"], d.users["north"]
    case = actions.receive(intake, by=plan, at=AT)
    actions.perform(case.pk, "assign", {"lead": d.units["north"].pk}, by=plan, at=AT)
    actions.perform(case.pk, "plan", {"plan": "现场辅导", "until": AT + 20 * DAY}, by=north, at=AT + HOUR)
    actions.perform(case.pk, "finish", {"outcome": "done", "reply": "已取得"}, by=north, at=AT + DAY)
    case = actions.follow_up(case.pk, reached=True, solved=True, score=5, by=plan, at=AT + 2 * DAY)
    assert (case.kind, case.resolved_in_time, case.score) == ("closed", True, 5)
