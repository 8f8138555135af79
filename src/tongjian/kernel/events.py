"""The event log: added only, inside the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max, Model

from tongjian.kernel import bulk
from tongjian.kernel.models import Event, User

MANY = 200
AT_ONCE = 400  # streams asked for in one query; every database takes so many


def stream_of(thing: Model) -> str:
    """The name of a row's stream: `plans.task/12`."""
    return f"{thing._meta.label_lower}/{thing.pk}"


def record(
    verb: str, thing: Model, *, by: User | None, at: datetime, data: Mapping[str, object] | None = None
) -> Event:
    """Append who did what to `thing`. Raises RuntimeError outside a transaction: an event never stands alone."""
    return record_all(verb, [(thing, data or {})], by=by, at=at)[0]


def record_all(
    verb: str, told: Sequence[tuple[Model, Mapping[str, object]]], *, by: User | None, at: datetime
) -> list[Event]:
    """The same of many things, each with its data, in as few queries as for one.

    Of more than MANY the events that are returned bear no primary key: nobody asks for it, and it costs a lot.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("events are recorded in the transaction of the change itself")
    streams = [stream_of(thing) for thing, _data in told]
    last = _last(sorted(set(streams)))
    made = []
    for stream, (_thing, data) in zip(streams, told, strict=True):
        last[stream] = last.get(stream, 0) + 1
        made.append(Event(stream=stream, seq=last[stream], verb=verb, actor=by, at=at, data=dict(data)))
    if len(made) <= MANY:
        return Event.objects.bulk_create(made)
    rows = ((e.stream, e.seq, verb, e.actor_id, at, e.data) for e in made)
    bulk.insert(Event, ("stream", "seq", "verb", "actor", "at", "data"), rows)
    return made


def _last(streams: Sequence[str]) -> dict[str, int]:
    """The highest seq of each stream that has begun."""
    found: dict[str, int] = {}
    for start in range(0, len(streams), AT_ONCE):
        some = Event.objects.filter(stream__in=streams[start : start + AT_ONCE])
        found |= dict(some.values_list("stream").annotate(Max("seq")))
    return found
