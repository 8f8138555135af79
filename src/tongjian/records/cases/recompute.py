"""A new policy or calendar: running clocks reckoned anew from what happened, all at once, and what moved is told.

A clock keeps its pauses; promised and extended due times stay; stopped clocks are history and stay too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import transaction

from tongjian.kernel import clocks
from tongjian.kernel.models import Event, User
from tongjian.records.cases import bulk, catalogue, store, timing
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.engine.state import spans_from_json
from tongjian.records.cases.models import Case, Clock

STEP = "reckon"
AT_ONCE = 50_000
Row = tuple[Any, ...]
FIELDS = ["pk", "case_id", "name", "unit_id", "round", "allow", "policy", "started", "due", "paused", "fixed", "case__type", "case__tier", "case__seq", "case__due_at", "case__late"]  # fmt: skip


@dataclass(slots=True)
class Moved:
    """What a recomputation did. looked_at: running clocks; earlier, later: clocks whose due time moved; cases: of them.

    overdue: clocks that the new due time makes late at `at`.
    """

    looked_at: int = 0
    earlier: int = 0
    later: int = 0
    overdue: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class _Clock:
    """A running clock as read, with its new terms."""

    row: Row
    allow: str
    due: datetime


def recompute(case_type: str, *, by: User | None, at: datetime, dry_run: bool = False) -> Moved:
    """Reckon the running clocks of a type by its ruling version and the ruling calendar. Safe to run twice.

    dry_run: only tell. Works in batches, each in its own transaction with its events.
    """
    ruling = catalogue.case_type(case_type)
    found = Moved()
    last = 0
    while True:
        with transaction.atomic():
            rows = _running(case_type, last)
            if not rows:
                return found
            whole = _whole_cases(rows)
            _batch(whole, ruling, found, by, at, dry_run)
        last = whole[-1][1]


def _running(case_type: str, after: int) -> list[Row]:
    running = Clock.objects.filter(stopped__isnull=True, case__type=case_type, case_id__gt=after)
    return list(running.order_by("case_id", "pk").values_list(*FIELDS)[:AT_ONCE])


def _whole_cases(rows: list[Row]) -> list[Row]:
    """Without the last case, which the batch may have cut in two; unless it is the only one or the last."""
    if len(rows) < AT_ONCE or rows[0][1] == rows[-1][1]:
        return rows
    return [r for r in rows if r[1] != rows[-1][1]]


def _batch(
    rows: Sequence[Row], ruling: CaseType, found: Moved, by: User | None, at: datetime, dry_run: bool
) -> None:
    new = _reckoned(rows, ruling)
    moved = [c for c in new if c.due != c.row[8]]  # one that does not move keeps the terms it was set by
    found.looked_at += len(rows)
    found.earlier += sum(c.due < c.row[8] for c in moved)
    found.later += sum(c.due > c.row[8] for c in moved)
    found.overdue += sum(c.due < at <= c.row[8] for c in moved)
    found.cases += len({c.row[1] for c in moved})
    if not dry_run and moved:
        _write(new, moved, ruling, by, at)


def _reckoned(rows: Sequence[Row], ruling: CaseType) -> list[_Clock]:
    """New terms of each clock: by groups of equal allowance at once; the few that were paused one by one."""
    allows = [_allow(row, ruling) for row in rows]
    dues: list[datetime | None] = [None] * len(rows)
    plain: dict[str, list[int]] = {}
    for n, (row, allow) in enumerate(zip(rows, allows, strict=True)):
        if row[10] or not allow or _is_paused(row[9]):
            dues[n] = row[8]
        elif row[9]:
            dues[n] = timing.due(row[7], allow, spans_from_json(row[9])).astimezone(UTC)
        else:
            plain.setdefault(allow, []).append(n)
    for allow, which in plain.items():
        for n, due in zip(which, _at_once([rows[w][7] for w in which], allow), strict=True):
            dues[n] = due
    return [
        _Clock(row, allow or row[5], due or row[8])
        for row, allow, due in zip(rows, allows, dues, strict=True)
    ]


def _is_paused(paused: Sequence[Any]) -> bool:
    return bool(paused) and paused[-1][1] is None


def _allow(row: Row, ruling: CaseType) -> str:
    definition = ruling.clocks.get(row[2])
    return definition.allowance(row[12]) if definition else row[5]


def _at_once(starts: Sequence[datetime], allow: str) -> list[datetime]:
    work = timing.clockwork()
    utc = np.array([s.replace(tzinfo=None) for s in starts], dtype="datetime64[s]")
    shift = _shifts(utc, starts[0].astimezone(work.zone).utcoffset if work.zone else None)
    due = clocks.due_times(utc + shift, timing.allowance(allow), work.calendar, work.hours) - shift
    return [d.replace(tzinfo=UTC) for d in due.astype("datetime64[us]").tolist()]


def _shifts(utc: Any, offset: Callable[[], Any] | None) -> Any:
    """The zone's offset; a zone that changes its clocks is taken at the first start."""
    found = offset() if offset else None
    return np.timedelta64(int(found.total_seconds()) if found else 0, "s")


def _write(
    new: Sequence[_Clock], moved: Sequence[_Clock], ruling: CaseType, by: User | None, at: datetime
) -> None:
    text = bulk.moment_writer()
    bulk.update(
        Clock,
        ("allow", "policy", "due"),
        ((c.allow, ruling.version, text(c.due), c.row[0]) for c in moved),
    )
    touched = {c.row[1] for c in moved}
    by_case: dict[int, list[_Clock]] = {}
    for clock in new:
        if clock.row[1] in touched:
            by_case.setdefault(clock.row[1], []).append(clock)
    when, actor = bulk.moment_text(at), by.pk if by else None
    bulk.update(
        Case, ("seq", "due_at", "type_version", "changed_at"), _case_rows(by_case, ruling, when, text)
    )
    bulk.insert(
        Event, ("stream", "seq", "verb", "actor_id", "at", "data"), _events(by_case, ruling, actor, when)
    )


def _case_rows(
    by_case: dict[int, list[_Clock]], ruling: CaseType, when: str, text: Callable[[datetime], str]
) -> Iterator[Row]:
    for pk, listed in by_case.items():
        next_due = min((c.due for c in listed if not _is_paused(c.row[9])), default=None)
        due = text(next_due) if next_due else None
        yield listed[0].row[13] + 1, due, ruling.version, when, pk


def _events(
    by_case: dict[int, list[_Clock]], ruling: CaseType, actor: int | None, when: str
) -> Iterator[Row]:
    for pk, listed in by_case.items():
        data = {
            "set": {"type_version": ruling.version},
            "clocks": [_json(c, ruling) for c in listed if c.due != c.row[8]],
        }
        yield f"{store.STREAM}{pk}", listed[0].row[13] + 1, store.VERB + STEP, actor, when, json.dumps(data)


def _json(clock: _Clock, ruling: CaseType) -> dict[str, Any]:
    """The clock as an event holds it: `engine.state.from_json` reads it."""
    row = clock.row
    found = {
        "name": row[2],
        "unit": row[3],
        "round": row[4],
        "allow": clock.allow,
        "policy": ruling.version,
        "started": row[7].isoformat(),
        "due": clock.due.isoformat(),
    }
    return found | {"paused": row[9]} if row[9] else found
