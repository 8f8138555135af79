"""New work orders into rows: cases, events, clocks, units, parties, in bulk. Times are reckoned for all rows at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from hashlib import blake2b
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tongjian.kernel import clocks
from tongjian.kernel.models import Event, User
from tongjian.records.cases import bulk, personal, timing
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.engine.deciding import after
from tongjian.records.cases.engine.state import CaseState
from tongjian.records.cases.intake.feeds import ClockRule, Feed
from tongjian.records.cases.intake.reading import NAT, TIMES, Moments, Orders
from tongjian.records.cases.likeness import sketches
from tongjian.records.cases.masking import mask, shown_name, shown_phone
from tongjian.records.cases.models import Assignment, Case, Clock, Delivery, Party
from tongjian.records.cases.personal import Person

STEP = "import"
CASE_COLUMNS = ["id", "type", "type_version", "state", "kind", "seq", "channel", "source", "source_id", "source_digest", "delivery_id", "category", "title", "text", "place", "area_id", "lon", "lat", "tier", "outcome", "asking", "supervised", "visibility", "subject_id", "lead_id", "first_lead_id", "opened_at", "dispatched_at", "accepted_at", "contacted_at", "done_at", "closed_at", "due_at", "late", "hops", "returns", "redos", "responded_in_time", "resolved_in_time", "rounds", "surveyed_at", "reached", "solved", "score", "excluded", "retain_until", "simulated", "attrs", "sketch", "changed_at"]  # fmt: skip
CLOCK_COLUMNS = (
    "case_id",
    "name",
    "round",
    "allow",
    "policy",
    "started",
    "due",
    "paused",
    "stopped",
    "met",
    "fixed",
)
EVENT_COLUMNS = ("stream", "seq", "verb", "actor_id", "at", "data")
UNIT_COLUMNS = ("case_id", "unit_id", "role", "hop", "since", "result")
PARTY_COLUMNS = ("case_id", "role", "key_id", "sealed", "shown_name", "shown_phone", "phone_hash")
TITLE = 40
NOON = time(12)


@dataclass(slots=True)
class RunClock:
    """One clock of all rows: UTC datetime64[s]; NaT start: the row has no such clock. met: -1 unknown, 0, 1."""

    name: str
    verdict: str
    allows: list[str]
    start: Moments
    due: Moments
    stop: Moments
    met: NDArray[np.int8]


def digests(orders: Orders) -> list[str]:
    """One digest a row, of its cells as they came."""
    return [blake2b("\x1f".join(cells).encode(), digest_size=16).hexdigest() for cells in orders.raw]


def write(
    orders: Orders,
    rows: Sequence[int],
    digest: Sequence[str],
    feed: Feed,
    case_type: CaseType,
    delivery: Delivery | None,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Insert the orders of those rows, in the caller's transaction."""
    batch = Batch(orders, np.array(rows, dtype=np.int64), feed, case_type)
    ids = list(bulk.keys(Case, len(rows)))
    people = _people(batch)
    bulk.insert(Case, CASE_COLUMNS, _case_rows(batch, ids, digest, people, delivery, at))
    bulk.insert(Event, EVENT_COLUMNS, _event_rows(batch, ids, by, at))
    bulk.insert(Clock, CLOCK_COLUMNS, _clock_rows(batch, ids))
    bulk.insert(Assignment, UNIT_COLUMNS, _unit_rows(batch, ids))
    bulk.insert(Party, PARTY_COLUMNS, _party_rows(batch, ids, people, at))


@dataclass(slots=True)
class Citizen:
    """What a row says of and by its citizen: masked for the row, as it came for the sealed part ("" where equal)."""

    title: str
    text: str
    place: str
    person: Person | None


class Batch:
    """The chosen rows as columns: times in UTC, state, clocks, verdicts; everything that rows and events are made of."""

    def __init__(self, orders: Orders, rows: NDArray[np.int64], feed: Feed, case_type: CaseType) -> None:
        self.orders, self.rows, self.feed, self.case_type = orders, rows, feed, case_type
        self.count = len(rows)
        self.wall = {name: orders.times[name][rows] for name in TIMES if name in orders.times}
        self.utc = {name: to_utc(moments) for name, moments in self.wall.items()}
        self.tiers = self.taken("tier", "")
        self.leads = self.taken("lead")
        self.states = self._states()
        self.closed = np.array([case_type.states[s].kind == "closed" for s in self.states], dtype=bool)
        self.clocks = [c for rule in feed.clocks if (c := self._clock(rule)) is not None]
        self.due, self.late = self._due()
        self.fields = self._fields()

    def taken(self, name: str, empty: Any = None) -> list[Any]:
        """A column of the chosen rows."""
        values = self.orders.columns.get(name)
        return [empty] * self.count if values is None else [values[n] for n in self.rows.tolist()]

    def time(self, name: str) -> Moments:
        """UTC times of the chosen rows; NaT where the file has none."""
        return self.utc.get(name, np.full(self.count, NAT))

    def _states(self) -> list[str]:
        """The first stage all of whose columns are filled in."""
        filled = {n: ~np.isnat(m) for n, m in self.utc.items()}
        filled["lead"] = np.array([v is not None for v in self.leads], dtype=bool)
        state = np.full(self.count, "", dtype=object)
        nothing = np.zeros(self.count, dtype=bool)
        for stage in reversed(self.feed.stages):
            there = np.ones(self.count, dtype=bool)
            for name in stage.filled:
                there &= filled.get(name, nothing)
            state[there] = stage.state
        return [str(s) for s in state]

    def _clock(self, rule: ClockRule) -> RunClock | None:
        definition = self.case_type.clocks[rule.name]
        wall = self.wall.get(rule.start)
        if wall is None:
            return None
        allows = [definition.allowance(t) for t in self.tiers]
        end: Moments = np.full(self.count, NAT)
        for allow in sorted(set(allows)):
            here = np.array([a == allow for a in allows], dtype=bool)
            if allow:
                end[here] = reckoned(wall[here], allow)
        start: Moments = to_utc(wall)
        due: Moments = to_utc(end)
        start[np.isnat(due)] = NAT
        stop = np.full(self.count, NAT)
        for name in reversed(rule.stops):
            moments = self.time(name)
            stop = np.where(np.isnat(moments), stop, moments)
        stop = np.where(np.isnat(stop) & self.closed & ~np.isnat(start), self.time("surveyed_at"), stop)
        known = ~np.isnat(stop) & ~np.isnat(start)
        met = np.where(known, (stop <= due).astype(np.int8), np.int8(-1)).astype(np.int8)
        return RunClock(rule.name, definition.verdict, allows, start, due, stop, met)

    def _due(self) -> tuple[Moments, NDArray[np.bool_]]:
        far = np.datetime64("2200-01-01", "s")
        due, late = np.full(self.count, far), np.zeros(self.count, dtype=bool)
        for clock in self.clocks:
            running = np.isnat(clock.stop) & ~np.isnat(clock.start)
            due = np.where(running, np.minimum(due, clock.due), due)
            late |= clock.met == 0
        return np.where(due == far, NAT, due), late

    def verdict(self, column: str) -> list[bool | None]:
        """The clock whose verdict that column is."""
        for clock in self.clocks:
            if clock.verdict == column:
                return [None if m < 0 else bool(m) for m in clock.met.tolist()]
        return [None] * self.count

    def _fields(self) -> dict[str, list[Any]]:
        """Columns that are no times, as plain values."""
        case_type, surveyed = self.case_type, (~np.isnat(self.time("surveyed_at"))).tolist()
        flags = {n: self.taken(n) for n in ("reached", "solved", "score")}
        return {
            "state": self.states,
            "kind": [case_type.states[s].kind for s in self.states],
            "source_id": self.taken("source_id"),
            "category": self.taken("category", ""),
            "area_id": self.taken("area"),
            "lon": self.taken("lon"),
            "lat": self.taken("lat"),
            "subject_id": self.taken("subject"),
            "tier": self.tiers,
            "lead_id": self.leads,
            "first_lead_id": self.leads,
            "hops": [int(v is not None) for v in self.leads],
            "returns": self.taken("returns", 0),
            "redos": self.taken("redos", 0),
            "responded_in_time": self.verdict("responded_in_time"),
            "resolved_in_time": self.verdict("resolved_in_time"),
            "rounds": [int(s) for s in surveyed],
            **flags,
            "excluded": [bool(v) for v in self.taken("excluded", False)],
            "retain_until": self._retain(),
            "simulated": [bool(v) for v in self.taken("simulated", False)],
            "attrs": [self.orders.attrs[n] for n in self.rows.tolist()],
        }

    def _retain(self) -> list[str | None]:
        days: dict[date, str] = {}
        found: list[str | None] = []
        for closed, moment in zip(self.closed.tolist(), self.time("surveyed_at").tolist(), strict=True):
            if not closed or moment is None:
                found.append(None)
                continue
            day = moment.date()
            if day not in days:
                days[day] = after(day, self.case_type.retention).isoformat()
            found.append(days[day])
        return found


def reckoned(wall: Moments, allow: str) -> Moments:
    """Due times on the wall clock."""
    work = timing.clockwork()
    return clocks.due_times(wall, timing.allowance(allow), work.calendar, work.hours)


def to_utc(wall: Moments) -> Moments:
    """Wall-clock times of the installation's zone in UTC. One offset a day: a change of the clocks counts from its noon."""
    zone = timezone.get_default_timezone()
    days, which = np.unique(wall.astype("datetime64[D]"), return_inverse=True)
    offsets = np.zeros(len(days), dtype="timedelta64[s]")
    for n, day in enumerate(days.tolist()):
        shift = datetime.combine(day, NOON, zone).utcoffset() if day else None
        offsets[n] = np.timedelta64(int(shift.total_seconds()) if shift else 0, "s")
    return wall - offsets[which]


def _people(batch: Batch) -> list[Citizen]:
    """Masked words of each row, and the person where the row says something of one."""
    names, phones, ids = (batch.taken(n, "") for n in ("caller_name", "caller_phone", "caller_id"))
    found = []
    for title, text, place, name, phone, number in zip(
        batch.taken("title", ""),
        batch.taken("text", ""),
        batch.taken("place", ""),
        names,
        phones,
        ids,
        strict=True,
    ):
        known = [w for w in (name, phone, number) if w]
        masked = mask(text, known)
        person = None
        if known or masked != text:
            person = Person(name, phone, number, "", "reporter", text if masked != text else "")
        head = mask(title, known)[:200] if title else masked.split("\n", 1)[0][:TITLE]
        found.append(Citizen(head, masked, mask(place, known)[:200], person))
    return found


def _case_rows(
    batch: Batch,
    ids: Sequence[int],
    digest: Sequence[str],
    people: Sequence[Citizen],
    delivery: Delivery | None,
    at: datetime,
) -> list[tuple[Any, ...]]:
    t, n = batch.case_type, batch.count
    same: Mapping[str, Any] = {
        "type": t.key,
        "type_version": t.version,
        "seq": 1,
        "channel": batch.feed.channel,
        "source": batch.feed.key,
        "delivery_id": delivery.pk if delivery else None,
        "outcome": "",
        "asking": "",
        "supervised": False,
        "visibility": t.visibility,
        "changed_at": bulk.moment_text(at),
    }
    columns: dict[str, Sequence[Any]] = {k: [v] * n for k, v in same.items()}
    columns |= batch.fields
    columns |= {name: bulk.moments_text(batch.time(name)) for name in TIMES}
    columns |= {
        "id": ids,
        "source_digest": [digest[r] for r in batch.rows.tolist()],
        "title": [p.title for p in people],
        "text": [p.text for p in people],
        "place": [p.place for p in people],
        "sketch": [s.tobytes() for s in sketches([p.text for p in people])],
        "closed_at": bulk.moments_text(np.where(batch.closed, batch.time("surveyed_at"), NAT)),
        "due_at": bulk.moments_text(batch.due),
        "late": batch.late.tolist(),
        "attrs": [json.dumps(a) if a else "{}" for a in batch.fields["attrs"]],
    }
    return list(zip(*(columns[name] for name in CASE_COLUMNS), strict=True))


encoded = json.JSONEncoder(
    check_circular=False, separators=(",", ":")
).encode  # plain values: no cycles to look for
DEFAULTS = {f.name: f.default for f in fields(CaseState)}


def _event_rows(batch: Batch, ids: Sequence[int], by: User | None, at: datetime) -> list[tuple[Any, ...]]:
    """One event an order: what the other platform says has happened to it."""
    t = batch.case_type
    base = {
        "type": t.key,
        "type_version": t.version,
        "channel": batch.feed.channel,
        "source": batch.feed.key,
    }
    if t.visibility != "internal":
        base["visibility"] = t.visibility
    columns = dict(batch.fields)
    columns |= {name: bulk.isos(batch.time(name)) for name in TIMES if name in batch.utc}
    columns["closed_at"] = bulk.isos(np.where(batch.closed, batch.time("surveyed_at"), NAT))
    names = list(columns)
    runs = list(zip(*_clock_events(batch), strict=True)) or [()] * batch.count
    when, actor = bulk.moment_text(at), by.pk if by else None
    since = bulk.isos(_dispatched(batch))
    found = []
    for n, values in enumerate(zip(*columns.values(), strict=True)):
        told = {
            k: v for k, v in zip(names, values, strict=True) if v is not None and v != {} and v != DEFAULTS[k]
        }
        lead = batch.leads[n]
        part = f'{{"unit": {lead}, "role": "lead", "hop": 1, "since": "{since[n]}"}}' if lead else ""
        data = f'{{"set": {encoded(base | told)}, "clocks": [{", ".join(filter(None, runs[n]))}], "units": [{part}]}}'
        found.append((f"cases.case/{ids[n]}", 1, "case.import", actor, when, data))
    return found


def _clock_events(batch: Batch) -> list[list[str]]:
    """Each clock of each row as the JSON that an event holds; "" where the row has none. As text: five a row."""
    version = batch.case_type.version
    found = []
    for c in batch.clocks:
        head = f'{{"name": "{c.name}", "unit": null, "round": 1, "policy": {version}, "allow": "'
        rows = []
        for allow, start, due, stop, met in zip(
            c.allows, bulk.isos(c.start), bulk.isos(c.due), bulk.isos(c.stop), c.met.tolist(), strict=True
        ):
            ended = f', "stopped": "{stop}", "met": {"true" if met else "false"}' if stop else ""
            rows.append(f'{head}{allow}", "started": "{start}", "due": "{due}"{ended}}}' if start else "")
        found.append(rows)
    return found


def _clock_rows(batch: Batch, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    version = batch.case_type.version
    found = []
    for c in batch.clocks:
        for pk, allow, start, due, stop, met in zip(
            ids,
            c.allows,
            bulk.moments_text(c.start),
            bulk.moments_text(c.due),
            bulk.moments_text(c.stop),
            c.met.tolist(),
            strict=True,
        ):
            if start is not None:
                known = None if met < 0 else bool(met)
                found.append((pk, c.name, 1, allow, version, start, due, "[]", stop, known, False))
    return found


def _dispatched(batch: Batch) -> Moments:
    """When the lead unit got the order; the receipt where the file does not say."""
    sent = batch.time("dispatched_at")
    return np.where(np.isnat(sent), batch.time("opened_at"), sent)


def _unit_rows(batch: Batch, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    since = bulk.moments_text(_dispatched(batch))
    return [
        (pk, lead, "lead", 1, when, "")
        for pk, lead, when in zip(ids, batch.leads, since, strict=True)
        if lead is not None
    ]


def _party_rows(
    batch: Batch, ids: Sequence[int], people: Sequence[Citizen], at: datetime
) -> list[tuple[Any, ...]]:
    if not any(p.person for p in people):
        return []
    key = personal.set_key(batch.case_type.key, at)
    return [
        (
            pk,
            c.person.role,
            key.pk,
            personal.sealed(c.person, key),
            shown_name(c.person.name),
            shown_phone(c.person.phone),
            personal.phone_hash(c.person.phone),
        )
        for pk, c in zip(ids, people, strict=True)
        if c.person
    ]
