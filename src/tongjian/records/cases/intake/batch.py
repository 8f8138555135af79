"""The chosen rows of a file as columns: times in UTC, states, clocks, verdicts, reckoned for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tongjian.kernel import clocks
from tongjian.records.cases import timing
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.engine.deciding import after
from tongjian.records.cases.intake.feeds import ClockRule, Feed
from tongjian.records.cases.intake.reading import NAT, TIMES, Moments, Orders

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

    def dispatched(self) -> Moments:
        """When the lead unit got the order; the receipt where the file does not say."""
        sent = self.time("dispatched_at")
        return np.where(np.isnat(sent), self.time("opened_at"), sent)

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
        by_tier = {t: definition.allowance(t) for t in set(self.tiers)}
        allows = [by_tier[t] for t in self.tiers]
        end: Moments = np.full(self.count, NAT)
        for allow in sorted(set(allows) - {""}):
            here = np.array([a == allow for a in allows], dtype=bool)
            end[here] = reckoned(wall[here], allow)
        due: Moments = to_utc(end)
        start: Moments = np.where(np.isnat(due), NAT, self.utc[rule.start])
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
