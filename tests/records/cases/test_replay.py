"""Whatever legal steps are taken on a case of any shipped type: its events make its row, and a closed one has no clock to miss."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.cases.factories import AT, district
from records.cases.walks import next_step
from tongjian.packs import entries
from tongjian.records.cases import actions, catalogue, store, timing
from tongjian.records.cases.engine.case_types import CaseType, parse
from tongjian.records.cases.engine.deciding import decide
from tongjian.records.cases.engine.state import CaseState, Change, Span, evolve, from_json, replay, to_json
from tongjian.records.cases.models import Case

TYPES = {e.key: parse(e.body) for e in entries("case_types")}
UNITS = (11, 12, 13, 14)
HOURS = {"h": 1, "d": 24, "wd": 36, "wh": 4, "mo": 720}


def due(start: datetime, allow: str, spans: tuple[Span, ...]) -> datetime:
    """A plain clockwork for the walks: hours, and pauses added."""
    number = int("".join(c for c in allow if c.isdigit()))
    unit = "".join(c for c in allow if c.isalpha())
    waited = sum(((b - a) for a, b in spans if b), timedelta())
    return start + timedelta(hours=number * HOURS[unit]) + waited


def born(case_type: CaseType) -> Change:
    fields = {
        "type": case_type.key,
        "type_version": case_type.version,
        "state": case_type.initial,
        "kind": "draft",
        "opened_at": AT,
    }
    return Change("register", AT, fields)


def walk(case_type: CaseType, seed: int, steps: int) -> tuple[CaseState, list[Change]]:
    dice, changes = random.Random(seed), [born(case_type)]
    state, at = replay(changes), AT
    for _ in range(steps):
        step = next_step(case_type, state, at, dice, UNITS, due)
        if step is None:
            break
        at = step.at
        changes.append(decide(case_type, state, step.key, step.payload, actor=step.actor, at=at, due=due))
        state = evolve(state, changes[-1])
    return state, changes


@pytest.mark.parametrize("key", TYPES)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 25))
def test_events_as_json_make_the_case(key: str, seed: int, steps: int) -> None:
    state, changes = walk(TYPES[key], seed, steps)
    told = [(c.step, c.at, json.loads(json.dumps(to_json(c)))) for c in changes]
    assert replay(from_json(*t) for t in told) == state
    assert state.seq == len(changes)


@pytest.mark.parametrize("key", TYPES)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(5, 40))
def test_what_always_holds(key: str, seed: int, steps: int) -> None:
    state, _changes = walk(TYPES[key], seed, steps)
    leads = [u for u in state.units if u.role == "lead" and not u.until]
    assert [u.unit for u in leads] == ([state.lead_id] if state.lead_id else [])
    assert state.hops == sum(u.role == "lead" for u in state.units)
    assert (state.closed_at is not None) == (state.kind == "closed")
    assert all(c.stopped is None or c.met in {None, c.stopped <= c.due} for c in state.clocks)
    assert state.due_at == min((c.due for c in state.clocks if c.running and not c.is_paused), default=None)
    if state.kind == "closed":
        assert [c.name for c in state.clocks if c.running] == []
    runs = [(c.name, c.unit) for c in state.clocks if c.running]
    assert len(runs) == len(set(runs))


@pytest.mark.django_db
@pytest.mark.parametrize("key", TYPES)
def test_the_row_is_the_projection_of_its_events(key: str) -> None:
    units = [u.pk for u in district().units.values()]
    case_type = catalogue.case_type(key)
    for seed in range(6):
        dice = random.Random(seed)
        row = actions.receive(actions.Intake(key, "路灯不亮", attrs=form(case_type)), by=None, at=AT)
        at = AT
        for _ in range(12):
            one = store.held([Case.objects.get(pk=row.pk)])[0]
            step = next_step(case_type, one.state, at, dice, units, timing.due)
            if step is None:
                break
            at = step.at
            change = decide(
                case_type, one.state, step.key, step.payload, actor=step.actor, at=at, due=timing.due
            )
            write(one, change)
        read = store.held([Case.objects.get(pk=row.pk)])[0].state
        again = replay(store.changes_of(row.pk))
        assert normal(again) == normal(read)


def write(one: store.Held, change: Change) -> None:
    from django.db import transaction

    with transaction.atomic():
        store.apply([one], [change], by=None)


def normal(state: CaseState) -> dict[str, object]:
    parts = {f: getattr(state, f) for f in store.COLUMNS}
    return parts | {
        "clocks": sorted(state.clocks, key=lambda c: (c.name, c.unit or 0, c.round)),
        "units": sorted(state.units, key=lambda u: (u.role, u.hop, u.unit, u.since)),
    }


def form(case_type: CaseType) -> dict[str, object]:
    """Values for the fields that the form requires."""
    fields = case_type.form.get("properties", {})
    return {n: sample(fields[n]) for n in case_type.form.get("required", ())}


def sample(field: dict[str, object]) -> object:
    if "enum" in field:
        return field["enum"][0]  # type: ignore[index]
    return {"integer": 1, "number": 1, "boolean": True, "array": []}.get(str(field.get("type")), "一")
