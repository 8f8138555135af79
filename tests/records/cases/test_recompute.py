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
