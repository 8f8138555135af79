"""A new policy moves running clocks, and nothing that was promised, paused or done."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from django.db import connection

from records.cases.factories import AT, District, district
from records.cases.test_replay import normal
from tongjian.kernel.models import Definition, Event
from tongjian.packs import entries
from tongjian.records.cases import actions, catalogue, recompute, store
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.models import Case, Clock

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def d() -> District:
    return district()


def ruled(version: int, contact: str) -> None:
    body = copy.deepcopy(next(e.body for e in entries("case_types") if e.key == "complaint"))
    body["clocks"]["contact"]["allow"] = contact
    Definition.objects.create(
        kind="case_types", key="complaint", version=version, body=body, digest=str(version), applied_at=AT
    )
    catalogue.forget()


def dispatched(d: District) -> Case:
    case = actions.receive(Intake("complaint", "路灯不亮"), by=None, at=AT)
    payload = {"lead": d.units["north"].pk}
    return actions.perform(case.pk, "dispatch", payload, by=d.users["hotline"], at=AT + HOUR)


def test_a_shorter_allowance_moves_what_runs(d: District) -> None:
    ruled(1, "24h")
    running, stopped = dispatched(d), dispatched(d)
    for step in ("accept", "contact"):
        actions.perform(stopped.pk, step, by=d.users["north"], at=AT + 2 * HOUR)
    ruled(2, "1h")
    told = recompute.recompute("complaint", by=None, at=AT + 3 * HOUR, dry_run=True)
    assert Event.objects.filter(verb="case.reckon").count() == 0
    moved = recompute.recompute("complaint", by=None, at=AT + 3 * HOUR)
    assert moved == told
    assert (moved.earlier, moved.later, moved.overdue, moved.cases) == (1, 0, 1, 1)
    clock = Clock.objects.get(case=running, name="contact")
    assert (clock.due, clock.policy, clock.allow) == (AT + 2 * HOUR, 2, "1h")
    assert Clock.objects.get(case=stopped, name="contact").due == AT + 25 * HOUR
    case = Case.objects.get(pk=running.pk)
    assert case.due_at == AT + 2 * HOUR
    assert normal(store.held([case])[0].state) == normal(replayed(case))


def replayed(case: Case) -> store.CaseState:
    return store.replay(store.changes_of(case.pk))


def test_twice_is_once(d: District) -> None:
    ruled(1, "24h")
    dispatched(d)
    ruled(2, "5wd")
    assert recompute.recompute("complaint", by=None, at=AT + 3 * HOUR).later == 1
    again = recompute.recompute("complaint", by=None, at=AT + 3 * HOUR)
    assert (again.later, again.earlier, again.cases) == (0, 0, 0)
    assert Event.objects.filter(verb="case.reckon").count() == 1


def test_an_extension_stays(d: District) -> None:
    ruled(1, "24h")
    case = dispatched(d)
    for step, who, payload in (
        ("accept", "north", {}),
        ("ask_extension", "north", {"reason": "配件", "until": AT + 20 * DAY}),
        ("grant_extension", "hotline", {"until": AT + 15 * DAY}),
    ):
        actions.perform(case.pk, step, payload, by=d.users[who], at=AT + 2 * HOUR)
    Clock.objects.filter(name="contact").update(stopped=AT)
    assert recompute.recompute("complaint", by=None, at=AT + 3 * HOUR).cases == 0
    assert Clock.objects.get(name="resolve").due == AT + 15 * DAY
    assert connection.in_atomic_block


def test_small_batches_tell_the_same(d: District, monkeypatch: pytest.MonkeyPatch) -> None:
    ruled(1, "24h")
    cases = [dispatched(d) for _ in range(5)]
    ruled(2, "5wd")
    told = recompute.recompute("complaint", by=None, at=AT + 3 * HOUR, dry_run=True)
    assert (told.later, told.cases) == (5, 5)
    monkeypatch.setattr(recompute, "AT_ONCE", max(case.clocks.count() for case in cases) + 1)
    assert recompute.recompute("complaint", by=d.users["hotline"], at=AT + 3 * HOUR) == told
    for case in cases:
        event = Event.objects.get(stream=f"{store.STREAM}{case.pk}", verb="case.reckon")
        case.refresh_from_db()
        assert (event.seq, event.actor, event.at) == (case.seq, d.users["hotline"], AT + 3 * HOUR)
        assert normal(store.held([case])[0].state) == normal(replayed(case))


def test_a_pause_that_is_over_counts_and_one_that_lasts_stays(d: District) -> None:
    ruled(1, "24h")
    over, lasting = dispatched(d), dispatched(d)
    start = Clock.objects.get(case=over, name="contact").started
    spans = [[(start + HOUR).isoformat(), (start + 3 * HOUR).isoformat()]]
    Clock.objects.filter(case=over, name="contact").update(paused=spans)
    Clock.objects.filter(case=lasting, name="contact").update(paused=[[spans[0][0], None]])
    Clock.objects.filter(case=lasting).exclude(name="contact").update(fixed=True)
    Clock.objects.filter(case=over).exclude(name="contact").update(fixed=True)
    before = Case.objects.get(pk=lasting.pk)
    ruled(2, "30h")
    moved = recompute.recompute("complaint", by=None, at=AT + 3 * HOUR)
    assert (moved.earlier, moved.later, moved.cases) == (0, 1, 1)
    assert Clock.objects.get(case=over, name="contact").due == start + 32 * HOUR
    told = Event.objects.get(verb="case.reckon").data["clocks"]
    assert [(c["name"], c["allow"], c["paused"]) for c in told] == [("contact", "30h", spans)]
    assert Clock.objects.get(case=lasting, name="contact").due == start + 24 * HOUR
    assert Case.objects.get(pk=lasting.pk).seq == before.seq


def test_a_due_time_that_another_clock_sets_stays(d: District) -> None:
    ruled(1, "24h")
    case = dispatched(d)
    half = timedelta(microseconds=500_000)
    resolve = Clock.objects.get(case=case, name="resolve")
    Clock.objects.filter(pk=resolve.pk).update(due=AT + 2 * HOUR + half, fixed=True)
    Case.objects.filter(pk=case.pk).update(due_at=AT + 2 * HOUR + half)
    Clock.objects.filter(case=case, name="accept").update(stopped=AT)
    Clock.objects.filter(case=case, name="contact").update(started=AT + HOUR + half)
    ruled(2, "30h")
    assert recompute.recompute("complaint", by=None, at=AT + 3 * HOUR).cases == 1
    found = Case.objects.get(pk=case.pk)
    assert (found.due_at, found.type_version, found.seq) == (AT + 2 * HOUR + half, 2, case_seq(case) + 1)
    told = Event.objects.get(verb="case.reckon").data["clocks"]
    assert [c["started"] for c in told] == [(AT + HOUR + half).isoformat()]
    assert Clock.objects.get(case=case, name="contact").due == AT + 31 * HOUR


def case_seq(case: Case) -> int:
    """Of the last event before the recomputation."""
    events = Event.objects.filter(stream=f"{store.STREAM}{case.pk}").exclude(verb="case.reckon")
    return max(events.values_list("seq", flat=True))
