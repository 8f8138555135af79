"""全程代办进度: the course of cases through the milestones of their type, with what is left of the clock that rules it.

Any type whose definition names `milestones` has such a course; see docs/reference/case-types.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tongjian.kernel.access import Viewer
from tongjian.kernel.clocks import Unit
from tongjian.kernel.models import Event
from tongjian.kernel.said import Said
from tongjian.records.cases import catalogue, queries, store, timing
from tongjian.records.cases.choices import StateKind
from tongjian.records.cases.engine.case_types import CaseType, Name
from tongjian.records.cases.engine.state import Change, from_json
from tongjian.records.cases.models import Case, Clock

SOON = 3  # days left, or fewer
VERDICT = "resolved_in_time"  # the clock that says whether the whole was in time


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of the course. state: done, now, ahead. at: when it was done; None where it is not, or was not told."""

    name: Name
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Stop:
    """暂停: the clock stood still, and why. until None: it does still."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Left:
    """What a clock has left in its unit: used of allowed; left below zero: so much over. unit: d, wd; hours in days."""

    used: int
    allowed: int
    left: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Course:
    """One case on its way. clock None: none of the whole was started, or it ended."""

    case: Case
    milestones: Sequence[Milestone]
    clock: Clock | None
    left: Left | None
    stops: Sequence[Stop]
    why: Sequence[Said]

    @property
    def paused(self) -> Stop | None:
        """The pause that lasts."""
        return self.stops[-1] if self.stops and self.stops[-1].until is None else None

    @property
    def overdue(self) -> bool:
        return self.left is not None and self.left.left < 0 and self.paused is None


def types() -> list[CaseType]:
    """The ruling types that have a course."""
    return [t for t in catalogue.ruling().values() if t.milestones]


def courses(user: Viewer, case_type: CaseType, *, at: datetime, closed: bool = False) -> list[Course]:
    """Of the open cases of a type that the user sees; closed: of those closed, the newest first.

    Open ones by what is due first; those whose clock stands still follow. At most 300. Three queries.
    """
    rows = queries.visible_to(user).filter(type=case_type.key).select_related("lead__subject", "subject")
    ended = rows.filter(kind=StateKind.CLOSED).order_by("-closed_at", "-pk")
    cases = list((ended if closed else rows.exclude(kind=StateKind.CLOSED).order_by("due_at", "pk"))[:300])
    told, ruling = _told([c.pk for c in cases]), _clock_name(case_type)
    clocks = _clocks([c.pk for c in cases], ruling)
    found = [course(c, case_type, told.get(c.pk, []), clocks.get(c.pk), at) for c in cases]
    return found if closed else sorted(found, key=_order)


def _order(one: Course) -> tuple[bool, datetime, int]:
    """What is overdue or due first; the paused ones behind."""
    due = one.clock.due if one.clock else one.case.opened_at
    return (one.paused is not None, due, one.case.pk)


def course(
    case: Case, case_type: CaseType, changes: Sequence[Change], clock: Clock | None, at: datetime
) -> Course:
    return Course(
        case=case,
        milestones=milestones(case.state, case_type, changes),
        clock=clock,
        left=_left(clock, at) if clock and clock.stopped is None else None,
        stops=_stops(clock, changes) if clock else (),
        why=timing.why(store.clock_state(clock)) if clock else (),
    )


def milestones(state: str, case_type: CaseType, changes: Sequence[Change]) -> list[Milestone]:
    """Done: those before where the case stands, and since when that is so.

    A state that is no milestone stands where its steps lead on to; a closed case has them all behind it.
    """
    keys = list(case_type.milestones)
    here = _position(state, case_type, keys)
    left = _left_at(case_type, changes)
    return [
        Milestone(
            case_type.milestones[key],
            "done" if n < here else "now" if n == here else "ahead",
            left.get(key) if n < here else None,
        )
        for n, key in enumerate(keys)
    ]


def _position(state: str, case_type: CaseType, keys: Sequence[str]) -> int:
    if state in keys:
        return keys.index(state)
    if state not in case_type.states:
        return -1
    if case_type.states[state].kind == StateKind.CLOSED:
        return len(keys)
    onward = [keys.index(t.target) for t in case_type.steps_from(state) if t.target in keys]
    return min(onward, default=0) if case_type.states[state].kind == StateKind.WAITING else -1


def _left_at(case_type: CaseType, changes: Sequence[Change]) -> dict[str, datetime]:
    """State → when a step led out of it last."""
    found: dict[str, datetime] = {}
    state = case_type.initial
    for change in changes:
        after = change.fields.get("state", state)
        if after != state:
            found[state] = change.at
            state = after
    return found


def _clock_name(case_type: CaseType) -> str:
    return next((c.key for c in case_type.clocks.values() if c.verdict == VERDICT), "")


def _clocks(cases: Sequence[int], name: str) -> dict[int, Clock]:
    """The last run of that clock of each case."""
    rows = Clock.objects.filter(case__in=cases, name=name).select_related("unit__subject")
    return {row.case_id: row for row in rows.order_by("round", "pk")}


def _told(cases: Sequence[int]) -> dict[int, list[Change]]:
    streams = [f"{store.STREAM}{pk}" for pk in cases]
    found: dict[int, list[Change]] = {}
    for e in Event.objects.filter(stream__in=streams).order_by("stream", "seq"):
        pk = int(e.stream.removeprefix(store.STREAM))
        found.setdefault(pk, []).append(from_json(e.verb.removeprefix(store.VERB), e.at, e.data))
    return found


def _stops(clock: Clock, changes: Sequence[Change]) -> list[Stop]:
    """The clock's pauses, each with what was said when it began."""
    reasons = {c.at: str(c.words.get("reason", "")) for c in changes}
    return [Stop(a, b, reasons.get(a, "")) for a, b in store.clock_state(clock).paused]


def _left(clock: Clock, at: datetime) -> Left | None:
    """By the due time where the clock runs, else by what was used when it was paused. None: a promised date, or in hours."""
    if not clock.allow:
        return None
    work, allowance, state = timing.clockwork(), timing.allowance(clock.allow), store.clock_state(clock)
    if not allowance.unit.in_days:
        return None
    used = work.used(clock.started, at, allowance, timing.pauses(state.paused))
    if state.is_paused:
        return Left(used, allowance.amount, allowance.amount - used, allowance.unit)
    return Left(used, allowance.amount, days_between(at, clock.due, allowance.unit), allowance.unit)


def days_between(at: datetime, due: datetime, unit: Unit) -> int:
    """Days of the unit after today until the due day; below zero: so many since then."""
    today, last = timezone.localtime(at).date(), timezone.localtime(due).date()
    working = unit is Unit.WORKING_DAYS
    calendar = timing.clockwork().calendar
    first, end, sign = (today, last, 1) if due >= at else (last, today, -1)
    days = (end - first).days
    counted = calendar.working_days(first + timedelta(days=1), end) if working else days
    return sign * counted if sign > 0 else min(-1, -counted)


def listed(rows: Sequence[Course], wanted: Mapping[str, str]) -> list[Course]:
    """Narrowed by unit and by how it stands: overdue, paused, soon (three days or fewer)."""
    unit, standing = wanted.get("unit", ""), wanted.get("standing", "")
    tests: Mapping[str, Callable[[Course], bool]] = {
        "overdue": lambda c: c.overdue,
        "paused": lambda c: c.paused is not None,
        "soon": lambda c: c.paused is None and c.left is not None and 0 <= c.left.left <= SOON,
    }
    passes = tests.get(standing)
    mine = [c for c in rows if not unit or str(c.case.lead_id) == unit]
    return [c for c in mine if passes is None or passes(c)]
