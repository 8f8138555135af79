"""A new policy or calendar: running clocks reckoned anew from what happened, all at once, and what moved is told.

A clock keeps its pauses; promised and extended due times stay; stopped clocks are history and stay too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from tongjian.kernel import clocks
from tongjian.kernel.models import Event, User
from tongjian.reading.collecting import no_collecting
from tongjian.records.cases import bulk, catalogue, running, store, timing
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.models import Case, Clock
from tongjian.records.cases.running import Moments, Running

STEP = "reckon"
AT_ONCE = 50_000
NEVER = np.datetime64("9999-12-31T00:00:00", "us")
NAT = np.datetime64("NaT", "us")


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
class Reckoned:
    """Running clocks with their new terms: allowances and UTC datetime64[us], each as long as the clocks."""

    clocks: Running
    allows: Sequence[str]
    due: Moments

    def moved(self) -> NDArray[np.bool_]:
        """One that does not move keeps the terms it was set by."""
        return np.asarray(self.due != self.clocks.due)

    def touched(self) -> NDArray[np.bool_]:
        """By case: does a clock of it move?"""
        return np.logical_or.reduceat(self.moved(), self.clocks.first)

    def next_due(self) -> Moments:
        """By case: the earliest due time of the clocks that are not paused; NaT where all are."""
        found = np.minimum.reduceat(np.where(self.clocks.standing, NEVER, self.due), self.clocks.first)
        return np.where(found == NEVER, NAT, found)


def recompute(
    case_type: str,
    *,
    by: User | None,
    at: datetime,
    dry_run: bool = False,
    ruling: CaseType | None = None,
    gather: Callable[[Reckoned], None] | None = None,
) -> Moved:
    """Reckon the running clocks of a type by its ruling version and the ruling calendar. Safe to run twice.

    dry_run: only tell; ruling: by another version, which does not rule yet; gather: is shown each batch.
    Works in batches, each in its own transaction with its events.
    """
    ruling = ruling or catalogue.case_type(case_type)
    found = Moved()
    last = 0
    with bulk.unchecked(), no_collecting():
        while True:
            with nullcontext() if dry_run else transaction.atomic():
                listed = running.read(case_type, last, AT_ONCE)
                if listed is None:
                    return found
                new = _reckoned(listed, ruling)
                _tell(new, found, at)
                if gather is not None:
                    gather(new)
                if not dry_run and new.moved().any():
                    _write(new, ruling, by, at)
            last = listed.cases[-1]


def _tell(new: Reckoned, found: Moved, at: datetime) -> None:
    now = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
    found.looked_at += len(new.clocks.ids)
    found.earlier += int((new.due < new.clocks.due).sum())
    found.later += int((new.due > new.clocks.due).sum())
    found.overdue += int(((new.due < now) & (now <= new.clocks.due)).sum())
    found.cases += int(new.touched().sum())


def _reckoned(listed: Running, ruling: CaseType) -> Reckoned:
    """New terms of each clock: by groups of equal allowance at once; the few that were paused one by one."""
    allows = _allows(listed, ruling)
    due = listed.due.copy()
    number = {allow: n for n, allow in enumerate(dict.fromkeys(allows))}
    group = np.fromiter(map(number.__getitem__, allows), dtype=np.int64, count=len(allows))
    plain = np.array(listed.fixed) == 0
    for n, spans in listed.spans.items():
        if plain[n] and allows[n] and not listed.standing[n]:
            start = listed.started[n].item().replace(tzinfo=UTC)
            due[n] = np.datetime64(timing.due(start, allows[n], spans).astimezone(UTC).replace(tzinfo=None))
        plain[n] = False
    for allow, which in number.items():
        here = plain & (group == which)
        if allow and here.any():
            due[here] = _at_once(listed.started[here], allow)
    return Reckoned(listed, allows, due)


def _allows(listed: Running, ruling: CaseType) -> list[str]:
    """By the ruling version; a clock that it no longer has keeps its own."""
    kinds = list(zip(listed.names, listed.tiers, strict=True))
    told = {
        (name, tier): ruling.clocks[name].allowance(tier) if name in ruling.clocks else None
        for name, tier in set(kinds)
    }
    return [
        own if (allow := told[kind]) is None else allow
        for kind, own in zip(kinds, listed.allows, strict=True)
    ]


def _at_once(starts: Moments, allow: str) -> Moments:
    work = timing.clockwork()
    utc = starts.astype("datetime64[s]")
    shift = _shift(utc[0].item().replace(tzinfo=UTC), work.zone)
    wall: Moments = np.asarray(utc + shift, dtype="datetime64[s]")
    return clocks.due_times(wall, timing.allowance(allow), work.calendar, work.hours) - shift


def _shift(first: datetime, zone: Any) -> np.timedelta64:
    """The zone's offset; a zone that changes its clocks is taken at the first start."""
    found = first.astimezone(zone).utcoffset() if zone else None
    return np.timedelta64(int(found.total_seconds()) if found else 0, "s")


def _write(new: Reckoned, ruling: CaseType, by: User | None, at: datetime) -> None:
    """The moved clocks, their cases, and one event a case."""
    listed, which = new.clocks, np.flatnonzero(new.moved()).tolist()
    due, when = new.due[which], bulk.moment_text(at)
    allows = [new.allows[n] for n in which]
    bulk.update_columns(
        Clock,
        [listed.ids[n] for n in which],
        {"allow": allows, "due": bulk.moments_text(due)},
        {"policy": ruling.version},
    )
    touched = listed.first[new.touched()].tolist()
    cases, seqs = [listed.cases[n] for n in touched], [listed.seqs[n] + 1 for n in touched]
    _cases(new, touched, cases, seqs, {"type_version": ruling.version, "changed_at": when})
    bulk.insert_columns(
        Event,
        {
            "stream": [f"{store.STREAM}{pk}" for pk in cases],
            "seq": seqs,
            "data": list(_told(new, which, ruling.version)),
        },
        {"verb": store.VERB + STEP, "actor_id": by.pk if by else None, "at": when},
    )


def _cases(
    new: Reckoned, touched: Sequence[int], cases: Sequence[int], seqs: Sequence[int], same: dict[str, Any]
) -> None:
    """The due time goes in only where it changes: many indexes hold it."""
    due = new.next_due()[new.touched()]
    was = running.moments([new.clocks.case_due_as_kept[n] for n in touched])
    changed = due.astype(np.int64) != was.astype(np.int64)
    for others in (True, False):
        here = np.flatnonzero(changed != others).tolist()
        columns: dict[str, Sequence[Any]] = {"seq": [seqs[n] for n in here]}
        if not others:
            columns["due_at"] = bulk.moments_text(due[here])
        if here:
            bulk.update_columns(Case, [cases[n] for n in here], columns, same)


def _told(new: Reckoned, which: Sequence[int], version: int) -> Iterator[str]:
    """The data of each touched case's event."""
    moved = np.add.reduceat(new.moved().astype(np.int64), new.clocks.first)
    parts = iter(_clocks(new, which, version))
    for count in moved[moved > 0].tolist():
        yield f'{{"set":{{"type_version":{version}}},"clocks":[{",".join(islice(parts, count))}]}}'


def _clocks(new: Reckoned, which: Sequence[int], version: int) -> Iterator[str]:
    """The moved clocks as an event holds them: `engine.state.from_json` reads it."""
    listed, heads = new.clocks, dict[Any, str]()
    started, due = bulk.isos(listed.started[which]), bulk.isos(new.due[which])
    for n, start, end in zip(which, started, due, strict=True):
        terms = (listed.names[n], listed.units[n], listed.rounds[n], new.allows[n])
        head = heads.get(terms) or heads.setdefault(terms, _head(*terms, version))
        paused = f',"paused":{listed.paused[n]}' if n in listed.spans else ""
        yield f'{head}{start}","due":"{end}"{paused}}}'


def _head(name: str, unit: int | None, round_: int, allow: str, version: int) -> str:
    told = {"name": name, "unit": unit, "round": round_, "allow": allow, "policy": version, "started": ""}
    return json.dumps(told, separators=(",", ":"))[:-2]
