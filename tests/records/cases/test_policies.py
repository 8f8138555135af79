"""A clock policy is proposed, looked at, put into force now or in the night of its day; what moved is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from records.cases.factories import AT, District, district
from tongjian.kernel import definitions
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Definition, Event
from tongjian.packs import entries
from tongjian.records.cases import actions as case_actions
from tongjian.records.cases import catalogue, defining, jobs
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.engine.case_types import parse
from tongjian.records.cases.engine.lint import lint
from tongjian.records.cases.models import Case, Clock
from tongjian.records.cases.policies import actions, moves, queries, rules
from tongjian.records.cases.policies.actions import Proposed
from tongjian.records.cases.policies.models import ChangeState, PolicyChange

HOUR, DAY, TODAY = timedelta(hours=1), timedelta(days=1), AT.date()
COMPLAINT = next(e.body for e in entries("case_types") if e.key == "complaint")


@pytest.fixture
def d(db: None) -> District:
    defining.sync(AT)
    return district()


def dispatched(d: District) -> Case:
    case = case_actions.receive(Intake("complaint", "路灯不亮"), by=None, at=AT)
    payload = {"lead": d.units["north"].pk}
    return case_actions.perform(case.pk, "dispatch", payload, by=d.users["hotline"], at=AT + HOUR)


def proposed(
    d: District, allow: Mapping[str, Mapping[str, str]], on: date = TODAY, reason: str = "新规程"
) -> PolicyChange:
    return actions.propose(Proposed("complaint", allow, on, reason), by=d.users["plan"], at=AT)


@given(st.sampled_from(["2h", "5wd", "24h", "7d", "8wh"]))
def test_revised_differs_in_what_was_asked_for_and_is_sound(allow: str) -> None:
    body = rules.revised(COMPLAINT, {"contact": {"danger": allow}, "dispatch": {"": allow}})
    assert lint(body) == ()
    found = parse(body)
    assert found.clocks["contact"].allow == {"": "24h", "danger": allow}
    assert body["clocks"]["dispatch"]["allow"] == allow
    assert COMPLAINT["clocks"]["dispatch"]["allow"] == "2h"
    assert rules.differences(found, rules.allowances(found)) == {}
    others = {k: v for k, v in body["clocks"].items() if k not in {"contact", "dispatch"}}
    assert others == {k: v for k, v in COMPLAINT["clocks"].items() if k not in {"contact", "dispatch"}}


def test_a_preview_moves_nothing_and_tells_what_the_change_then_moves(d: District) -> None:
    running, done = dispatched(d), dispatched(d)
    for step in ("accept", "contact"):
        case_actions.perform(done.pk, step, by=d.users["north"], at=AT + 2 * HOUR)
    change = proposed(d, {"contact": {"": "1h"}, "resolve": {"ordinary": "7d"}})
    assert change.allow == {"contact": {"": "1h"}}
    assert change.before == {"contact": {"": "24h"}}
    told, listed = queries.preview(change, at=AT + 3 * HOUR)
    assert (told.earlier, told.later, told.overdue, told.cases) == (1, 0, 1, 1)
    assert Clock.objects.get(case=running, name="contact").due == AT + 25 * HOUR
    assert Definition.objects.filter(kind="case_types", key="complaint").count() == 1
    (move,) = listed.listed
    assert (move.case, move.clock, move.was_allow, move.allow) == (running.pk, "contact", "24h", "1h")
    assert (move.was, move.now, move.hours, move.overdue) == (AT + 25 * HOUR, AT + 2 * HOUR, -23, True)
    assert listed.sums["contact"] == moves.Sums(running=1, earlier=1, later=0, overdue=1)
    actions.put_into_force(change.pk, by=d.users["plan"], at=AT + 3 * HOUR)
    change.refresh_from_db()
    assert (change.state, change.version, change.reckoned_at) == (ChangeState.APPLIED, 2, AT + 3 * HOUR)
    assert change.report["moved"] == {
        "looked_at": told.looked_at,
        "earlier": 1,
        "later": 0,
        "overdue": 1,
        "cases": 1,
    }
    assert moves.from_report(change.report).listed == listed.listed
    clock = Clock.objects.get(case=running, name="contact")
    assert (clock.due, clock.policy) == (AT + 2 * HOUR, 2)
    verbs = Event.objects.filter(stream=f"cases.policychange/{change.pk}").values_list("verb", flat=True)
    assert set(verbs) == {"clock_policy.proposed", "clock_policy.applied"}


def test_a_later_day_waits_for_its_night_and_a_night_twice_is_one(d: District) -> None:
    case = dispatched(d)
    change = proposed(d, {"contact": {"": "48h"}}, on=AT.date() + DAY)
    actions.put_into_force(change.pk, by=d.users["plan"], at=AT)
    change.refresh_from_db()
    assert change.state == ChangeState.SCHEDULED
    assert jobs.nightly(at=AT + 2 * HOUR).policies == 0
    assert catalogue.case_type("complaint").clocks["contact"].allow[""] == "24h"
    d.users["plan"].is_active = False
    d.users["plan"].save()
    assert [jobs.nightly(at=AT + DAY).policies for _ in range(2)] == [1, 0]
    assert catalogue.case_type("complaint").clocks["contact"].allow[""] == "48h"
    assert Clock.objects.get(case=case, name="contact").due == AT + 49 * HOUR


def test_what_was_cut_off_is_finished_by_the_night(d: District) -> None:
    case = dispatched(d)
    change = proposed(d, {"contact": {"": "48h"}})
    actions._ruled(change.pk, {"sums": {}, "listed": []}, d.users["plan"], AT)
    assert Clock.objects.get(case=case, name="contact").due == AT + 25 * HOUR
    assert jobs.nightly(at=AT + 3 * HOUR).policies == 1
    assert Clock.objects.get(case=case, name="contact").due == AT + 49 * HOUR


def test_many_running_clocks_are_left_to_the_night(d: District, monkeypatch: pytest.MonkeyPatch) -> None:
    dispatched(d)
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    change = proposed(d, {"contact": {"": "48h"}})
    assert actions.put_into_force(change.pk, by=d.users["plan"], at=AT).state == ChangeState.SCHEDULED


@pytest.mark.parametrize(
    ("allow", "on", "reason", "code"),
    [
        ({"contact": {"": "24h"}}, AT.date(), "新规程", "policies.same"),
        ({"contact": {"": "0h"}}, AT.date(), "新规程", "policies.no_allowance"),
        ({"contact": {"": "3 weeks"}}, AT.date(), "新规程", "policies.no_allowance"),
        ({"contact": {"": "12h"}}, AT.date() - DAY, "新规程", "policies.past"),
        ({"contact": {"": "12h"}}, AT.date(), "  ", "policies.no_reason"),
    ],
)
def test_what_cannot_be_proposed(
    d: District, allow: dict[str, dict[str, str]], on: date, reason: str, code: str
) -> None:
    with pytest.raises(TongjianError) as refused:
        proposed(d, allow, on, reason)
    assert refused.value.code == code
    assert not PolicyChange.objects.exists()


def test_one_waits_at_a_time_and_a_withdrawn_one_is_over(d: District) -> None:
    change = proposed(d, {"contact": {"": "12h"}})
    with pytest.raises(TongjianError) as refused:
        proposed(d, {"contact": {"": "6h"}})
    assert refused.value.code == "policies.waits"
    actions.withdraw(change.pk, by=d.users["plan"], at=AT)
    with pytest.raises(TongjianError):
        actions.put_into_force(change.pk, by=d.users["plan"], at=AT)
    assert proposed(d, {"contact": {"": "6h"}}).state == ChangeState.PROPOSED


@pytest.mark.parametrize("who", ["hotline", "leader", "reader"])
def test_only_the_plan_office_changes_clocks(d: District, who: str) -> None:
    change = proposed(d, {"contact": {"": "12h"}})
    for act in (actions.put_into_force, actions.withdraw):
        with pytest.raises(NotAllowed):
            act(change.pk, by=d.users[who], at=AT)
    with pytest.raises(NotAllowed):
        actions.propose(
            Proposed("complaint", {"contact": {"": "6h"}}, AT.date(), "x"), by=d.users[who], at=AT
        )
    seen = queries.visible_to(d.users[who]).count()
    assert seen == {"hotline": 1, "leader": 1, "reader": 0}[who]


def test_the_same_pack_again_does_not_undo_it_and_another_one_does(d: District, tmp_path: Path) -> None:
    change = proposed(d, {"contact": {"": "12h"}})
    actions.put_into_force(change.pk, by=d.users["plan"], at=AT)
    assert not [c for c in defining.sync(AT) if c.key == "complaint"]
    assert definitions.newest("case_types")["complaint"].version == 2
    (tmp_path / "case_types").mkdir()
    other = rules.revised(COMPLAINT, {"contact": {"": "36h"}})
    (tmp_path / "case_types" / "own.yaml").write_text(yaml.safe_dump([other], allow_unicode=True))
    defining.sync(AT, tmp_path)
    assert catalogue.case_type("complaint").clocks["contact"].allow[""] == "36h"


def test_the_list_keeps_those_that_get_overdue_and_then_the_most_moved(
    d: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "KEPT", 2)
    early = dispatched(d)
    for _ in range(2):
        dispatched(d)
    change = proposed(d, {"contact": {"": "2h"}, "resolve": {"": "30d"}})
    Clock.objects.filter(case=early, name="contact").update(started=AT)
    _told, listed = queries.preview(change, at=AT + 2 * HOUR + timedelta(minutes=30))
    assert (listed.listed[0].case, listed.listed[0].overdue) == (early.pk, True)
    assert [m.clock for m in listed.listed] == ["contact", "resolve"]
