"""Rows into states and changes into rows: the only writer of cases. Event and projection go in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Event, User
from tongjian.records.cases.engine.state import (
    COLUMNS,
    CaseState,
    Change,
    ClockState,
    UnitState,
    evolve,
    from_json,
    replay,
    spans_from_json,
    spans_to_json,
    to_json,
)
from tongjian.records.cases.models import Assignment, Case, Clock, Survey

STREAM = "cases.case/"
VERB = "case."
AT_ONCE = 400


class ChangedMeanwhile(TongjianError):
    """Somebody else took a step on the case since it was read."""


@dataclass(slots=True)
class Held:
    """A case as read: its row, its state, and the keys of the rows behind clocks and units."""

    row: Case
    state: CaseState
    clock_pks: Mapping[tuple[str, int | None, int], int]
    unit_pks: Mapping[tuple[int, str, int, datetime], int]


def held(rows: Sequence[Case]) -> list[Held]:
    """The cases with their clocks and units, in two queries."""
    pks = [r.pk for r in rows]
    clocks: dict[int, list[Clock]] = {}
    units: dict[int, list[Assignment]] = {}
    for start in range(0, len(pks), AT_ONCE):
        some = pks[start : start + AT_ONCE]
        for clock in Clock.objects.filter(case__in=some).order_by("pk"):
            clocks.setdefault(clock.case_id, []).append(clock)
        for unit in Assignment.objects.filter(case__in=some).order_by("pk"):
            units.setdefault(unit.case_id, []).append(unit)
    return [_held(row, clocks.get(row.pk, []), units.get(row.pk, [])) for row in rows]


def _held(row: Case, clocks: Sequence[Clock], units: Sequence[Assignment]) -> Held:
    clock_states = [clock_state(c) for c in clocks]
    unit_states = [unit_state(u) for u in units]
    state = CaseState(
        **{name: getattr(row, name) for name in COLUMNS},
        clocks=tuple(clock_states),
        units=tuple(unit_states),
    )
    return Held(
        row,
        state,
        {s.key: c.pk for s, c in zip(clock_states, clocks, strict=True)},
        {s.key: u.pk for s, u in zip(unit_states, units, strict=True)},
    )


def clock_state(row: Clock) -> ClockState:
    return ClockState(
        name=row.name,
        unit=row.unit_id,
        round=row.round,
        allow=row.allow,
        policy=row.policy,
        started=row.started,
        due=row.due,
        paused=spans_from_json(row.paused),
        stopped=row.stopped,
        met=row.met,
        fixed=row.fixed,
    )


def unit_state(row: Assignment) -> UnitState:
    return UnitState(row.unit_id, row.role, row.hop, row.since, row.until, row.result)


# Writing


def create(row: Case, changes: Sequence[Change], *, by: User | None) -> Case:
    """A new case with its first changes: the row, its events, its clocks, its units. `row` holds the citizen's words."""
    state = replay(changes)
    _put(row, state)
    row.changed_at = changes[-1].at
    row.save(force_insert=True)
    write_events([(row.pk, 0, changes)], by=by)
    _write_parts([Held(row, CaseState("", 0, "", ""), {}, {})], [state.clocks], [state.units])
    return row


def apply(found: Sequence[Held], changes: Sequence[Change], *, by: User | None) -> list[Case]:
    """One change of each case: rows, events, clocks, units, follow-ups. Raises ChangedMeanwhile.

    In the caller's transaction; in as many statements for many as for one.
    """
    _must_be_atomic()
    if len({h.row.pk for h in found}) != len(found):
        raise RuntimeError("one change of each case at a time")
    for one, change in zip(found, changes, strict=True):
        one.state = evolve(one.state, change)
        _put(one.row, one.state)
        one.row.changed_at = change.at
    touched = sorted({"seq", "changed_at", "due_at", "late", *(n for c in changes for n in c.fields)})
    rows = [one.row for one in found]
    if len(rows) == 1:
        _save_unchanged(rows[0], touched)
    else:
        Case.objects.bulk_update(rows, touched, batch_size=AT_ONCE)
    write_events([(h.row.pk, h.state.seq - 1, [c]) for h, c in zip(found, changes, strict=True)], by=by)
    _write_parts(found, [c.clocks for c in changes], [c.units for c in changes])
    _write_surveys(zip(rows, changes, strict=True))
    return rows


def write_events(told: Iterable[tuple[int, int, Sequence[Change]]], *, by: User | None) -> None:
    """The events of each (case, seq so far, changes)."""
    _must_be_atomic()
    Event.objects.bulk_create(
        [
            Event(
                stream=f"{STREAM}{pk}",
                seq=seq + n,
                verb=VERB + change.step,
                actor=by,
                at=change.at,
                data=to_json(change),
            )
            for pk, seq, changes in told
            for n, change in enumerate(changes, 1)
        ],
        batch_size=AT_ONCE,
    )


def changes_of(case_id: int) -> list[Change]:
    """All changes of a case, out of its events."""
    events = Event.objects.filter(stream=f"{STREAM}{case_id}").order_by("seq")
    return [from_json(e.verb.removeprefix(VERB), e.at, e.data) for e in events]


def told_of(case_id: int) -> list[tuple[Change, User | None]]:
    """All changes of a case with who made each; None: the system."""
    events = Event.objects.filter(stream=f"{STREAM}{case_id}").order_by("seq")
    return [
        (from_json(e.verb.removeprefix(VERB), e.at, e.data), e.actor)
        for e in events.select_related("actor__organisation__subject")
    ]


def _must_be_atomic() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a case changes in one transaction with its event")


def _put(row: Case, state: CaseState) -> None:
    for name in COLUMNS:
        setattr(row, name, getattr(state, name))


def _save_unchanged(row: Case, touched: Sequence[str]) -> None:
    """Only where the row is as it was read. Many at once are locked when read, and no two events have one number."""
    values = {name: getattr(row, name) for name in touched}
    if not Case.objects.filter(pk=row.pk, seq=row.seq - 1).update(**values):
        raise changed_meanwhile(row)


def changed_meanwhile(row: Case) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "cases.changed_meanwhile",
        _("The case %(ref)s has changed meanwhile. Read it again, then take your step."),
        {"ref": row.ref},
    )


def _write_parts(
    found: Sequence[Held],
    clocks: Sequence[Iterable[ClockState]],
    units: Sequence[Iterable[UnitState]],
) -> None:
    made_clocks: list[Clock] = []
    old_clocks: list[Clock] = []
    for one, states in zip(found, clocks, strict=True):
        for clock in states:
            row = _clock_row(one.row.pk, clock, one.clock_pks.get(clock.key))
            (old_clocks if row.pk else made_clocks).append(row)
    made_units: list[Assignment] = []
    old_units: list[Assignment] = []
    for one, parts in zip(found, units, strict=True):
        for unit in parts:
            part = _unit_row(one.row.pk, unit, one.unit_pks.get(unit.key))
            (old_units if part.pk else made_units).append(part)
    if made_clocks:
        Clock.objects.bulk_create(made_clocks, batch_size=AT_ONCE)
    if old_clocks:
        Clock.objects.bulk_update(
            old_clocks, ["allow", "policy", "due", "paused", "stopped", "met", "fixed"], batch_size=AT_ONCE
        )
    if made_units:
        Assignment.objects.bulk_create(made_units, batch_size=AT_ONCE)
    if old_units:
        Assignment.objects.bulk_update(old_units, ["until", "result"], batch_size=AT_ONCE)


def _clock_row(case_id: int, clock: ClockState, pk: int | None) -> Clock:
    return Clock(
        pk=pk,
        case_id=case_id,
        name=clock.name,
        unit_id=clock.unit,
        round=clock.round,
        allow=clock.allow,
        policy=clock.policy,
        started=clock.started,
        due=clock.due,
        paused=spans_to_json(clock.paused),
        stopped=clock.stopped,
        met=clock.met,
        fixed=clock.fixed,
    )


def _unit_row(case_id: int, unit: UnitState, pk: int | None) -> Assignment:
    return Assignment(
        pk=pk,
        case_id=case_id,
        unit_id=unit.unit,
        role=unit.role,
        hop=unit.hop,
        since=unit.since,
        until=unit.until,
        result=unit.result,
    )


def _write_surveys(told: Iterable[tuple[Case, Change]]) -> None:
    rounds: list[Survey] = []
    for row, change in told:
        if change.survey:
            s: Any = change.survey
            rounds.append(
                Survey(
                    case_id=row.pk,
                    round=s.round,
                    at=s.at,
                    by_unit_id=s.by_unit,
                    independent=s.independent,
                    reached=s.reached,
                    solved=s.solved,
                    score=s.score,
                    words=s.words,
                )
            )
    if rounds:
        Survey.objects.bulk_create(rounds, batch_size=AT_ONCE)
