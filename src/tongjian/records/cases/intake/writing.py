"""New work orders into rows: cases, events, clocks, units, parties, in bulk and by columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np

from tongjian.kernel.models import Event, User
from tongjian.records.cases import bulk, personal, store
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.intake import telling
from tongjian.records.cases.intake.batch import Batch
from tongjian.records.cases.intake.citizens import Citizens, citizens
from tongjian.records.cases.intake.feeds import Feed
from tongjian.records.cases.intake.reading import NAT, TIMES, Orders
from tongjian.records.cases.likeness import sketches
from tongjian.records.cases.models import Assignment, Case, Clock, Delivery, Party

STEP = "import"
AT_ONCE = 200  # rows a statement, of short rows


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
    people = citizens(batch)
    _cases(batch, ids, [digest[n] for n in rows], people, delivery, at)
    _events(batch, ids, by, at)
    _clocks(batch, ids)
    _units(batch, ids)
    _parties(batch, ids, people, at)


def _cases(
    batch: Batch,
    ids: Sequence[int],
    digest: Sequence[str],
    people: Citizens,
    delivery: Delivery | None,
    at: datetime,
) -> None:
    t = batch.case_type
    same: dict[str, Any] = {
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
    columns: dict[str, Sequence[Any]] = {"id": ids, **batch.fields}
    columns |= {name: bulk.moments_text(batch.utc[name]) for name in TIMES if name in batch.utc}
    columns |= {
        "source_digest": digest,
        "title": people.titles,
        "text": people.texts,
        "place": people.places,
        "sketch": [s.tobytes() for s in sketches(people.texts)],
        "closed_at": bulk.moments_text(np.where(batch.closed, batch.time("surveyed_at"), NAT)),
        "due_at": bulk.moments_text(batch.due),
        "late": batch.late.tolist(),
        "attrs": [json.dumps(a) if a else "{}" for a in batch.fields["attrs"]],
    }
    for name in ("lon", "lat", "subject_id"):
        if not any(v is not None for v in columns[name]):
            same[name] = None
            del columns[name]
    bulk.insert_columns(Case, columns, same)


def _events(batch: Batch, ids: Sequence[int], by: User | None, at: datetime) -> None:
    """One event an order: what the other platform says has happened to it."""
    same = {
        "seq": 1,
        "verb": store.VERB + STEP,
        "actor_id": by.pk if by else None,
        "at": bulk.moment_text(at),
    }
    columns = {"stream": [f"{store.STREAM}{pk}" for pk in ids], "data": telling.told(batch)}
    bulk.insert_columns(Event, columns, same)


def _clocks(batch: Batch, ids: Sequence[int]) -> None:
    """A case's clocks side by side: they are asked for together."""
    columns = [
        zip(
            ids,
            [c.name] * batch.count,
            c.allows,
            bulk.moments_text(c.start),
            bulk.moments_text(c.due),
            bulk.moments_text(c.stop),
            [None if met < 0 else met for met in c.met.tolist()],
            strict=True,
        )
        for c in batch.clocks
    ]
    rows = [row for row in chain.from_iterable(zip(*columns, strict=True)) if row[3] is not None]
    names = ("case_id", "name", "allow", "started", "due", "stopped", "met")
    same = {"round": 1, "policy": batch.case_type.version, "paused": "[]", "fixed": False}
    if rows:
        bulk.insert_columns(
            Clock, dict(zip(names, zip(*rows, strict=True), strict=True)), same, at_once=AT_ONCE
        )


def _units(batch: Batch, ids: Sequence[int]) -> None:
    since = bulk.moments_text(batch.dispatched())
    there = [n for n, lead in enumerate(batch.leads) if lead is not None]
    columns: Mapping[str, Sequence[Any]] = {
        "case_id": [ids[n] for n in there],
        "unit_id": [batch.leads[n] for n in there],
        "since": [since[n] for n in there],
    }
    bulk.insert_columns(Assignment, columns, {"role": "lead", "hop": 1, "result": ""}, at_once=AT_ONCE)


def _parties(batch: Batch, ids: Sequence[int], people: Citizens, at: datetime) -> None:
    there = [(pk, p) for pk, p in zip(ids, people.persons, strict=True) if p]
    if there:
        bulk.insert_columns(Party, *personal.party_columns(there, personal.set_key(batch.case_type.key, at)))
