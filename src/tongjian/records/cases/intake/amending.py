"""Work orders that are here already and whose row has changed: what the other platform says now, as one event each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tongjian.kernel.models import User
from tongjian.records.cases import search, store
from tongjian.records.cases.duplicates import sketch_bytes
from tongjian.records.cases.engine.case_types import KINDS, CaseType
from tongjian.records.cases.engine.state import CaseState, Change, ClockState, UnitState
from tongjian.records.cases.intake.batch import Batch
from tongjian.records.cases.intake.citizens import Citizens, citizens
from tongjian.records.cases.intake.feeds import Feed
from tongjian.records.cases.intake.reading import TIMES, Orders
from tongjian.records.cases.models import Case

STEP = "amend"
TAKEN = ["category", "area_id", "lon", "lat", "subject_id", "tier", "returns", "redos", "responded_in_time", "resolved_in_time", "rounds", "reached", "solved", "score", "excluded", "retain_until"]  # fmt: skip


def amend(
    orders: Orders,
    rows: Sequence[tuple[int, int]],
    digest: Sequence[str],
    feed: Feed,
    case_type: CaseType,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """rows: (row of the file, case). An order never goes back: a state further on here stays."""
    batch = Batch(orders, np.array([n for n, _pk in rows], dtype=np.int64), feed, case_type)
    people = citizens(batch)
    by_pk = {c.pk: c for c in _locked([pk for _n, pk in rows])}
    held = store.held([by_pk[pk] for _n, pk in rows])
    before = [search.indexed_text(h.row) for h in held]
    for n, one in enumerate(held):
        _new_words(one.row, people, n, digest[rows[n][0]])
    changes = [_change(batch, n, one.state, at) for n, one in enumerate(held)]
    store.apply(held, changes, by=by)
    Case.objects.bulk_update(
        [h.row for h in held], ["title", "text", "place", "sketch", "source_digest"], batch_size=store.AT_ONCE
    )
    search.reword((h.row.pk, old, search.indexed_text(h.row)) for h, old in zip(held, before, strict=True))


def _locked(pks: Sequence[int]) -> list[Case]:
    found: list[Case] = []
    for start in range(0, len(pks), store.AT_ONCE):
        some = Case.objects.select_for_update(of=("self",)).filter(pk__in=pks[start : start + store.AT_ONCE])
        found += list(some)
    return found


def _new_words(row: Case, people: Citizens, n: int, digest: str) -> None:
    row.source_digest = digest
    if row.erased_at is None:
        row.title, row.text, row.place = people.titles[n], people.texts[n], people.places[n]
        row.sketch = sketch_bytes(row.text)


def _change(batch: Batch, n: int, state: CaseState, at: datetime) -> Change:
    told: dict[str, Any] = {k: batch.fields[k][n] for k in TAKEN}
    told |= {name: _moment(batch, name, n) for name in TIMES if name in batch.utc}
    if batch.closed[n]:
        told["closed_at"] = _moment(batch, "surveyed_at", n)
    told["retain_until"] = _day(told["retain_until"])
    fields = {k: v for k, v in told.items() if v not in (None, "") and v != getattr(state, k)}
    attrs = batch.fields["attrs"][n]
    if attrs and {**state.attrs, **attrs} != state.attrs:
        fields["attrs"] = {**state.attrs, **attrs}
    if _further(batch, n, state):
        fields |= {"state": batch.fields["state"][n], "kind": batch.fields["kind"][n]}
    units = _units(batch, n, state, at)
    if units:
        fields |= {"lead_id": batch.leads[n], "hops": state.hops + 1}
        if state.first_lead_id is None:
            fields["first_lead_id"] = batch.leads[n]
    return Change(STEP, at, fields=fields, clocks=_clocks(batch, n, state), units=units)


def _moment(batch: Batch, name: str, n: int) -> datetime | None:
    value = batch.time(name)[n].item()
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


def _day(text: str | None) -> Any:
    from datetime import date

    return date.fromisoformat(text) if text else None


def _further(batch: Batch, n: int, state: CaseState) -> bool:
    return KINDS.index(batch.fields["kind"][n]) > KINDS.index(state.kind)


def _units(batch: Batch, n: int, state: CaseState, at: datetime) -> tuple[UnitState, ...]:
    lead = batch.leads[n]
    if lead is None or lead == state.lead_id:
        return ()
    ended = tuple(replace(u, until=at, result="replaced") for u in state.at_work("lead"))
    since = _moment(batch, "dispatched_at", n) or at
    return (*ended, UnitState(lead, "lead", state.hops + 1, since))


def _clocks(batch: Batch, n: int, state: CaseState) -> tuple[ClockState, ...]:
    """Clocks that the file now stops, or that begin with what it now says."""
    found = []
    for c in batch.clocks:
        if np.isnat(c.start[n]):
            continue
        known = [k for k in state.clocks if k.name == c.name and k.unit is None]
        stop = c.stop[n].item()
        stopped = stop.replace(tzinfo=UTC) if isinstance(stop, datetime) else None
        if not known:
            met = None if stopped is None else bool(c.met[n])
            start, due = (m[n].item().replace(tzinfo=UTC) for m in (c.start, c.due))
            found.append(
                ClockState(
                    c.name, None, 1, c.allows[n], batch.case_type.version, start, due, (), stopped, met
                )
            )
        elif known[-1].running and stopped is not None:
            last = known[-1]
            found.append(replace(last, stopped=stopped, met=stopped <= last.due))
    return tuple(found)
